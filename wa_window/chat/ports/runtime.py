"""The ports for time and for events."""

from typing import Protocol

from ..message import Message


class Clock(Protocol):
	"""The current time."""

	def now_ms(self) -> int:
		"""Epoch milliseconds, UTC."""


class EventPublisher(Protocol):
	"""Publishes events after a commit. It never raises: browsers poll, and a scheduled job finds work whose event was lost."""

	def conversation_changed(self, conversation: str) -> None: ...

	def read_state_changed(self, user: str, conversation: str) -> None:
		"""What this user has read has changed; it concerns no other user."""

	def message_received(self, message: Message) -> None:
		"""A customer's message was stored; its post-processing is due."""

	def outbox_filled(self) -> None: ...

	def files_waiting(self) -> None: ...

	def batch_progressed(self, batch: str) -> None:
		"""Its counts have changed; published at most once a second."""

	def batch_changed(self, batch: str) -> None:
		"""Its status has changed."""

	def templates_outdated(self) -> None:
		"""The provider rejected a template that is approved here."""
