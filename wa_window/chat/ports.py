"""What the use cases need from outside. Every host brings its own: Frappe in production, SQLite in the playground."""

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
	OptOut,
	Sender,
	Times,
)
from .template import ContentTemplate
from .words import Sentence, Words

T = TypeVar("T")


class AlreadyStored(Exception):
	"""A message with this SID or client key is stored already."""


class Store(Protocol):
	"""The durable state. Whatever changes it runs inside `transaction`, and locks its conversation first."""

	def transaction(self, work: Callable[[], T]) -> T:
		"""Run `work` in a fresh transaction and commit; on a conflict with another one, roll back and run it again."""

	def lock(self, conversation: str) -> Conversation | None:
		"""Lock one conversation until the transaction ends and read it as it then is."""

	def lock_pair(self, customer: Customer, business_address: str) -> list[Conversation]:
		"""Lock and read the pair's conversations: those of the customer's phone and of its ids, the oldest first."""

	def lock_customer(self, conversation: str) -> list[Conversation]:
		"""Lock and read this conversation and those that its customer has with other senders, ordered by name."""

	def add_conversation(self, conversation: Conversation) -> Conversation:
		"""Insert it and return it with its name. Another transaction's insert of the same pair is a conflict."""

	def change_conversation(self, name: str, **changes) -> None: ...

	def absorb(self, kept: str, absorbed: str) -> None:
		"""Move all messages of `absorbed` to `kept` and remove the emptied conversation."""

	def add_message(self, message: Message) -> Message:
		"""Insert it and return it with its name. Raises AlreadyStored for a known SID or client key."""

	def change_message(self, name: str, **changes) -> None: ...

	def message(self, name: str) -> Message | None: ...

	def message_with_sid(self, message_sid: str) -> Message | None: ...

	def message_with_client_key(self, client_key: str) -> Message | None: ...

	def conversation(self, name: str) -> Conversation | None:
		"""Read one conversation without locking it: for showing, never for deciding."""

	def conversations_of(self, lead: Lead) -> list[Conversation]:
		"""Those of the lead's number and those linked to it, the latest first."""

	def messages(self, conversation: str, *, before: str = "", limit: int) -> list[Message]:
		"""The newest `limit` messages, or the newest older than the message `before`; oldest first."""

	def last_inbound_at_ms(self, conversation: str) -> int:
		"""The latest `sent_at_ms` of its inbound messages, as it is now and not as the transaction began; 0 where there is none."""

	def times_of(self, conversations: list[str]) -> dict[str, Times]:
		"""What the messages of each of these conversations say of its times; one without messages is left out."""

	def due(self, now_ms: int, limit: int, held: Collection[str] = ()) -> list[Message]:
		"""Queued messages whose turn has come, oldest first; none that waits for an earlier one, and none of the senders
		(business addresses) in `held`.

		Only one that was tried before waits, until its next attempt: so a clock that is set back keeps nothing waiting. An
		attempt later than LONGEST_RETRY_MS from now was planned by another clock, and is due.
		"""

	def waits(self, message: Message) -> bool:
		"""Whether an earlier message of its conversation is still to be sent, or being sent."""

	def claimed_outside(self, since_ms: int, until_ms: int, limit: int) -> list[Message]:
		"""Messages that a dispatcher claimed before `since_ms` or, by another clock, after `until_ms`, and never told the end
		of."""

	def to_settle(self, now_ms: int, limit: int) -> list[Message]:
		"""Outbound messages whose fate is to be looked up by now: of those that are `unknown`, of accepted ones, and of those
		that failed without a code.

		When those are looked up that were claimed later than CLAIM_LEASE_MS from now was planned by another clock: they are
		among them.
		"""

	def media(self, row: str) -> Media | None: ...

	def change_media(self, row: str, **changes) -> None: ...

	def media_due(self, now_ms: int, limit: int) -> list[tuple[Message, Media]]:
		"""Files that are to be fetched by now, with their messages: also those whose next attempt, later than LONGEST_RETRY_MS
		from now, was planned by another clock."""

	def erased(self, message_sid: str) -> bool:
		"""Whether the message was deleted here: then neither the provider's list nor its webhook brings it back."""

	def kept_opt_out(self, keys: set[str], business_address: str) -> OptOut:
		"""What was kept for any of these keys of a customer, joined; an empty one where nothing was."""

	def keep_opt_out(self, keys: set[str], business_address: str, choice: OptOut) -> None:
		"""Keep it for each of these keys instead of what was kept for them; an empty one: keep nothing. The keys cannot be read
		from what is kept."""

	def template(self, content_sid: str) -> ContentTemplate | None: ...

	def templates(self) -> list[ContentTemplate]: ...


