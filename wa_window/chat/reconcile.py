"""Reconcile our messages with the provider's own list: those of unknown outcome, and those whose status reports got lost."""

from collections.abc import Callable
from functools import partial

from . import status
from .delivery import CLAIM_LEASE_MS, NOT_LISTED
from .message import OUTBOUND, TWILIO, Conversation, ListedMessage, Message, StatusReport
from .ports.provider_list import ProviderList
from .ports.store import Store
from .service import ChatService
from .tracking import track

LIMIT = 500
LIMIT_ON_REQUEST = 20_000
# By how much the provider's clock and ours may differ.
CLOCK_SKEW_MS = 60 * 1000
# A message that the provider accepted is in its list long before.
LISTED_WITHIN_MS = 10 * 60 * 1000
# An accepted message without a final status after this age, such as for a phone that is off, waits for its callback; one of
# unknown outcome is looked up again only when an admin asks for it.
MAX_AGE_MS = 6 * 60 * 60 * 1000
ON_REQUEST_MS = 10**15

Pair = tuple[Message, Conversation]
WithoutSid = list[Pair]


def reconcile(chat: ChatService, provider: ProviderList, *, until_ms: int, since_ms: int = 0) -> int:
	"""Bring the statuses of our messages up to date; returns how many were.

	Reads back to `since_ms` (epoch ms, UTC) where it is given, else as far as a message is due. A message with a SID is found by
	it; one of unknown outcome by its number pair, time and text. Stops at `until_ms` (epoch ms, UTC); the next run continues.
	Raises ChatError where the list cannot be read to its end.
	"""
	store, clock = chat.store, chat.clock
	now_ms = clock.now_ms()
	due_by_ms, limit = (ON_REQUEST_MS, LIMIT_ON_REQUEST) if since_ms else (now_ms, LIMIT)
	waiting = store.due_for_reconciliation(due_by_ms, limit)
	if not (since_ms or waiting):
		return 0
	since_ms = since_ms or min(_sending_began(message) for message in waiting)
	without_sid = _without_sid(waiting, store)
	updated = 0
	for listed in provider.outbound_since(since_ms - CLOCK_SKEW_MS):
		if clock.now_ms() >= until_ms:
			return updated
		report = _report(listed, without_sid, store, now_ms)
		if report:
			track(chat, report)
			updated += 1
	# Only these: the list was not read further back.
	for message in [message for message in waiting if _sending_began(message) >= since_ms]:
		if clock.now_ms() >= until_ms:
			break
		if store.transaction(partial(_mark_not_listed, message, store, now_ms)):
			chat.events.conversation_changed(message.conversation)
	return updated


def _sending_began(message: Message) -> int:
	return message.claimed_at_ms or message.sent_at_ms


def _without_sid(waiting: list[Message], store: Store) -> WithoutSid:
	"""Messages without a SID, in the order in which they were claimed, with their conversations."""
	unknown = sorted((message for message in waiting if not message.message_sid), key=_sending_began)
	found = [(message, store.conversation(message.conversation)) for message in unknown]
	return [(message, conversation) for message, conversation in found if conversation]


def _report(listed: ListedMessage, without_sid: WithoutSid, store: Store, now_ms: int) -> StatusReport | None:
	"""The status report for one of our messages, where the list has more than is stored."""
	stored = store.message_with_sid(listed.message_sid)
	# While the claim lasts, the dispatcher may still record the outcome. A time in the future is of before the clock was set back.
	claim_has_ended = abs(now_ms - listed.sent_at_ms) >= CLAIM_LEASE_MS
	if stored is None and without_sid and claim_has_ended and not store.erased(listed.message_sid):
		found = nearest(listed, without_sid)
		if found:
			without_sid.remove(found)
			return status_report(listed, now_ms, found[0].name)
	if stored is None or stored.direction != OUTBOUND:
		return None
	current = stored.delivery_status
	is_news = (
		status.advance(current, listed.status) != current
		or status.adds_error_code(current, stored.error_code, listed.status, listed.error_code)
		or stored.sent_at_source != TWILIO
	)
	return status_report(listed, now_ms) if is_news else None


def nearest(listed: ListedMessage, without_sid: WithoutSid) -> Pair | None:
	"""The message of ours that a listed one is, or may be; None where it can be none of these."""
	found = (pair for pair in without_sid if _is_the_same(listed, *pair))
	return min(found, default=None, key=_distance(listed))


def _is_the_same(listed: ListedMessage, message: Message, conversation: Conversation) -> bool:
	"""By text too, except for a template, whose text in the list may differ."""
	began_ms = _sending_began(message)
	return (
		listed.business_address == conversation.business_address
		and listed.customer.key in conversation.keys
		and began_ms - CLOCK_SKEW_MS <= listed.sent_at_ms <= began_ms + CLAIM_LEASE_MS
		and (bool(message.content_template) or listed.body.split() == message.body.split())
	)


def _distance(listed: ListedMessage) -> Callable[[Pair], tuple[bool, int]]:
	"""Sort key for several candidates: the one with the same text first, then the nearest in time."""
	return lambda pair: (
		listed.body.split() != pair[0].body.split(),
		abs(listed.sent_at_ms - _sending_began(pair[0])),
	)


def status_report(listed: ListedMessage, now_ms: int, name: str = "") -> StatusReport:
	"""A listed message as the report of its status, for our message of that name or the one with its SID."""
	return StatusReport(
		listed.message_sid,
		listed.status,
		name,
		listed.error_code,
		listed.error_text,
		listed.sent_at_ms,
		now_ms,
		listed.error_reason,
	)


def _mark_not_listed(waiting: Message, store: Store, now_ms: int) -> bool:
	"""A message still without a final status after a run: mark it, and look it up again later, less and less often."""
	store.lock(waiting.conversation)
	message = store.message(waiting.name)
	if message is None or status.is_final(message.delivery_status, message.error_code):
		return False
	age_ms, has_no_sid = now_ms - _sending_began(message), not message.message_sid
	changes: dict[str, object] = {"next_attempt_at_ms": now_ms + age_ms}
	if age_ms >= MAX_AGE_MS:
		changes = {"next_attempt_at_ms": ON_REQUEST_MS if has_no_sid else 0}
	if has_no_sid and age_ms >= LISTED_WITHIN_MS:
		changes["error_code"] = NOT_LISTED
	store.change_message(message.name, **changes)
	return changes.get("error_code", message.error_code) != message.error_code
