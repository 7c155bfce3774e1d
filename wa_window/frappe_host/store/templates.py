"""Content templates stored on this site."""

from typing import Any

import frappe

from ...chat.template import ContentTemplate, Variable

TEMPLATE = "Content Template"
FIELDS = (
	"content_sid",
	"friendly_name",
	"language",
	"category",
	"content_type",
	"body",
	"approval_status",
	"rejection_reason",
	"usable_outside_window",
	"header",
	"media_url",
	"footer",
	"buttons",
	"list_items",
)
# One in each line.
LISTS = ("buttons", "list_items")


def content_template(content_sid: str) -> ContentTemplate | None:
	return next(iter(content_templates(content_sid=content_sid)), None)


def content_templates(**filters) -> list[ContentTemplate]:
	"""All of them, or those that match `filters`, by name and language."""
	rows = frappe.get_all(
		TEMPLATE, filters=filters, fields=["name", *FIELDS], order_by="friendly_name asc, language asc"
	)
	variables = _variables_of([row.name for row in rows])
	return [_value(row, variables.get(row.name, ())) for row in rows]


def _value(row: dict, variables) -> ContentTemplate:
	values: dict[str, Any] = {field: row[field] or "" for field in FIELDS}
	return ContentTemplate(
		**values
		| {
			"usable_outside_window": bool(row["usable_outside_window"]),
			**{field: tuple(values[field].splitlines()) for field in LISTS},
			"variables": tuple(variables),
		}
	)


def _variables_of(templates: list[str]) -> dict[str, list[Variable]]:
	rows = frappe.get_all(
		"Content Template Variable",
		filters={"parent": ("in", templates), "parenttype": TEMPLATE},
		fields=["parent", "variable", "sample", "lead_field", "fallback"],
		order_by="parent asc, idx asc",
	)
	variables: dict[str, list[Variable]] = {}
	for row in rows:
		values = (row.variable or "", row.sample or "", row.lead_field or "", row.fallback or "")
		variables.setdefault(row.parent, []).append(Variable(*values))
	return variables
