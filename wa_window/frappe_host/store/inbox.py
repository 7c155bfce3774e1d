"""The InboxStore port on Frappe's database.

A list is read from each DocType of records by itself, and the rows are merged: for each one the database can use the indexes of
the chats or of the records, whichever are fewer.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256

import frappe
from frappe.query_builder import Criterion, DocType, Order
from frappe.query_builder.functions import Count
from pypika.terms import ExistsCriterion

from ...chat.chat_list import MINE, Query
from ...chat.chat_list import Order as ListOrder
from ...chat.inbox import MOST_ROWS
from ...chat.message import Conversation, Message
from ...chat.search import Search
from . import chat_lists, chat_search, database
from .chat_lists import NO_CHATS, Readable, SqlText, literal
from .conversations import ConversationStore
from .database import VALUE
from .messages import message_value
from .tables import CHAT_RECORD, CONVERSATION, MESSAGE, MESSAGE_FIELDS

# Fewer records of a DocType are read one by one; of more than a very few, after a look at the beginning of a long list.
VERY_FEW, FEW = 1000, 20_000
A_PAGE = MOST_ROWS + 1
# So many of a long list's first chats are looked at: few for who may read most of them, then as many as one in a hundred needs.
EXAMINED = (500, 5000)
# A chat that is found by its further record is as dear as so many that are found by their own.
READS_OF_ONE = 4
COUNTED, COUNTED_FOR_S = "wa_window_many_records_", 60


class FrappeInboxStore:
	"""`readable` returns the chats that the user may read."""

	def __init__(self, readable: Callable[[], Readable]):
		self._readable = readable

	def chats(self, query: Query, *, after: tuple = (), limit: int) -> list[Conversation]:
		names = [name for *_values, name in self._listed(query, after, limit)]
		rows = {row.name: row for row in ConversationStore().conversations_named(names)}
		return [rows[name] for name in names if name in rows]

	def found(
		self, query: Query, search: Search, *, after: tuple = (), limit: int
	) -> tuple[list[Conversation], tuple]:
		"""Names and numbers are looked up in all chats, messages in the next ones behind `after`."""
		most = chat_search.CHATS_SEARCHED if after else chat_search.CHATS_SEARCHED_FIRST
		following = self._listed(query, after, most)
		names = [name for *_values, name in following]
		is_last = len(following) < most
		found, searched = chat_search.found(search, names, limit, is_last=is_last)
		wanted = found if query.names is None else found & {*query.names}
		chats = self.chats(replace(query, names=tuple(wanted)), after=after, limit=limit)
		return chats, () if is_last and searched == len(following) else following[searched - 1]

	def count(self, query: Query, most: int) -> int:
		counted = 0
		for source, wanted, index in self._parts(query):
			counted += source.count(wanted, most - counted, index)
			if counted >= most:
				break
		return counted

	def newest(self, conversations: list[str]) -> dict[str, Message]:
		"""Each is one row, read by the index on conversation and time."""
		if not conversations:
			return {}
		rows = database.run(_newest_of(len(conversations)), conversations, as_dict=True)
		return {row["conversation"]: message_value(row, ()) for row in rows}

	def _listed(self, query: Query, after: tuple, limit: int) -> list[tuple]:
		"""The values of the order's columns, the last of which is the name."""
		found = []
		for source, wanted, index in self._parts(query):
			behind = (
				wanted & chat_lists.behind(query.order, after, DocType(CONVERSATION)) if after else wanted
			)
			found += source.first(behind, query.order, limit, index)
		return sorted(found, reverse=query.order.descending)[:limit]

	def _parts(self, query: Query) -> Iterator[tuple["Source", Criterion, str]]:
		"""What is read one after the other: from where, the condition, and the index in whose order it may be read."""
		for wanted, index in chat_lists.alternatives(query, DocType(CONVERSATION)):
			for source in self.sources:
				if query.whose == MINE and source.has_no_record:
					continue  # a chat without a record is nobody's
				yield source, wanted, "" if query.batch or query.names is not None else index

	@cached_property
	def sources(self) -> list["Source"]:
		readable = self._readable()
		sources = [Source(doctype, condition) for doctype, condition in readable.records.items()]
		if readable.without_record:
			sources.append(Source("", "", readable.doctypes))
		# Of these the chats' own records are.
		others = tuple(doctype for doctype in readable.doctypes if readable.records.get(doctype) != "")
		return sources + [FurtherSource(*each, others, readable) for each in readable.further.items()]


