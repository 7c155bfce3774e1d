"""The ReadStates port: what each user has read."""

from typing import Protocol


class ReadStates(Protocol):
	"""The read states of all users. Times are epoch ms, UTC. Each change runs inside a transaction of the store."""

	def first_opening_ms(self, user: str) -> int:
		"""Up to when messages count as seen by a user: until they first opened any chat or list of chats; 0 where they never
		did."""

	def set_first_opening(self, user: str, at_ms: int) -> None: ...

	def seen_until_ms(self, user: str, conversations: list[str]) -> dict[str, int]:
		"""By conversation, up to when the user has seen its messages; without those that they have not opened."""

	def set_seen_until(self, user: str, conversation: str, at_ms: int) -> None: ...

	def inbound_after(self, times: dict[str, int]) -> dict[str, int]:
		"""By conversation, the number of inbound messages sent after its time, at most MOST_COUNTED."""
