"""Whose the records of chats are, by Frappe's own assignments (ToDo) and by the owner that a chat copies from its record.

The column `unassigned` is for the list of chats that are nobody's: an index that begins with it. It is written with each
assignment; where it is wrong for a moment, the list looks at the assignments themselves.
"""

import frappe
from frappe.query_builder import Criterion, DocType, Table
from frappe.query_builder.functions import Coalesce
from pypika.terms import Case, NullCriterion, Term, Tuple

from ...chat.recompute import Difference
from . import database
from .database import VALUE
from .tables import CONVERSATION

UNASSIGNED = "unassigned"


def is_assigned(doctype: str, name: str, *, current: bool = False) -> bool:
	"""Whether a record is assigned to anybody; `current`: by a locking read, not by the transaction's snapshot."""
	todo = DocType("ToDo")
	query = frappe.qb.from_(todo).select(todo.name).where(_is_open(todo))
	query = query.where((todo.reference_type == VALUE) & (todo.reference_name == VALUE)).limit(1)
	if current and frappe.db.db_type != "sqlite":
		query = query.for_update()
	return bool(database.run(query, (doctype, name)))


def is_nobodys(chat: Table) -> Criterion:
	"""The condition for a chat whose record has neither an owner nor an assignee."""
	todo = DocType("ToDo")
	of_record = (todo.reference_type == chat.lead_doctype) & (todo.reference_name == chat.lead)
	open_one = frappe.qb.from_(todo).select(todo.name).where(of_record & _is_open(todo)).limit(1)
	# "Not exists" may be answered by a temporary table of all open assignments.
	return (Coalesce(chat.lead_owner, "") == "") & NullCriterion(open_one)


def is_assigned_to(user: Term, chat: Table) -> Criterion:
	"""The condition for a chat whose record is assigned to this user."""
	todo = DocType("ToDo")
	theirs = (todo.allocated_to == user) & (todo.status == "Open")
	records = frappe.qb.from_(todo).select(todo.reference_type, todo.reference_name).where(theirs)
	return Tuple(chat.lead_doctype, chat.lead).isin(records)


def wrong_columns(first: str, last: str) -> list[Difference]:
	"""The conversations with names from `first` to `last` whose column `unassigned` is wrong."""
	chat = DocType(CONVERSATION)
	computed = Case().when(is_nobodys(chat), 1).else_(0)
	between = (chat.name >= VALUE) & (chat.name <= VALUE)
	query = (
		frappe.qb.from_(chat)
		.select(chat.name, chat.unassigned)
		.where(between & (chat.unassigned != computed))
	)
	return [
		Difference(name, UNASSIGNED, stored, 1 - stored)
		for name, stored in database.run(query, (first, last))
	]


def _is_open(todo: Table) -> Criterion:
	return (todo.status == "Open") & (Coalesce(todo.allocated_to, "") != "")
