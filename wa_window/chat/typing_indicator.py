"""The customer sees that an answer is being written, and that their last message was read."""

from .conversations import window
from .hosts import Host
from .message import INBOUND, Conversation

# Among so many of the newest messages is the one that is being answered.
LATEST = 50


def show_typing(conversation: Conversation, host: Host) -> None:
	"""Show it where Settings say so, to whom the user may write now; for a few seconds, and not again before they end."""
	if not (host.shows_typing() and host.has_chat_permission(conversation, "write")):
		return
	is_open = window(conversation, host.chat.clock.now_ms()).freeform_allowed
	if not is_open or not host.presence.may_show_typing(conversation.name):
		return
	messages = host.chat.store.messages(conversation.name, limit=LATEST)
	written = [message.message_sid for message in messages if message.direction == INBOUND]
	if written:
		host.show_typing(written[-1])