class Clock(Protocol):
	"""The present time."""

	def now_ms(self) -> int:
		"""Epoch milliseconds, UTC."""


class Announcer(Protocol):
	"""Tells others after a commit. It never raises: what it cannot tell now is swept up later."""

	def conversation_changed(self, conversation: str) -> None: ...

	def message_received(self, message: Message) -> None:
		"""A customer's message changed its conversation; its lead and the lists follow a moment later."""

	def outbox_filled(self) -> None: ...

	def files_waiting(self) -> None: ...

	def templates_outdated(self) -> None:
		"""The provider refused a template that is approved here."""


class Leads(Protocol):
	"""The host's leads."""

	def exists(self, lead: Lead) -> bool: ...

	def find(self, phone: str) -> list[Lead]:
		"""The leads with this E.164 number, whatever variant it is written in; the most recently created first."""

	def known_before(self, lead: Lead, conversation: Conversation) -> bool:
		"""Whether the lead had its number before the conversation began; or a manager says by hand that it is the customer's."""

	def create(
		self, phone: str, profile_name: str, linked: Callable[[Callable[[], Lead]], Lead]
	) -> Lead | None:
		"""A new lead, or None where the host wants none. `linked` calls what inserts it, and links the chat to it in the same
		transaction, which may be run again as a whole. Raises LeadNotCreated where it cannot be saved."""

	def introduce(self, lead: Lead, phone: str, profile_name: str) -> None:
		"""Give a lead that is only named by its number the customer's own name; never touch a real name."""

	def translate(self, text: str) -> str:
		"""A text of the catalogue in the language in which this host writes down why a chat has no lead."""


class LeadNotCreated(Exception):
	"""Says in words why a chat gets no lead: the host did not accept a new one, or a manager has to decide."""


class LeadInTheMaking(Exception):
	"""Somebody else is creating this customer's lead: it can be linked in a moment."""


@dataclass(frozen=True)
class Outgoing:
	"""What is handed to the channel: freeform `body` or `media` (the row of a stored file) or both, else `content_sid` with
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
	"""The provider took it; `created_at_ms` is the provider's own time (epoch ms, UTC), 0 where it gave none."""

	message_sid: str
	status: str
	created_at_ms: int = 0


@dataclass(frozen=True)
class Rejected:
	"""The provider refused it; sending the same again does not help."""

	error_code: str
	error_text: str = ""


@dataclass(frozen=True)
class Busy:
	"""The provider did not process it, for now: it may be tried again."""

	error_code: str
	error_text: str = ""


@dataclass(frozen=True)
class NoAnswer:
	"""Nobody can say whether the provider took it: it is never sent again blindly."""

	error_text: str = ""


Outcome = Accepted | Rejected | Busy | NoAnswer


class Channel(Protocol):
	"""The way to the provider, for one dispatcher: a few messages go side by side."""

	def places(self) -> int:
		"""How many more can be begun now."""

	def may_begin(self, business_address: str) -> bool:
		"""Whether this sender may send one more message now, of all that go out from it; then it is counted."""

	def begin(self, outgoing: Outgoing) -> None:
		"""Begin to hand one message to the provider, in a place that is free. It never raises."""

	def ended(self) -> list[tuple[str, Outcome]]:
		"""Our name for each message whose call has ended since, and what is known of the outcome. Waits a moment for the first.

		A call ends long before its claim's lease, if need be with NoAnswer.
		"""


