"""Lists of chats: which are open, closing soon, closed, unread or mine, as filters of Frappe's list view."""

import frappe
from frappe.utils import get_datetime, today

from ..chat import status
from ..chat.conversations import link_lead
from ..chat.errors import InvalidMessage
from ..chat.window import WINDOW_MS
from ..chat.words import _lt
from . import database
from .clock import SystemClock
from .leads import SiteLeads, show_on_chats
from .permissions import CONVERSATION
from .settings import closing_ms
from .store import MESSAGE, FrappeStore

MOST_LEADS = 500
KINDS = ("open", "closing", "closed", "unread", "mine")


def filters(kind: str) -> list[list]:
	"""The filters of the list view for one kind of chats, by the server's clock at this moment."""
	closed_at_ms = SystemClock().now_ms() - WINDOW_MS
	open_now = ["last_inbound_at_ms", ">", closed_at_ms]
	conditions = {
		"open": [open_now],
		"closing": [open_now, ["last_inbound_at_ms", "<=", closed_at_ms + closing_ms()]],
		"closed": [["last_inbound_at_ms", "<=", closed_at_ms]],
		"unread": [["unread_count", ">", 0]],
		"mine": [["lead_owner", "=", frappe.session.user]],
	}[kind]
	return [[CONVERSATION, *condition] for condition in conditions]


def leads(kind: str, doctype: str) -> list[str]:
	"""The leads of one DocType that have such a chat which the session's user may see, the latest first."""
	of_type = [CONVERSATION, "lead_doctype", "=", doctype]
	return frappe.get_list(
		CONVERSATION,
		[*filters(kind), of_type],
		pluck="lead",
		order_by="last_message_at_ms desc",
		limit=MOST_LEADS,
	)


def card(kind: str) -> dict:
	"""A number card of one kind of chats, as Frappe wants it."""
	return _card(CONVERSATION, filters(kind))


def failed_today_card() -> dict:
	"""Messages that failed since midnight of the site's time."""
	today_s = ["sent_at", ">=", get_datetime(today())]
	return _card(MESSAGE, [["delivery_status", "in", status.FAILURES], today_s])


def _card(doctype: str, conditions: list[list]) -> dict:
	"""Counted by a query that knows what the session's user may see."""
	count = len(frappe.get_list(doctype, conditions, pluck="name", limit=0))
	return {"value": count, "fieldtype": "Int", "route": ["List", doctype, "List"], "route_options": {}}


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
