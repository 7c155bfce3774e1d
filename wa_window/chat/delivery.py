"""A queued message is handed to the provider, and what becomes of it is tracked.

While a message has no SID, the dispatcher alone moves it between queued, sending and unknown; from its SID on, only
reports move it, up a ladder.
"""

from collections.abc import Iterator
from enum import Enum

from . import status
from .conversations import summarise, window
from .message import OUTBOUND, TWILIO, Conversation, Message, StatusReport
from .ports import Accepted, Announcer, Busy, Channel, Clock, NoAnswer, Outcome, Outgoing, Store
from .window import SILENT, State, Window

# https://www.twilio.com/docs/api/errors: outside the window; opted out by STOP; blocked by the customer
OUTSIDE_WINDOW = "63016"
UNSUBSCRIBED = "21610"
BLOCKED = "63014"
# Of a template, each of which says that it is another one at the provider than here: not approved any more, or of a kind that
# cannot begin a chat; deleted (https://www.twilio.com/docs/api/errors/21655); not there in this language; with another number
# of variables (https://www.twilio.com/docs/api/errors/63028); rejected, paused, disabled
TEMPLATE_REFUSED = (OUTSIDE_WINDOW, "21655", "63027", "63028", "63040", "63041", "63042")
# Our own error codes, beside the provider's numbers.
WINDOW_CLOSED = "window_closed"
OPTED_OUT = "opted_out"
CUSTOMER_BLOCKED = "customer_blocked"
NO_ANSWER = "no_answer"
NOT_LISTED = "not_listed"

BATCH = 10
# A dispatcher that has told nothing for so long has died: many times the channel's timeout.
CLAIM_LEASE_MS = 2 * 60 * 1000
# Long after the last status callback of a message usually came.
LOOK_AFTER_MS = 5 * 60 * 1000
MAX_ATTEMPTS = 8
FIRST_RETRY_MS = 5 * 1000
LONGEST_RETRY_MS = 15 * 60 * 1000


class NotBegun(Enum):
	"""Why a due message is not handed to the channel."""

	ENDED = "it is canceled or has failed"
	TAKEN = "another dispatcher has it, or it waits for an earlier one that another dispatcher has"
	HELD = "its sender may send no more for now"


def dispatch(*, store: Store, channel: Channel, announcer: Announcer, clock: Clock, until_ms: int) -> None:
	"""Hand each queued message whose turn has come to the channel, at most once, until none is due.

	Messages of different customers are at the channel side by side; a customer's go one after the other: one that waits for
	an earlier one is left to whoever sends that. From `until_ms` (epoch ms, UTC) on none is begun.
	"""
	give_up_lost_claims(store=store, announcer=announcer, clock=clock)
	at_channel: dict[str, Message] = {}
	while True:
		left = _begin_due(at_channel, store, channel, announcer, clock, until_ms)
		if not at_channel and left <= {NotBegun.TAKEN}:
			return
		_record_ended(at_channel, store, channel, announcer, clock)


def give_up_lost_claims(*, store: Store, announcer: Announcer, clock: Clock) -> None:
	"""Nobody knows whether a message was sent whose dispatcher died after claiming it: it becomes `unknown`."""
	for lost in store.claimed_outside(*claims_last(clock.now_ms()), BATCH):
		store.transaction(lambda lost=lost: _give_up(lost, store))
		announcer.conversation_changed(lost.conversation)


def claims_last(now_ms: int) -> tuple[int, int]:
	"""Between which moments (epoch ms, UTC) a claim was made that still lasts. After the clock was set back a claim of before lies
	in the future; those of other workers may do so a little."""
	return now_ms - CLAIM_LEASE_MS, now_ms + CLAIM_LEASE_MS


def track(report: StatusReport, *, store: Store, announcer: Announcer) -> None:
	"""Move a message up its ladder; a report about a message that is not ours changes nothing."""
	known = _reported(report, store)
	changes = store.transaction(lambda: _apply(report, known, store)) if known else {}
	if changes:
		announcer.conversation_changed(known.conversation)
		_announce_outdated(known, changes.get("error_code", ""), announcer)


# Dispatch


def _begin_due(
	at_channel: dict[str, Message],
	store: Store,
	channel: Channel,
	announcer: Announcer,
	clock: Clock,
	until_ms: int,
) -> set[NotBegun]:
	"""Begin as many as there are places: nothing is claimed that would have to wait. Returns why others were not begun."""
	left: set[NotBegun] = set()
	held: set[str] = set()
	for waiting in _due(held, store, channel, clock, until_ms):
		claimed = store.transaction(lambda waiting=waiting: _claim(waiting, store, channel, clock.now_ms()))
		if isinstance(claimed, Outgoing):
			at_channel[waiting.name] = waiting
			channel.begin(claimed)
			continue
		left.add(claimed)
		if claimed is NotBegun.HELD:
			held.add(_sender(waiting, store))
		if claimed is NotBegun.ENDED:
			announcer.conversation_changed(waiting.conversation)
	return left


