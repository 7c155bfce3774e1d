"""The rows of a template to many that the session's user may see, with their messages and the customers' answers."""

import frappe
from frappe.query_builder import Criterion, DocType
from frappe.query_builder.functions import Min

from ...chat.batch_view import STATES, STATUSES
from ...chat.message import INBOUND, Message
from ...chat.template_batch import ANSWERS_WITHIN_MS, Row, RowState, has_gone_out
from ..records.batch_permissions import row_query
from ..store import database
from ..store.batches import ROW_FIELDS
from ..store.chat_lists import SqlText, answered, literal
from ..store.database import VALUE
from ..store.messages import messages_where
from ..store.raw_rows import present
from ..store.tables import BATCH_ROW, CONVERSATION, MESSAGE


def shown(batch: str, kind: str, after: int, limit: int) -> list[tuple[Row, Message | None, int]]:
	"""As BatchHost.shown_rows has it."""
	row = DocType(BATCH_ROW)
	wanted = (row.batch == literal(batch)) & (row.position > literal(after))
	query = _of_kind(frappe.qb.from_(row), row, kind).where(wanted & SqlText(row_query()))
	query = query.select(*[row[field] for field in ROW_FIELDS]).orderby(row.position).limit(limit)
	rows = [Row(**present(found)) for found in database.run_literal(query, as_dict=True)]
	messages = _messages([row.message for row in rows if row.message])
	answers = _answers([row for row in rows if has_gone_out(row, messages.get(row.message))])
	return [(row, messages.get(row.message), answers.get(row.name, 0)) for row in rows]


def _of_kind(query, row, kind: str):
	if kind in STATES:
		return query.where(row.state == literal(kind))
	if not kind:
		return query
	message = DocType(MESSAGE)
	query = query.join(message).on(message.name == row.message)
	if kind == "answered":
		chat = DocType(CONVERSATION)
		return query.join(chat).on(chat.name == row.conversation).where(answered(row, message, chat))
	of_status = message.delivery_status.isin([literal(each) for each in STATUSES[kind]])
	return query.where((row.state == literal(str(RowState.HANDED_OVER))) & of_status)


def _messages(names: list[str]) -> dict[str, Message]:
	if not names:
		return {}
	condition: Criterion = DocType(MESSAGE).name.isin([VALUE] * len(names))
	return {message.name: message for message in messages_where(condition, tuple(names), limit=len(names))}


def _answers(rows: list[Row]) -> dict[str, int]:
	"""By row, when its customer answered first."""
	if not rows:
		return {}
	row, message = DocType(BATCH_ROW), DocType(MESSAGE)
	later = (message.sent_at_ms > row.handed_over_at_ms) & (
		message.sent_at_ms <= row.handed_over_at_ms + ANSWERS_WITHIN_MS
	)
	query = (
		frappe.qb.from_(row)
		.join(message)
		.on((message.conversation == row.conversation) & later)
		.select(row.name, Min(message.sent_at_ms))
		.where(row.name.isin([VALUE] * len(rows)) & (message.direction == VALUE))
		.groupby(row.name)
	)
	return dict(database.run(query, (*[each.name for each in rows], INBOUND)))
