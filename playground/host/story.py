"""The story that a newcomer tries: which of its steps have been done, by the messages that were really exchanged."""

from collections.abc import Iterable

from wa_window.chat import status
from wa_window.chat.message import INBOUND, OUTBOUND, Lead, Message

from .store.store import SqliteStore

HOUR_MS = 60 * 60 * 1000
WAIT_MS = 23 * HOUR_MS
CUSTOMER = "+6281234567890"  # Budi
LATEST = 50
STEPS = ("write", "answer", "wait", "template")


class Story:
	"""What has become of the story since `begins_at_ms` (epoch ms, UTC)."""

	def __init__(self, store: SqliteStore, begins_at_ms: int):
		self.store = store
		self.begins_at_ms = begins_at_ms

	def steps(self, now_ms: int) -> list[dict[str, object]]:
		"""Each step's name and whether it is `done`."""
		chats = self.store.conversations_of(Lead("", "", CUSTOMER))
		messages = [message for chat in chats for message in self.store.messages(chat.name, limit=LATEST)]
		done = steps_done((each for each in messages if each.sent_at_ms >= self.begins_at_ms), now_ms)
		return [{"name": name, "done": name in done} for name in STEPS]


def steps_done(messages: Iterable[Message], now_ms: int) -> list[str]:
	"""The steps done, each after the one before: the customer writes, an agent answers, 23 hours pass, a template is sent.

	`messages`: what the customer and we have written since the playground began; `now_ms`: its clock (epoch ms, UTC).
	"""
	# As they arrived: Twilio dates what is sent by seconds, which may lie before the message that it answers.
	messages = sorted(messages, key=lambda message: message.arrival_ms)
	written = _first(message for message in messages if message.direction == INBOUND)
	if not written:
		return []
	later = [message for message in messages if _is_sent_after(message, written)]
	answer = _first(message for message in later if message.kind != "template")
	if not answer:
		return ["write"]
	waited_until_ms = answer.sent_at_ms + WAIT_MS
	if now_ms < waited_until_ms:
		return ["write", "answer"]
	template = any(m.kind == "template" and m.sent_at_ms >= waited_until_ms for m in later)
	return list(STEPS if template else STEPS[:3])


def _first(messages: Iterable[Message]) -> Message | None:
	return next(iter(messages), None)


def _is_sent_after(message: Message, written: Message) -> bool:
	is_sent = message.delivery_status not in status.FAILURES
	return message.direction == OUTBOUND and is_sent and message.arrival_ms > written.arrival_ms