@dataclass(frozen=True)
class Source:
	"""The chats of records of one DocType that the user may list by Frappe's SQL condition, or of those of no record.

	Few records are read one by one, with an index for what a list needs of their chats. Of many records every so many chats are
	the user's: a queue is read in its order until the page is full, which the database's statistics do not know. So is the
	beginning of a long list where the records are neither.
	"""

	doctype: str
	condition: str
	doctypes: tuple[str, ...] = ()

	def first(self, wanted: Criterion, order: ListOrder, limit: int, index: str) -> list[tuple]:
		"""The values of the order's columns of the first chats."""
		if VERY_FEW < self.size < FEW and index in chat_lists.LONG and limit <= A_PAGE:
			for most in EXAMINED:
				rows = self._among_first(wanted, order, limit, index, most)
				if len(rows) == limit:
					return rows
		chat = DocType(CONVERSATION)
		statement = self._joined(chat, self._forced(index)).where(wanted)
		statement = statement.select(*[chat[column] for column in order.columns]).limit(limit)
		return database.run_literal(chat_lists.ordered(statement, order, chat))

	def count(self, wanted: Criterion, most: int, index: str) -> int:
		chat = DocType(CONVERSATION)
		# Without an order that of all chats would not be used: those of other records are not read.
		bounded = chat_lists.OF_RECORD if index == chat_lists.LATEST else index
		counted = self._joined(chat, self._forced(bounded)).where(wanted).select(chat.name)
		return database.run_literal(_counted(counted, most))[0][0]

	def _among_first(
		self, wanted: Criterion, order: ListOrder, limit: int, index: str, most: int
	) -> list[tuple]:
		"""Those of the queue's first `most` chats that are the user's."""
		chat = DocType(CONVERSATION)
		columns = [chat[column] for column in (*order.columns, "lead_doctype", "lead")]
		queue = _in_order_of(index, frappe.qb.from_(chat)).select(*columns).where(wanted).limit(most)
		first = chat_lists.ordered(queue, order, chat).as_("first")
		statement = self._joined(first).select(*[first[column] for column in order.columns]).limit(limit)
		return database.run_literal(chat_lists.ordered(statement, order, first))

	def _forced(self, index: str) -> str:
		"""Who owns a record may read it but for a rare exception, and few chats have failed."""
		is_shorter = index in (chat_lists.OWNED, chat_lists.FAILED) and self.size > VERY_FEW
		return index if self.size == FEW or is_shorter else ""

	def _joined(self, chat, index: str = ""):
		"""Without columns."""
		record = DocType(self.doctype)
		statement = _in_order_of(index, frappe.qb.from_(chat))
		if not self.doctype:
			return statement.where(chat_lists.has_no_record(self.doctypes, chat))
		of_record = (chat.lead_doctype == literal(self.doctype)) & (chat.lead == record.name)
		statement = statement.join(record).on(of_record)
		return statement.where(SqlText(self.condition)) if self.condition else statement

	@property
	def has_no_record(self) -> bool:
		return not self.doctype

	@cached_property
	def size(self) -> int:
		"""The number of these records, or of the chats where they are not limited; at most FEW. For choosing a statement, whose
		result is the same either way: so what was counted a moment ago will do."""
		of = f"{type(self).__name__} {self.doctype} {self.condition} {self.doctypes}"
		key = f"{COUNTED}{sha256(of.encode()).hexdigest()}"
		size = frappe.cache.get_value(key, expires=True)
		if size is None:
			size = self._size()
			frappe.cache.set_value(key, size, expires_in_sec=COUNTED_FOR_S)
		return size

	def _size(self) -> int:
		chat, record = DocType(CONVERSATION), DocType(self.doctype)
		if self.condition:
			rows = frappe.qb.from_(record).select(record.name).where(SqlText(self.condition))
		elif self.doctype:
			rows = frappe.qb.from_(chat).select(chat.name).where(chat.lead_doctype == literal(self.doctype))
		else:
			rows = self._joined(chat).select(chat.name)
		return database.run_literal(_counted(rows, FEW))[0][0]


