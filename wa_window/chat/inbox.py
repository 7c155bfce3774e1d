"""The inbox: its rows, and what an agent does with a chat in it. The same on every host."""

from typing import Protocol

from . import conversations, read_state, serializers, status, work_state
from .errors import NotPermitted
from .message import OUTBOUND, Conversation, Message, Record
from .panel import Host
from .ports.inbox_store import InboxStore

PREVIEW_LENGTH = 80


class InboxHost(Host, Protocol):
	"""What the inbox needs of its host beside what the panel needs."""

	@property
	def inbox_store(self) -> InboxStore: ...


class Inbox:
	"""What one user does in the inbox. Every method returns dicts of the HTTP API or raises ChatError."""

	def __init__(self, host: InboxHost):
		self.host = host
		self.chat, self.store = host.chat, host.chat.store

	def done(self, conversation: str, seen: str = "") -> dict[str, object]:
		"""No answer is needed to what the user has seen: up to the message `seen`, or to all."""
		self._require(conversation, "write")
		work_state.done(self.chat, conversation, seen=seen)
		return self.row(conversation)

	def snooze(self, conversation: str, until_ms: int) -> dict[str, object]:
		"""Out of the queue until `until_ms` (epoch ms, UTC); 0 ends it."""
		self._require(conversation, "write")
		work_state.snooze(self.chat, conversation, until_ms)
		return self.row(conversation)

	def mark_unread(self, conversation: str) -> dict[str, object]:
		"""The customer's latest message is unread again, for this user alone."""
		self._require(conversation, "read")
		read_state.mark_unread(self.chat, self.host.user, conversation)
		return self.row(conversation)

	def rows(self, chats: list[Conversation]) -> list[dict[str, object]]:
		"""The rows of these chats, which the user may read, in their order."""
		read_state.opened(self.chat, self.host.user)
		names = [chat.name for chat in chats]
		unread = read_state.unread_counts(self.chat, self.host.user, chats)
		newest, records = self.host.inbox_store.newest(names), self.host.records(chats)
		return [
			self._to_dict(chat, records.get(chat.name, Record()), newest.get(chat.name), unread[chat.name])
			for chat in chats
		]

	def row(self, conversation: str) -> dict[str, object]:
		return self.rows([self._require(conversation, "read")])[0]

	def _require(self, conversation: str, ptype: str) -> Conversation:
		row = self.store.conversation(conversation)
		if row is None or not self.host.has_chat_permission(row, ptype):
			raise NotPermitted
		return row

	def _to_dict(
		self, chat: Conversation, record: Record, newest: Message | None, unread: int
	) -> dict[str, object]:
		host = self.host
		now = conversations.window(chat, self.chat.clock.now_ms(), closing_ms=host.closing_ms())
		return {
			"conversation": chat.name,
			"lead_doctype": chat.lead_doctype or None,
			"lead": chat.lead or None,
			"title": record.title or chat.profile_name or chat.customer_phone or chat.customer,
			"profile_name": chat.profile_name,
			"customer_phone": chat.customer_phone,
			"business_address": chat.business_address,
			"sender_label": host.label_of(chat.business_address),
			"window": serializers.window_to_dict(
				now, chat.customer_address, chat.business_address, host.locale()
			),
			"waiting_since_ms": chat.waiting_since_ms or None,
			"snoozed_until_ms": chat.snoozed_until_ms or None,
			"unread": unread,
			**serializers.people_to_dict(record, host.full_name),
			"last": self._last(newest) if newest else None,
		}

	def _last(self, message: Message) -> dict[str, object]:
		is_ours = message.direction == OUTBOUND
		return {
			"direction": message.direction,
			"text": " ".join(message.body.split())[:PREVIEW_LENGTH],
			"kind": message.kind,
			"author": self.host.full_name(message.owner) if is_ours else "",
			"is_mine": is_ours and message.owner == self.host.user,
			"status": message.delivery_status,
			"failed": message.delivery_status in status.FAILURES,
			"at_ms": message.sent_at_ms,
		}
