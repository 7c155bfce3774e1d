"""Send the queued messages: claim each, hand it to the provider, record the outcome."""

from collections.abc import Callable, Iterator
from enum import Enum
from functools import partial

from . import batch_failures, status
from .batch_failures import BatchFailure
from .conversations import window
from .delivery import (
	CHECK_STATUS_AFTER_MS,
	CLAIM_LEASE_MS,
	CUSTOMER_BLOCKED,
	LATE,
	MAX_ATTEMPTS,
	OPTED_OUT,
	WINDOW_CLOSED,
	announce_outdated_template,
	apply_provider_verdict,
	assign_sid,
	change_message,
	error_of,
	lock_with_conversation,
	mark_outcome_unknown,
	status_change,
)
from .message import Conversation, Message, dated
from .ports.channel import Accepted, Channel, Outcome, OutcomeUnknown, Outgoing, Retryable
from .ports.runtime import Clock
from .ports.store import Store
from .reasons import Reason
from .service import ChatService
from .window import SENDING_FORBIDDEN, State, Window

BATCH = 10
FIRST_RETRY_MS = 5 * 1000
LONGEST_RETRY_MS = 15 * 60 * 1000


class NotBegun(Enum):
	"""Why a due message is not handed to the channel."""

	ENDED = "it is canceled or has failed"
	TAKEN = "another dispatcher has claimed it, or an earlier message of the conversation"
	HELD = "its sender has reached its rate"


def nothing_more() -> bool:
	"""No `refill`: the outbox is what it is."""
	return False


def dispatch(chat: ChatService, *, until_ms: int, refill: Callable[[], bool] = nothing_more) -> None:
	"""Hand each due message to the channel, at most once, until none is due.

	`refill` adds further messages to the outbox where they are few (handing_over.py), and returns whether more will come.

	Messages to different customers are sent concurrently, those of one conversation in order: a message behind one that another
	dispatcher has claimed is sent by that dispatcher. None is begun after `until_ms` (epoch ms, UTC).
	"""
	with chat.channel() as channel:
		expire_claims(chat)
		at_channel: dict[str, Message] = {}
		while True:
			left = _begin_due(chat, channel, at_channel, until_ms)
			# While the provider works on what was begun.
			more_will_come = chat.clock.now_ms() < until_ms and refill()
			if not (at_channel or more_will_come) and left <= {NotBegun.TAKEN}:
				return
			_record_ended(chat, channel, at_channel)


def expire_claims(chat: ChatService) -> None:
	"""Set messages to `unknown` whose dispatcher died after claiming them: they may or may not have been sent."""
	for expired in chat.store.claimed_outside(*live_claims(chat.clock.now_ms()), BATCH):
		chat.store.transaction(partial(_expire_claim, expired, chat.store))
		chat.events.conversation_changed(expired.conversation)


def live_claims(now_ms: int) -> tuple[int, int]:
	"""The span (epoch ms, UTC) in which a claim was made that is still valid. After the clock was set back an earlier claim lies in
	the future; claims of other workers may do so by a little."""
	return now_ms - CLAIM_LEASE_MS, now_ms + CLAIM_LEASE_MS


def _begin_due(
	chat: ChatService, channel: Channel, at_channel: dict[str, Message], until_ms: int
) -> set[NotBegun]:
	"""Begin as many messages as the channel has free places: none is claimed that would have to wait. Returns why the others were
	not begun."""
	store, clock = chat.store, chat.clock
	left: set[NotBegun] = set()
	held: set[str] = set()
	for waiting in _due(held, store, channel, clock, until_ms):
		late = batch_failures.too_late(waiting, clock.now_ms())
		claimed = store.transaction(partial(_claim, waiting, late, store, channel, clock))
		if isinstance(claimed, Outgoing):
			at_channel[waiting.name] = waiting
			channel.begin(claimed)
			continue
		left.add(claimed)
		if claimed is NotBegun.HELD:
			held.add(_sender(waiting, store))
		if claimed is NotBegun.ENDED:
			chat.events.conversation_changed(waiting.conversation)
			batch_failures.publish(chat.events, late)
	return left


def _due(held: set[str], store: Store, channel: Channel, clock: Clock, until_ms: int) -> Iterator[Message]:
	"""Due messages for all free places. The query is repeated once another sender is held: its messages would otherwise take all
	places."""
	while places := channel.places() if clock.now_ms() < until_ms else 0:
		held_before = len(held)
		for waiting in store.transaction(partial(store.due, clock.now_ms(), places, held)):
			if clock.now_ms() >= until_ms:
				return
			yield waiting
			if len(held) > held_before:
				break
		else:
			return


def _sender(waiting: Message, store: Store) -> str:
	conversation = store.conversation(waiting.conversation)
	return conversation.business_address if conversation else ""


def _record_ended(chat: ChatService, channel: Channel, at_channel: dict[str, Message]) -> None:
	for name, outcome in channel.ended():
		claimed = at_channel.pop(name)
		changed, failure = {claimed.conversation}, batch_failures.failure_of(claimed, outcome)
		record = partial(_record_outcome, claimed, outcome, failure, chat.store, chat.clock, changed)
		reason = chat.store.transaction(record)
		for conversation in changed:
			chat.events.conversation_changed(conversation)
		announce_outdated_template(claimed, reason, chat.events)
		batch_failures.publish(chat.events, failure)