def _due(held: set[str], store: Store, channel: Channel, clock: Clock, until_ms: int) -> Iterator[Message]:
	"""Due messages for all places there are. Once another sender is held they are looked for anew: those of one that has many
	would otherwise leave no place for the others."""
	while places := channel.places() if clock.now_ms() < until_ms else 0:
		known = len(held)
		for waiting in store.transaction(lambda places=places: store.due(clock.now_ms(), places, held)):
			if clock.now_ms() >= until_ms:
				return
			yield waiting
			if len(held) > known:
				break
		else:
			return


def _sender(waiting: Message, store: Store) -> str:
	conversation = store.conversation(waiting.conversation)
	return conversation.business_address if conversation else ""


def _record_ended(
	at_channel: dict[str, Message], store: Store, channel: Channel, announcer: Announcer, clock: Clock
) -> None:
	for name, outcome in channel.ended():
		claimed = at_channel.pop(name)
		error_code = store.transaction(
			lambda claimed=claimed, outcome=outcome: _settle(claimed, outcome, store, clock.now_ms())
		)
		announcer.conversation_changed(claimed.conversation)
		_announce_outdated(claimed, error_code, announcer)


def _announce_outdated(message: Message, error_code: str, announcer: Announcer) -> None:
	if message.content_template and error_code in TEMPLATE_REFUSED:
		announcer.templates_outdated()


def _claim(waiting: Message, store: Store, channel: Channel, now_ms: int) -> Outgoing | NotBegun:
	"""Take a message for sending; the window is looked at once more, immediately before the provider is called."""
	conversation, message = _locked(waiting, store)
	if message is None:
		store.change_message(waiting.name, delivery_status=status.CANCELED, next_attempt_at_ms=0)
		return NotBegun.ENDED
	if message.message_sid or message.delivery_status != status.QUEUED or store.waits(message):
		return NotBegun.TAKEN
	lapsed = _lapsed(message, window(conversation, now_ms))
	if lapsed:
		_fail(store, message, now_ms, lapsed)
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


def _lapsed(message: Message, now: Window) -> str:
	if now.state in SILENT:
		return OPTED_OUT if now.state is State.OPTED_OUT else CUSTOMER_BLOCKED
	return WINDOW_CLOSED if message.freeform and not now.freeform_allowed else ""


def _settle(claimed: Message, outcome: Outcome, store: Store, now_ms: int) -> str:
	"""Write down what the channel answered; the error code with which the message failed by it, if it did.

	A status report may have been faster: then it knows the status better.
	"""
	conversation, message = _locked(claimed, store)
	if message is None:
		return ""
	if isinstance(outcome, Accepted):
		_accept(store, message, outcome, now_ms)
	elif message.message_sid:
		return ""
	elif isinstance(outcome, NoAnswer):
		_lose_sight(store, message, outcome.error_text)
	elif isinstance(outcome, Busy) and message.attempts < MAX_ATTEMPTS:
		_postpone(store, message, now_ms)
	else:
		_fail(store, message, now_ms, outcome.error_code, outcome.error_text)
		_heed(store, conversation, message, outcome.error_code)
		return outcome.error_code
	return ""


def _accept(store: Store, message: Message, accepted: Accepted, now_ms: int) -> None:
	changes: dict = {}
	if not message.message_sid:
		changes = _sid_taken(store, message, accepted.message_sid)
		changes |= _reached(message, accepted.status, now_ms) | {"next_attempt_at_ms": now_ms + LOOK_AFTER_MS}
	if accepted.created_at_ms:
		changes |= {"sent_at_ms": accepted.created_at_ms, "sent_at_source": TWILIO}
	_change(message, changes, store)


def _postpone(store: Store, message: Message, now_ms: int) -> None:
	delay_ms = min(FIRST_RETRY_MS * 3 ** (message.attempts - 1), LONGEST_RETRY_MS)
	store.change_message(message.name, delivery_status=status.QUEUED, next_attempt_at_ms=now_ms + delay_ms)


def _fail(store: Store, message: Message, now_ms: int, error_code: str, error_text: str = "") -> None:
	store.change_message(
		message.name,
		**_reached(message, status.FAILED, now_ms),
		error_code=error_code,
		error_text=error_text,
		next_attempt_at_ms=0,
	)


def _reached(message: Message, delivery_status: str, at_ms: int) -> dict:
	times = message.status_times | ({delivery_status: at_ms} if at_ms else {})
	return {"delivery_status": delivery_status, "status_times": times}


