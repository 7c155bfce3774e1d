"""The lists of the inbox as statements: a `chat_list.Query` of the chats that its user may read.

Their values are literals, not placeholders: the permissions are Frappe's own text, in which a percent sign stands for itself.
"""

from functools import reduce
from operator import eq, ge, gt, le, lt

import frappe
from frappe.query_builder import Criterion, DocType, Order, Table
from frappe.query_builder.functions import Coalesce
from pypika.terms import ExistsCriterion, LiteralValue

from ...chat.chat_list import MINE, UNASSIGNED, Column, Condition, Query
from ...chat.chat_list import Order as ListOrder
from ...chat.search import Search
from .tables import MESSAGE

OPERATORS = {"=": eq, "<": lt, "<=": le, ">": gt, ">=": ge}


class SqlText(Criterion):
	"""A condition that Frappe has written."""

	def __init__(self, text: str):
		super().__init__()
		self.text = text

	def get_sql(self, **_how) -> str:
		return f"({self.text})"


def literal(value: object) -> LiteralValue:
	return LiteralValue(str(value) if isinstance(value, int) else frappe.db.escape(value, percent=False))


def wanted(query: Query, chat: Table) -> Criterion:
	"""The condition for a query's chats, without that for its user's permissions."""
	conditions = [_compared(condition, chat) for condition in query.conditions]
	if query.sender:
		conditions.append(chat.business_address == literal(query.sender))
	if query.names is not None:
		conditions.append(chat.name.isin([literal(name) for name in query.names or ("",)]))
	if query.whose == MINE:
		conditions.append((chat.lead_owner == literal(query.user)) | _is_assigned(chat, to=query.user))
	if query.whose == UNASSIGNED:
		conditions.append((Coalesce(chat.lead_owner, "") == "") & _is_assigned(chat).negate())
	if query.search:
		conditions.append(_found(query.search, chat))
	return Criterion.all(conditions)


def behind(order: ListOrder, values: tuple, chat: Table) -> Criterion:
	"""The condition for what comes after these values of the order's columns; the first column alone bounds a range of the
	index."""
	further = lt if order.descending else gt
	fields = [chat[column] for column in order.columns]
	*before, last = zip(fields, map(literal, values), strict=True)
	later = reduce(
		lambda inner, pair: further(*pair) | ((pair[0] == pair[1]) & inner), reversed(before), further(*last)
	)
	return (le if order.descending else ge)(fields[0], literal(values[0])) & later


def ordered(statement, order: ListOrder, chat: Table):
	for column in order.columns:
		statement = statement.orderby(chat[column], order=Order.desc if order.descending else Order.asc)
	return statement


def _compared(condition: Condition, chat: Table) -> Criterion:
	value = condition.value
	other = chat[value.name] if isinstance(value, Column) else literal(value)
	return OPERATORS[condition.operator](chat[condition.column], other)


def _is_assigned(chat: Table, to: str = "") -> Criterion:
	"""Whether the chat's record is assigned to anybody, or to this user."""
	todo = DocType("ToDo")
	is_open = (todo.status == "Open") & (Coalesce(todo.allocated_to, "") != "")
	of_record = (todo.reference_type == chat.lead_doctype) & (todo.reference_name == chat.lead)
	its = frappe.qb.from_(todo).select(todo.name).where(of_record & is_open)
	return ExistsCriterion(its.where(todo.allocated_to == literal(to)) if to else its)


def _found(search: Search, chat: Table) -> Criterion:
	"""By the number, by names, or by words of one message."""
	message = DocType(MESSAGE)
	words = [literal(f"%{word}%") for word in search.words]
	said = Criterion.all([message.body.like(word) for word in words])
	messages = frappe.qb.from_(message).select(message.name).where((message.conversation == chat.name) & said)
	named = [chat.lead_title.like(word) | chat.profile_name.like(word) for word in words]
	numbers = [chat.customer.like(literal(f"{number}%")) for number in search.numbers]
	return Criterion.any([*numbers, Criterion.all(named), ExistsCriterion(messages)])
