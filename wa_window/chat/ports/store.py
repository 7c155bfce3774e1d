"""The Store port: the database."""

from collections.abc import Callable, Collection, Mapping
from typing import Protocol, TypeVar

from ..address import Customer
from ..message import Conversation, Lead, Media, Message, MessageTimes, OptOut
from ..template import ContentTemplate
from .batches import BatchStore

T = TypeVar("T")

# At once: also from a disk, where each of them is on a page of its own, in some tenth of a second.
MOST_SEARCHED = 2_000


class AlreadyStored(Exception):
	"""A message with this SID or client key is stored already."""


class Store(BatchStore, Protocol):
	"""The database. Every change runs inside `transaction` and locks its conversation first."""

	def transaction(self, work: Callable[[], T]) -> T:
		"""Run `work` in a fresh transaction and commit; on a conflict with another one, roll back and run it again."""

	def lock(self, conversation: str) -> Conversation | None:
		"""Lock one conversation until the transaction ends and read it."""

	def lock_pair(self, customer: Customer, business_address: str) -> list[Conversation]:
		"""Lock and read the pair's conversations: those of the customer's phone and of its ids, the oldest first."""

	def lock_numbers(self, numbers: Collection[str], business_address: str) -> list[Conversation]:
		"""Lock and read at once what `lock_pair` would of each of these customers, given by the canonical form of their number."""

	def lock_customer(self, conversation: str) -> list[Conversation]:
		"""Lock and read this conversation and those that its customer has with other senders, ordered by name."""

	def add_conversation(self, conversation: Conversation) -> Conversation:
		"""Insert it and return it with its name. Another transaction's insert of the same pair is a conflict."""

	def add_conversations(self, conversations: list[Conversation]) -> list[Conversation]:
		"""As `add_conversation`, in few statements."""

	def change_conversations(self, changes: Mapping[str, Mapping[str, object]]) -> None:
		"""As `change_conversation`, by name, in few statements."""

	def change_conversation(self, name: str, **changes: object) -> None: ...

	def merge_into(self, kept: str, absorbed: str) -> None:
		"""Move all messages of `absorbed` to `kept` and remove the emptied conversation."""

	def add_message(self, message: Message) -> Message:
		"""Insert it and return it with its name. Raises AlreadyStored for a known SID or client key."""

	def add_messages(self, messages: list[Message]) -> list[Message]:
		"""As `add_message`, in few statements."""

	def change_message(self, name: str, **changes: object) -> None: ...

	def delete_message(self, name: str) -> None:
		"""Delete it with its files, and without a trace: its SID may be stored again."""

	def message(self, name: str, *, with_media: bool = True) -> Message | None: ...

	def message_with_sid(self, message_sid: str) -> Message | None: ...

	def message_with_client_key(self, client_key: str) -> Message | None: ...

	def conversation(self, name: str) -> Conversation | None:
		"""Read one conversation without locking it: for display, never for decisions."""

	def conversations_of(self, lead: Lead) -> list[Conversation]:
		"""Those of the lead's number and those linked to it, the latest first."""

	def conversations_of_people(self, people: Collection[Lead]) -> list[Conversation]:
		"""Those of the numbers of these contacts of one record and those linked to them, each once, the latest first."""

	def messages(self, conversation: str, *, before: str = "", after: str = "", limit: int) -> list[Message]:
		"""The newest `limit` messages, or the newest older than the message `before`, or the oldest newer than `after`; oldest first."""

	def search_messages(
		self, conversation: str, words: tuple[str, ...], *, before: str = "", limit: int
	) -> tuple[list[Message], str]:
		"""The newest messages with all `words` (search.py), older than the message `before` where it is given, the newest first; and
		the last message that was looked at, empty where that was the oldest one.

		At most MOST_SEARCHED are looked at: of a long chat it is to be called again with that message as `before`.
		"""

	def answer_after(self, conversation: str, seen: str, author: str) -> Message | None:
		"""The outbound message that was stored last of those that somebody else than `author` wrote after the message `seen`, and
		that have not failed; None where there is none. Where this conversation has no message `seen`, all are after it. A template to
		many is no answer.

		After: stored later, or sent later. The provider's clock may put an answer before the message that it answers.
		"""

	def last_inbound_at_ms(self, conversation: str) -> int:
		"""The latest `sent_at_ms` of its inbound messages, by a current read, not by the transaction's snapshot; 0 where there is none."""

	def arrivals_around(self, conversation: str, at_ms: int) -> tuple[int, int]:
		"""When the last of its inbound messages that were sent until `at_ms` was stored, and the first of those sent after it (epoch
		ms, UTC); 0 where there is none."""

	def times_of(self, conversations: list[str]) -> dict[str, MessageTimes]:
		"""The times of each of these conversations, computed from its messages and its own `done_until_ms`; one without messages is
		left out."""

	def due(self, now_ms: int, limit: int, held: Collection[str] = ()) -> list[Message]:
		"""Queued messages that are due, oldest first; none that is_blocked_by_earlier, and none of the senders (business addresses) in
		`held`.

		Only a message that was tried before waits for its next attempt, so a clock that is set back delays no other. An attempt
		later than LONGEST_RETRY_MS from now was scheduled before the clock was set back, and is due.
		"""

	def is_blocked_by_earlier(self, message: Message) -> bool:
		"""Whether an earlier message of its conversation is being sent, or still to be sent: for one of a batch, which may have to wait for
		long, no other waits."""

	def claimed_outside(self, since_ms: int, until_ms: int, limit: int) -> list[Message]:
		"""Messages that a dispatcher claimed before `since_ms` or, by another clock, after `until_ms`, and whose outcome was
		never recorded."""

	def due_for_reconciliation(self, now_ms: int, limit: int) -> list[Message]:
		"""Outbound messages whose status is to be looked up by now: `unknown` ones, accepted ones, and those that failed without
		a code.

		Those claimed later than CLAIM_LEASE_MS from now are due too: they were scheduled before the clock was set back.
		"""

	def without_sid(self, conversation: str) -> list[Message]:
		"""Our messages of a conversation that the provider may have got, and whose SID is not known: they are being sent, wait for
		another attempt, or are of unknown outcome."""

	def media(self, row: str) -> Media | None: ...

	def change_media(self, row: str, **changes: object) -> None: ...

	def media_due(self, now_ms: int, limit: int) -> list[tuple[Message, Media]]:
		"""Files that are to be fetched by now, with their messages: also those whose next attempt is later than
		LONGEST_RETRY_MS from now, scheduled before the clock was set back."""

	def erased(self, message_sid: str) -> bool:
		"""Whether the message was deleted here: then neither the provider's list nor a webhook restores it."""

	def stored_or_erased(self, message_sids: list[str]) -> set[str]:
		"""Those SIDs of messages that are stored, or were deleted here; as they are stored, which may differ by case."""

	def preserved_opt_out(self, keys: set[str], business_address: str) -> OptOut:
		"""The opt-outs stored for any of these keys of a customer, merged; an empty one where there is none."""

	def preserve_opt_out(self, keys: set[str], business_address: str, choice: OptOut) -> None:
		"""Store it for each of these keys in place of an earlier one; an empty one deletes it. The keys cannot be read from what
		is stored."""

	def template(self, content_sid: str) -> ContentTemplate | None: ...

	def templates(self) -> list[ContentTemplate]: ...