class FetchFailed(Exception):
	"""The file could not be fetched now; it may be later."""


class FetchElsewhere(Exception):
	"""The provider keeps the file where this host does not follow: somebody has to change that at the provider."""


class FetchRefused(Exception):
	"""The file is not taken: for its size, its type, or because it is nothing of the account's."""


@dataclass(frozen=True)
class Fetched:
	"""A file as the provider gave it: its media type and its bytes."""

	type: str
	content: bytes


class Fetcher(Protocol):
	"""Where customers' files come from."""

	def fetch(self, url: str, largest: int) -> Fetched:
		"""A customer's file of at most `largest` bytes. Raises FetchFailed, FetchElsewhere or FetchRefused."""


@dataclass(frozen=True)
class Kept:
	"""A file as it lies on this host: its URL, the media type as which it may be shown, its size in bytes."""

	file: str
	type: str
	size: int


class Files(Protocol):
	"""Where files are kept on this host."""

	def write(self, file_name: str, fetched: Fetched) -> Kept:
		"""Keep a file that belongs to no message yet, outside of any transaction. Raises FetchRefused."""

	def assign(self, message: Message, file_name: str, kept: Kept) -> None:
		"""The file belongs to this message from now on; inside the transaction."""

	def discard(self, kept: Kept) -> None:
		"""Remove a file that no message wants any more."""

	def log_failure(self, message: Message) -> None:
		"""Write down the exception that is being handled, for the host's administrator."""


class ProviderList(Protocol):
	"""The provider's own list of messages, the newest first. Reading it may end with a ChatError at any point."""

	def inbound_since(self, since_ms: int) -> Iterable[InboundMessage]:
		"""What our senders received since a moment (epoch ms, UTC), at the provider's own time, without media."""

	def with_media(self, inbound: InboundMessage) -> InboundMessage:
		"""The same message with its media, which are asked for one by one."""

	def outbound_since(self, since_ms: int) -> Iterable[ListedMessage]:
		"""What our senders sent since a moment (epoch ms, UTC), with its present status."""


@dataclass(frozen=True)
class Explanation:
	"""What an error of a message means and what to do, and whether sending the very same once more can help."""

	sentence: Sentence
	may_be_repeated: bool = True


class Host(Protocol):
	"""Where a panel lives: its user, what they may do, and how the host is set up."""

	user: str
	store: Store
	announcer: Announcer
	clock: Clock

	def may_lead(self, doctype: str, name: str, ptype: str) -> bool:
		"""Whether the user may read or write this lead."""

	def may(self, conversation: Conversation, ptype: str) -> bool:
		"""Whether the user may read or write a conversation, by its own lead."""

	def lead(self, doctype: str, name: str) -> Lead: ...

	def lead_values(self, doctype: str, name: str) -> Callable[[str], object]:
		"""Reads the lead's fields that the user may see."""

	def require_set_up(self) -> None:
		"""Raises NotSetUp unless messages can be sent."""

	def default_sender(self) -> Sender:
		"""Raises NotSetUp where there is no sender."""

	def require_sender(self, business_address: str) -> None:
		"""Raises NotSetUp unless it is one of our senders: a customer may have written to a number that is none, or no longer."""

	def label_of(self, business_address: str) -> str: ...

	def closing_ms(self) -> int: ...

	def attachment(self, file: str) -> Media:
		"""A file that the user may read, to be sent. Raises NotPermitted or InvalidMessage."""

	def attach(self, message: Message, source: str = "") -> None:
		"""The message that is being stored gets its file as its own, inside the transaction.

		`source` is the message that it is a copy of, which must have the file. Raises InvalidMessage.
		"""

	def has_same_content(self, one: Media, other: Media) -> bool:
		"""Whether two files are the same, whatever their addresses; not, where one of them is gone."""

	def explain(self, message: Message) -> Explanation:
		"""What a message's error code means, which is the channel's or our own."""

	def words(self) -> Words: ...
