"""Rows of Chat Record, Record Conversion and Template Batch Row that name what does not exist, and chats without a row that they
should have.

A record leaves none where it is deleted as a document. ERPNext deletes a company's data without that
(setup/doctype/transaction_deletion_record), and a backup may be put back in part.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import frappe
from frappe.query_builder import Criterion, DocType

from . import database
from .record_conversions import RECORD, SOURCE, Name, follow
from .tables import BATCH, BATCH_ROW, CHAT_RECORD, CONVERSATION, RECORD_CONVERSION


@dataclass(frozen=True)
class OrphanedRow:
	"""A row with the name of a document that does not exist."""

	doctype: str
	name: str
	missing: Name


@dataclass(frozen=True)
class MissingRow:
	"""`record` came from the chat's own record, `source`, and is none of the chat's."""

	conversation: str
	source: Name
	record: Name


def orphaned_rows() -> list[OrphanedRow]:
	of_chats = DocType(CHAT_RECORD)
	pairs = ((CHAT_RECORD, RECORD), (RECORD_CONVERSION, SOURCE), (RECORD_CONVERSION, RECORD))
	found = [row for doctype, columns in pairs for row in _without_record(doctype, columns)]
	return [*_orphaned(CHAT_RECORD, of_chats.conversation, CONVERSATION), *found, *_of_batches()]


def _of_batches() -> list[OrphanedRow]:
	"""A row goes with its batch and with its chat; one without a chat goes with its record (see batch_rows.py)."""
	row = DocType(BATCH_ROW)
	return [
		*_orphaned(BATCH_ROW, row.batch, BATCH),
		*_orphaned(BATCH_ROW, row.conversation, CONVERSATION, row.conversation != ""),
		*_without_record(BATCH_ROW, RECORD, row.conversation.isnull() | (row.conversation == "")),
	]


def missing_rows() -> list[MissingRow]:
	chat, conversion, record = DocType(CONVERSATION), DocType(RECORD_CONVERSION), DocType(CHAT_RECORD)
	of_source = (conversion.from_doctype == chat.lead_doctype) & (conversion.from_record == chat.lead)
	of_pair = (record.record_doctype == conversion.record_doctype) & (record.record == conversion.record)
	query = frappe.qb.from_(conversion).join(chat).on(of_source)
	query = query.left_join(record).on((record.conversation == chat.name) & of_pair)
	columns = [conversion[column] for column in (*SOURCE, *RECORD)]
	rows = database.run(query.select(chat.name, *columns).where(record.name.isnull()))
	return [MissingRow(name, (of, source), (to, made)) for name, of, source, to, made in rows]


def mend(orphaned: list[OrphanedRow], missing: list[MissingRow]) -> None:
	"""Inside a transaction."""
	for row in orphaned:
		frappe.db.delete(row.doctype, {"name": row.name})
	for conversation, source in {(row.conversation, row.source) for row in missing}:
		own = frappe.db.get_value(CONVERSATION, conversation, ["lead_doctype", "lead"], for_update=True)
		if own == source:
			follow(conversation, *source)


def _without_record(doctype: str, columns: Name, *conditions: Criterion) -> Iterator[OrphanedRow]:
	table = DocType(doctype)
	of, name = (table[column] for column in columns)
	for (record_doctype,) in frappe.qb.from_(table).select(of).where(of != "").distinct().run():
		yield from _orphaned(
			doctype, name, record_doctype, Criterion.all([of == record_doctype, *conditions])
		)


def _orphaned(doctype: str, column, of: str, condition=None) -> list[OrphanedRow]:
	"""The rows with a name in this column that no document of the DocType `of` has."""
	table, document = DocType(doctype), DocType(of)
	query = frappe.qb.from_(table).select(table.name, column)
	if frappe.db.exists("DocType", of):
		query = query.left_join(document).on(document.name == column).where(document.name.isnull())
	if condition is not None:
		query = query.where(condition)
	return [OrphanedRow(doctype, name, (of, missing)) for name, missing in query.run()]
