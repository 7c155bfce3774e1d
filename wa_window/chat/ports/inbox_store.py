"""The InboxStore port: queries of the inbox."""

from typing import Protocol

from ..chat_list import Query
from ..message import Conversation, Message
from ..search import Search


class InboxStore(Protocol):
	"""Queries of the inbox alone, of the chats that its user may read; they lock nothing."""

	def chats(self, query: Query, *, after: tuple[object, ...] = (), limit: int) -> list[Conversation]:
		"""The first of these chats in the query's order, or the first behind the values `after` of its columns."""

	def found(
		self, query: Query, search: Search, *, after: tuple[object, ...] = (), limit: int
	) -> tuple[list[Conversation], tuple[object, ...]]:
		"""The same of the chats that are found, and the values behind which the search goes on; empty where it
		is at its end. Chats further behind may be among them, and are found again."""

	def count(self, query: Query, most: int) -> int:
		"""The number of these chats; counting ends at `most`."""

	def newest(self, conversations: list[str]) -> dict[str, Message]:
		"""By conversation, its newest message, without media; one without messages is left out."""
