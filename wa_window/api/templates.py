"""Content templates: which may be sent to a Lead now, and their sync from Twilio."""

import frappe

from ..site import template_sync
from ..site.host import panel
from ..site.permissions import require_settings
from ..site.refusals import in_words


@frappe.whitelist(methods=["GET"])
@in_words
def usable(lead_doctype: str, lead: str, conversation: str | None = None) -> list[dict]:
	"""The approved templates that may be sent now, their variables prefilled from the Lead."""
	return panel().usable_templates(lead_doctype, lead, conversation or "")


@frappe.whitelist(methods=["POST"])
@in_words
def sync() -> dict:
	"""Take over the account's templates and approvals from Twilio."""
	require_settings()
	return template_sync.sync()
