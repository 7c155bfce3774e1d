"""The BatchStore port on Frappe's database: templates to many, and their rows."""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, fields, replace
from typing import Any

import frappe
from frappe.query_builder import Criterion, DocType, Order
from frappe.query_builder.functions import Count, Max, Sum
from pypika.terms import Case

from ...chat import status
from ...chat.message import INBOUND, OptOut
from ...chat.template_batch import (
	FAILURE_KNOWN_MS,
	KEY_PREFIX,
	MARKETING,
	UNREACHABLE,
	WEEK_MS,
	Batch,
	History,
	Outcome,
	Row,
	RowState,
	Status,
	Value,
)
from . import database
from .chat_lists import answered
from .database import VALUE
from .erased import preserved_opt_outs
from .raw_rows import insert, insert_all, lock, new_name, present, update, update_all
from .tables import BATCH, BATCH_ROW, CONVERSATION, MESSAGE
from .templates import TEMPLATE

BATCH_FIELDS = [field.name for field in fields(Batch) if field.name != "values"]
ROW_FIELDS = [field.name for field in fields(Row)]


class BatchStore:
	def add_batch(self, batch: Batch) -> Batch:
		added = replace(batch, name=new_name())
		insert(BATCH, _columns(vars(added)))
		return added

	def batch(self, name: str) -> Batch | None:
		found = _batches(DocType(BATCH).name == VALUE, (name,))
		return found[0] if found else None

	def lock_batch(self, name: str) -> Batch | None:
		"""By a read that locks, so that what is read after it is not of a snapshot from before the other locks of the transaction."""
		if frappe.db.db_type == "sqlite":
			lock(BATCH, name)
		found = _batches(DocType(BATCH).name == VALUE, (name,), locking=True)
		return found[0] if found else None

	def change_batch(self, name: str, **changes: object) -> None:
		update(BATCH, name, _columns(changes))

	def sending_batches(self) -> list[Batch]:
		table = DocType(BATCH)
		return _batches(table.status == VALUE, (str(Status.SENDING),), table.pressed_at_ms, table.name)

	def add_rows(self, rows: list[Row]) -> None:
		insert_all(BATCH_ROW, [_columns(vars(row)) | {"name": new_name()} for row in rows])

	def batch_rows(self, batch: str, state: str, *, after: int = -1, limit: int) -> list[Row]:
		table = DocType(BATCH_ROW)
		wanted = (table.batch == VALUE) & (table.state == VALUE) & (table.position > VALUE)
		return _rows(wanted, (batch, str(state), after), limit)

	def change_rows(self, changes: Mapping[str, Mapping[str, object]]) -> None:
		update_all(BATCH_ROW, {name: _columns(each) for name, each in changes.items()})

	def put_rows_back(self, batch: str) -> None:
		table = DocType(BATCH_ROW)
		query = (
			frappe.qb.update(table)
			.set(table.state, VALUE)
			.set(table.attempt, table.attempt + 1)
			.set(table.message, None)
			.where((table.batch == VALUE) & (table.state == VALUE))
		)
		database.run(query, (str(RowState.TO_SEND), batch, str(RowState.PUT_ASIDE)))

	def row_at(self, batch: str, position: int) -> Row | None:
		table = DocType(BATCH_ROW)
		found = _rows((table.batch == VALUE) & (table.position == VALUE), (batch, position), 1)
		return found[0] if found else None

	def count_rows(self, batch: str) -> dict[str, int]:
		table = DocType(BATCH_ROW)
		query = frappe.qb.from_(table).select(table.state, Count("*")).where(table.batch == VALUE)
		return dict(database.run(query.groupby(table.state), (batch,)))

	def batch_outcomes(self, batch: str) -> list[Outcome]:
		row, message, chat = DocType(BATCH_ROW), DocType(MESSAGE), DocType(CONVERSATION)
		is_answered = Case().when(answered(row, message, chat), 1).else_(0).as_("answered")
		alike = (row.state, row.reason, row.reason_detail, message.delivery_status, message.error_code)
		query = (
			frappe.qb.from_(row)
			.left_join(message)
			.on(message.name == row.message)
			.left_join(chat)
			.on(chat.name == row.conversation)
			.select(*alike, is_answered, Count("*"))
			.where(row.batch == VALUE)
			.groupby(*alike, is_answered)
		)
		return [
			Outcome(state, reason or "", detail or "", reached or "", code or "", bool(did), count)
			for state, reason, detail, reached, code, did, count in database.run(query, (batch,))
		]

	def in_batch(self, batch: str, customers: Collection[str]) -> set[str]:
		if not customers:
			return set()
		table = DocType(BATCH_ROW)
		theirs = (table.batch == VALUE) & table.customer.isin([VALUE] * len(customers))
		query = frappe.qb.from_(table).select(table.customer).where(theirs & (table.state != VALUE))
		return {name for (name,) in database.run(query, (batch, *customers, str(RowState.SKIPPED)))}

	def recipients_since(self, owner: str, since_ms: int, *, lock: bool = False) -> int:
		batch, row = DocType(BATCH), DocType(BATCH_ROW)
		is_sent = batch.status == VALUE
		# Whatever was handed over since then has moved its batch.
		has_moved = batch.progress_at_ms >= VALUE
		went_out = (row.state == VALUE) & (row.handed_over_at_ms >= VALUE)
		goes_out = (row.state == VALUE) & is_sent
		query = frappe.qb.from_(batch).join(row).on(row.batch == batch.name).select(Count("*"))
		query = query.where((batch.owner == VALUE) & (is_sent | has_moved) & (went_out | goes_out))
		sending, of_rows = str(Status.SENDING), (str(RowState.HANDED_OVER), since_ms, str(RowState.TO_SEND))
		values = (owner, sending, since_ms, *of_rows, sending)
		return database.run(database.locking(query) if lock else query, values)[0][0]

	def in_outbox(self, batch: str, until_ms: int, most: int) -> int:
		table = DocType(MESSAGE)
		waiting = (
			(table.delivery_status == VALUE)
			& (table.next_attempt_at_ms > 0)
			& (table.next_attempt_at_ms <= VALUE)
			& table.message_sid.isnull()
			& table.client_key.like(VALUE)
		)
		counted = frappe.qb.from_(table).select(table.name).where(waiting).limit(most).as_("counted")
		values = (status.QUEUED, until_ms, f"{KEY_PREFIX}{batch}.%")
		return database.run(frappe.qb.from_(counted).select(Count("*")), values)[0][0]

	def histories(self, customers: Collection[str], now_ms: int) -> dict[str, History]:
		if not customers:
			return {}
		query, values = _histories(len(customers))
		rows = database.run(query, (*values(now_ms), *customers, now_ms - FAILURE_KNOWN_MS))
		return {
			customer: History(int(this_week or 0), marketing or 0, (failed or 0) > (reached or 0))
			for customer, this_week, marketing, failed, reached in rows
		}

	def preserved_opt_outs(self, customers: Collection[str], business_address: str) -> dict[str, OptOut]:
		return preserved_opt_outs(customers, business_address)


