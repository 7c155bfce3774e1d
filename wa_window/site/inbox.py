"""Lists of chats: which are open, closing soon, closed, unread or mine, as filters of Frappe's list view."""

import frappe

from ..chat.conversations import link_lead
from ..chat.errors import InvalidMessage
from ..chat.window import WINDOW_MS
from ..chat.words import _lt
from . import database
from .clock import SystemClock
from .leads import SiteLeads, show_on_chats
from .permissions import CONVERSATION
from .settings import closing_ms
from .store import FrappeStore

KINDS = ("open", "closing", "closed", "unread", "mine")


def filters(kind: str) -> list[list]:
	"""The filters of the list view for one kind of chats, by the server's clock at this moment."""
	now_ms = SystemClock().now_ms()
	closed_at_ms = now_ms - WINDOW_MS
	by_kind = {
		"open": [["last_inbound_at_ms", ">", closed_at_ms]],
		"closing": [
			["last_inbound_at_ms", ">", closed_at_ms],
			["last_inbound_at_ms", "<=", closed_at_ms + closing_ms()],
		],
		"closed": [["last_inbound_at_ms", "<=", closed_at_ms]],
		"unread": [["unread_count", ">", 0]],
		"mine": [["lead_owner", "=", frappe.session.user]],
	}
	return [[CONVERSATION, *condition] for condition in by_kind[kind]]


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
