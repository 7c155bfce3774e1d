"""Ports: what the use cases need. Each host has its own adapters: Frappe in production, SQLite in the playground."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from .address import Customer
from .message import (
	Conversation,
	InboundMessage,
	Lead,
	ListedMessage,
	Media,
	Message,
	MessageTimes,
	OptOut,
)
from .reasons import Reason
from .sentences import Sentence
from .template import ContentTemplate

T = TypeVar("T")


class AlreadyStored(Exception):
	"""A message with this SID or client key is stored already."""


class Store(Protocol):
	"""The database. Every change runs inside `transaction` and locks its conversation first."""

	def transaction(self, work: Callable[[], T]) -> T:
		"""Run `work` in a fresh transaction and commit; on a conflict with another one, roll back and run it again."""

	def lock(self, conversation: str) -> Conversation | None:
		"""Lock one conversation until the transaction ends and read it."""

	def lock_pair(self, customer: Customer, business_address: str) -> list[Conversation]:
		"""Lock and read the pair's conversations: those of the customer's phone and of its ids, the oldest first."""

	def lock_customer(self, conversation: str) -> list[Conversation]:
		"""Lock and read this conversation and those that its customer has with other senders, ordered by name."""

	def add_conversation(self, conversation: Conversation) -> Conversation:
		"""Insert it and return it with its name. Another transaction's insert of the same pair is a conflict."""

	def change_conversation(self, name: str, **changes: object) -> None: ...

	def merge_into(self, kept: str, absorbed: str) -> None:
		"""Move all messages of `absorbed` to `kept` and remove the emptied conversation."""

	def add_message(self, message: Message) -> Message:
		"""Insert it and return it with its name. Raises AlreadyStored for a known SID or client key."""

	def change_message(self, name: str, **changes: object) -> None: ...

	def message(self, name: str) -> Message | None: ...

	def message_with_sid(self, message_sid: str) -> Message | None: ...

	def message_with_client_key(self, client_key: str) -> Message | None: ...

	def conversation(self, name: str) -> Conversation | None:
		"""Read one conversation without locking it: for display, never for decisions."""

	def conversations_of(self, lead: Lead) -> list[Conversation]:
		"""Those of the lead's number and those linked to it, the latest first."""

	def messages(self, conversation: str, *, before: str = "", limit: int) -> list[Message]:
		"""The newest `limit` messages, or the newest older than the message `before`; oldest first."""

	def answer_after(self, conversation: str, seen: str, author: str) -> Message | None:
		"""The outbound message that was stored last of those that somebody else than `author` wrote after the message `seen`, and
		that have not failed; None where there is none. Where this conversation has no message `seen`, all are after it.

		After: stored later, or sent later. The provider's clock may put an answer before the message that it answers.
		"""

	def last_inbound_at_ms(self, conversation: str) -> int:
		"""The latest `sent_at_ms` of its inbound messages, by a current read, not by the transaction's snapshot; 0 where there is none."""

	def times_of(self, conversations: list[str]) -> dict[str, MessageTimes]:
		"""The times of each of these conversations, computed from its messages; one without messages is left out."""

	def due(self, now_ms: int, limit: int, held: Collection[str] = ()) -> list[Message]:
		"""Queued messages that are due, oldest first; none behind an earlier one of its conversation, and none of the senders
		(business addresses) in `held`.

		Only a message that was tried before waits for its next attempt, so a clock that is set back delays no other. An attempt
		later than LONGEST_RETRY_MS from now was scheduled before the clock was set back, and is due.
		"""

	def is_blocked_by_earlier(self, message: Message) -> bool:
		"""Whether an earlier message of its conversation is still to be sent, or being sent."""

	def claimed_outside(self, since_ms: int, until_ms: int, limit: int) -> list[Message]:
		"""Messages that a dispatcher claimed before `since_ms` or, by another clock, after `until_ms`, and whose outcome was
		never recorded."""

	def due_for_reconciliation(self, now_ms: int, limit: int) -> list[Message]:
		"""Outbound messages whose status is to be looked up by now: `unknown` ones, accepted ones, and those that failed without
		a code.

		Those claimed later than CLAIM_LEASE_MS from now are due too: they were scheduled before the clock was set back.
		"""

	def media(self, row: str) -> Media | None: ...

	def change_media(self, row: str, **changes: object) -> None: ...

	def media_due(self, now_ms: int, limit: int) -> list[tuple[Message, Media]]:
		"""Files that are to be fetched by now, with their messages: also those whose next attempt is later than
		LONGEST_RETRY_MS from now, scheduled before the clock was set back."""

	def erased(self, message_sid: str) -> bool:
		"""Whether the message was deleted here: then neither the provider's list nor a webhook restores it."""

	def preserved_opt_out(self, keys: set[str], business_address: str) -> OptOut:
		"""The opt-outs stored for any of these keys of a customer, merged; an empty one where there is none."""

	def preserve_opt_out(self, keys: set[str], business_address: str, choice: OptOut) -> None:
		"""Store it for each of these keys in place of an earlier one; an empty one deletes it. The keys cannot be read from what
		is stored."""

	def template(self, content_sid: str) -> ContentTemplate | None: ...

	def templates(self) -> list[ContentTemplate]: ...


class Clock(Protocol):
	"""The current time."""

	def now_ms(self) -> int:
		"""Epoch milliseconds, UTC."""


