"""What became of our messages, by the provider's own list: of those it never answered for, or whose reports got lost."""

from . import status
from .delivery import CLAIM_LEASE_MS, NOT_LISTED, track
from .message import OUTBOUND, TWILIO, Conversation, ListedMessage, Message, StatusReport
from .ports import Announcer, Clock, ProviderList, Store

LIMIT = 500
LIMIT_ON_REQUEST = 20_000
# The provider's clock and ours may differ so much.
CLOCK_SKEW_MS = 60 * 1000
# A message that the provider took is in its list long before.
LISTED_WITHIN_MS = 10 * 60 * 1000
# What was not reported until then, such as for a telephone that is off, is left to a later callback, and what was never
# answered for to an admin's look back.
LOOKED_FOR_MS = 6 * 60 * 60 * 1000
ON_REQUEST_MS = 10**15

Lost = list[tuple[Message, Conversation]]


def settle(
	provider: ProviderList,
	*,
	store: Store,
	announcer: Announcer,
	clock: Clock,
	until_ms: int,
	since_ms: int = 0,
) -> int:
	"""Bring the statuses of our messages up to date, and tell of how many.

	Looks back to `since_ms` (epoch ms, UTC) for all of them, else only as far as one waits to be settled. A message that was
	sent is found by its SID; one that was never answered for by its pair, time and text. From `until_ms` (epoch ms, UTC)
	on the rest is left to the next look. Raises ChatError where the list cannot be read to its end.
	"""
	now_ms = clock.now_ms()
	due_by_ms, limit = (ON_REQUEST_MS, LIMIT_ON_REQUEST) if since_ms else (now_ms, LIMIT)
	waiting = store.to_settle(due_by_ms, limit)
	if not (since_ms or waiting):
		return 0
	since_ms = since_ms or min(_sending_began(message) for message in waiting)
	lost = _lost(waiting, store)
	settled = 0
	for listed in provider.outbound_since(since_ms - CLOCK_SKEW_MS):
		if clock.now_ms() >= until_ms:
			return settled
		report = _report(listed, lost, store, now_ms)
		if report:
			track(report, store=store, announcer=announcer)
			settled += 1
	# The list was not read further back.
	for message in [message for message in waiting if _sending_began(message) >= since_ms]:
		if clock.now_ms() >= until_ms:
			break
		if store.transaction(lambda message=message: _not_settled(message, store, now_ms)):
			announcer.conversation_changed(message.conversation)
	return settled


def _sending_began(message: Message) -> int:
	return message.claimed_at_ms or message.sent_at_ms


def _lost(waiting: list[Message], store: Store) -> Lost:
	"""Those that have no SID, in the order in which they were handed over, with their conversations."""
	unknown = sorted((message for message in waiting if not message.message_sid), key=_sending_began)
	found = [(message, store.conversation(message.conversation)) for message in unknown]
	return [(message, conversation) for message, conversation in found if conversation]


def _report(listed: ListedMessage, lost: Lost, store: Store, now_ms: int) -> StatusReport | None:
	"""What the list tells of one of our messages beyond what is known."""
	known = store.message_with_sid(listed.message_sid)
	# While its claim lasts, the dispatcher may still be about to tell. What lies in the future was sent before the clock was set back.
	may_be_lost = abs(now_ms - listed.sent_at_ms) >= CLAIM_LEASE_MS
	if known is None and lost and may_be_lost and not store.erased(listed.message_sid):
		found = min(
			(pair for pair in lost if _is_the_same(listed, *pair)), default=None, key=_unlikeness(listed)
		)
		if found:
			lost.remove(found)
			return _status_report(listed, now_ms, found[0].name)
	if known is None or known.direction != OUTBOUND:
		return None
	current = known.delivery_status
	is_news = (
		status.advance(current, listed.status) != current
		or status.takes_code(current, known.error_code, listed.status, listed.error_code)
		or known.sent_at_source != TWILIO
	)
	return _status_report(listed, now_ms) if is_news else None


def _is_the_same(listed: ListedMessage, message: Message, conversation: Conversation) -> bool:
	"""A template's text is not always what the list shows of it."""
	began_ms = _sending_began(message)
	return (
		listed.business_address == conversation.business_address
		and listed.customer.key in conversation.keys
		and began_ms - CLOCK_SKEW_MS <= listed.sent_at_ms <= began_ms + CLAIM_LEASE_MS
		and (bool(message.content_template) or listed.body.split() == message.body.split())
	)


def _unlikeness(listed: ListedMessage):
	"""Of several that it could be, the one with its very text, else the nearest in time."""
	return lambda pair: (
		listed.body.split() != pair[0].body.split(),
		abs(listed.sent_at_ms - _sending_began(pair[0])),
	)


def _status_report(listed: ListedMessage, now_ms: int, name: str = "") -> StatusReport:
	return StatusReport(
		listed.message_sid,
		listed.status,
		name,
		listed.error_code,
		listed.error_text,
		listed.sent_at_ms,
		now_ms,
	)


def _not_settled(waiting: Message, store: Store, now_ms: int) -> bool:
	"""What is still not known after a look: say so, and look again later, more and more rarely."""
	store.lock(waiting.conversation)
	message = store.message(waiting.name)
	if message is None or status.is_settled(message.delivery_status, message.error_code):
		return False
	age_ms, lost = now_ms - _sending_began(message), not message.message_sid
	changes = {"next_attempt_at_ms": now_ms + age_ms}
	if age_ms >= LOOKED_FOR_MS:
		changes = {"next_attempt_at_ms": ON_REQUEST_MS if lost else 0}
	if lost and age_ms >= LISTED_WITHIN_MS:
		changes["error_code"] = NOT_LISTED
	store.change_message(message.name, **changes)
	return changes.get("error_code", message.error_code) != message.error_code
