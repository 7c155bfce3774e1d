"""What a conversation must know of its messages, computed anew from them."""

from dataclasses import dataclass

from .delivery import BLOCKED, OUTSIDE_WINDOW
from .message import Conversation
from .ports import Store


@dataclass(frozen=True)
class Difference:
	"""A value that is stored otherwise than it is computed; `name` is the conversation's or the message's SID."""

	name: str
	field: str
	stored: object
	computed: object


def differences(conversation: Conversation, store: Store, *, kept_since_ms: int = 0) -> list[Difference]:
	"""Where a conversation differs from its messages.

	`kept_since_ms` (epoch ms, UTC): older messages were deleted by retention, which takes nothing from what was known of
	them; so a time before it stays. A refusal stays known too when its message is erased.
	"""
	computed = {
		"last_inbound_at_ms": store.last_inbound_at_ms(conversation.name),
		"last_message_at_ms": _last_message_at_ms(conversation, store),
		"provider_closed_at_ms": _refused_at_ms(conversation, store, OUTSIDE_WINDOW, freeform=True),
		"blocked_at_ms": _refused_at_ms(conversation, store, BLOCKED, freeform=False),
	}
	found = []
	for field, value in computed.items():
		stored = getattr(conversation, field)
		is_a_time_still_known = field in ("provider_closed_at_ms", "blocked_at_ms") and stored > value
		if stored != value and not is_a_time_still_known and not value < stored < kept_since_ms:
			found.append(Difference(conversation.name, field, stored, value))
	return found


def rebuild(name: str, store: Store, *, kept_since_ms: int = 0) -> list[Difference]:
	"""Inside a transaction: set right what differs, and tell what it was."""
	conversation = store.lock(name)
	if conversation is None:
		return []
	found = differences(conversation, store, kept_since_ms=kept_since_ms)
	changes = {difference.field: difference.computed for difference in found}
	if "last_message_at_ms" in changes:
		newest = store.messages(name, limit=1)
		changes["last_message_preview"] = newest[0].preview if newest else ""
	store.change_conversation(name, **changes)
	return found


def _last_message_at_ms(conversation: Conversation, store: Store) -> int:
	newest = store.messages(conversation.name, limit=1)
	return newest[0].sent_at_ms if newest else 0


def _refused_at_ms(conversation: Conversation, store: Store, error_code: str, *, freeform: bool) -> int:
	return store.refused_at_ms(conversation.name, error_code, freeform_only=freeform)
