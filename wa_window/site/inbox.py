"""Lists of chats: which are open, closing soon, closed, unread or mine, as filters of Frappe's list view."""

import frappe
from frappe.query_builder import DocType, Order
from pypika.terms import ExistsCriterion

from ..chat import status
from ..chat.conversations import link_lead
from ..chat.errors import InvalidMessage, NotPermitted
from ..chat.window import WINDOW_MS
from ..chat.words import _lt
from . import database
from .clock import SystemClock
from .leads import LEAD_TYPES, SiteLeads, show_on_chats
from .permissions import CONVERSATION
from .settings import closing_ms
from .store import MESSAGE, FrappeStore

MOST_NAMES = 500
OF_WINDOWS = ("open", "closing", "closed")
OF_LEADS = (*OF_WINDOWS, "unread")
FAILED_TODAY = {"delivery_status": ["in", status.FAILURES], "sent_at": ["Timespan", "today"]}


def list_filters(kind: str, doctype: str) -> dict:
	"""What the list of chats, or of a DocType of leads, is to be filtered by to show one kind, by the server's clock at this
	moment; `latest`: how many are listed where there are more."""
	if doctype == CONVERSATION and kind in OF_LEADS:
		return {"filters": filters(kind), "latest": None}
	names, complete = _mine() if doctype == CONVERSATION else leads(kind, doctype)
	return {
		"filters": [[doctype, "name", "in", names or [""]]],
		"latest": None if complete else MOST_NAMES,
	}


def filters(kind: str) -> list[list]:
	"""The conditions on a chat of this kind. A customer who has opted out, or has never written, has no window to speak of."""
	closed_at_ms = SystemClock().now_ms() - WINDOW_MS
	not_opted_out = ["opted_out", "=", 0]
	open_now = ["last_inbound_at_ms", ">", closed_at_ms]
	conditions = {
		"open": [not_opted_out, open_now],
		"closing": [not_opted_out, open_now, ["last_inbound_at_ms", "<=", closed_at_ms + closing_ms()]],
		"closed": [
			not_opted_out,
			["last_inbound_at_ms", "<=", closed_at_ms],
			["last_inbound_at_ms", ">", 0],
		],
		"unread": [["unread_count", ">", 0]],
	}[kind]
	return [[CONVERSATION, *condition] for condition in conditions]


def leads(kind: str, doctype: str) -> tuple[list[str], bool]:
	"""The readable leads of one DocType that have such a chat by link or by number, of the latest chats; and whether these are all.

	Whoever may read a lead may see its number's window, but only with the chat's own lead what is unread in it.
	"""
	if doctype not in LEAD_TYPES or kind not in OF_LEADS:
		raise NotPermitted
	chats = frappe.get_list(
		CONVERSATION,
		filters(kind),
		["lead_doctype", "lead", "customer"],
		order_by="last_message_at_ms desc",
		limit=MOST_NAMES,
		ignore_permissions=kind in OF_WINDOWS,
	)
	if not chats:
		return [], True
	linked = ["name", "in", [chat.lead for chat in chats if chat.lead_doctype == doctype]]
	of_number = ["wa_phone", "in", [chat.customer for chat in chats]]
	names = frappe.get_list(doctype, or_filters=[linked, of_number], pluck="name", limit=MOST_NAMES)
	return names, max(len(chats), len(names)) < MOST_NAMES


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
	return names, len(names) < MOST_NAMES


def card(kind: str) -> dict:
	"""A number card of one kind of chats, as Frappe wants it; a click on it shows them."""
	return _card(CONVERSATION, filters(kind), {"wa_kind": kind})


def failed_today_card() -> dict:
	"""Messages that failed since midnight of the site's time."""
	conditions = [[MESSAGE, field, *condition] for field, condition in FAILED_TODAY.items()]
	return _card(MESSAGE, conditions, FAILED_TODAY)


def _card(doctype: str, conditions: list[list], route_options: dict) -> dict:
	return {
		"value": _count(doctype, conditions) if frappe.has_permission(doctype, "read") else 0,
		"fieldtype": "Int",
		"route": ["List", doctype, "List"],
		"route_options": route_options,
	}


def _count(doctype: str, conditions: list[list]) -> int:
	"""Those that the session's user may see; as Frappe's own lists count."""
	listed = frappe.get_list(doctype, conditions, ["name"], order_by=None, limit=0, run=False)
	return frappe.db.sql(f"select count(*) from ({listed}) listed")[0][0]


def create_lead(conversation: str) -> dict:
	"""Create a lead for a conversation and link it, as a follow-up would have. Raises InvalidMessage with the reason."""
	store, leads = FrappeStore(), SiteLeads(always=True)
	link_lead(conversation, store=store, leads=leads)
	row = store.conversation(conversation)
	if row is None or not row.lead:
		raise InvalidMessage(
			_lt("No lead could be created: {0}"),
			row.lead_problem if row else _lt("the chat no longer exists"),
		)
	database.transaction(lambda: show_on_chats(frappe.get_doc(row.lead_doctype, row.lead)))
	return {"doctype": row.lead_doctype, "name": row.lead}
