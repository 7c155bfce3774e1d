"""The InboxStore port on Frappe's database.

A list is read from each DocType of records by itself, and the rows are merged: for each one the database can use the indexes of
the chats or of the records, whichever are fewer. Where a user may read few records, it decides that by its own statistics. Where
they may read many, every so many chats of a queue are theirs, and it reads the queue in its order until the page is full: its
statistics do not know that it will end so early.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property, lru_cache

import frappe
from frappe.query_builder import Criterion, DocType, Order, Table
from frappe.query_builder.functions import Count

from ...chat.chat_list import LATEST_FIRST, Query
from ...chat.message import Conversation, Message
from . import chat_lists, chat_search, database
from .chat_lists import Readable, SqlText, literal
from .conversations import conversation_value
from .database import VALUE
from .messages import message_value
from .tables import CONVERSATION, CONVERSATION_FIELDS, MESSAGE, MESSAGE_FIELDS

# So many records of a DocType are few: fewer than one chat in a hundred of a million.
FEW = 20_000


class FrappeInboxStore:
	"""`readable` returns the chats that the user may read."""

	def __init__(self, readable: Callable[[], Readable]):
		self._readable = readable

	def chats(self, query: Query, *, after: tuple = (), limit: int) -> list[Conversation]:
		found = [
			row for statement in self._statements(query) for row in _page(statement, query, after, limit)
		]
		return sorted(found, key=query.order.values_of, reverse=query.order.descending)[:limit]

	def count(self, query: Query, most: int) -> int:
		counted = 0
		for statement in self._statements(query):
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

	def _statements(self, query: Query) -> Iterator:
		"""Without columns: the chats of records of each DocType, and those without a record."""
		chat = DocType(CONVERSATION)
		for wanted, index in self._alternatives(query, chat):
			for doctype, condition in self.readable.records.items():
				yield self._of_records(doctype, condition, index).where(wanted)
			if self.readable.without_record:
				yield frappe.qb.from_(chat).where(wanted & (chat.lead.isnull() | (chat.lead == "")))

	def _alternatives(self, query: Query, chat: Table) -> list[tuple[Criterion, str]]:
		listed = chat_lists.alternatives(query, chat)
		if not query.search:
			return listed
		latest = self.chats(replace(query, search=None, order=LATEST_FIRST), limit=chat_search.LATEST_CHATS)
		by_names, *frequent = chat_search.found(query.search, [row.name for row in latest], chat)
		return [(wanted & by_names, "") for wanted, _index in listed] + [
			(wanted & condition, index) for wanted, index in listed for condition in frequent
		]

	def _of_records(self, doctype: str, condition: str, index: str):
		chat, record = DocType(CONVERSATION), DocType(doctype)
		statement = frappe.qb.from_(chat)
		if doctype in self.many and index and frappe.db.db_type == "mariadb":
			statement = statement.modifier("STRAIGHT_JOIN").force_index(index)
		of_record = (chat.lead_doctype == literal(doctype)) & (chat.lead == record.name)
		statement = statement.join(record).on(of_record)
		return statement.where(SqlText(condition)) if condition else statement


def _page(statement, query: Query, after: tuple, limit: int) -> list[Conversation]:
	chat = DocType(CONVERSATION)
	if after:
		statement = statement.where(chat_lists.behind(query.order, after, chat))
	statement = statement.select(*[chat[field] for field in CONVERSATION_FIELDS]).limit(limit)
	rows = database.run_literal(chat_lists.ordered(statement, query.order, chat), as_dict=True)
	return [conversation_value(row) for row in rows]


def _are_many(doctype: str, condition: str) -> bool:
	chat, record = DocType(CONVERSATION), DocType(doctype)
	if condition:
		rows = frappe.qb.from_(record).select(record.name).where(SqlText(condition))
	else:
		rows = frappe.qb.from_(chat).select(chat.name).where(chat.lead_doctype == literal(doctype))
	counted = frappe.qb.from_(rows.limit(FEW).as_("counted")).select(Count("*"))
	return database.run_literal(counted)[0][0] == FEW


@lru_cache
def _newest_statement(_db_type: str) -> str:
	table = DocType(MESSAGE)
	query = frappe.qb.from_(table).select(*MESSAGE_FIELDS).where(table.conversation == VALUE)
	for field in (table.sent_at_ms, table.creation, table.name):
		query = query.orderby(field, order=Order.desc)
	newest = query.limit(1).as_("newest")
	return frappe.qb.from_(newest).select(newest.star).get_sql()
