"""The windows of a whole list, of chats or of leads: three queries, however long it is."""

import frappe

from ..chat import conversations, shapes
from ..chat.errors import NotPermitted
from ..chat.message import Conversation
from ..chat.window import inbound_bounds
from .clock import SystemClock, reader
from .leads import LEAD_TYPES
from .permissions import CONVERSATION
from .settings import closing_ms
from .store import FrappeStore

OF_A_WINDOW = ("last_inbound_at_ms", "provider_closed_at_ms", "blocked_at_ms", "opted_out")
LISTED = 2500  # as many as Frappe's longest list shows


def closing_between(after_ms: int = 0, until_ms: int | None = None) -> list[list]:
	"""Frappe's conditions on the chats whose 24 hours end after one moment, and not after another one (epoch ms, UTC)."""
	bounds = inbound_bounds(closes_after_ms=after_ms, closes_until_ms=until_ms)
	conditions = [["last_inbound_at_ms", ">", bounds.after_ms]]
	if bounds.until_ms is not None:
		conditions.append(["last_inbound_at_ms", "<=", bounds.until_ms])
	return conditions


def of_conversations(names: list[str]) -> dict[str, dict]:
	"""The windows of those of these conversations that the session's user may read, by name."""
	readable = _readable(CONVERSATION, names, ["name"])
	return _shown(
		{row.name: row for row in FrappeStore().conversations_named([row.name for row in readable])}
	)


def of_leads(doctype: str, names: list[str]) -> dict[str, dict]:
	"""By name, of those of these leads that the session's user may read and that have a chat, by number or by link: the window
	of the latest one, which is the one that their panel opens."""
	if doctype not in LEAD_TYPES:
		raise NotPermitted
	leads = _readable(doctype, names, ["name", "wa_phone"])
	rows = FrappeStore().conversations_of_leads(
		doctype, [lead.name for lead in leads], list({lead.wa_phone for lead in leads if lead.wa_phone})
	)
	by_number, by_link = {}, {}
	for row in sorted(rows, key=lambda row: row.last_message_at_ms):
		by_number[row.customer] = row
		if row.lead_doctype == doctype:
			by_link[row.lead] = row
	its = {lead.name: (by_number.get(lead.wa_phone), by_link.get(lead.name)) for lead in leads}
	return _shown({name: _later(*rows) for name, rows in its.items() if any(rows)})


def _readable(doctype: str, names: list[str], fields: list[str]) -> list:
	names = names[:LISTED]
	if not names or not frappe.has_permission(doctype, "read"):
		return []
	return frappe.get_list(doctype, {"name": ("in", names)}, fields, limit=len(names))


def _later(*rows: Conversation | None) -> Conversation:
	return max((row for row in rows if row), key=lambda row: row.last_message_at_ms)


def _shown(rows: dict[str, Conversation]) -> dict[str, dict]:
	now_ms, closing, words = SystemClock().now_ms(), closing_ms(), reader()
	return {
		name: shapes.window_shown(
			conversations.window(row, now_ms, closing_ms=closing),
			row.customer_address,
			row.business_address,
			words,
		)
		for name, row in rows.items()
	}
