"""The InboxStore port on Frappe's database.

A list is read from each DocType of records by itself, and the rows are merged: for each one the database can use the indexes of
the chats or of the records, whichever are fewer. Where a user may read few records, it decides that by its own statistics. Where
they may read many, every so many chats of a queue are theirs, and it reads the queue in its order until the page is full: its
statistics do not know that it will end so early.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property, lru_cache
from hashlib import sha256

import frappe
from frappe.query_builder import DocType, Order
from frappe.query_builder.functions import Count

from ...chat.chat_list import Query
from ...chat.message import Conversation, Message
from . import chat_lists, chat_search, database
from .chat_lists import Readable, SqlText, literal
from .conversations import ConversationStore
from .database import VALUE
from .messages import message_value
from .tables import CONVERSATION, MESSAGE, MESSAGE_FIELDS

# So many records of a DocType are few: fewer than one chat in a hundred of a million.
FEW = 20_000
COUNTED, COUNTED_FOR_S = "wa_window_many_records_", 60


class FrappeInboxStore:
	"""`readable` returns the chats that the user may read."""

	def __init__(self, readable: Callable[[], Readable]):
		self._readable = readable

	def chats(self, query: Query, *, after: tuple = (), limit: int) -> list[Conversation]:
		names = [name for *_values, name in self._listed(self._searched(query, after), after, limit)]
		rows = {row.name: row for row in ConversationStore().conversations_named(names)}
		return [rows[name] for name in names if name in rows]

	def count(self, query: Query, most: int) -> int:
		counted = 0
		for statement in self._statements(self._searched(query)):
			rows = statement.select(DocType(CONVERSATION).name).limit(most - counted).as_("counted")
			counted += database.run_literal(frappe.qb.from_(rows).select(Count("*")))[0][0]
			if counted >= most:
				break
		return counted

	def newest(self, conversations: list[str]) -> dict[str, Message]:
		"""Each is one row, read by the index on conversation and time."""
		if not conversations:
			return {}
		statement = " union all ".join([_newest_statement(frappe.db.db_type)] * len(conversations))
		rows = database.run(statement, conversations, as_dict=True)
		return {row["conversation"]: message_value(row, ()) for row in rows}

	@cached_property
	def readable(self) -> Readable:
		return self._readable()

	@cached_property
	def many(self) -> set[str]:
		"""The DocTypes of which the user may read many records, or that have many chats, where they may read all."""
		return {
			doctype for doctype, condition in self.readable.records.items() if _are_many(doctype, condition)
		}

	def _searched(self, query: Query, after: tuple = ()) -> Query:
		"""Without its search: for the chats that are found."""
		if not query.search:
			return query
		everything = replace(query, search=None)
		latest = self._listed(everything, after, chat_search.LATEST_CHATS)
		found = chat_search.found(query.search, [name for *_values, name in latest])
		return replace(everything, names=tuple(found if query.names is None else found & {*query.names}))

	def _listed(self, query: Query, after: tuple, limit: int) -> list[tuple]:
		"""The values of the order's columns, the last of which is the name."""
		chat, found = DocType(CONVERSATION), []
		for statement in self._statements(query):
			rows = statement.where(chat_lists.behind(query.order, after, chat)) if after else statement
			rows = rows.select(*[chat[column] for column in query.order.columns]).limit(limit)
			found += database.run_literal(chat_lists.ordered(rows, query.order, chat))
		return sorted(found, reverse=query.order.descending)[:limit]

	def _statements(self, query: Query) -> Iterator:
		"""Without columns: the chats of records of each DocType, and those without a record."""
		chat = DocType(CONVERSATION)
		for wanted, order in chat_lists.alternatives(query, chat):
			index = order if query.names is None else ""
			for doctype, condition in self.readable.records.items():
				yield self._of_records(doctype, condition, index).where(wanted)
			if self.readable.without_record:
				yield frappe.qb.from_(chat).where(wanted & (chat.lead.isnull() | (chat.lead == "")))

	def _of_records(self, doctype: str, condition: str, index: str):
		chat, record = DocType(CONVERSATION), DocType(doctype)
		statement = frappe.qb.from_(chat)
		in_order = (
			doctype in self.many or index == chat_lists.OWNED
		)  # who owns a record may hardly ever not read it
		if in_order and index and frappe.db.db_type == "mariadb":
			statement = statement.modifier("STRAIGHT_JOIN").force_index(index)
		of_record = (chat.lead_doctype == literal(doctype)) & (chat.lead == record.name)
		statement = statement.join(record).on(of_record)
		return statement.where(SqlText(condition)) if condition else statement


def _are_many(doctype: str, condition: str) -> bool:
	"""For choosing a statement, whose result is the same either way: so what was counted a moment ago will do."""
	key = f"{COUNTED}{sha256(f'{doctype} {condition}'.encode()).hexdigest()}"
	known = frappe.cache.get_value(key, expires=True)
	if known is None:
		known = int(_count_records(doctype, condition) == FEW)
		frappe.cache.set_value(key, known, expires_in_sec=COUNTED_FOR_S)
	return bool(known)


def _count_records(doctype: str, condition: str) -> int:
	"""At most FEW."""
	chat, record = DocType(CONVERSATION), DocType(doctype)
	if condition:
		rows = frappe.qb.from_(record).select(record.name).where(SqlText(condition))
	else:
		rows = frappe.qb.from_(chat).select(chat.name).where(chat.lead_doctype == literal(doctype))
	counted = frappe.qb.from_(rows.limit(FEW).as_("counted")).select(Count("*"))
	return database.run_literal(counted)[0][0]


@lru_cache
def _newest_statement(_db_type: str) -> str:
	table = DocType(MESSAGE)
	query = frappe.qb.from_(table).select(*MESSAGE_FIELDS).where(table.conversation == VALUE)
	for field in (table.sent_at_ms, table.creation, table.name):
		query = query.orderby(field, order=Order.desc)
	newest = query.limit(1).as_("newest")
	return frappe.qb.from_(newest).select(newest.star).get_sql()
