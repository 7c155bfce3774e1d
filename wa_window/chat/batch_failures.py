"""What a failed message means for its batch: where what comes after it would fail too, the batch slows down or waits for a person.

It is stored in the transaction of the failure, so that a worker that is killed leaves nobody out. That transaction begins with the lock
of the batch, as all that lock it.
"""

from dataclasses import dataclass

from .message import Message, StatusReport
from .ports.channel import Outcome, Rejected, Retryable
from .ports.runtime import EventPublisher
from .ports.store import Store
from .reasons import Reason
from .service import ChatService
from .template_batch import (
	LATE_AFTER_MS,
	PAUSING,
	Batch,
	Pause,
	Row,
	RowState,
	Status,
	row_of_key,
)

# For so long nothing more is handed over, the first time, the second, the third; then the batch waits for a person.
HOLDS_MS = (30 * 1000, 2 * 60 * 1000, 10 * 60 * 1000)
# After so long without another one, the next is the first again.
CALM_MS = 30 * 60 * 1000
# What waits for an attempt within this time counts as being in the outbox. Later than the first retries, and long before an accepted
# message is looked up (delivery.CHECK_STATUS_AFTER_MS).
WAITS_WITHIN_MS = 2 * 60 * 1000


@dataclass(frozen=True)
class BatchFailure:
	"""A failure of the message of a row that concerns the rows behind it too."""

	message: str
	batch: str
	position: int
	pause: Pause


def failure_of(message: Message, failure: Outcome | StatusReport) -> BatchFailure | None:
	"""What the outcome or report means for the message's batch; None where it concerns this recipient alone."""
	return _failure(message, _pause_for(failure))


def too_late(message: Message, now_ms: int) -> BatchFailure | None:
	"""Of a message that has waited for hours (`now_ms`: epoch ms, UTC)."""
	return _failure(message, Pause.LATE) if now_ms - message.sent_at_ms > LATE_AFTER_MS else None


def _failure(message: Message, pause: Pause) -> BatchFailure | None:
	key = row_of_key(message.client_key)
	if key is None or pause is Pause.NONE:
		return None
	batch, position, _attempt = key
	return BatchFailure(message.name, batch, position, pause)


def _pause_for(failure: Outcome | StatusReport) -> Pause:
	if not isinstance(failure, Rejected | Retryable | StatusReport):
		return Pause.NONE
	if failure.error_reason in PAUSING:
		return PAUSING[Reason(failure.error_reason)]
	return Pause.NO_CONNECTION if isinstance(failure, Retryable) else Pause.NONE


def lock_batch(store: Store, failure: BatchFailure | None) -> None:
	"""Inside a transaction, before anything else: lock the batch that may have to wait."""
	if failure:
		store.lock_batch(failure.batch)


def after_failure(store: Store, failure: BatchFailure | None, now_ms: int) -> None:
	"""Inside the transaction in which the message has failed for good (`now_ms`: epoch ms, UTC): its row is put aside, or sent in a further
	attempt where the batch only slows down."""
	batch = store.lock_batch(failure.batch) if failure else None
	if not (failure and batch):
		return
	row = store.row_at(failure.batch, failure.position)
	# An agent may have sent it again in the chat: then the copy is the row's message.
	is_of_row = row is not None and row.message == failure.message and row.state == RowState.HANDED_OVER
	if batch.status == Status.DONE and not is_of_row:
		return
	if failure.pause is Pause.RATE_LIMITED and _hold(store, batch, now_ms):
		if row and is_of_row:
			_send_again(store, batch, row)
	elif _pause_locked(store, batch, failure.pause) and row and is_of_row:
		store.change_rows({row.name: {"state": RowState.PUT_ASIDE}})


def _send_again(store: Store, batch: Batch, row: Row) -> None:
	"""In a further attempt; a batch that was done goes on."""
	store.change_batch(batch.name, status=Status.SENDING)
	store.change_rows({row.name: {"state": RowState.TO_SEND, "attempt": row.attempt + 1, "message": ""}})


def after_retry(store: Store, failure: BatchFailure | None, delay_ms: int, now_ms: int) -> None:
	"""Inside the transaction that puts a message back into the outbox for `delay_ms`: its batch slows down at the provider's limit, and
	where the message waits for so long that others would take its place."""
	if failure and (failure.pause is Pause.RATE_LIMITED or delay_ms > WAITS_WITHIN_MS):
		slow_down(store, failure.batch, failure.pause, now_ms)


def slow_down(store: Store, name: str, reason: Pause, now_ms: int) -> None:
	"""Inside a transaction: nothing more of what is being sent is handed over for a while; where that comes up too often, it waits for a
	person, with this reason."""
	batch = store.lock_batch(name)
	if batch and batch.status == Status.SENDING and not _hold(store, batch, now_ms):
		_pause_locked(store, batch, reason)


def is_held(batch: Batch, now_ms: int) -> bool:
	"""Whether nothing more is handed over now. A longer time was set before the clock was set back."""
	return now_ms < batch.held_until_ms <= now_ms + HOLDS_MS[-1]


def _hold(store: Store, batch: Batch, now_ms: int) -> bool:
	"""Hand nothing more over for a while; returns False where that came up too often. What was on its way when it was held counts as the
	same."""
	if batch.status not in (Status.SENDING, Status.DONE):
		return False
	if is_held(batch, now_ms):
		return True
	holds = batch.holds + 1 if now_ms < batch.held_until_ms + CALM_MS else 1
	if holds > len(HOLDS_MS):
		return False
	held_until_ms = now_ms + HOLDS_MS[holds - 1]
	store.change_batch(batch.name, holds=holds, held_until_ms=held_until_ms, leased_until_ms=0)
	return True


def pause(chat: ChatService, name: str, reason: Pause) -> None:
	"""Nothing more is handed over until a person presses Resume."""

	def write() -> None:
		batch = chat.store.lock_batch(name)
		if batch:
			_pause_locked(chat.store, batch, reason)

	chat.store.transaction(write)
	chat.events.batch_changed(name)


def _pause_locked(store: Store, batch: Batch, reason: Pause) -> bool:
	"""Pause it, but keep the first reason, which a person has to mend; returns whether it is paused now. One that was stopped stays so."""
	if batch.status in (Status.SENDING, Status.DONE):
		store.change_batch(batch.name, status=Status.PAUSED, pause_reason=reason)
		return True
	return batch.status == Status.PAUSED


def publish(events: EventPublisher, failure: BatchFailure | None) -> None:
	"""After the commit."""
	if failure:
		events.batch_changed(failure.batch)
