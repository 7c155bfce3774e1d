"""The records of a chat beside its own: one row for each that a conversion has added.

A chat without a record of its own has none, and its own record is none of them.
"""

from dataclasses import dataclass, replace

import frappe
from frappe.query_builder import DocType, Order

from . import database
from .database import VALUE
from .raw_rows import insert, new_name, update
from .tables import CHAT_RECORD, CONVERSATION

COLUMNS = (
	"conversation",
	"record_doctype",
	"record",
	"may_write",
	"from_doctype",
	"from_record",
	"earlier_number",
)


@dataclass(frozen=True)
class ChatRecord:
	"""A record of a chat; `may_write`: whoever may write it may answer the chat. `from_doctype` and `from_record`: what it was
	converted from, as that was named then; empty where it was the chat's own before. `earlier_number`: the record has another number
	than the chat's by now, which it had when it got the chat."""

	conversation: str
	doctype: str
	name: str
	may_write: bool
	from_doctype: str = ""
	from_record: str = ""
	earlier_number: bool = False


def of_chats(conversations: list[str]) -> list[ChatRecord]:
	"""The newest first."""
	if not conversations:
		return []
	table = DocType(CHAT_RECORD)
	return _found(table.conversation.isin([VALUE] * len(conversations)), conversations)


def of_records(doctype: str, names: list[str], *, lock: bool = False) -> list[ChatRecord]:
	"""The rows of these records, the newest first."""
	if not names:
		return []
	table = DocType(CHAT_RECORD)
	of_these = (table.record_doctype == VALUE) & table.record.isin([VALUE] * len(names))
	return _found(of_these, [doctype, *names], lock=lock)


def doctypes() -> set[str]:
	"""The DocTypes that have rows."""
	table = DocType(CHAT_RECORD)
	return {doctype for (doctype,) in frappe.qb.from_(table).select(table.record_doctype).distinct().run()}


def add(record: ChatRecord) -> None:
	"""Where the chat has the record already, it can only gain `may_write`."""
	found = frappe.db.get_value(CHAT_RECORD, _key(record), ["name", "may_write"], as_dict=True)
	if found is None:
		origin = {"from_doctype": record.from_doctype, "from_record": record.from_record}
		insert(CHAT_RECORD, {"name": new_name(), **_key(record), **origin, "may_write": record.may_write})
	elif record.may_write and not found.may_write:
		update(CHAT_RECORD, found.name, {"may_write": 1})


def mark_earlier_numbers(doctype: str, name: str, old: str, new: str) -> None:
	"""The record's number (canonical, or empty) was changed."""
	rows = {row.conversation: row for row in of_records(doctype, [name])}
	numbers = {"name": ("in", [*rows]), "customer": ("in", [number for number in (old, new) if number])}
	for chat in frappe.get_all(CONVERSATION, numbers, ["name", "customer"]) if rows else ():
		is_old = int(chat.customer == old)
		frappe.db.set_value(
			CHAT_RECORD, _key(rows[chat.name]), "earlier_number", is_old, update_modified=False
		)


def rename(doctype: str, old: str, new: str) -> None:
	"""The record has another name, or was merged into the one that has it."""
	for row in of_records(doctype, [old]):
		moved = replace(row, name=new)
		if frappe.db.exists(CHAT_RECORD, _key(moved)):
			add(moved)
			delete(row.conversation, doctype, old)
		else:
			frappe.db.set_value(CHAT_RECORD, _key(row), "record", new, update_modified=False)


def merge_into(kept: str, absorbed: str) -> None:
	"""Inside the transaction that merges two conversations: the records of the absorbed one stay where both have the same record
	of their own. Else who may read them has nothing to do with the chat that is left."""
	own = [frappe.db.get_value(CONVERSATION, name, ["lead_doctype", "lead"]) for name in (kept, absorbed)]
	for row in of_chats([absorbed]):
		if own[0] == own[1]:
			add(replace(row, conversation=kept))
	delete_of_chat(absorbed)


def delete(conversation: str, doctype: str, name: str) -> None:
	frappe.db.delete(CHAT_RECORD, {"conversation": conversation, "record_doctype": doctype, "record": name})


def delete_of_chat(conversation: str) -> None:
	frappe.db.delete(CHAT_RECORD, {"conversation": conversation})


def delete_of_doctype(doctype: str) -> None:
	frappe.db.delete(CHAT_RECORD, {"record_doctype": doctype})


def delete_of_record(doctype: str, name: str) -> None:
	frappe.db.delete(CHAT_RECORD, {"record_doctype": doctype, "record": name})


def _key(record: ChatRecord) -> dict[str, str]:
	return {
		"conversation": record.conversation,
		"record_doctype": record.doctype,
		"record": record.name,
	}


def _found(condition, values: list[str], *, lock: bool = False) -> list[ChatRecord]:
	table = DocType(CHAT_RECORD)
	query = frappe.qb.from_(table).select(*COLUMNS).where(condition)
	query = query.orderby(table.creation, table.name, order=Order.desc)
	rows = (database.run_locking if lock else database.run)(query, values, as_dict=True)
	return [
		ChatRecord(
			row.conversation,
			row.record_doctype,
			row.record,
			bool(row.may_write),
			row.from_doctype or "",
			row.from_record or "",
			bool(row.earlier_number),
		)
		for row in rows
	]
