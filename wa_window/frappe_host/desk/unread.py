"""What the session's user has not read: for lists, badges and notifications."""

import frappe

from ...chat import read_state
from ...chat.message import Conversation
from ..bootstrap import chat_service
from ..records.permissions import CONVERSATION, as_listed
from ..store.read_states import READ_STATE

# The list of unread chats is made from so many that have got a message last: who reads everything would have all examined.
EXAMINED = 5000


def open_lists() -> None:
	"""The session's user opens a list of chats: see `read_state.opened`."""
	read_state.opened(chat_service(), frappe.session.user)


def counts(conversations: list[Conversation], user: str = "") -> dict[str, int]:
	"""By name, the unread messages of a user, else of the session's user, in these conversations."""
	return read_state.unread_counts(chat_service(), user or frappe.session.user, conversations)


def latest_unread(most: int) -> tuple[list[str], bool]:
	"""The names of the latest chats with messages that the session's user has not seen, of those that they may list; and
	whether these are all."""
	open_lists()
	since_ms = chat_service().read_states.first_opening_ms(frappe.session.user)
	# A chat marked as unread may be older than the user's first opening.
	listed = as_listed(CONVERSATION, [["last_inbound_at_ms", ">", 0]], ["name", "last_inbound_at_ms"])
	latest = f"select * from ({listed}) listed order by last_inbound_at_ms desc limit {EXAMINED}"  # noqa: S608 - Frappe's statement
	own_state = f"state.conversation = chat.name and state.user = {frappe.db.escape(frappe.session.user)}"
	rows = frappe.db.sql(  # nosemgrep: frappe-using-db-sql - frappe.qb cannot select from the text that Frappe's get_list makes
		f"select chat.name from ({latest}) chat left join `tab{READ_STATE}` state on {own_state} "  # noqa: S608 - see above
		f"where chat.last_inbound_at_ms > coalesce(state.seen_until_ms, {since_ms}) "
		f"order by chat.last_inbound_at_ms desc limit {most}"
	)
	return [name for (name,) in rows], len(rows) < most
