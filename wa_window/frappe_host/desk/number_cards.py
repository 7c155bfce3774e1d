"""The number cards of the workspace, in Frappe's format: each counts what the session's user may see, and a click lists it."""

import frappe

from ...chat import status
from ..panel_host import inbox
from ..records.permissions import CONVERSATION, count_listed, has_role
from ..store.tables import MESSAGE
from .list_filters import filters

WITHOUT_A_LEAD = {"lead": ["is", "not set"]}
FAILED_TODAY = {
	"delivery_status": ["in", status.FAILURES],
	"sent_at": ["Timespan", "today"],
	"sent_outside": ["=", 0],
}


def card(kind: str) -> dict:
	"""The chats of one kind, as list_filters.py has it."""
	conditions = filters(kind) if frappe.has_permission(CONVERSATION, "read") else []
	return _card(CONVERSATION, conditions, {"wa_kind": kind})


def needs_reply_card() -> dict:
	"""The chats that need a reply, as the inbox counts them; a click opens the inbox."""
	count = inbox().needs_reply() if has_role(frappe.session.user) else 0
	return {"value": count, "fieldtype": "Int", "route": ["whatsapp"]}


def without_a_lead_card() -> dict:
	"""Chats without a lead, which only managers may see."""
	return _card(CONVERSATION, _conditions(CONVERSATION, WITHOUT_A_LEAD), WITHOUT_A_LEAD)


def failed_today_card() -> dict:
	"""Messages that failed since midnight (site's time zone)."""
	return _card(MESSAGE, _conditions(MESSAGE, FAILED_TODAY), FAILED_TODAY)


def _conditions(doctype: str, route_options: dict) -> list[list]:
	return [[doctype, field, *condition] for field, condition in route_options.items()]


def _card(doctype: str, conditions: list[list], route_options: dict) -> dict:
	return {
		"value": count_listed(doctype, conditions) if frappe.has_permission(doctype, "read") else 0,
		"fieldtype": "Int",
		"route": ["List", doctype, "List"],
		"route_options": route_options,
	}
