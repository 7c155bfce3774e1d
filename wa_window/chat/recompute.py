"""What a conversation must know of its messages, computed anew from them."""

from dataclasses import dataclass

from .message import Conversation, Times
from .ports import Store


@dataclass(frozen=True)
class Difference:
	"""A value that is stored otherwise than it is computed; `name` is the conversation's or the message's SID."""

	name: str
	field: str
	stored: object
	computed: object


def differences(conversation: Conversation, times: Times, *, kept_since_ms: int = 0) -> list[Difference]:
	"""Where a conversation differs from what its messages say.

	`kept_since_ms` (epoch ms, UTC): older messages were deleted by retention, which takes nothing from what was known of
	them; so a time before it stays. A refusal stays known too when its message is erased.
	"""
	computed = {
		"last_inbound_at_ms": times.last_inbound_at_ms,
		"last_message_at_ms": times.last_message_at_ms,
		"provider_closed_at_ms": times.refused_at_ms,
		"blocked_at_ms": times.blocked_at_ms,
	}
	found = []
	for field, value in computed.items():
		stored = getattr(conversation, field)
		is_a_time_still_known = field in ("provider_closed_at_ms", "blocked_at_ms") and stored > value
		if stored != value and not is_a_time_still_known and not value < stored < kept_since_ms:
			found.append(Difference(conversation.name, field, stored, value))
	return found


def recompute(name: str, store: Store, *, kept_since_ms: int = 0) -> list[Difference]:
	"""Inside a transaction: set right what differs, and tell what it was."""
	conversation = store.lock(name)
	if conversation is None:
		return []
	times = store.times_of([name]).get(name, Times())
	found = differences(conversation, times, kept_since_ms=kept_since_ms)
	changes = {difference.field: difference.computed for difference in found}
	if "last_message_at_ms" in changes:
		newest = store.messages(name, limit=1)
		changes["last_message_preview"] = newest[0].preview if newest else ""
	store.change_conversation(name, **changes)
	return found
