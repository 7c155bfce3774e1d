"""The account's content templates and their approvals, taken over from Twilio."""

import frappe
from frappe import _
from frappe.utils import now_datetime

from ..chat.errors import ChatError
from ..chat.template import ContentTemplate
from ..twilio_channel.content import content_templates as fetch_content_templates
from .clock import reader
from .settings import note, settings
from .templates import FIELDS, TEMPLATE
from .twilio import twilio_channel

LONG_FIELDS = ("body", "rejection_reason")


def sync() -> dict:
	"""Take over the account's templates; where Twilio cannot be read the old list stays. Tells counts and errors."""
	try:
		fetched = fetch_content_templates(twilio_channel())
	except ChatError as error:
		sentence = error.sentence.told(reader())
		_note_attempt(sentence)
		return {"synced": 0, "removed": 0, "errors": [sentence]}
	for template in fetched:
		_save(template)
	removed = _remove_all_but([template.content_sid for template in fetched])
	_note_attempt(_("{0} templates synced, {1} removed.").format(len(fetched), removed))
	return {"synced": len(fetched), "removed": removed, "errors": []}


def sync_daily() -> None:
	"""Scheduler: a site that is not set up has nothing to sync."""
	if settings().account_sid:
		sync()


def _save(template: ContentTemplate) -> None:
	"""Update what Twilio says; which lead field fills a variable is the admin's and stays."""
	known = frappe.db.exists(TEMPLATE, template.content_sid)
	doc = frappe.get_doc(TEMPLATE, known) if known else frappe.new_doc(TEMPLATE)
	prefilled = {row.variable: (row.lead_field, row.fallback) for row in doc.variables}
	doc.update({field: _short(field, getattr(template, field)) for field in FIELDS})
	doc.last_synced_on = now_datetime()
	doc.set("variables", [])
	for variable in template.variables:
		lead_field, fallback = prefilled.get(variable.name, ("", ""))
		doc.append(
			"variables",
			{
				"variable": variable.name,
				"sample": variable.sample[:1000],
				"lead_field": lead_field,
				"fallback": fallback,
			},
		)
	doc.save(ignore_permissions=True)


def _short(field: str, value):
	"""As much as the column holds."""
	return value if not isinstance(value, str) or field in LONG_FIELDS else value[:140]


def _remove_all_but(content_sids: list[str]) -> int:
	"""Templates deleted at Twilio go, except those that a message was sent with."""
	gone = set(frappe.get_all(TEMPLATE, pluck="name")) - set(content_sids)
	removed = 0
	for name in gone:
		if frappe.db.exists("Chat Message", {"content_template": name}):
			frappe.db.set_value(TEMPLATE, name, "approval_status", "deleted")
		else:
			frappe.delete_doc(TEMPLATE, name, ignore_permissions=True)
			removed += 1
	return removed


def _note_attempt(result: str) -> None:
	note({"last_template_sync": now_datetime(), "last_template_sync_result": result})
