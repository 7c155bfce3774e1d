"""Hand queued messages to the provider, and track their delivery status.

While a message has no SID, only the dispatcher moves it between queued, sending and unknown; once it has a SID, only
status reports change it, and only forward.
"""

from collections.abc import Iterator, Mapping
from enum import Enum
from functools import partial

from . import status, work_state
from .conversations import summarise, window
from .message import OUTBOUND, TWILIO, Conversation, Message, StatusReport, dated
from .ports import (
	Accepted,
	Channel,
	Clock,
	EventPublisher,
	Outcome,
	OutcomeUnknown,
	Outgoing,
	Rejected,
	Retryable,
	Store,
)
from .reasons import Reason
from .service import ChatService
from .window import SENDING_FORBIDDEN, State, Window

# For a template these reasons mean that the provider has another version of it, or that its kind cannot start a chat.
OUTDATED_TEMPLATE = (Reason.TEMPLATE, Reason.OUTSIDE_WINDOW)
# Our own error codes, beside the provider's.
WINDOW_CLOSED = "window_closed"
OPTED_OUT = "opted_out"
CUSTOMER_BLOCKED = "customer_blocked"
OUTCOME_UNKNOWN_CODE = "no_answer"
NOT_LISTED = "not_listed"
NO_ERROR = {"error_code": "", "error_text": "", "error_reason": Reason.NONE}

BATCH = 10
# A dispatcher without a recorded outcome after this time has died; it is many times the channel's timeout.
CLAIM_LEASE_MS = 2 * 60 * 1000
# Usually the last status callback of a message has come long before.
CHECK_STATUS_AFTER_MS = 5 * 60 * 1000
MAX_ATTEMPTS = 8
FIRST_RETRY_MS = 5 * 1000
LONGEST_RETRY_MS = 15 * 60 * 1000


class NotBegun(Enum):
	"""Why a due message is not handed to the channel."""

	ENDED = "it is canceled or has failed"
	TAKEN = "another dispatcher has claimed it, or an earlier message of the conversation"
	HELD = "its sender has reached its rate"


def dispatch(chat: ChatService, *, until_ms: int) -> None:
	"""Hand each due message to the channel, at most once, until none is due.

	Messages to different customers are sent concurrently, those of one conversation in order: a message behind one that another
	dispatcher has claimed is sent by that dispatcher. None is begun after `until_ms` (epoch ms, UTC).
	"""
	with chat.channel() as channel:
		expire_claims(chat)
		at_channel: dict[str, Message] = {}
		while True:
			left = _begin_due(chat, channel, at_channel, until_ms)
			if not at_channel and left <= {NotBegun.TAKEN}:
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


def track(chat: ChatService, report: StatusReport) -> None:
	"""Apply a status report to its message; a report about a message that is not ours changes nothing."""
	store, events = chat.store, chat.events
	stored = _reported(report, store)
	changes = store.transaction(lambda: _apply(report, stored, store)) if stored else {}
	if stored and changes:
		events.conversation_changed(stored.conversation)
		_announce_outdated(stored, _reason_in(changes), events)


# Dispatch


def _begin_due(
	chat: ChatService, channel: Channel, at_channel: dict[str, Message], until_ms: int
) -> set[NotBegun]:
	"""Begin as many messages as the channel has free places: none is claimed that would have to wait. Returns why the others were
	not begun."""
	store, clock = chat.store, chat.clock
	left: set[NotBegun] = set()
	held: set[str] = set()
	for waiting in _due(held, store, channel, clock, until_ms):
		claimed = store.transaction(partial(_claim, waiting, store, channel, clock))
		if isinstance(claimed, Outgoing):
			at_channel[waiting.name] = waiting
			channel.begin(claimed)
			continue
		left.add(claimed)
		if claimed is NotBegun.HELD:
			held.add(_sender(waiting, store))
		if claimed is NotBegun.ENDED:
			chat.events.conversation_changed(waiting.conversation)
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
		reason = chat.store.transaction(partial(_record_outcome, claimed, outcome, chat.store, chat.clock))
		chat.events.conversation_changed(claimed.conversation)
		_announce_outdated(claimed, reason, chat.events)


