"""What the panel and the inbox need of the host that they run in: a Frappe site, or the playground."""

from collections.abc import Callable
from typing import Protocol

from .contacts import ContactsHost
from .message import Conversation, Lead, Media, Message, Record, Sender
from .ports.inbox_store import InboxStore
from .presence import Presence
from .quick_reply import QuickReply
from .received import Received
from .sentences import Explanation, Locale
from .service import ChatService


class Host(ContactsHost, Protocol):
	"""What the panel needs of its host: the user, their permissions, the settings."""

	user: str
	chat: ChatService

	@property
	def presence(self) -> Presence: ...

	def has_lead_permission(self, doctype: str, name: str, ptype: str) -> bool:
		"""Whether the user may read or write this lead."""

	def has_chat_permission(self, conversation: Conversation, ptype: str) -> bool:
		"""Whether the user may read or write a conversation, by the conversation's own lead."""

	def lead(self, doctype: str, name: str) -> Lead:
		"""With its people."""

	def lead_values(self, doctype: str, name: str) -> Callable[[str], object]:
		"""A function that reads fields of the lead, as far as the user may see them."""

	def lead_label(self, doctype: str, name: str, field: str) -> str:
		"""What the user's screens call this field of the lead; empty where it has none such."""

	def reply_fields(self, doctype: str, name: str) -> list[str]:
		"""The fields of the lead that quick replies may name."""

	def known_reply_fields(self) -> list[str]:
		"""Those of all DocTypes with chats."""

	def quick_replies(self) -> list[QuickReply]:
		"""Those that the user writes with, by title."""

	def add_quick_reply(self, title: str, text: str, shortcut: str) -> str:
		"""Keep a quick reply for the user alone; returns its name. Raises InvalidMessage or an error of the host's own."""

	def require_configured(self) -> None:
		"""Raises NotSetUp unless messages can be sent."""

	def default_sender(self) -> Sender:
		"""Raises NotSetUp where there is no sender."""

	def require_sender(self, business_address: str) -> None:
		"""Raises NotSetUp unless it is one of our senders: a customer may have written to a number that is not, or not any more."""

	def label_of(self, business_address: str) -> str: ...

	def closing_ms(self) -> int: ...

	def file_address(self) -> str:
		"""How the links begin at which the provider fetches files that are sent."""

	def attachment(self, file: str) -> Media:
		"""A file that the user may read, to be sent. Raises NotPermitted or InvalidMessage."""

	def attach(self, message: Message, source: str = "") -> None:
		"""Attach its file to a message, inside the transaction that stores it.

		`source` is the message that it is a copy of, which must have the file. Raises InvalidMessage.
		"""

	def has_same_content(self, one: Media, other: Media) -> bool:
		"""Whether two files have the same content, whatever their URLs; False where one of them is missing."""

	def received(self, messages: list[Message]) -> dict[str, Received]:
		"""By message, what inbound ones brought besides text and files; others are left out."""

	def explain(self, message: Message) -> Explanation:
		"""What a message's error code, the channel's or our own, means."""

	def locale(self) -> Locale: ...

	def presence_changed(self, conversation: str) -> None:
		"""Publish to who has the conversation open, without content, that it is time to ask who is there. It never raises."""

	def shows_typing(self) -> bool:
		"""Whether customers are to see that somebody writes to them."""

	def show_typing(self, message_sid: str) -> None:
		"""Show the customer that an answer to this message of theirs is being written. It returns at once, and never raises."""

	def records(self, conversations: list[Conversation]) -> dict[str, Record]:
		"""By conversation, its record; one that is linked to none is left out."""

	def full_name(self, user: str) -> str:
		"""A user's full name; empty where there is no such user."""


class InboxHost(Host, Protocol):
	"""What the inbox needs of its host beside what the panel needs."""

	@property
	def inbox_store(self) -> InboxStore: ...

	def senders(self) -> list[Sender]: ...

	def shown_records(self, conversations: list[Conversation]) -> dict[str, Lead]:
		"""By conversation that has several records, the one by which the user reads it."""

	def earlier_numbers(self, conversations: list[Conversation], shown: dict[str, Lead]) -> set[str]:
		"""Those of these conversations whose record has another number now; `shown`: as `shown_records` answered."""

	def midnight_ms(self) -> int:
		"""When the user's day ends (epoch ms, UTC)."""
