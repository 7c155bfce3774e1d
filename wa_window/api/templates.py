"""Content templates: which may be sent to a lead now, and their sync from Twilio."""

import frappe

from ..frappe_host.desk.http_errors import chat_errors_as_http
from ..frappe_host.jobs import template_sync
from ..frappe_host.panel_host import panel
from ..frappe_host.records.permissions import require_settings


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
