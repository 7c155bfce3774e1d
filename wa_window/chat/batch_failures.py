"""What a failed message means for its batch: where what comes after it would fail too, the batch waits for a person."""

from . import status
from .delivery import LATE, MAX_ATTEMPTS
from .message import Message
from .reasons import Reason
from .service import ChatService
from .template_batch import PAUSING, Pause, RowState, Status, is_of_batch, row_of_key


def pause(chat: ChatService, batch: str, reason: Pause) -> None:
	"""Nothing more is handed over until a person presses Resume."""
	chat.store.transaction(lambda: _pause_locked(chat, batch, reason))
	chat.events.batch_changed(batch)


def after_failure(chat: ChatService, name: str) -> None:
	"""After the commit of a message's failure: its row is put aside where the whole batch waits for the same reason."""
	message = chat.store.message(name)
	key = row_of_key(message.client_key) if message and is_of_batch(message) else None
	reason = pause_for(message) if message and key else Pause.NONE
	if key and reason is not Pause.NONE:
		chat.store.transaction(lambda: _put_aside(chat, *key, reason))
		chat.events.batch_changed(key[0])


def pause_for(message: Message) -> Pause:
	"""Why the batch of a failed message waits; NONE where the failure is of this recipient alone."""
	if message.delivery_status not in status.FAILURES:
		return Pause.NONE
	if message.error_code == LATE:
		return Pause.LATE
	if message.error_reason in PAUSING:
		return PAUSING[Reason(message.error_reason)]
	return Pause.NO_CONNECTION if message.attempts >= MAX_ATTEMPTS else Pause.NONE


def _put_aside(chat: ChatService, batch: str, position: int, attempt: int, reason: Pause) -> None:
	if not _pause_locked(chat, batch, reason):
		return
	row = chat.store.row_at(batch, position)
	if row and (row.state, row.attempt) == (RowState.HANDED_OVER, attempt):
		chat.store.change_rows({row.name: {"state": RowState.PUT_ASIDE}})


def _pause_locked(chat: ChatService, batch: str, reason: Pause) -> bool:
	"""Whether it is paused now; one that was stopped stays so."""
	locked = chat.store.lock_batch(batch)
	if locked is None or locked.status not in (Status.SENDING, Status.DONE, Status.PAUSED):
		return False
	chat.store.change_batch(batch, status=Status.PAUSED, pause_reason=reason)
	return True