def _histories(count: int):
	"""The statement, and its values before those of the condition, by the time (epoch ms, UTC)."""
	chat, message, template = DocType(CONVERSATION), DocType(MESSAGE), DocType(TEMPLATE)
	failures = [VALUE] * len(status.FAILURES)
	went_out = message.content_template.isnotnull() & message.delivery_status.notin(failures)
	marketing = (template.category == VALUE) & message.delivery_status.notin(failures)
	failed = message.error_reason.isin([VALUE] * len(UNREACHABLE)) & message.delivery_status.isin(failures)
	reached = (message.direction == VALUE) | message.delivery_status.isin([VALUE, VALUE])
	query = (
		frappe.qb.from_(chat)
		.join(message)
		.on(message.conversation == chat.name)
		.left_join(template)
		.on(template.name == message.content_template)
		.select(
			chat.customer,
			Sum(Case().when(went_out & (message.sent_at_ms > VALUE), 1).else_(0)),
			Max(Case().when(marketing, message.sent_at_ms).else_(0)),
			Max(Case().when(failed, message.sent_at_ms).else_(0)),
			Max(Case().when(reached, message.sent_at_ms).else_(0)),
		)
		.where(chat.customer.isin([VALUE] * count) & (message.sent_at_ms > VALUE))
		.groupby(chat.customer)
	)

	def values(now_ms: int) -> tuple[object, ...]:
		of_failures = (*UNREACHABLE, *status.FAILURES)
		sent = (*status.FAILURES, now_ms - WEEK_MS, MARKETING, *status.FAILURES)
		return (*sent, *of_failures, INBOUND, status.DELIVERED, status.READ)

	return query, values


def _batches(condition: Criterion, values: tuple, *order, locking: bool = False) -> list[Batch]:
	query = frappe.qb.from_(DocType(BATCH)).select(*BATCH_FIELDS, "field_values").where(condition)
	for column in order:
		query = query.orderby(column)
	rows = database.run(database.locking(query) if locking else query, values, as_dict=True)
	return [_batch(row) for row in rows]


def _batch(row: dict) -> Batch:
	given = json.loads(row.pop("field_values") or "{}")
	values = {name: Value(**each) for name, each in given.items()}
	return Batch(**{"pause_reason": ""} | present(row), values=values)


def _rows(condition: Criterion, values: tuple, limit: int) -> list[Row]:
	table = DocType(BATCH_ROW)
	query = frappe.qb.from_(table).select(*ROW_FIELDS).where(condition)
	rows = database.run(query.orderby(table.position, order=Order.asc).limit(limit), values, as_dict=True)
	return [Row(**present(row)) for row in rows]


def _columns(changes: Mapping[str, Any]) -> dict:
	columns = {key: _plain(value) for key, value in changes.items() if key != "values"}
	if "values" in changes:
		columns["field_values"] = json.dumps({name: asdict(each) for name, each in changes["values"].items()})
	return columns


def _plain(value: object) -> object:
	"""An enum's own value."""
	return str(value) if isinstance(value, str) else value
