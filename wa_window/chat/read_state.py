"""What each user has read of a chat: their own state, which nobody else's reading changes. It locks no conversation."""

from .message import Conversation
from .service import ChatService

# A chat's unread messages are counted up to this number, which is shown as 99+.
MOST_COUNTED = 100


def opened(chat: ChatService, user: str) -> None:
	"""The user opens a chat or a list of chats: what came before their first time counts as seen."""
	if not chat.read_states.first_opening_ms(user):
		before_ms = chat.clock.now_ms() - 1
		chat.store.transaction(lambda: chat.read_states.set_first_opening(user, before_ms))


def unread_counts(chat: ChatService, user: str, conversations: list[Conversation]) -> dict[str, int]:
	"""By name, the number of each conversation's messages that the user has not seen, at most MOST_COUNTED."""
	first_opening_ms = chat.read_states.first_opening_ms(user)
	seen = chat.read_states.seen_until_ms(user, [row.name for row in conversations])
	times = {row.name: seen.get(row.name, first_opening_ms) for row in conversations}
	newer = {row.name: times[row.name] for row in conversations if row.last_inbound_at_ms > times[row.name]}
	return dict.fromkeys(times, 0) | chat.read_states.inbound_after(newer)


def mark_read(chat: ChatService, user: str, conversation: str, *, seen: str = "") -> None:
	"""The user has seen the messages of a conversation, up to the message `seen`, or all that are stored. What was seen stays
	seen."""
	row = chat.store.conversation(conversation)
	if row is None:
		return
	message = chat.store.message(seen) if seen else None
	until_ms = row.last_message_at_ms
	if message and message.conversation == conversation:
		until_ms = message.sent_at_ms

	def write() -> bool:
		before = chat.read_states.seen_until_ms(user, [conversation])
		if until_ms <= before.get(conversation, 0):
			return False
		chat.read_states.set_seen_until(user, conversation, until_ms)
		return True

	if chat.store.transaction(write):
		chat.events.read_state_changed(user, conversation)


def mark_unread(chat: ChatService, user: str, conversation: str) -> None:
	"""The user has not seen the customer's latest message."""
	row = chat.store.conversation(conversation)
	if row is None or not row.last_inbound_at_ms:
		return
	before_ms = row.last_inbound_at_ms - 1
	chat.store.transaction(lambda: chat.read_states.set_seen_until(user, conversation, before_ms))
	chat.events.read_state_changed(user, conversation)