def _announce_outdated(message: Message, reason: str, events: EventPublisher) -> None:
	if message.content_template and reason in OUTDATED_TEMPLATE:
		events.templates_outdated()


def _claim(waiting: Message, store: Store, channel: Channel, clock: Clock) -> Outgoing | NotBegun:
	"""Claim a message; the window is checked again, immediately before the provider is called."""
	now_ms, locked = clock.now_ms(), _locked(waiting, store)
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
	error_code = _refusal_at_send(message, window(conversation, now_ms))
	if error_code:
		_fail(store, message, now_ms, error_code=error_code)
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
	return Outgoing(
		message=message.name,
		customer_address=conversation.customer_address,
		business_address=conversation.business_address,
		body=message.body if message.freeform else "",
		media=message.media[0].row if message.freeform and message.media else "",
		content_sid=message.content_template,
		content_variables=message.content_variables,
	)


def _refusal_at_send(message: Message, now: Window) -> str:
	if now.state in SENDING_FORBIDDEN:
		return OPTED_OUT if now.state is State.OPTED_OUT else CUSTOMER_BLOCKED
	return WINDOW_CLOSED if message.freeform and not now.freeform_allowed else ""


def _record_outcome(claimed: Message, outcome: Outcome, store: Store, clock: Clock) -> str:
	"""Store the channel's answer; returns the reason why the message failed, if it did.

	A status report may have come first: then its status stays.
	"""
	now_ms, locked = clock.now_ms(), _locked(claimed, store)
	if locked is None:
		return Reason.NONE
	conversation, message = locked
	if isinstance(outcome, Accepted):
		_accept(store, message, outcome, now_ms)
	elif message.message_sid:
		return Reason.NONE
	elif isinstance(outcome, OutcomeUnknown):
		_mark_outcome_unknown(store, message, outcome.error_text)
	elif isinstance(outcome, Retryable) and message.attempts < MAX_ATTEMPTS:
		_postpone(store, message, now_ms)
	else:
		_fail(store, message, now_ms, **_error_of(outcome))
		_apply_provider_verdict(store, conversation, message, outcome.error_reason)
		return outcome.error_reason
	return Reason.NONE


def _accept(store: Store, message: Message, accepted: Accepted, now_ms: int) -> None:
	changes: dict[str, object] = {}
	if not message.message_sid:
		changes = _assign_sid(store, message, accepted.message_sid)
		changes |= _status_change(message, accepted.status, now_ms) | {
			"next_attempt_at_ms": now_ms + CHECK_STATUS_AFTER_MS
		}
	if accepted.created_at_ms:
		changes |= dated(message, accepted.created_at_ms)
	_change(message, changes, store)


def _postpone(store: Store, message: Message, now_ms: int) -> None:
	delay_ms = min(FIRST_RETRY_MS * 3 ** (message.attempts - 1), LONGEST_RETRY_MS)
	store.change_message(message.name, delivery_status=status.QUEUED, next_attempt_at_ms=now_ms + delay_ms)


def _fail(store: Store, message: Message, now_ms: int, **error: str) -> None:
	failed = _status_change(message, status.FAILED, now_ms)
	_change(message, failed | {"next_attempt_at_ms": 0, **error}, store)


def _status_change(message: Message, delivery_status: str, at_ms: int) -> dict[str, object]:
	times = message.status_times | ({delivery_status: at_ms} if at_ms else {})
	return {"delivery_status": delivery_status, "status_times": times}


def _expire_claim(expired: Message, store: Store) -> None:
	locked = _locked(expired, store)
	if locked is None:
		return
	_, message = locked
	if message.delivery_status == status.SENDING and not message.message_sid:
		_mark_outcome_unknown(store, message)


def _mark_outcome_unknown(store: Store, message: Message, error_text: str = "") -> None:
	"""Once its lease has ended, reconcile.py looks for it in the provider's list."""
	changes = {
		"delivery_status": status.UNKNOWN,
		"error_code": OUTCOME_UNKNOWN_CODE,
		"error_text": error_text,
	}
	_change(message, changes | {"next_attempt_at_ms": message.claimed_at_ms + CLAIM_LEASE_MS}, store)


