"""Who is looking at a chat, and who is writing in it: kept in memory with an end, never in a row."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

# A browser says again that it looks or writes before this has passed (presence.js).
LOOKING_MS = 25 * 1000
WRITING_MS = 6 * 1000
# The customer sees it for 25 seconds (typing_indicator.py).
TYPING_SHOWN_MS = 20 * 1000


@dataclass(frozen=True)
class Present:
	"""A user who is looking at a chat; `writing_ms`: for how much longer they count as writing, 0 where they do not."""

	user: str
	writing_ms: int = 0


class Presence(Protocol):
	"""Where each host keeps it. No method raises: presence is a hint."""

	def look(self, conversation: str, user: str, *, writing: bool) -> bool:
		"""Note that a user is looking, and is writing; returns whether colleagues did not know one of these yet."""

	def stop_writing(self, conversation: str, user: str) -> bool:
		"""Returns whether the user was writing."""

	def leave(self, conversation: str, user: str) -> bool:
		"""The user looks no longer, until they say so again; returns whether they did."""

	def present(self, conversation: str) -> list[Present]:
		"""Who is looking now, ordered by user."""

	def may_show_typing(self, conversation: str) -> bool:
		"""Whether the customer has not been shown for TYPING_SHOWN_MS that somebody writes; it counts as shown then."""


class MemoryPresence:
	"""For a host that is one process. `now_ms` is a clock that nobody sets."""

	def __init__(self, now_ms: Callable[[], int]):
		self.now_ms = now_ms
		self._looking: dict[tuple[str, str], int] = {}
		self._writing: dict[tuple[str, str], int] = {}
		self._shown: dict[str, int] = {}

	def look(self, conversation: str, user: str, *, writing: bool) -> bool:
		key, now_ms = (conversation, user), self.now_ms()
		is_new = self._looking.get(key, 0) <= now_ms
		self._looking[key] = now_ms + LOOKING_MS
		if writing:
			is_new = is_new or self._writing.get(key, 0) <= now_ms
			self._writing[key] = now_ms + WRITING_MS
		return is_new

	def stop_writing(self, conversation: str, user: str) -> bool:
		return self._writing.pop((conversation, user), 0) > self.now_ms()

	def leave(self, conversation: str, user: str) -> bool:
		self.stop_writing(conversation, user)
		return self._looking.pop((conversation, user), 0) > self.now_ms()

	def present(self, conversation: str) -> list[Present]:
		now_ms = self.now_ms()
		return [
			Present(user, max(0, self._writing.get((of, user), 0) - now_ms))
			for (of, user), until_ms in sorted(self._looking.items())
			if of == conversation and until_ms > now_ms
		]

	def may_show_typing(self, conversation: str) -> bool:
		now_ms = self.now_ms()
		if self._shown.get(conversation, 0) > now_ms:
			return False
		self._shown[conversation] = now_ms + TYPING_SHOWN_MS
		return True
