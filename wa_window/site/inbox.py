"""Lists of chats: which are open, closing soon, closed, unread or mine, as filters of Frappe's list view."""

import frappe
from frappe.query_builder import DocType, Order
from pypika.terms import ExistsCriterion

from ..chat import status
from ..chat.conversations import link_lead, window
from ..chat.errors import InvalidArgument, InvalidMessage, NotPermitted
from ..chat.ports import LeadInTheMaking
from ..chat.window import State
from ..chat.words import _lt
from . import database
from .clock import SystemClock
from .leads import LEAD_TYPES, SiteLeads, show_on_chats
from .permissions import CONVERSATION, as_listed, count_listed, require_chat, require_role
from .settings import closing_ms
from .store import MESSAGE, FrappeStore
from .windows import OF_A_WINDOW, closing_between

MOST_NAMES = 500
OF_WINDOWS = ("open", "closing", "closed")
OF_LEADS = (*OF_WINDOWS, "unread")
NOT_OPTED_OUT = ["opted_out", "=", 0]
# A customer's chats with several business numbers: what counts is the one that the lead's panel opens.
LATEST = (
	"not exists (select 1 from `tabChat Conversation` later where later.customer = chat.customer "
	"and later.last_message_at_ms > chat.last_message_at_ms)"
)
WITHOUT_A_LEAD = {"lead": ["is", "not set"]}
FAILED_TODAY = {"delivery_status": ["in", status.FAILURES], "sent_at": ["Timespan", "today"]}


def list_filters(kind: str, doctype: str) -> dict:
	"""What the list of chats, or of a DocType of leads, is to be filtered by to show one kind, by the server's clock at this
	moment; `latest`: how many are listed where there are more."""
	if doctype == CONVERSATION:
		require_role()
	if doctype == CONVERSATION and kind in OF_LEADS:
		return {"filters": filters(kind), "latest": None}
	if doctype == CONVERSATION and kind != "mine":
		raise InvalidArgument(_lt("There is no such list of chats: choose another one."))
	names, complete = _mine() if doctype == CONVERSATION else leads(kind, doctype)
	return {
		"filters": [[doctype, "name", "in", names or [""]]],
		"latest": None if complete else MOST_NAMES,
	}


def filters(kind: str, *, ignore_permissions: bool = False) -> list[list]:
	"""The conditions on a chat of this kind. A customer who has opted out or blocks us, or has never written, has no window
	to speak of.

	They name chats that the session's user may see, or any with `ignore_permissions`.
	"""
	if kind == "unread":
		conditions = [["unread_count", ">", 0]]
	else:
		now_ms = SystemClock().now_ms()
		span = {"open": (now_ms, None), "closing": (now_ms, now_ms + closing_ms()), "closed": (0, now_ms)}
		within = closing_between(*span[kind])
		conditions = [NOT_OPTED_OUT, *within, *_without_others(kind, within, now_ms, ignore_permissions)]
	return [[CONVERSATION, *condition] for condition in conditions]


def _without_others(kind: str, within: list[list], now_ms: int, ignore_permissions: bool) -> list[list]:
	"""Without the few that WhatsApp or their customer has closed: a filter cannot compare two columns."""
	blocked, refused = ["blocked_at_ms", ">", 0], ["provider_closed_at_ms", ">", 0]
	states, closed_by = (State.OPEN, State.CLOSING), [blocked, refused]
	if kind == "closed":
		states, closed_by = (State.CLOSED,), [blocked]
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
	"""The readable leads of one DocType whose chat, by link or by number, is of this kind, those of the latest chats first;
	and whether these are all.

	Whoever may read a lead may see its number's window, but only with the chat's own lead what is unread in it.
	"""
	if doctype not in LEAD_TYPES or kind not in OF_LEADS:
		raise NotPermitted
	of_windows = kind in OF_WINDOWS
	chats = as_listed(
		CONVERSATION,
		filters(kind, ignore_permissions=of_windows),
		["lead_doctype", "lead", "customer", "last_message_at_ms"],
		ignore_permissions=of_windows,
	)
	readable = as_listed(doctype, [], ["name", "wa_phone"])
	linked = f"chat.lead_doctype = {frappe.db.escape(doctype)} and chat.lead = lead.name"
	of_number = "chat.customer = lead.wa_phone"
	rows, complete = [], True
	for belongs in (linked, of_number):
		found = frappe.db.sql(  # nosemgrep: frappe-using-db-sql - frappe.qb cannot select from the text that Frappe's get_list makes
			f"select chat.last_message_at_ms, lead.name from ({chats}) chat join ({readable}) lead on {belongs} "  # noqa: S608 - Frappe's statements
			f"{f'where {LATEST}' if of_windows else ''} order by chat.last_message_at_ms desc limit {MOST_NAMES}"
		)
		complete = complete and len(found) < MOST_NAMES
		rows += found
	names = list(dict.fromkeys(name for _at_ms, name in sorted(rows, reverse=True)))
	return names[:MOST_NAMES], complete and len(names) < MOST_NAMES


def _mine() -> tuple[list[str], bool]:
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
		.limit(MOST_NAMES)
		.run(pluck=True)
	)
	readable = frappe.get_list(CONVERSATION, {"name": ("in", names or [""])}, pluck="name", limit=0)
	return readable, len(names) < MOST_NAMES


def card(kind: str) -> dict:
	"""A number card of one kind of chats, as Frappe wants it; a click on it shows them."""
	conditions = filters(kind) if frappe.has_permission(CONVERSATION, "read") else []
	return _card(CONVERSATION, conditions, {"wa_kind": kind})


def without_a_lead_card() -> dict:
	"""Chats that wait for a manager, who alone may see them."""
	return _card(CONVERSATION, _conditions(CONVERSATION, WITHOUT_A_LEAD), WITHOUT_A_LEAD)


def failed_today_card() -> dict:
	"""Messages that failed since midnight of the site's time."""
	return _card(MESSAGE, _conditions(MESSAGE, FAILED_TODAY), FAILED_TODAY)


def _conditions(doctype: str, filters: dict) -> list[list]:
	return [[doctype, field, *condition] for field, condition in filters.items()]


def _card(doctype: str, conditions: list[list], route_options: dict) -> dict:
	return {
		"value": count_listed(doctype, conditions) if frappe.has_permission(doctype, "read") else 0,
		"fieldtype": "Int",
		"route": ["List", doctype, "List"],
		"route_options": route_options,
	}


def create_lead(conversation: str) -> dict:
	"""Create a lead for a conversation that the session's user may change, and link it, as a follow-up would have.

	Raises NotPermitted, or InvalidMessage with the reason.
	"""
	store, leads = FrappeStore(), SiteLeads(by_hand=True)
	require_chat(store.conversation(conversation), "write")
	try:
		link_lead(conversation, store=store, leads=leads, clock=SystemClock())
	except LeadInTheMaking as error:
		raise InvalidMessage(
			_lt("A lead is just being created for this customer: try again in a moment.")
		) from error
	row = store.conversation(conversation)
	if row is None:
		raise InvalidMessage(_lt("No lead could be created: the chat no longer exists."))
	if not row.lead:
		raise InvalidMessage(_lt("No lead could be created: {0}"), row.lead_problem)
	database.transaction(lambda: show_on_chats(frappe.get_doc(row.lead_doctype, row.lead)))
	return {"doctype": row.lead_doctype, "name": row.lead}
