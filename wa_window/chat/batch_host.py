"""What templates to many need of the host that they run in."""

from typing import Protocol

from .message import Message, Sender
from .sentences import Explanation, Locale
from .service import ChatService
from .template_batch import Batch, Choice, Limits, Recipient, Row


class BatchHost(Protocol):
	"""The host for one user: the session's, or the owner of a batch in whose name it is handed over."""

	user: str
	chat: ChatService

	def may_send_to_many(self) -> bool: ...

	def may_see_batches(self) -> bool:
		"""Whether the user may see any, and has one of our roles."""

	def may_see_batch(self, batch: Batch) -> bool: ...

	def limits(self) -> Limits: ...

	def day_began_ms(self) -> int:
		"""When the user's day began (epoch ms, UTC)."""

	def require_configured(self) -> None:
		"""Raises NotSetUp unless messages can be sent."""

	def default_sender(self) -> Sender:
		"""Raises NotSetUp where there is no sender."""

	def require_sender(self, business_address: str) -> None:
		"""Raises NotSetUp unless it is one of our senders."""

	def senders(self) -> list[Sender]: ...

	def label_of(self, business_address: str) -> str: ...

	def file_address(self) -> str:
		"""How the links to this host's files begin."""

	def record_fields(self, doctype: str) -> dict[str, str]:
		"""The fields of these records that the user may read and that hold a short text, by name, with their labels; of chats those of all
		records that chats may have. Raises InvalidArgument or NotPermitted for what cannot be listed."""

	def full_name(self, user: str) -> str: ...

	def locale(self) -> Locale: ...

	def explain(self, message: Message) -> Explanation: ...

	def count_chosen(self, choice: Choice) -> int:
		"""How many the user chose. Raises InvalidArgument or NotPermitted for what cannot be listed."""

	def chosen(self, choice: Choice, batch: Batch, after: str, limit: int) -> tuple[list[Recipient], str]:
		"""The next of them, for the batch's sender and with the fields that it names, and behind what to go on; empty at the end. In a
		few queries, however many they are. One that the user may not read is among them, without its title."""

	def known_now(self, batch: Batch, rows: list[Row]) -> list[Recipient]:
		"""Those of these rows as they are now, in their order."""

	def chats_begun(self, conversations: list[str]) -> None:
		"""These have begun by the batch: what lists show of their records is copied to them."""

	def shown_rows(
		self, batch: str, kind: str, after: int, limit: int
	) -> list[tuple[Row, Message | None, int]]:
		"""Rows of a kind (batch_view.KINDS) that the user may see, with their messages, and when the customer answered (epoch ms, UTC; 0:
		not yet)."""

	def enqueue_filling(self, batch: str, choice: Choice) -> None: ...
