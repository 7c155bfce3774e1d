"""What becomes of the rows of batches when records, chats and customers change, and when they are old."""

from collections.abc import Collection
from datetime import datetime

import frappe
from frappe.query_builder import DocType

from ...chat.template_batch import Status
from . import database
from .database import VALUE
from .tables import BATCH, BATCH_ROW

AT_ONCE = 50
UNSENT = (str(Status.PREPARING), str(Status.DRAFT))


def rename(doctype: str, old: str, new: str) -> None:
	"""A record was renamed, or merged into another."""
	row = DocType(BATCH_ROW)
	of_record = (row.record_doctype == VALUE) & (row.record == VALUE)
	database.run(frappe.qb.update(row).set(row.record, VALUE).where(of_record), (new, doctype, old))


def delete_of_record(doctype: str, name: str) -> None:
	"""Of a record that is deleted, where the row is of no chat, which stays."""
	row = DocType(BATCH_ROW)
	of_record = (row.record_doctype == VALUE) & (row.record == VALUE)
	without_chat = row.conversation.isnull() | (row.conversation == "")
	database.run(frappe.qb.from_(row).delete().where(of_record & without_chat), (doctype, name))


def delete_without_chat(names: list[str]) -> None:
	"""Those of these rows that are of no chat."""
	if names:
		frappe.db.delete(BATCH_ROW, {"name": ("in", names), "conversation": ("is", "not set")})


def merge_into(kept: str, absorbed: str) -> None:
	"""Inside the transaction that merges two conversations."""
	row = DocType(BATCH_ROW)
	moved = frappe.qb.update(row).set(row.conversation, VALUE).where(row.conversation == VALUE)
	database.run(moved, (kept, absorbed))


def delete_of_customer(conversation: str, keys: Collection[str]) -> None:
	"""Inside the transaction that deletes a customer's conversation; `keys` are all keys of the customer."""
	frappe.db.delete(BATCH_ROW, {"conversation": conversation})
	frappe.db.delete(BATCH_ROW, {"customer": ("in", list(keys))})


def of_chat(conversation: str, customer: str) -> list[dict]:
	"""Those of a chat, and those of its customer (see chat/customer_key.py) that are of no chat."""
	theirs = [["conversation", "=", conversation], ["customer", "=", customer]]
	rows = frappe.get_all(BATCH_ROW, or_filters=theirs, fields=["*"], order_by="creation asc, name asc")
	# The column compares without case, as ids of users must not be.
	return [
		row
		for row in rows
		if row.conversation == conversation or (not row.conversation and row.customer == customer)
	]


def delete_created_before(before: datetime, *, unsent: bool) -> int:
	"""Inside a transaction: delete the oldest batches of before this time with their rows, of those that nobody has sent only, or of all
	others; returns how many."""
	which = ("in" if unsent else "not in", UNSENT)
	filters = {"creation": ("<", before), "status": which}
	names = frappe.get_all(BATCH, filters, pluck="name", order_by="creation asc", limit=AT_ONCE)
	if names:
		frappe.db.delete(BATCH_ROW, {"batch": ("in", names)})
		frappe.db.delete(BATCH, {"name": ("in", names)})
	return len(names)
