"""Recompute a conversation's times and preview from its messages."""

from dataclasses import dataclass

from .message import Conversation, MessageTimes
from .ports.store import Store


@dataclass(frozen=True)
class Difference:
	"""A stored value that differs from the computed one; `name` is the conversation's, or the message's SID."""

	name: str
	field: str
	stored: object
	computed: object


def differences(
	conversation: Conversation, times: MessageTimes, *, kept_since_ms: int = 0
) -> list[Difference]:
	"""Compare a conversation with its messages.

	`kept_since_ms` (epoch ms, UTC): retention has deleted older messages, so an earlier stored time is not a difference, except
	for `waiting_since_ms`: a deleted message is not answered any more. Nor is a later `provider_closed_at_ms` or `blocked_at_ms`:
	its message may have been erased.
	"""
	computed = {
		"last_inbound_at_ms": times.last_inbound_at_ms,
		"last_message_at_ms": times.last_message_at_ms,
		"provider_closed_at_ms": times.provider_closed_at_ms,
		"blocked_at_ms": times.blocked_at_ms,
		"failed_at_ms": times.failed_at_ms,
		"waiting_since_ms": times.waiting_since_ms,
	}
	found = []
	for field, value in computed.items():
		stored = getattr(conversation, field)
		may_be_of_an_erased_message = field in ("provider_closed_at_ms", "blocked_at_ms") and stored > value
		may_be_of_an_expired_one = field != "waiting_since_ms" and value < stored < kept_since_ms
		if stored != value and not may_be_of_an_erased_message and not may_be_of_an_expired_one:
			found.append(Difference(conversation.name, field, stored, value))
	return found


def recompute(name: str, store: Store, *, kept_since_ms: int = 0) -> list[Difference]:
	"""Inside a transaction: fix what differs; returns the differences."""
	conversation = store.lock(name)
	return recompute_locked([conversation], store, kept_since_ms=kept_since_ms) if conversation else []


def recompute_locked(
	conversations: list[Conversation], store: Store, *, kept_since_ms: int = 0
) -> list[Difference]:
	"""Inside a transaction that has locked these conversations: fix what differs; returns the differences."""
	times = store.times_of([row.name for row in conversations]) if conversations else {}
	return [
		difference
		for row in conversations
		for difference in fix_differences(
			row, times.get(row.name, MessageTimes()), store, kept_since_ms=kept_since_ms
		)
	]


def fix_differences(
	conversation: Conversation, times: MessageTimes, store: Store, *, kept_since_ms: int = 0
) -> list[Difference]:
	"""Inside a transaction that has locked the conversation: fix what differs from `times`; returns the differences."""
	found = differences(conversation, times, kept_since_ms=kept_since_ms)
	changes = {difference.field: difference.computed for difference in found}
	if "last_message_at_ms" in changes:
		newest = store.messages(conversation.name, limit=1)
		changes["last_message_preview"] = newest[0].preview if newest else ""
	store.change_conversation(conversation.name, **changes)
	return found
