"""Content templates: which may be sent to a Lead now, and their sync from Twilio."""

import frappe

from ..chat import conversations, outbound, panel
from ..site import templates
from ..site.clock import SystemClock
from ..site.leads import lead_at
from ..site.permissions import require_lead, require_manager
from ..site.refusals import in_words
from ..site.store import FrappeStore


@frappe.whitelist(methods=["GET"])
@in_words
def usable(lead_doctype: str, lead: str, conversation: str | None = None) -> list[dict]:
	"""The approved templates that may be sent now, their variables prefilled from the Lead."""
	require_lead(lead_doctype, lead, "read")
	store = FrappeStore()
	chosen = conversations.choose(store.conversations_of(lead_at(lead_doctype, lead)), conversation or "")
	doc = frappe.get_doc(lead_doctype, lead)
	doc.apply_fieldlevel_read_permissions()
	ready = outbound.usable_templates(chosen, SystemClock().now_ms(), store=store)
	return [panel.template_shown(template, doc.get) for template in ready]


@frappe.whitelist(methods=["POST"])
@in_words
def sync() -> dict:
	"""Take over the account's templates and approvals from Twilio."""
	require_manager()
	return templates.sync()
