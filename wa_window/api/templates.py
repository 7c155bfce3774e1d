"""Content templates: which may be sent to a lead now, their sync from Twilio, and those that are written here."""

import frappe

from ..frappe_host.desk.http_errors import chat_errors_as_http
from ..frappe_host.jobs import template_sync
from ..frappe_host.panel_host import panel
from ..frappe_host.records.permissions import require_manager, require_settings
from ..frappe_host.template_drafts import at_twilio, written


@frappe.whitelist(methods=["GET"])
@chat_errors_as_http
def usable(lead_doctype: str, lead: str, conversation: str | None = None) -> list[dict]:
	"""The approved templates that may be sent now, their variables prefilled from the lead."""
	return panel().usable_templates(lead_doctype, lead, conversation or "")


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def sync() -> dict:
	"""Sync the account's templates and approvals from Twilio."""
	require_settings()
	return template_sync.sync()


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def check(template: dict | str) -> dict:
	"""What Twilio or Meta would refuse in a template that is being written, and the names of its variables."""
	require_manager()
	return written.check(template)


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def create(draft: str) -> dict:
	"""Create a template that was written here at Twilio; returns the draft's status."""
	require_manager()
	return at_twilio.create(draft)


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def submit(draft: str) -> dict:
	"""Ask for WhatsApp's approval; what is not at Twilio yet is created first. Returns the draft's status."""
	require_manager()
	return at_twilio.submit(draft)


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def delete(content_sid: str) -> None:
	"""Delete a template at Twilio, and then here."""
	require_manager()
	at_twilio.delete(content_sid)


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def copy(content_sid: str) -> dict:
	"""A draft, not saved, that says what a template says, under a free name: see Frappe's `open_mapped_doc`."""
	require_manager()
	return at_twilio.copy(content_sid)