class EventPublisher(Protocol):
	"""Publishes events after a commit. It never raises: browsers poll, and a scheduled job finds work whose event was lost."""

	def conversation_changed(self, conversation: str) -> None: ...

	def message_received(self, message: Message) -> None:
		"""A customer's message was stored; its post-processing is due."""

	def outbox_filled(self) -> None: ...

	def files_waiting(self) -> None: ...

	def templates_outdated(self) -> None:
		"""The provider rejected a template that is approved here."""


class Leads(Protocol):
	"""The host's leads."""

	def exists(self, lead: Lead) -> bool: ...

	def find(self, phone: str) -> list[Lead]:
		"""The leads with this E.164 number, whatever variant it is written in; the most recently created first."""

	def had_number_before(self, lead: Lead, conversation: Conversation) -> bool:
		"""Whether the lead had its number before the conversation began, or a manager links it by hand."""

	def create(
		self, phone: str, profile_name: str, linked: Callable[[Callable[[], Lead]], Lead]
	) -> Lead | None:
		"""A new lead, or None where the host wants none. `linked` is called with a function that inserts it, and links the chat in
		the same transaction, which may be run again as a whole. Raises LeadNotCreated where it cannot be saved."""

	def fill_placeholder_name(self, lead: Lead, phone: str, profile_name: str) -> None:
		"""Replace a lead's name by the profile name where it is only its number; a real name stays."""

	def translate(self, text: str) -> str:
		"""Translate a text into the language in which this host stores why a chat has no lead."""


class LeadNotCreated(Exception):
	"""The host did not save a new lead, or a manager has to decide; the message says why."""


class LeadCreationInProgress(Exception):
	"""Another worker is creating this customer's lead; retry in a moment."""


@dataclass(frozen=True)
class Outgoing:
	"""A message for the channel: freeform `body` or `media` (the row of a stored file) or both, else `content_sid` with
	`content_variables`."""

	message: str
	customer_address: str
	business_address: str
	body: str = ""
	media: str = ""
	content_sid: str = ""
	content_variables: str = ""


@dataclass(frozen=True)
class Accepted:
	"""The provider accepted it; `created_at_ms` is the provider's own time (epoch ms, UTC), 0 where it gave none."""

	message_sid: str
	status: str
	created_at_ms: int = 0


@dataclass(frozen=True)
class Rejected:
	"""The provider rejected it; sending the same message again does not help."""

	error_code: str
	error_text: str = ""
	error_reason: str = Reason.OTHER


@dataclass(frozen=True)
class Retryable:
	"""The provider did not process it; it may be tried again."""

	error_code: str
	error_text: str = ""
	error_reason: str = Reason.OTHER


@dataclass(frozen=True)
class OutcomeUnknown:
	"""It is not known whether the provider accepted it; it is never sent again automatically."""

	error_text: str = ""


Outcome = Accepted | Rejected | Retryable | OutcomeUnknown


class Channel(Protocol):
	"""The connection to the provider, for one dispatcher: a few messages are sent concurrently."""

	def places(self) -> int:
		"""How many more messages can be begun now."""

	def may_begin(self, business_address: str) -> bool:
		"""Whether this sender may send one more message now by its rate; if so, it is counted."""

	def begin(self, outgoing: Outgoing) -> None:
		"""Begin to send one message, in a free place. It never raises."""

	def ended(self) -> list[tuple[str, Outcome]]:
		"""Name and outcome of each message whose call has ended since. Waits a moment for the first.

		A call ends long before its claim's lease, at the latest with OutcomeUnknown.
		"""


class FetchFailed(Exception):
	"""The file could not be fetched; it may be tried again."""


class FetchRedirected(Exception):
	"""The provider redirects to a host that is not allowed; an administrator has to change that at the provider."""


class FetchRejected(Exception):
	"""The file is not accepted: for its size, its type, or because its URL is not one of the account's media."""


@dataclass(frozen=True)
class FetchedFile:
	"""A file from the provider: media type and bytes."""

	type: str
	content: bytes


class Fetcher(Protocol):
	"""Fetches customers' files from the provider."""

	def fetch(self, url: str, largest: int) -> FetchedFile:
		"""A customer's file of at most `largest` bytes. Raises FetchFailed, FetchRedirected or FetchRejected."""


@dataclass(frozen=True)
class StoredFile:
	"""A file on this host: URL, media type for display, size in bytes."""

	file: str
	type: str
	size: int


class Files(Protocol):
	"""The file storage of this host."""

	def write(self, file_name: str, fetched: FetchedFile) -> StoredFile:
		"""Write a file that belongs to no message yet, outside of any transaction. Raises FetchRejected."""

	def assign(self, message: Message, file_name: str, kept: StoredFile) -> None:
		"""Attach the file to this message; inside the transaction."""

	def discard(self, kept: StoredFile) -> None:
		"""Delete a file that was written but not assigned."""

	def log_failure(self, message: Message) -> None:
		"""Log the exception that is being handled, for the host's administrator."""


class ProviderList(Protocol):
	"""The provider's own list of messages, the newest first. Reading it may end with a ChatError at any point."""

	def inbound_since(self, since_ms: int) -> Iterable[InboundMessage]:
		"""What our senders received since `since_ms` (epoch ms, UTC), with the provider's own time, without media."""

	def with_media(self, inbound: InboundMessage) -> InboundMessage:
		"""The same message with its media, which takes a request of its own."""

	def outbound_since(self, since_ms: int) -> Iterable[ListedMessage]:
		"""What our senders sent since `since_ms` (epoch ms, UTC), with the current status."""


@dataclass(frozen=True)
class Explanation:
	"""What a message's error means and what to do; `may_be_repeated`: whether sending the same message again can help."""

	sentence: Sentence
	may_be_repeated: bool = True
