"""What was made from which record: one row for each two records, also where several conversions lie between them.

The app saw these conversions (records/conversions.py). Whatever chat is linked to a record, then or later, goes along to all that came
from it.

A conversion and the link of a chat to its source may be saved at the same moment. Each waits for the other, in the same order: first
the chats of the source, then its conversions. Both read what is stored now, not the snapshot of their transaction, and lock the gaps
(https://mariadb.com/kb/en/innodb-lock-modes/#gap-locks); on SQLite there is one writer at a time.
"""

from dataclasses import dataclass, replace

import frappe
from frappe.query_builder import DocType, Order

from . import chat_records, database
from .chat_records import ChatRecord
from .database import VALUE
from .raw_rows import insert, new_name, update
from .tables import CONVERSATION, RECORD_CONVERSION

SOURCE, RECORD = ("from_doctype", "from_record"), ("record_doctype", "record")
PAIR = (*SOURCE, *RECORD)
COLUMNS = (*PAIR, "may_write", "moves")
Name = tuple[str, str]


@dataclass(frozen=True)
class RecordConversion:
	"""`may_write`: whoever may write the record may answer the chats. `moves`: it becomes their own record, and the one that it came
	from stays one of theirs."""

	from_doctype: str
	from_record: str
	doctype: str
	name: str
	may_write: bool
	moves: bool = False

	@property
	def source(self) -> Name:
		return self.from_doctype, self.from_record

	@property
	def record(self) -> Name:
		return self.doctype, self.name

	@property
	def key(self) -> dict[str, str]:
		return dict(zip(PAIR, (*self.source, *self.record), strict=True))


def convert(conversion: RecordConversion) -> set[str]:
	"""Inside the transaction that inserts a record: store that it came from another one, whose chats go along. Returns their names."""
	chats = _lock_chats(*conversion.source)
	for earlier in _found(RECORD, *conversion.source):
		_add(_joined(earlier, conversion))
	_add(conversion)
	return _pass_on(chats, *conversion.source, [conversion])


def follow_all(doctype: str, name: str) -> set[str]:
	"""Inside a transaction: the chats of a record go along to what it was converted to. Returns their names."""
	return _pass_on(_lock_chats(doctype, name), doctype, name, _found(SOURCE, doctype, name))


def follow(conversation: str, doctype: str, name: str) -> Name | None:
	"""Inside the transaction that has linked a chat to a record: what came from that one gets the chat too. Returns the record that
	became the chat's own, the newest of those to which its chats move; None where it stays."""
	rows = _found(SOURCE, doctype, name, lock=True)
	return _follow(conversation, doctype, name, [row for row in rows if frappe.db.exists(*row.record)])


def _follow(conversation: str, doctype: str, name: str, rows: list[RecordConversion]) -> Name | None:
	own = next((row.record for row in rows if row.moves), None)
	if own:
		update(CONVERSATION, conversation, _own(*own) | {"lead_title": None, "lead_owner": None})
		chat_records.delete(conversation, *own)
		chat_records.add(ChatRecord(conversation, doctype, name, may_write=True))
	for row in reversed(rows):
		if row.record != own:
			chat_records.add(ChatRecord(conversation, *row.record, row.may_write, doctype, name))
	return own


def _pass_on(chats: list[str], doctype: str, name: str, rows: list[RecordConversion]) -> set[str]:
	"""By these rows, the chats whose own record it is and those of which it is a further one."""
	for chat in chats:
		_follow(chat, doctype, name, rows)
	further = chat_records.of_records(doctype, [name], lock=True)
	for row in reversed(rows):
		for record in further:
			if not frappe.db.exists(CONVERSATION, {"name": record.conversation, **_own(*row.record)}):
				answers = record.may_write and row.may_write
				chat_records.add(ChatRecord(record.conversation, *row.record, answers, doctype, name))
	return {*chats, *(record.conversation for record in further)}


def rename(doctype: str, old: str, new: str) -> None:
	"""The record has another name, or was merged into the one that has it."""
	for row in _found(SOURCE, doctype, old):
		_replace(row, replace(row, from_record=new))
	for row in _found(RECORD, doctype, old):
		_replace(row, replace(row, name=new))
	for earlier in _found(RECORD, doctype, new):
		for later in _found(SOURCE, doctype, new):
			_add(_joined(earlier, later))


def delete_of_record(doctype: str, name: str) -> None:
	for columns in (SOURCE, RECORD):
		frappe.db.delete(RECORD_CONVERSION, dict(zip(columns, (doctype, name), strict=True)))


def delete_of_doctype(doctype: str) -> None:
	for column, _name in (SOURCE, RECORD):
		frappe.db.delete(RECORD_CONVERSION, {column: doctype})


def doctypes() -> set[str]:
	"""The DocTypes that have rows."""
	table = DocType(RECORD_CONVERSION)
	rows = frappe.qb.from_(table).select(table.from_doctype, table.record_doctype).distinct().run()
	return {doctype for row in rows for doctype in row}


def _joined(earlier: RecordConversion, later: RecordConversion) -> RecordConversion:
	"""Over a record that came from one and passes on to the other."""
	may_write, moves = earlier.may_write and later.may_write, earlier.moves and later.moves
	return RecordConversion(*earlier.source, *later.record, may_write, moves)


def _add(row: RecordConversion) -> None:
	"""Where there is one already, it can only gain."""
	if row.source == row.record:
		return
	found = frappe.db.get_value(RECORD_CONVERSION, row.key, ["name", "may_write", "moves"], as_dict=True)
	if found is None:
		values = {"may_write": row.may_write, "moves": row.moves}
		insert(RECORD_CONVERSION, {"name": new_name(), **row.key, **values})
	else:
		values = {"may_write": row.may_write or found.may_write, "moves": row.moves or found.moves}
		update(RECORD_CONVERSION, found.name, values)


def _replace(old: RecordConversion, new: RecordConversion) -> None:
	if new.source == new.record or frappe.db.exists(RECORD_CONVERSION, new.key):
		frappe.db.delete(RECORD_CONVERSION, old.key)
		_add(new)
	else:
		frappe.db.set_value(RECORD_CONVERSION, old.key, new.key, update_modified=False)


def _own(doctype: str, name: str) -> dict[str, str]:
	return {"lead_doctype": doctype, "lead": name}


def _lock_chats(doctype: str, name: str) -> list[str]:
	"""Lock the chats whose own record it is, and return their names; none is linked to it until the transaction ends."""
	table = DocType(CONVERSATION)
	query = frappe.qb.from_(table).select(table.name)
	query = query.where((table.lead_doctype == VALUE) & (table.lead == VALUE))
	return [chat for (chat,) in database.run_locking(query, (doctype, name))]


def _found(columns: Name, doctype: str, name: str, *, lock: bool = False) -> list[RecordConversion]:
	"""The rows with a record in these columns, the newest first."""
	table = DocType(RECORD_CONVERSION)
	query = frappe.qb.from_(table).select(*COLUMNS)
	query = query.where((table[columns[0]] == VALUE) & (table[columns[1]] == VALUE))
	query = query.orderby(table.creation, table.name, order=Order.desc)
	rows = (database.run_locking if lock else database.run)(query, (doctype, name))
	return [
		RecordConversion(of, source, to, record, bool(may_write), bool(moves))
		for of, source, to, record, may_write, moves in rows
	]
