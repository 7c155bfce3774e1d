"""The InboxStore port on Frappe's database."""

from collections.abc import Callable
from functools import lru_cache

import frappe
from frappe.query_builder import DocType, Order
from frappe.query_builder.functions import Count

from ...chat.chat_list import Query
from ...chat.message import Conversation, Message
from . import chat_lists, database
from .chat_lists import SqlText
from .conversations import conversation_value
from .database import VALUE
from .messages import message_value
from .tables import CONVERSATION, CONVERSATION_FIELDS, MESSAGE, MESSAGE_FIELDS


class FrappeInboxStore:
	"""`readable` returns the SQL condition for the chats that the user may read."""

	def __init__(self, readable: Callable[[], str]):
		self.readable = readable

	def chats(self, query: Query, *, after: tuple = (), limit: int) -> list[Conversation]:
		chat = DocType(CONVERSATION)
		statement = self._wanted(query).select(*CONVERSATION_FIELDS).limit(limit)
		if after:
			statement = statement.where(chat_lists.behind(query.order, after, chat))
		statement = chat_lists.ordered(statement, query.order, chat)
		return [conversation_value(row) for row in database.run_literal(statement, as_dict=True)]

	def count(self, query: Query, most: int) -> int:
		counted = self._wanted(query).select(DocType(CONVERSATION).name).limit(most).as_("counted")
		return database.run_literal(frappe.qb.from_(counted).select(Count("*")))[0][0]

	def _wanted(self, query: Query):
		chat = DocType(CONVERSATION)
		return frappe.qb.from_(chat).where(chat_lists.wanted(query, chat)).where(SqlText(self.readable()))

	def newest(self, conversations: list[str]) -> dict[str, Message]:
		"""Each is one row, read by the index on conversation and time."""
		if not conversations:
			return {}
		statement = " union all ".join([_newest_statement(frappe.db.db_type)] * len(conversations))
		rows = database.run(statement, conversations, as_dict=True)
		return {row["conversation"]: message_value(row, ()) for row in rows}


@lru_cache
def _newest_statement(_db_type: str) -> str:
	table = DocType(MESSAGE)
	query = frappe.qb.from_(table).select(*MESSAGE_FIELDS).where(table.conversation == VALUE)
	for field in (table.sent_at_ms, table.creation, table.name):
		query = query.orderby(field, order=Order.desc)
	newest = query.limit(1).as_("newest")
	return frappe.qb.from_(newest).select(newest.star).get_sql()
