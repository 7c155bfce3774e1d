"""Templates to many, and their rows."""

import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from typing import Any

from wa_window.chat import status
from wa_window.chat.message import INBOUND, OptOut
from wa_window.chat.template_batch import (
	ANSWERS_WITHIN_MS,
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

from .erased import ErasedStore

# The rows whose customers have answered, as `Outcome` says it.
ANSWERED = f"""SELECT r.name FROM batch_row r JOIN message m ON m.name = r.message
	JOIN message i ON i.conversation = r.conversation AND i.direction = '{INBOUND}' AND i.sent_at_ms > r.handed_over_at_ms
	AND i.sent_at_ms <= r.handed_over_at_ms + {ANSWERS_WITHIN_MS}
	WHERE r.state = '{RowState.HANDED_OVER}' AND m.delivery_status NOT IN {status.FAILURES}"""


class BatchStore(ErasedStore):
	def add_batch(self, batch: Batch) -> Batch:
		added = replace(batch, name=secrets.token_hex(10))
		self._insert("batch", _columns(vars(added)))
		return added

	def batch(self, name: str) -> Batch | None:
		return next(iter(self._batches("name = ?", (name,))), None)

	def lock_batch(self, name: str) -> Batch | None:
		return self.batch(name)

	def change_batch(self, name: str, **changes: object) -> None:
		self._update("batch", name, _columns(changes))

	def sending_batches(self) -> list[Batch]:
		return self._batches("status = ? ORDER BY pressed_at_ms, name", (str(Status.SENDING),))

	def add_rows(self, rows: list[Row]) -> None:
		for row in rows:
			self._insert("batch_row", _columns(vars(row)) | {"name": secrets.token_hex(10)})

	def batch_rows(self, batch: str, state: str, *, after: int = -1, limit: int) -> list[Row]:
		where = "batch = ? AND state = ? AND position > ? ORDER BY position LIMIT ?"
		return self._rows(where, (batch, str(state), after, limit))

	def change_rows(self, changes: Mapping[str, Mapping[str, object]]) -> None:
		for name, each in changes.items():
			self._update("batch_row", name, _columns(each))

	def put_rows_back(self, batch: str) -> None:
		self._run(
			"UPDATE batch_row SET state = ?, attempt = attempt + 1, message = '' WHERE batch = ? AND state = ?",
			(str(RowState.TO_SEND), batch, str(RowState.PUT_ASIDE)),
		)

	def row_at(self, batch: str, position: int) -> Row | None:
		return next(iter(self._rows("batch = ? AND position = ?", (batch, position))), None)

	def count_rows(self, batch: str) -> dict[str, int]:
		counted = "SELECT state, count(*) FROM batch_row WHERE batch = ? GROUP BY state"
		return {row[0]: row[1] for row in self._run(counted, (batch,))}

	def batch_outcomes(self, batch: str) -> list[Outcome]:
		rows = self._run(
			f"""SELECT r.state, r.reason, r.reason_detail, coalesce(m.delivery_status, ''), coalesce(m.error_code, ''),
				r.name IN ({ANSWERED}), count(*)
			FROM batch_row r LEFT JOIN message m ON m.name = r.message
			WHERE r.batch = ? GROUP BY 1, 2, 3, 4, 5, 6""",
			(batch,),
		)
		return [
			Outcome(state, reason, detail, reached, code, bool(answered), count)
			for state, reason, detail, reached, code, answered, count in rows
		]

	def in_batch(self, batch: str, customers: Collection[str]) -> set[str]:
		marks = ", ".join("?" * len(customers))
		rows = self._run(
			f"SELECT customer FROM batch_row WHERE batch = ? AND state != ? AND customer IN ({marks})",
			(batch, str(RowState.SKIPPED), *customers),
		)
		return {customer for (customer,) in rows}

	def recipients_since(self, owner: str, since_ms: int, *, lock: bool = False) -> int:
		"""There is one writer at a time."""
		states = (str(RowState.TO_SEND), str(Status.SENDING))
		return self._run(
			"""SELECT count(*) FROM batch b JOIN batch_row r ON r.batch = b.name WHERE b.owner = ?
			AND ((r.state = ? AND r.handed_over_at_ms >= ?) OR (r.state = ? AND b.status = ?))""",
			(owner, str(RowState.HANDED_OVER), since_ms, *states),
		)[0][0]

	def in_outbox(self, batch: str, until_ms: int, most: int) -> int:
		return self._run(
			"""SELECT count(*) FROM (SELECT name FROM message WHERE delivery_status = ? AND message_sid IS NULL
			AND next_attempt_at_ms > 0 AND next_attempt_at_ms <= ? AND client_key LIKE ? LIMIT ?)""",
			(status.QUEUED, until_ms, f"{KEY_PREFIX}{batch}.%", most),
		)[0][0]

	def histories(self, customers: Collection[str], now_ms: int) -> dict[str, History]:
		found = {customer: self._history(customer, now_ms) for customer in customers}
		return {customer: history for customer, history in found.items() if history != History()}

	def _history(self, customer: str, now_ms: int) -> History:
		this_week = marketing = failed = reached = 0
		for row in self._run(
			"""SELECT m.*, t.content FROM message m JOIN conversation c ON c.name = m.conversation
			LEFT JOIN template t ON t.content_sid = m.content_template WHERE c.customer = ? AND m.sent_at_ms > ?""",
			(customer, now_ms - FAILURE_KNOWN_MS),
		):
			at_ms, has_failed = row["sent_at_ms"], row["delivery_status"] in status.FAILURES
			if row["content_template"] and not has_failed:
				this_week += at_ms > now_ms - WEEK_MS
				is_marketing = json.loads(row["content"] or "{}").get("category") == MARKETING
				marketing = max(marketing, at_ms if is_marketing else 0)
			if has_failed and row["error_reason"] in UNREACHABLE:
				failed = max(failed, at_ms)
			if row["direction"] == INBOUND or row["delivery_status"] in (status.DELIVERED, status.READ):
				reached = max(reached, at_ms)
		return History(this_week, marketing, failed > reached)

	def preserved_opt_outs(self, customers: Collection[str], business_address: str) -> dict[str, OptOut]:
		found = {customer: self.preserved_opt_out({customer}, business_address) for customer in customers}
		return {customer: choice for customer, choice in found.items() if choice != OptOut()}

	def _batches(self, where: str, values: tuple) -> list[Batch]:
		return [_batch(dict(row)) for row in self._run(f"SELECT * FROM batch WHERE {where}", values)]

	def _rows(self, where: str, values: tuple) -> list[Row]:
		return [Row(**dict(row)) for row in self._run(f"SELECT * FROM batch_row WHERE {where}", values)]


def _batch(row: dict) -> Batch:
	given = json.loads(row.pop("field_values"))
	return Batch(**row, values={name: Value(**each) for name, each in given.items()})


def _columns(changes: Mapping[str, Any]) -> dict:
	columns = {
		key: str(value) if isinstance(value, str) else value
		for key, value in changes.items()
		if key != "values"
	}
	if "values" in changes:
		columns["field_values"] = json.dumps({name: asdict(each) for name, each in changes["values"].items()})
	return columns