def _give_up(lost: Message, store: Store) -> None:
	_, message = _locked(lost, store)
	if message and message.delivery_status == status.SENDING and not message.message_sid:
		_lose_sight(store, message)


def _lose_sight(store: Store, message: Message, error_text: str = "") -> None:
	"""From the end of its lease on it is looked for in the provider's list: see settle.py."""
	store.change_message(
		message.name,
		delivery_status=status.UNKNOWN,
		error_code=NO_ANSWER,
		error_text=error_text,
		next_attempt_at_ms=message.claimed_at_ms + CLAIM_LEASE_MS,
	)


def _sid_taken(store: Store, message: Message, message_sid: str) -> dict:
	"""The message gets its SID. Had another one been taken for it (see settle.py), that one's fate is unknown again."""
	other = store.message_with_sid(message_sid)
	if other and other.name != message.name:
		store.change_message(other.name, message_sid="")
		_lose_sight(store, other)
	return {"message_sid": message_sid, "error_code": "", "error_text": ""}


def _locked(known: Message, store: Store) -> tuple[Conversation | None, Message | None]:
	"""Both as they are now, or neither: an erased chat has nothing left to send or to track.

	Where two conversations were joined meanwhile, the message is found in the one that was kept.
	"""
	conversation = store.lock(known.conversation)
	if conversation is None:
		moved = store.message(known.name)
		conversation = store.lock(moved.conversation) if moved else None
	message = store.message(known.name) if conversation else None
	return (conversation, message) if message else (None, None)


# Delivery reports


def _reported(report: StatusReport, store: Store) -> Message | None:
	"""The outbound message meant: by our own name for it, which comes back in the callback's URL, else by its SID."""
	named = store.message(report.message) if report.message else None
	if named and named.direction == OUTBOUND and named.message_sid in ("", report.message_sid):
		return named
	known = store.message_with_sid(report.message_sid) if report.message_sid else None
	return known if known and known.direction == OUTBOUND else None


def _apply(report: StatusReport, known: Message, store: Store) -> dict:
	"""What was changed of the message."""
	conversation, message = _locked(known, store)
	if message is None:
		return {}
	changes = _changes(store, message, report)
	_change(message, changes, store)
	_heed(store, conversation, message, changes.get("error_code", ""))
	return changes


def _changes(store: Store, message: Message, report: StatusReport) -> dict:
	changes: dict = {}
	current = message.delivery_status
	if not message.message_sid:
		changes = _sid_taken(store, message, report.message_sid)
		current = status.QUEUED
	if report.created_at_ms and message.sent_at_source != TWILIO:
		changes |= {"sent_at_ms": report.created_at_ms, "sent_at_source": TWILIO}
	reached = status.advance(current, report.status)
	if reached != message.delivery_status:
		settled = status.is_settled(reached, report.error_code)
		look_at_ms = 0 if settled else message.sent_at_ms + LOOK_AFTER_MS
		changes |= _reached(message, reached, report.reported_at_ms) | {"next_attempt_at_ms": look_at_ms}
	if reached in status.FAILURES and reached != current:
		changes |= {"error_code": report.error_code, "error_text": report.error_text}
	elif status.takes_code(current, message.error_code, report.status, report.error_code):
		told = {"error_code": report.error_code, "error_text": report.error_text}
		changes |= told | {"next_attempt_at_ms": 0}
	elif reached not in status.FAILURES and (message.error_code or message.error_text):
		changes |= {"error_code": "", "error_text": ""}
	return changes


def _change(message: Message, changes: dict, store: Store) -> None:
	store.change_message(message.name, **changes)
	if "sent_at_ms" in changes:
		summarise(message.conversation, store)


def _heed(store: Store, conversation: Conversation, message: Message, error_code: str) -> None:
	"""Learn from a refusal: 63016 on freeform closes the window, 63014 everything, both until the next inbound message;
	an opt-out by STOP closes everything until a START."""
	if error_code == OUTSIDE_WINDOW and message.freeform:
		closed_at_ms = max(conversation.provider_closed_at_ms, message.sent_at_ms)
		store.change_conversation(conversation.name, provider_closed_at_ms=closed_at_ms)
	elif error_code == BLOCKED:
		blocked_at_ms = max(conversation.blocked_at_ms, message.sent_at_ms)
		store.change_conversation(conversation.name, blocked_at_ms=blocked_at_ms)
	elif error_code == UNSUBSCRIBED and message.sent_at_ms >= conversation.opt_out_changed_at_ms:
		store.change_conversation(conversation.name, opted_out=True, opt_out_changed_at_ms=message.sent_at_ms)
