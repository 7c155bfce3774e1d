"""What another program sent from our numbers, such as Studio or Twilio's console: read from the provider's list, and shown in
the chat as sent outside this app.

It is an answer, but never ours: it is not sent, not sent again, and opens no window. Where no chat is, none begins: a program
that writes to all customers would fill the lists with them.
"""

from dataclasses import replace
from functools import partial

from . import status, work_state
from .catch_up import MAX_FAILURES, CatchUpResult, attempted
from .delivery import CHECK_STATUS_AFTER_MS, CLAIM_LEASE_MS, apply_provider_verdict
from .media_types import media_kind
from .message import (
	OUTBOUND,
	TEXT,
	TWILIO,
	UNSUPPORTED,
	Conversation,
	ListedMessage,
	Media,
	Message,
	latest,
)
from .ports.provider_list import ProviderList
from .ports.store import AlreadyStored, Store
from .reconcile import nearest, status_report
from .service import ChatService
from .tracking import track

# Not handed to WhatsApp, and perhaps never.
NOT_SENT = ("scheduled", status.CANCELED)


class _Erased(Exception):
	"""The message was deleted here: the transaction is rolled back."""


def receive_sent_outside(
	chat: ChatService, provider: ProviderList, since_ms: int, *, until_ms: int
) -> CatchUpResult:
	"""Store the messages listed since `since_ms` (epoch ms, UTC) that are not ours, as `catch_up` does with received ones; it ends at
	`until_ms` (epoch ms, UTC).

	One that may be a message of ours whose outcome is not known yet waits for a later run, which then has to read the same span.
	Raises ChatError where the list cannot be read to its end.
	"""
	result = CatchUpResult()
	for listed in provider.outbound_since(since_ms):
		if chat.clock.now_ms() >= until_ms:
			result.interrupted = True
			break
		if chat.store.message_with_sid(listed.message_sid) is None:
			receive = partial(_receive, chat, listed, provider, result)
			result.received += attempted(receive, listed.sent_at_ms, result)
		if len(result.failures) > MAX_FAILURES:
			result.interrupted = True
			break
	return result


def _receive(chat: ChatService, listed: ListedMessage, provider: ProviderList, result: CatchUpResult) -> bool:
	store, now_ms = chat.store, chat.clock.now_ms()
	# While a claim lasts, the dispatcher may still record that the message is ours.
	is_fresh = abs(now_ms - listed.sent_at_ms) < CLAIM_LEASE_MS
	if is_fresh or listed.status in NOT_SENT or store.erased(listed.message_sid):
		return False
	if not store.transaction(lambda: store.lock_pair(listed.customer, listed.business_address)):
		return False
	media = provider.media_of(listed.message_sid) if listed.media_count else ()
	try:
		found = store.transaction(lambda: _ours_or_stored(listed, media, store, now_ms))
	except (AlreadyStored, _Erased):
		return False
	if found is None:
		return False
	if found.sent_outside:
		chat.events.conversation_changed(found.conversation)
		if media:
			chat.events.files_waiting()
	elif found.delivery_status == status.UNKNOWN:
		track(chat, status_report(listed, now_ms, found.name))
	else:
		result.interrupted = True
	return found.sent_outside


def _ours_or_stored(
	listed: ListedMessage, media: tuple[Media, ...], store: Store, now_ms: int
) -> Message | None:
	"""The message of ours that it may be, else the one that was stored; None where the chat or the message is known by now."""
	rows = store.lock_pair(listed.customer, listed.business_address)
	if not rows or store.message_with_sid(listed.message_sid):
		return None
	ours = nearest(listed, [(message, row) for row in rows for message in store.without_sid(row.name)])
	if ours:
		return ours[0]
	conversation = rows[0]
	row = _row(conversation, listed, media, now_ms)
	stored_at_ms = _stored_at_ms(row, *store.arrivals_around(conversation.name, row.sent_at_ms))
	added = store.add_message(replace(row, stored_at_ms=stored_at_ms))
	# Checked only now: a transaction that deletes this message makes the insert wait until it ends.
	if store.erased(listed.message_sid):
		raise _Erased
	store.change_conversation(conversation.name, **latest(conversation, added.sent_at_ms, added.preview))
	work_state.refresh(conversation.name, store)
	apply_provider_verdict(store, conversation, added, {"error_reason": listed.error_reason})
	return added


def _row(conversation: Conversation, listed: ListedMessage, media: tuple[Media, ...], now_ms: int) -> Message:
	sent_at_ms = listed.handed_over_at_ms or listed.sent_at_ms
	reached = status.advance(status.QUEUED, listed.status)
	is_final = status.is_final(reached, listed.error_code)
	return Message(
		conversation=conversation.name,
		direction=OUTBOUND,
		kind=media_kind(media[0].type) if media else TEXT if listed.body else UNSUPPORTED,
		body=listed.body,
		sent_at_ms=sent_at_ms,
		sent_at_source=TWILIO,
		delivery_status=reached,
		message_sid=listed.message_sid,
		error_code=listed.error_code,
		error_text=listed.error_text,
		error_reason=listed.error_reason,
		# No status callback comes for it.
		next_attempt_at_ms=0 if is_final else now_ms + CHECK_STATUS_AFTER_MS,
		media=media,
		sent_outside=True,
	)


def _stored_at_ms(answer: Message, before_ms: int, after_ms: int) -> int:
	"""Its place among what was stored (epoch ms, UTC): it answers what the customer wrote before it, although that may have
	arrived only after an outage (`before_ms`), and nothing of what they wrote after it (`after_ms`, 0: nothing)."""
	stored_at_ms = max(answer.sent_at_ms, before_ms)
	return min(stored_at_ms, after_ms - 1) if after_ms else stored_at_ms
