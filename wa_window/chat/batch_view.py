"""A batch and its rows as the HTTP API answers them. What became of the messages is counted when it is shown, never written."""

from collections import Counter
from dataclasses import asdict
from typing import Any

from . import status
from .batch_failures import is_held
from .batch_host import BatchHost
from .message import OUTBOUND, RECORD, TEMPLATE, Message
from .template_batch import HELD, Batch, Outcome, Pause, Row, RowState, Skip, Status, pause_words, skip_words

# Which rows are listed: by their state, and those handed over by their message's status or by the customer's answer.
STATES = tuple(str(state) for state in RowState)
STATUSES = {
	"delivered": (status.DELIVERED, status.READ),
	"read": (status.READ,),
	"failed": status.FAILURES,
	"unconfirmed": (status.UNKNOWN,),
}
KINDS = (*STATES, *STATUSES, "answered")
# A preparation that has not moved for so long has died.
INTERRUPTED_AFTER_MS = 60_000
# One whose first page is not there after so long is not waiting for a busy worker: its job was lost.
NOT_BEGUN_AFTER_MS = 15 * 60_000


def progress(batch: Batch, host: BatchHost) -> dict[str, Any]:
	"""The batch, its `counts` by kind, why recipients were skipped and messages failed, and what the user may do with it."""
	outcomes, now_ms = host.chat.store.batch_outcomes(batch.name), host.chat.clock.now_ms()
	is_own = batch.owner == host.user and host.may_send_to_many()
	ended = batch.status in (Status.DONE, Status.STOPPED)
	is_preparing, is_interrupted = batch.status == Status.PREPARING, _is_interrupted(batch, now_ms)
	return {
		"batch": batch.name,
		"status": str(batch.status),
		"owner": batch.owner,
		"owner_name": host.full_name(batch.owner) or batch.owner,
		"content_sid": batch.content_template,
		"template_name": batch.template_name,
		"sender": batch.business_address,
		"sender_label": host.label_of(batch.business_address),
		"record_doctype": batch.record_doctype,
		"values": {name: asdict(value) for name, value in batch.values.items()},
		"total": batch.total,
		"prepared": batch.prepared,
		"counts": _counts(outcomes),
		"skipped_by_reason": _skipped(outcomes, host),
		"failed_by_reason": _failed(outcomes, batch, host),
		"paused": _waits(batch, now_ms, host),
		"waits_for_worker": is_preparing and not (batch.prepared or is_interrupted),
		"interrupted": is_interrupted,
		"pressed_at_ms": batch.pressed_at_ms or None,
		"progress_at_ms": batch.progress_at_ms or None,
		"now_ms": now_ms,
		"may_test": is_own and batch.status in (Status.PREPARING, Status.DRAFT),
		"may_send": is_own and batch.status == Status.DRAFT,
		"may_stop": not ended and host.may_send_to_many(),
		"may_resume": is_own and batch.status == Status.PAUSED,
	}


def _is_interrupted(batch: Batch, now_ms: int) -> bool:
	longest_ms = INTERRUPTED_AFTER_MS if batch.prepared else NOT_BEGUN_AFTER_MS
	return batch.status == Status.PREPARING and now_ms - batch.progress_at_ms > longest_ms


def rows(batch: Batch, kind: str, after: int, limit: int, host: BatchHost) -> dict[str, Any]:
	"""`rows` behind a position, and `next`, the position to go on with, None at the end."""
	found = host.shown_rows(batch.name, kind, after, limit + 1)
	shown = found[:limit]
	return {
		"rows": [_row(*each, host) for each in shown],
		"next": shown[-1][0].position if len(found) > limit else None,
	}


def _waits(batch: Batch, now_ms: int, host: BatchHost) -> str | None:
	"""Why nothing more is sent now."""
	if batch.pause_reason != Pause.NONE:
		return pause_words(batch, host.full_name(batch.owner)).render(host.locale())
	is_slow = batch.status == Status.SENDING and is_held(batch, now_ms)
	return host.locale().translate(HELD) if is_slow else None


def _counts(outcomes: list[Outcome]) -> dict[str, int]:
	counts = Counter(dict.fromkeys(KINDS, 0))
	for outcome in outcomes:
		counts[outcome.state] += outcome.count
		counts["answered"] += outcome.count if outcome.answered else 0
		for kind, statuses in STATUSES.items():
			if outcome.state == RowState.HANDED_OVER and outcome.delivery_status in statuses:
				counts[kind] += outcome.count
	return dict(counts)


def _skipped(outcomes: list[Outcome], host: BatchHost) -> list[dict[str, Any]]:
	counts: Counter[tuple[str, str]] = Counter()
	for outcome in outcomes:
		if outcome.state == RowState.SKIPPED:
			counts[outcome.reason, outcome.reason_detail] += outcome.count
	return [
		{"reason": reason, "words": _skip_words(reason, detail, host), "count": count}
		for (reason, detail), count in counts.most_common()
	]


def _failed(outcomes: list[Outcome], batch: Batch, host: BatchHost) -> list[dict[str, Any]]:
	counts: Counter[str] = Counter()
	for outcome in outcomes:
		if outcome.state == RowState.HANDED_OVER and outcome.delivery_status in status.FAILURES:
			counts[outcome.error_code] += outcome.count
	return [
		{"error_code": code or None, "words": _error_words(code, batch, host), "count": count}
		for code, count in counts.most_common()
	]


def _skip_words(reason: str, detail: str, host: BatchHost) -> str:
	return skip_words(Skip(reason), detail).render(host.locale())


def _error_words(code: str, batch: Batch, host: BatchHost) -> str | None:
	failed = Message(
		"",
		OUTBOUND,
		TEMPLATE,
		"",
		0,
		RECORD,
		status.FAILED,
		error_code=code,
		content_template=batch.content_template,
	)
	return host.explain(failed).sentence.render(host.locale()) if code else None


def _row(row: Row, message: Message | None, answered_at_ms: int, host: BatchHost) -> dict[str, Any]:
	explanation = host.explain(message) if message and message.error_code else None
	return {
		"position": row.position,
		"record_doctype": row.record_doctype or None,
		"record": row.record or None,
		"title": row.record_title or row.phone or row.customer,
		"phone": row.phone or None,
		"conversation": row.conversation or None,
		"state": str(row.state),
		"reason": row.reason or None,
		"words": _skip_words(row.reason, row.reason_detail, host) if row.reason else None,
		"text": row.body or None,
		"handed_over_at_ms": row.handed_over_at_ms or None,
		"message": message.name if message else None,
		"delivery_status": message.delivery_status if message else None,
		"error_code": message.error_code or None if message else None,
		"error_text": explanation.sentence.render(host.locale()) if explanation else None,
		"answered_at_ms": answered_at_ms or None,
	}
