"""The windows of a list of chats or leads, in a few queries."""

from collections import defaultdict
from dataclasses import replace

import frappe

from ...chat import conversations, serializers
from ...chat.errors import NotPermitted
from ...chat.message import Conversation, Lead
from ...chat.window import inbound_bounds
from ..clock import SystemClock, current_locale
from ..records.permissions import CONVERSATION
from ..records.record_types import record_types
from ..settings import closing_ms
from ..store import chat_records
from ..store.store import FrappeStore
from . import unread

OF_A_WINDOW = ("last_inbound_at_ms", "provider_closed_at_ms", "blocked_at_ms", "opted_out")
LISTED = 2500  # the longest page of Frappe's list view


def closing_between(after_ms: int = 0, until_ms: int | None = None) -> list[list]:
	"""Frappe filters for the chats whose 24 hours end after one time, and not after another one (epoch ms, UTC)."""
	bounds = inbound_bounds(closes_after_ms=after_ms, closes_until_ms=until_ms)
	conditions = [["last_inbound_at_ms", ">", bounds.after_ms]]
	if bounds.until_ms is not None:
		conditions.append(["last_inbound_at_ms", "<=", bounds.until_ms])
	return conditions


def of_conversations(names: list[str]) -> dict[str, dict]:
	"""By name, the windows of these conversations and the user's own `unread` count, as far as the session's user may read
	them."""
	readable = _readable(CONVERSATION, names, ["name"])
	rows = FrappeStore().conversations_named([row.name for row in readable])
	unread.open_lists()
	counts = unread.counts(rows)
	windows = _to_dicts({row.name: row for row in rows})
	return {name: window | {"unread": counts[name]} for name, window in windows.items()}


def of_leads(doctype: str, names: list[str]) -> dict[str, dict]:
	"""By name, the windows of these leads, as far as the session's user may read them and they have a chat, by number or by
	link: that of the latest chat, which the panel opens."""
	if doctype not in record_types():
		raise NotPermitted
	leads = _readable(doctype, names, ["name", "wa_phone"])
	rows = FrappeStore().conversations_of_leads(
		doctype, [lead.name for lead in leads], list({lead.wa_phone for lead in leads if lead.wa_phone})
	)
	further = chat_records.of_records(doctype, [lead.name for lead in leads])
	rows += FrappeStore().conversations_named([record.conversation for record in further])
	linked = defaultdict(list)
	for record in further:
		linked[record.conversation].append(record.name)
	for row in rows:
		if row.lead_doctype == doctype:
			linked[row.name].append(row.lead)
	numbers = {lead.name: lead.wa_phone or "" for lead in leads}
	earlier = {(record.conversation, record.name) for record in further if record.earlier_number}
	by_number, by_link = {}, {}
	for row in sorted(rows, key=lambda row: row.last_message_at_ms):
		by_number[row.customer] = row
		for name in linked[row.name]:
			shown = replace(row, earlier_number=row.earlier_number or (row.name, name) in earlier)
			if conversations.is_current(shown, Lead(doctype, name, numbers.get(name, ""))):
				by_link[name] = row
	its = {lead.name: (by_number.get(lead.wa_phone), by_link.get(lead.name)) for lead in leads}
	return _to_dicts({name: _later(*rows) for name, rows in its.items() if any(rows)})


def _readable(doctype: str, names: list[str], fields: list[str]) -> list:
	names = names[:LISTED]
	if not names or not frappe.has_permission(doctype, "read"):
		return []
	return frappe.get_list(doctype, {"name": ("in", names)}, fields, limit=len(names))


def _later(*rows: Conversation | None) -> Conversation:
	return max((row for row in rows if row), key=lambda row: row.last_message_at_ms)


def _to_dicts(rows: dict[str, Conversation]) -> dict[str, dict]:
	now_ms, closing, locale = SystemClock().now_ms(), closing_ms(), current_locale()
	return {
		name: serializers.window_to_dict(
			conversations.window(row, now_ms, closing_ms=closing),
			row.customer_address,
			row.business_address,
			locale,
		)
		for name, row in rows.items()
	}