@dataclass(frozen=True)
class FurtherSource(Source):
	"""The chats with another record of this DocType that the user may list, but whose own they may not, nor another one of a DocType
	before: so each is found once. Their own ones are of `doctypes`, those of which the user may not list all."""

	readable: Readable = NO_CHATS

	def _joined(self, chat, index: str = ""):
		statement = _in_order_of(index, frappe.qb.from_(chat))
		statement = statement.where(chat.lead_doctype.isin([literal(each) for each in self.doctypes]))
		its = _further(self.doctype, self.condition)
		of_chat = DocType(CHAT_RECORD).conversation == chat.name
		statement = statement.where(_RowByRow(its.where(of_chat)) if index else chat.name.isin(its))
		for doctype, condition in self.readable.further.items():
			if doctype == self.doctype:
				break
			statement = statement.where(ExistsCriterion(_further(doctype, condition).where(of_chat)).negate())
		for doctype, condition in self.readable.records.items():
			if condition:
				statement = statement.where(_is_unlisted(doctype, condition, chat))
		return statement

	def _size(self) -> int:
		chat = DocType(CONVERSATION)
		others = chat.lead_doctype.isin([literal(each) for each in self.doctypes])
		rows = frappe.qb.from_(chat).select(chat.name).where(others), _further(self.doctype, self.condition)
		fewest = min(database.run_literal(_counted(each, FEW))[0][0] for each in rows)
		return min(FEW, fewest * READS_OF_ONE)


class _RowByRow(ExistsCriterion):
	"""Whether there is a row, looked up for one chat after the other. MariaDB would read all rows first where it finds EXISTS, since it
	does not know how few chats are read: https://mariadb.com/kb/en/exists-to-in-optimization/"""

	def get_sql(self, **how) -> str:
		return f"coalesce({self.container.limit(1).get_sql(**how)}, '') != ''"


def _further(doctype: str, condition: str):
	"""The chats with a further record of this DocType that a user may list by this condition."""
	row, record = DocType(CHAT_RECORD), DocType(doctype)
	of_record = (row.record_doctype == literal(doctype)) & (row.record == record.name)
	chats = frappe.qb.from_(row).join(record).on(of_record).select(row.conversation)
	return chats.where(SqlText(condition)) if condition else chats


def _is_unlisted(doctype: str, condition: str, chat) -> Criterion:
	"""The condition that a chat's own record is none of this DocType that a user may list by a condition."""
	record = DocType(doctype)
	own = (
		frappe.qb.from_(record).select(record.name).where(record.name == chat.lead).where(SqlText(condition))
	)
	return (chat.lead_doctype != literal(doctype)) | ExistsCriterion(own).negate()


def _in_order_of(index: str, statement):
	if index and frappe.db.db_type == "mariadb":
		return statement.modifier("STRAIGHT_JOIN").force_index(index)
	return statement


def _counted(rows, most: int):
	return frappe.qb.from_(rows.limit(most).as_("counted")).select(Count("*"))


def _newest_of(count: int):
	chat, message, any_message = DocType(CONVERSATION), DocType(MESSAGE), DocType(MESSAGE).as_("any_message")
	newest = (
		frappe.qb.from_(any_message).select(any_message.name).where(any_message.conversation == chat.name)
	)
	for column in ("sent_at_ms", "creation", "name"):
		newest = newest.orderby(any_message[column], order=Order.desc)
	query = frappe.qb.from_(chat).join(message).on(message.name == newest.limit(1))
	fields = [message[field] for field in MESSAGE_FIELDS]
	return query.select(*fields).where(chat.name.isin([VALUE] * count))
