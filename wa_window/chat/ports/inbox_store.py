"""The InboxStore port: queries of the inbox."""

from typing import Protocol

from ..message import Message


class InboxStore(Protocol):
	"""Queries of the inbox alone; they lock nothing."""

	def newest(self, conversations: list[str]) -> dict[str, Message]:
		"""By conversation, its newest message, without media; one without messages is left out."""