def _claim(
	waiting: Message, late: BatchFailure | None, store: Store, channel: Channel, clock: Clock
) -> Outgoing | NotBegun:
	"""Claim a message; the window is checked again, immediately before the provider is called."""
	batch_failures.lock_batch(store, late)
	now_ms, locked = clock.now_ms(), lock_with_conversation(waiting, store)
	if locked is None:
		store.change_message(waiting.name, delivery_status=status.CANCELED, next_attempt_at_ms=0)
		return NotBegun.ENDED
	conversation, message = locked
	if (
		message.message_sid
		or message.delivery_status != status.QUEUED
		or store.is_blocked_by_earlier(message)
	):
		return NotBegun.TAKEN
	error_code = LATE if late else _refusal_at_send(message, window(conversation, now_ms))
	if error_code:
		_fail(store, message, now_ms, error_code=error_code)
		batch_failures.after_failure(store, late, now_ms)
		return NotBegun.ENDED
	if not channel.may_begin(conversation.business_address):
		return NotBegun.HELD
	store.change_message(
		message.name,
		delivery_status=status.SENDING,
		claimed_at_ms=now_ms,
		attempts=message.attempts + 1,
		next_attempt_at_ms=0,
	)
	has_file = bool(message.media)
	template = store.template(message.content_template) if has_file and message.content_template else None
	return Outgoing(
		message=message.name,
		customer_address=conversation.customer_address,
		business_address=conversation.business_address,
		body=message.body if message.freeform else "",
		media=message.media[0].row if has_file else "",
		content_sid=message.content_template,
		content_variables=message.content_variables,
		media_url=template.media_url if template else "",
	)


def _refusal_at_send(message: Message, now: Window) -> str:
	if now.state in SENDING_FORBIDDEN:
		return OPTED_OUT if now.state is State.OPTED_OUT else CUSTOMER_BLOCKED
	return WINDOW_CLOSED if message.freeform and not now.freeform_allowed else ""


def _record_outcome(
	claimed: Message,
	outcome: Outcome,
	failure: BatchFailure | None,
	store: Store,
	clock: Clock,
	changed: set[str],
) -> str:
	"""Store the channel's answer; returns the reason why the message failed, if it did. Other conversations that change are added to
	`changed`.

	A status report may have come first: then its status stays.
	"""
	batch_failures.lock_batch(store, failure)
	now_ms, locked = clock.now_ms(), lock_with_conversation(claimed, store)
	if locked is None:
		return Reason.NONE
	conversation, message = locked
	if isinstance(outcome, Accepted):
		_accept(store, conversation, message, outcome, now_ms, changed)
	elif message.message_sid:
		return Reason.NONE
	elif isinstance(outcome, OutcomeUnknown):
		mark_outcome_unknown(store, message, outcome.error_text)
	elif isinstance(outcome, Retryable) and message.attempts < MAX_ATTEMPTS:
		delay_ms = _postpone(store, message, now_ms)
		batch_failures.after_retry(store, failure, delay_ms, now_ms)
	else:
		_fail(store, message, now_ms, **error_of(outcome))
		apply_provider_verdict(store, conversation, message, error_of(outcome))
		batch_failures.after_failure(store, failure, now_ms)
		return outcome.error_reason
	return Reason.NONE


def _accept(
	store: Store,
	conversation: Conversation,
	message: Message,
	accepted: Accepted,
	now_ms: int,
	changed: set[str],
) -> None:
	changes: dict[str, object] = {}
	if not message.message_sid:
		changes = assign_sid(store, message, accepted.message_sid, changed)
		changes |= status_change(message, accepted.status, now_ms) | {
			"next_attempt_at_ms": now_ms + CHECK_STATUS_AFTER_MS
		}
	if accepted.created_at_ms:
		changes |= dated(message, accepted.created_at_ms)
	change_message(message, changes, store)
	apply_provider_verdict(store, conversation, message, changes)


def _postpone(store: Store, message: Message, now_ms: int) -> int:
	"""Put it back into the outbox; returns for how long (ms)."""
	delay_ms: int = min(FIRST_RETRY_MS * 3 ** (message.attempts - 1), LONGEST_RETRY_MS)
	store.change_message(message.name, delivery_status=status.QUEUED, next_attempt_at_ms=now_ms + delay_ms)
	return delay_ms


def _fail(store: Store, message: Message, now_ms: int, **error: str) -> None:
	failed = status_change(message, status.FAILED, now_ms)
	change_message(message, failed | {"next_attempt_at_ms": 0, **error}, store)


def _expire_claim(expired: Message, store: Store) -> None:
	locked = lock_with_conversation(expired, store)
	if locked is None:
		return
	_, message = locked
	if message.delivery_status == status.SENDING and not message.message_sid:
		mark_outcome_unknown(store, message)
