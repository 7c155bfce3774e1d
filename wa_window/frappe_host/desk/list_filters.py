"""Lists of chats that are open, closing soon, closed, unread or mine, as filters of Frappe's list view."""

import frappe
from frappe.query_builder import DocType, Order
from pypika.terms import ExistsCriterion

from ...chat.conversations import window
from ...chat.errors import InvalidArgument, NotPermitted
from ...chat.sentences import _lt
from ...chat.window import State
from ..clock import SystemClock
from ..records.permissions import CONVERSATION, as_listed, require_role
from ..records.record_types import record_types
from ..settings import closing_ms
from .list_windows import OF_A_WINDOW, closing_between
from .unread import latest_unread

MAX_NAMES = 500
WINDOW_KINDS = ("open", "closing", "closed")
OF_LEADS = (*WINDOW_KINDS, "unread")
NOT_OPTED_OUT = ["opted_out", "=", 0]
# Of a customer's chats with several business numbers, the one that the lead's panel opens counts.
LATEST_FIRST = (
	"not exists (select 1 from `tabChat Conversation` later where later.customer = chat.customer "
	"and later.last_message_at_ms > chat.last_message_at_ms)"
)


def list_filters(kind: str, doctype: str) -> dict:
	"""The filters that show chats of one kind in the list of chats, or of a lead DocType, by the server's clock; `latest`:
	the number of listed records where there are more."""
	if doctype == CONVERSATION:
		require_role()
	if doctype == CONVERSATION and kind in WINDOW_KINDS:
		return {"filters": filters(kind), "latest": None}
	if doctype != CONVERSATION:
		names, complete = leads(kind, doctype)
	elif kind in ("unread", "mine"):
		names, complete = latest_unread(MAX_NAMES) if kind == "unread" else _my_conversations()
	else:
		raise InvalidArgument(_lt("No such list of chats."))
	return {
		"filters": [[doctype, "name", "in", names or [""]]],
		"latest": None if complete else MAX_NAMES,
	}


def filters(kind: str, *, ignore_permissions: bool = False) -> list[list]:
	"""The conditions for a chat of this kind: by its window, or those that the session's user has not read. A customer who has
	opted out, blocks us or has never written has no window.

	Only chats that the session's user may see, or all with `ignore_permissions`.
	"""
	if kind == "unread":
		names, _complete = latest_unread(MAX_NAMES)
		return [[CONVERSATION, "name", "in", names or [""]]]
	now_ms = SystemClock().now_ms()
	span = {"open": (now_ms, None), "closing": (now_ms, now_ms + closing_ms()), "closed": (0, now_ms)}
	within = closing_between(*span[kind])
	conditions = [NOT_OPTED_OUT, *within, *_excluded_by_name(kind, within, now_ms, ignore_permissions)]
	return [[CONVERSATION, *condition] for condition in conditions]


def _excluded_by_name(kind: str, within: list[list], now_ms: int, ignore_permissions: bool) -> list[list]:
	"""Exclude the few that WhatsApp has closed or the customer has blocked, by name: a filter cannot compare two columns."""
	blocked, refused = ["blocked_at_ms", ">", 0], ["provider_closed_at_ms", ">", 0]
	states, closed_by = {State.OPEN, State.CLOSING}, [blocked, refused]
	if kind == "closed":
		states, closed_by = {State.CLOSED}, [blocked]
	rows = frappe.get_list(
		CONVERSATION,
		within,
		["name", *OF_A_WINDOW],
		or_filters=closed_by,
		limit=0,
		ignore_permissions=ignore_permissions,
	)
	others = [row.name for row in rows if window(row, now_ms).state not in states]
	return [["name", "not in", others]] if others else []


def leads(kind: str, doctype: str) -> tuple[list[str], bool]:
	"""The readable leads of one DocType whose chat, by link or by number, is of this kind, the latest chats first; and whether
	these are all.

	A user who may read a lead may see its number's window; what they have not read needs permission on the chat's own lead.
	"""
	if doctype not in record_types() or kind not in OF_LEADS:
		raise NotPermitted
	of_windows = kind in WINDOW_KINDS
	chats = as_listed(
		CONVERSATION,
		filters(kind, ignore_permissions=of_windows),
		["name", "lead_doctype", "lead", "customer", "last_message_at_ms"],
		ignore_permissions=of_windows,
	)
	readable = as_listed(doctype, [], ["name", "wa_phone"])
	record = frappe.db.escape(doctype)
	linked = f"join ({readable}) lead on chat.lead_doctype = {record} and chat.lead = lead.name"
	of_number = f"join ({readable}) lead on chat.customer = lead.wa_phone"
	further = (
		f"join `tabChat Record` further on further.conversation = chat.name and further.record_doctype = {record} "
		f"join ({readable}) lead on lead.name = further.record"
	)
	rows, complete = [], True
	for belonging in (linked, of_number, further):
		found = frappe.db.sql(  # nosemgrep: frappe-using-db-sql - frappe.qb cannot select from the text that Frappe's get_list makes
			f"select chat.last_message_at_ms, lead.name from ({chats}) chat {belonging} "  # noqa: S608 - Frappe's statements
			f"{f'where {LATEST_FIRST}' if of_windows else ''} order by chat.last_message_at_ms desc limit {MAX_NAMES}"
		)
		complete = complete and len(found) < MAX_NAMES
		rows += found
	names = list(dict.fromkeys(name for _at_ms, name in sorted(rows, reverse=True)))
	return names[:MAX_NAMES], complete and len(names) < MAX_NAMES


def _my_conversations() -> tuple[list[str], bool]:
	"""The latest chats of the leads that the session's user owns or is assigned to; and whether these are all."""
	chat, todo = DocType(CONVERSATION), DocType("ToDo")
	user = frappe.session.user
	of_its_lead = (todo.reference_type == chat.lead_doctype) & (todo.reference_name == chat.lead)
	to_me = (todo.allocated_to == user) & (todo.status == "Open")
	assigned = ExistsCriterion(frappe.qb.from_(todo).select(todo.name).where(of_its_lead & to_me))
	names = (
		frappe.qb.from_(chat)
		.select(chat.name)
		.where((chat.lead_owner == user) | assigned)
		.orderby(chat.last_message_at_ms, order=Order.desc)
		.limit(MAX_NAMES)
		.run(pluck=True)
	)
	readable = frappe.get_list(CONVERSATION, {"name": ("in", names or [""])}, pluck="name", limit=0)
	return readable, len(names) < MAX_NAMES
