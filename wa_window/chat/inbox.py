"""The inbox: its rows, and what an agent does with a chat in it. The same on every host."""

from dataclasses import replace

from . import chat_list, consent, conversations, read_state, serializers, status, work_state
from .chat_list import ALL, NEEDS_REPLY, QUEUES, Position, Query
from .errors import NotPermitted
from .hosts import InboxHost
from .message import Conversation, Message, Record, has_author
from .search import Search, search_for

PREVIEW_LENGTH = 80
ROWS, MOST_ROWS = 30, 100
# Chats are counted up to this number, which is shown as 99+.
MOST_COUNTED = 100


class Inbox:
	"""What one user does in the inbox. Every method returns dicts of the HTTP API or raises ChatError."""

	def __init__(self, host: InboxHost):
		self.host = host
		self.chat, self.store = host.chat, host.chat.store

	def chats(
		self,
		queue: str = NEEDS_REPLY,
		state: str = "",
		sender: str = "",
		search: str = "",
		after: str = "",
		limit: int = ROWS,
		conversations: list[str] | None = None,
		*,
		batch: str = "",
	) -> dict[str, object]:
		"""A page of the user's chats in one queue; `after` is the `next` of the page before. With `conversations`, those of these chats that
		are in it; with `batch`, those that answered it. The counts come with a list's first page: they do not depend on a search. Raises
		InvalidArgument."""
		now_ms = self.chat.clock.now_ms()
		position = Position.from_key(after) if after else Position(now_ms)
		query = replace(
			chat_list.of_queue(queue, self.host.user, position.as_of_ms),
			sender=sender,
			names=None if conversations is None else tuple(conversations),
			batch=batch,
		)
		listed = chat_list.parts(query, queue, state, position.as_of_ms, closing_ms=self.host.closing_ms())
		words = search_for(search, self.host.default_country(), position.as_of_ms)
		found, following = self._page(listed, words, position, max(1, min(limit, MOST_ROWS)))
		return {
			"chats": self.rows(found),
			"next": following.key if following else None,
			"senders": self._senders(),
			"now_ms": now_ms,
			**({} if search or after else self._counts(now_ms)),
		}

	def _counts(self, now_ms: int) -> dict[str, object]:
		return {
			"counts": {queue: self._count(queue, now_ms) for queue in QUEUES},
			"closing_tonight": self._count(ALL, now_ms, closing_until_ms=self.host.midnight_ms()),
		}

	def _page(
		self, listed: list[Query], search: Search | None, position: Position, limit: int
	) -> tuple[list[Conversation], Position | None]:
		"""The chats behind a position, and the position of the last one where there are more, or up to which was searched."""
		position.require_in(listed)
		found: list[tuple[Position, Conversation]] = []
		for part in range(position.part, len(listed)):
			query, after = listed[part], position.values if part == position.part else ()
			chats, searched = self._read(query, search, after, limit + 1 - len(found))
			found += [
				(Position(position.as_of_ms, part, query.order.values_of(chat)), chat) for chat in chats
			]
			rows, ends = [chat for _position, chat in found[:limit]], []
			if len(found) > limit:
				ends.append(found[limit - 1][0])
			if searched:
				ends.append(Position(position.as_of_ms, part, searched))
			if ends:
				return rows, query.order.first_of(ends)
		return rows, None

	def _read(
		self, query: Query, search: Search | None, after: tuple[object, ...], limit: int
	) -> tuple[list[Conversation], tuple[object, ...]]:
		"""The chats of a query, of a search those that it finds, and the values behind which the search goes on."""
		store = self.host.inbox_store
		if search:
			return store.found(query, search, after=after, limit=limit)
		return store.chats(query, after=after, limit=limit), ()

	def needs_reply(self) -> int:
		"""How many of the user's chats need a reply, counted as in the list."""
		return self._count(NEEDS_REPLY, self.chat.clock.now_ms())

	def _count(self, queue: str, now_ms: int, *, closing_until_ms: int = 0) -> int:
		query = chat_list.of_queue(queue, self.host.user, now_ms)
		if closing_until_ms:
			query = chat_list.closing(query, now_ms, closing_until_ms)
		return self.host.inbox_store.count(query, MOST_COUNTED)

	def _senders(self) -> list[dict[str, str]]:
		"""All senders, where there are several."""
		senders = self.host.senders()
		labels = [{"address": each.address, "label": self.host.label_of(each.address)} for each in senders]
		return labels if len(labels) > 1 else []

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

	def consent(self, conversation: str) -> dict[str, object]:
		"""How the customer agreed to be written to, and the `sources` to choose from."""
		host, known = self.host, consent.of(self._require(conversation, "read"))
		return {
			"source": known.source,
			"at_ms": known.at_ms or None,
			"note": known.note,
			"by": host.full_name(known.by) or known.by,
			"sources": [
				{"value": value, "label": label.render(host.locale())}
				for value, label in consent.LABELS.items()
			],
		}

	def set_consent(self, conversation: str, source: str, at_ms: int, note: str) -> dict[str, object]:
		"""Record it; an empty `source` removes it. `at_ms`: epoch ms, UTC. Returns the chat's consent."""
		self._require(conversation, "write")
		consent.record(self.chat, conversation, consent.Consent(source, at_ms, note, self.host.user))
		return self.consent(conversation)

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
		shown = self.host.shown_records(chats)
		earlier = self.host.earlier_numbers(chats, shown)
		return [
			self._to_dict(chat, records.get(chat.name, Record()), newest.get(chat.name), unread[chat.name])
			| {"earlier_number": chat.name in earlier}
			| (
				{"lead_doctype": shown[chat.name].doctype, "lead": shown[chat.name].name}
				if chat.name in shown
				else {}
			)
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
		is_ours = has_author(message)
		return {
			"name": message.name,
			"direction": message.direction,
			"text": " ".join(message.body.split())[:PREVIEW_LENGTH],
			"kind": message.kind,
			"author": self.host.full_name(message.owner) if is_ours else "",
			"is_mine": is_ours and message.owner == self.host.user,
			"status": message.delivery_status,
			"failed": message.delivery_status in status.FAILURES,
			"at_ms": message.sent_at_ms,
		}
