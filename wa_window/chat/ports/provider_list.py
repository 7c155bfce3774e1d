"""The ProviderList port: the provider's own list of messages."""

from collections.abc import Iterable
from typing import Protocol

from ..message import InboundMessage, ListedMessage, Media


class ProviderList(Protocol):
	"""The provider's own list of messages, the newest first. Reading it may end with a ChatError at any point."""

	def inbound_since(self, since_ms: int) -> Iterable[InboundMessage]:
		"""What our senders received since `since_ms` (epoch ms, UTC), with the provider's own time, without media."""

	def with_media(self, inbound: InboundMessage) -> InboundMessage:
		"""The same message with its media, which takes a request of its own."""

	def media_of(self, message_sid: str) -> tuple[Media, ...]:
		"""The files of a message, which takes a request of its own."""

	def outbound_since(self, since_ms: int) -> Iterable[ListedMessage]:
		"""What our senders sent since `since_ms` (epoch ms, UTC), with the current status."""
