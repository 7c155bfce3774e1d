"""The fields of a record that may fill a variable of a template."""

import frappe
from frappe import _

from ...chat.template_batch import Choice
from ..records.recipients import require_listable
from ..records.record_types import existing_record_types
from ..store.tables import CONVERSATION

SHORT_TEXTS = (
	"Autocomplete",
	"Currency",
	"Data",
	"Date",
	"Datetime",
	"Dynamic Link",
	"Float",
	"Int",
	"Link",
	"Percent",
	"Phone",
	"Select",
	"Small Text",
	"Time",
)


def of(doctype: str) -> dict[str, str]:
	"""By name, with their labels, in the order of these; see BatchHost.record_fields."""
	require_listable(Choice(doctype))
	return of_chats() if doctype == CONVERSATION else _sorted(_of_doctype(doctype))


def of_chats() -> dict[str, str]:
	"""Of all records that a chat may have, and that the user may read."""
	types = [row.doctype for row in existing_record_types() if frappe.has_permission(row.doctype, "read")]
	return _sorted({name: label for each in reversed(types) for name, label in _of_doctype(each).items()})


def _of_doctype(doctype: str) -> dict[str, str]:
	meta = frappe.get_meta(doctype)
	permitted = set(meta.get_permitted_fieldnames(permission_type="read"))
	return {
		field.fieldname: _(field.label, context=doctype)
		for field in meta.fields
		if field.fieldtype in SHORT_TEXTS
		and field.label
		and field.fieldname in permitted
		and not (field.hidden or field.is_virtual)
	}


def _sorted(labels: dict[str, str]) -> dict[str, str]:
	return dict(sorted(labels.items(), key=lambda each: each[1].casefold()))