def _assign_sid(store: Store, message: Message, message_sid: str) -> dict[str, object]:
	"""The changes that give the message its SID. Another message to which reconcile.py had assigned that SID is unknown again."""
	other = store.message_with_sid(message_sid)
	if other and other.name != message.name:
		store.change_message(other.name, message_sid="")
		_mark_outcome_unknown(store, other)
	return {"message_sid": message_sid, **NO_ERROR}


def _locked(stored: Message, store: Store) -> tuple[Conversation, Message] | None:
	"""Lock and read the conversation and its message; None where they were erased.

	Where two conversations were merged meanwhile, the message is in the one that was kept.
	"""
	conversation = store.lock(stored.conversation)
	if conversation is None:
		moved = store.message(stored.name)
		conversation = store.lock(moved.conversation) if moved else None
	message = store.message(stored.name) if conversation else None
	return (conversation, message) if conversation and message else None


# Delivery reports


def _reported(report: StatusReport, store: Store) -> Message | None:
	"""The outbound message of a report: by our own name for it, which the callback's URL carries, else by its SID."""
	named = store.message(report.message) if report.message else None
	if named and named.direction == OUTBOUND and named.message_sid in ("", report.message_sid):
		return named
	stored = store.message_with_sid(report.message_sid) if report.message_sid else None
	return stored if stored and stored.direction == OUTBOUND else None


def _apply(report: StatusReport, stored: Message, store: Store) -> dict[str, object]:
	"""The changes of the message."""
	locked = _locked(stored, store)
	if locked is None:
		return {}
	conversation, message = locked
	changes = _changes(store, message, report)
	_change(message, changes, store)
	_apply_provider_verdict(store, conversation, message, _reason_in(changes))
	return changes


def _changes(store: Store, message: Message, report: StatusReport) -> dict[str, object]:
	changes: dict[str, object] = {}
	current = message.delivery_status
	if not message.message_sid:
		changes = _assign_sid(store, message, report.message_sid)
		current = status.QUEUED
	if report.created_at_ms and message.sent_at_source != TWILIO:
		changes |= dated(message, report.created_at_ms)
	reached = status.advance(current, report.status)
	if reached != message.delivery_status:
		is_final = status.is_final(reached, report.error_code)
		check_at_ms = 0 if is_final else message.sent_at_ms + CHECK_STATUS_AFTER_MS
		changes |= _status_change(message, reached, report.reported_at_ms) | {
			"next_attempt_at_ms": check_at_ms
		}
	if reached in status.FAILURES and reached != current:
		changes |= _error_of(report)
	elif status.adds_error_code(current, message.error_code, report.status, report.error_code):
		changes |= _error_of(report) | {"next_attempt_at_ms": 0}
	elif reached not in status.FAILURES and (message.error_code or message.error_text):
		changes |= NO_ERROR
	return changes


def _error_of(failure: Rejected | Retryable | StatusReport) -> dict[str, str]:
	return {
		"error_code": failure.error_code,
		"error_text": failure.error_text,
		"error_reason": failure.error_reason,
	}


def _reason_in(changes: Mapping[str, object]) -> str:
	return str(changes.get("error_reason", Reason.NONE))


def _change(message: Message, changes: Mapping[str, object], store: Store) -> None:
	store.change_message(message.name, **changes)
	if "sent_at_ms" in changes:
		summarise(message.conversation, store)
	work_state.after_status(message, changes, store)


def _apply_provider_verdict(store: Store, conversation: Conversation, message: Message, reason: str) -> None:
	"""Apply the reason of a failure to the conversation: "outside the window" closes the window for freeform, a block forbids all
	sending, both until the next inbound message; an opt-out forbids all sending until the customer opts in."""
	if reason == Reason.OUTSIDE_WINDOW and message.freeform:
		closed_at_ms = max(conversation.provider_closed_at_ms, message.sent_at_ms)
		store.change_conversation(conversation.name, provider_closed_at_ms=closed_at_ms)
	elif reason == Reason.BLOCKED:
		blocked_at_ms = max(conversation.blocked_at_ms, message.sent_at_ms)
		store.change_conversation(conversation.name, blocked_at_ms=blocked_at_ms)
	elif reason == Reason.OPTED_OUT and message.sent_at_ms >= conversation.opt_out_changed_at_ms:
		store.change_conversation(conversation.name, opted_out=True, opt_out_changed_at_ms=message.sent_at_ms)
