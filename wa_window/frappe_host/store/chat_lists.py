"""The lists of the inbox as statements: a `chat_list.Query` of the chats that its user may read.

Their values are literals, not placeholders: the permissions are Frappe's own text, in which a percent sign stands for itself.
"""

from dataclasses import dataclass, field
from functools import reduce
from operator import eq, ge, gt, le, lt

import frappe
from frappe.query_builder import Criterion, DocType, Order, Table
from pypika.terms import ExistsCriterion, LiteralValue

from ...chat import status
from ...chat.chat_list import LATEST_FIRST, MINE, UNASSIGNED, Column, Condition, Query
from ...chat.chat_list import Order as ListOrder
from ...chat.message import INBOUND as MESSAGE_INBOUND
from ...chat.template_batch import ANSWERS_WITHIN_MS, RowState
from .assignments import is_assigned_to, is_nobodys
from .tables import BATCH_ROW, MESSAGE
from .waiting import NEEDS_REPLY

# Indexes of Chat Conversation, which its controller makes.
WAITING, INBOUND, LATEST, OWNED, NOBODYS, FAILED, OF_RECORD = (
	f"wa_window_conversation_{name}"
	for name in ("needs_reply", "inbound", "latest", "owned", "unassigned", "failed", "record")
)
# In the order of which a list of any length is read.
LONG = (LATEST, NOBODYS, WAITING)
IS_WAITING = Condition("waiting_since_ms", ">", 0)
OPERATORS = {"=": eq, "<": lt, "<=": le, ">": gt, ">=": ge}


@dataclass(frozen=True)
class Readable:
	"""The chats that a user may read: of `records`, by DocType Frappe's own SQL condition for those that they may list (empty
	for all), and chats without a record. `doctypes` are all DocTypes of records. `further`: the same conditions, for the DocTypes of
	records that chats have beside their own; none where the user may list all records."""

	records: dict[str, str]
	without_record: bool = False
	doctypes: tuple[str, ...] = ()
	further: dict[str, str] = field(default_factory=dict)


NO_CHATS = Readable({})


class SqlText(Criterion):
	"""A condition that Frappe has written."""

	def __init__(self, text: str):
		super().__init__()
		self.text = text

	def get_sql(self, **_how) -> str:
		return f"({self.text})"


def literal(value: object) -> LiteralValue:
	return LiteralValue(str(value) if isinstance(value, int) else frappe.db.escape(value, percent=False))


def alternatives(query: Query, chat: Table) -> list[tuple[Criterion, str]]:
	"""Conditions for a query's chats, of which each fulfils one, without that for its user's permissions; with each the index in
	whose order they are read."""
	wanted = _wanted(query, chat)
	if query.whose == MINE:
		owned = chat.lead_owner == literal(query.user)
		others = chat.lead_owner.isnull() | (chat.lead_owner != literal(query.user))
		return [(owned & wanted, OWNED), (is_assigned_to(literal(query.user), chat) & others & wanted, "")]
	if query.whose == UNASSIGNED:
		return [((chat.unassigned == 1) & is_nobodys(chat) & wanted, NOBODYS)]
	return [(wanted, _index_of(query))]


def _index_of(query: Query) -> str:
	columns = {condition.column for condition in query.conditions}
	if "waiting_since_ms" in columns:
		return WAITING
	if "failed_at_ms" in columns:
		return FAILED
	return LATEST if query.order == LATEST_FIRST else INBOUND


def _wanted(query: Query, chat: Table) -> Criterion:
	conditions = [_compared(condition, chat) for condition in query.conditions]
	if query.sender:
		conditions.append(chat.business_address == literal(query.sender))
	if query.names is not None:
		conditions.append(chat.name.isin([literal(name) for name in query.names or ("",)]))
	if query.batch:
		row, message = DocType(BATCH_ROW), DocType(MESSAGE)
		of_chat = (row.conversation == chat.name) & (row.batch == literal(query.batch))
		rows = frappe.qb.from_(row).join(message).on(message.name == row.message).select(row.name)
		conditions.append(ExistsCriterion(rows.where(of_chat & answered(row, message, chat))))
	# Criterion.all has no text where there is none.
	return Criterion.all(conditions) if conditions else SqlText("1 = 1")


def answered(row: Table, message: Table, chat: Table) -> Criterion:
	"""The condition that the customer of a batch's row has answered its message, within ANSWERS_WITHIN_MS."""
	inbound = DocType(MESSAGE).as_("inbound")
	theirs = (inbound.conversation == row.conversation) & (inbound.direction == literal(MESSAGE_INBOUND))
	in_time = (inbound.sent_at_ms > row.handed_over_at_ms) & (
		inbound.sent_at_ms <= row.handed_over_at_ms + ANSWERS_WITHIN_MS
	)
	# Read by its index only where the chat's own time does not say already that there is none.
	wrote = ExistsCriterion(frappe.qb.from_(inbound).select(inbound.name).where(theirs & in_time))
	has_gone_out = (row.state == literal(str(RowState.HANDED_OVER))) & message.delivery_status.notin(
		[literal(each) for each in status.FAILURES]
	)
	return has_gone_out & (chat.last_inbound_at_ms > row.handed_over_at_ms) & wrote


def has_no_record(doctypes: tuple[str, ...], chat: Table) -> Criterion:
	"""The condition for a chat without a record, with each possible DocType: the index begins with it."""
	of_any = chat.lead_doctype.isnull() | chat.lead_doctype.isin([literal(each) for each in ("", *doctypes)])
	return of_any & (chat.lead.isnull() | (chat.lead == ""))


def behind(order: ListOrder, values: tuple, chat: Table) -> Criterion:
	"""The condition for what comes after these values of the order's columns; the first column alone bounds a range of the
	index."""
	further = lt if order.descending else gt
	fields = [chat[column] for column in order.columns]
	*before, last = zip(fields, [literal(value) for value in values], strict=True)
	later = reduce(
		lambda inner, pair: further(*pair) | ((pair[0] == pair[1]) & inner), reversed(before), further(*last)
	)
	return (le if order.descending else ge)(fields[0], literal(values[0])) & later


def ordered(statement, order: ListOrder, chat: Table):
	for column in order.columns:
		statement = statement.orderby(chat[column], order=Order.desc if order.descending else Order.asc)
	return statement


def _compared(condition: Condition, chat: Table) -> Criterion:
	if condition == IS_WAITING:
		return chat[NEEDS_REPLY] == 1
	value = condition.value
	other = chat[value.name] if isinstance(value, Column) else literal(value)
	return OPERATORS[condition.operator](chat[condition.column], other)
