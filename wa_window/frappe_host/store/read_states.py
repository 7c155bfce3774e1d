"""The ReadStates port on Frappe's database. A user's first opening is one of Frappe's user defaults."""

from functools import lru_cache

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Count

from ...chat.message import INBOUND
from ...chat.read_state import MOST_COUNTED
from . import database
from .database import VALUE
from .raw_rows import insert, new_name, update
from .tables import MESSAGE

READ_STATE = "Chat Read State"
FIRST_OPENING = "wa_window_inbox_since_ms"


class FrappeReadStates:
	def first_opening_ms(self, user: str) -> int:
		return int(frappe.defaults.get_defaults_for(user).get(FIRST_OPENING) or 0)

	def set_first_opening(self, user: str, at_ms: int) -> None:
		frappe.defaults.set_user_default(FIRST_OPENING, at_ms, user)

	def seen_until_ms(self, user: str, conversations: list[str]) -> dict[str, int]:
		if not conversations:
			return {}
		table = DocType(READ_STATE)
		query = frappe.qb.from_(table).select(table.conversation, table.seen_until_ms)
		query = query.where((table.user == VALUE) & table.conversation.isin([VALUE] * len(conversations)))
		return dict(database.run(query, (user, *conversations)))

	def set_seen_until(self, user: str, conversation: str, at_ms: int) -> None:
		found = frappe.db.get_value(READ_STATE, {"user": user, "conversation": conversation})
		if found:
			update(READ_STATE, found, {"seen_until_ms": at_ms})
			return
		row = {"name": new_name(), "user": user, "conversation": conversation, "seen_until_ms": at_ms}
		with database.duplicate_is_conflict():
			insert(READ_STATE, row)

	def inbound_after(self, times: dict[str, int]) -> dict[str, int]:
		"""Each is a range of the index on conversation and time."""
		if not times:
			return {}
		statement = " union all ".join([_count_statement(frappe.db.db_type)] * len(times))
		values = [value for name, at_ms in times.items() for value in (name, name, at_ms, INBOUND)]
		return dict(database.run(statement, values))


@lru_cache
def _count_statement(_db_type: str) -> str:
	"""The name of a conversation and its count."""
	table = DocType(MESSAGE)
	newer = (table.conversation == VALUE) & (table.sent_at_ms > VALUE) & (table.direction == VALUE)
	unread = frappe.qb.from_(table).select(table.name).where(newer).limit(MOST_COUNTED).as_("unread")
	return frappe.qb.from_(unread).select(VALUE, Count("*")).get_sql()


def merge_into(kept: str, absorbed: str) -> None:
	"""Inside the transaction that merges two conversations: what a user has not seen in one of them is unread."""
	states = FrappeReadStates()
	for user, at_ms in _states_of(absorbed):
		seen_in_kept = states.seen_until_ms(user, [kept]).get(kept, at_ms)
		states.set_seen_until(user, kept, min(at_ms, seen_in_kept))
	delete_of_conversation(absorbed)


def delete_of_conversation(conversation: str) -> None:
	frappe.db.delete(READ_STATE, {"conversation": conversation})


def delete_of_user(doc, method: str | None = None) -> None:
	"""Document event: a link to a user would prevent their deletion."""
	frappe.db.delete(READ_STATE, {"user": doc.name})
	frappe.defaults.clear_default(key=FIRST_OPENING, parent=doc.name)


def _states_of(conversation: str) -> list[tuple[str, int]]:
	table = DocType(READ_STATE)
	query = frappe.qb.from_(table).select(table.user, table.seen_until_ms).where(table.conversation == VALUE)
	return database.run(query, (conversation,))
