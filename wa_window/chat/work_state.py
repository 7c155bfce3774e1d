"""Whether a chat needs a reply: the work state of a conversation, beside its window.

It is decided by what was stored when, not by when it was sent: a reply answers the messages that were stored before it was
queued. The provider's time of a message is known later and may lie on the other side of a reply, and a message that arrives
after an outage was read by nobody, however old it is.
"""

from collections.abc import Mapping
from typing import Any

from . import status
from .errors import InvalidMessage
from .message import Conversation, Message, MessageTimes
from .ports.store import Store
from .sentences import _lt
from .service import ChatService
from .template_batch import is_of_batch

# Later than anybody plans; larger numbers do not fit into every column.
LATEST_MS = 10**14


def next_stored_at_ms(conversation: Conversation, now_ms: int) -> int:
	"""When a message is stored (epoch ms, UTC): after all others of its conversation, also after the clock was set back."""
	return max(now_ms, conversation.last_stored_at_ms + 1, conversation.last_message_at_ms + 1)


def waiting_for(conversation: Conversation, sent_at_ms: int, stored_at_ms: int) -> dict[str, object]:
	"""The changes of the conversation by an inbound message: it needs a reply, at once."""
	return {
		"last_stored_at_ms": stored_at_ms,
		"waiting_since_ms": min(conversation.waiting_since_ms or sent_at_ms, sent_at_ms),
		"snoozed_until_ms": 0,
		"failed_at_ms": conversation.failed_at_ms if sent_at_ms < conversation.failed_at_ms else 0,
	}


def answered_by(message: Message) -> dict[str, object]:
	"""The changes of the conversation by a queued message of ours: it is an answer until it fails. A template to many is none: who sends
	it has not read what this customer asks."""
	changes: dict[str, object] = {"last_stored_at_ms": message.stored_at_ms, "failed_at_ms": 0}
	if is_of_batch(message.client_key):
		return changes
	return changes | {"waiting_since_ms": 0, "snoozed_until_ms": 0}


def after_status(message: Message, changes: Mapping[str, object], store: Store) -> None:
	"""Inside a transaction that applied `changes` to a message of ours: where it became an answer, or is none any more,
	compute anew since when its conversation waits, and whether the newest message failed. A failed or canceled message is no answer; one of
	unknown outcome is, until it is decided."""
	reached = str(changes.get("delivery_status", message.delivery_status))
	has_failed = reached in status.FAILURES
	if has_failed != (message.delivery_status in status.FAILURES) or (has_failed and "sent_at_ms" in changes):
		refresh(message.conversation, store)


def after_date(conversation: Conversation, sent_at_ms: int, store: Store) -> None:
	"""Inside a transaction that gave an inbound message the provider's earlier time: it may be one that was answered."""
	if sent_at_ms < conversation.waiting_since_ms:
		refresh(conversation.name, store)


def refresh(conversation: str, store: Store) -> int:
	"""Inside a transaction that has locked the conversation: compute from its messages since when it waits and whether
	the newest one failed, and store it. Returns since when it waits."""
	times = store.times_of([conversation]).get(conversation, MessageTimes())
	store.change_conversation(
		conversation, waiting_since_ms=times.waiting_since_ms, failed_at_ms=times.failed_at_ms
	)
	return times.waiting_since_ms


def done(chat: ChatService, conversation: str, *, seen: str = "") -> None:
	"""No answer is needed, until the customer writes again.

	`seen` is the name of the newest message that the user saw: one that was stored after it still needs a reply. Without it all messages
	until now are meant. The message keeps that it was said, for the times of answers. Raises InvalidMessage where the chat has no such
	message.
	"""
	store = chat.store

	def write() -> bool:
		row = store.lock(conversation)
		if row is None:
			return False
		newest = _newest_seen(row, seen, store)
		# Without `seen` also what was stored after the newest one, by the time it was sent.
		seen_until_ms = (
			newest.arrival_ms if seen and newest else max(row.last_stored_at_ms, row.last_message_at_ms)
		)
		until_ms = max(row.done_until_ms, seen_until_ms)
		last_stored_at_ms = max(row.last_stored_at_ms, until_ms)
		store.change_conversation(
			row.name, done_until_ms=until_ms, last_stored_at_ms=last_stored_at_ms, snoozed_until_ms=0
		)
		if newest:
			store.change_message(newest.name, no_answer_needed=True)
		refresh(row.name, store)
		return True

	if store.transaction(write):
		chat.events.conversation_changed(conversation)


def _newest_seen(row: Conversation, seen: str, store: Store) -> Message | None:
	"""The newest message that the user has seen; None where the chat has no messages."""
	if not seen:
		return next(iter(store.messages(row.name, limit=1)), None)
	message = store.message(seen)
	if message is None or message.conversation != row.name:
		raise InvalidMessage(_lt("This chat has changed. Reload it."))
	return message


def snooze(chat: ChatService, conversation: str, until_ms: int) -> None:
	"""Take a chat out of the queue until `until_ms` (epoch ms, UTC), or until the customer writes; 0 or a past time ends it.

	Raises InvalidMessage.
	"""
	if not 0 <= until_ms <= LATEST_MS:
		raise InvalidMessage(_lt("Choose until when to snooze this chat."))
	store = chat.store

	def write() -> bool:
		row = store.lock(conversation)
		if row is None or row.snoozed_until_ms == until_ms:
			return False
		store.change_conversation(row.name, snoozed_until_ms=until_ms)
		return True

	if store.transaction(write):
		chat.events.conversation_changed(conversation)


def merged(kept: Conversation, absorbed: Conversation) -> dict[str, Any]:
	"""The work state of two conversations of one customer, before it is computed anew from their messages.

	What was done in one must not hide what waits in the other.
	"""
	both = kept, absorbed
	waits = any(row.waiting_since_ms for row in both)
	return {
		"done_until_ms": (min if waits else max)(row.done_until_ms for row in both),
		"snoozed_until_ms": min(row.snoozed_until_ms for row in both),
		"last_stored_at_ms": max(row.last_stored_at_ms for row in both),
	}
