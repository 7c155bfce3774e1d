"""Which chats a list of the inbox has, and in which order: values that every store can query."""

from dataclasses import dataclass, replace

from .errors import InvalidArgument
from .message import Conversation
from .sentences import _lt
from .window import inbound_bounds

NEEDS_REPLY, MINE, UNASSIGNED, ALL = QUEUES = ("needs_reply", "mine", "unassigned", "all")
CLOSING, CLOSED, FAILED = STATES = ("closing", "closed", "failed")

SEPARATOR = "~"
NO_SUCH_LIST = _lt("No such list of chats.")


@dataclass(frozen=True)
class Column:
	"""A column that another one is compared with."""

	name: str


@dataclass(frozen=True)
class Condition:
	"""What a column of a conversation is compared with; `operator` is =, <, <=, > or >=."""

	column: str
	operator: str
	value: int | Column


@dataclass(frozen=True)
class Order:
	"""By these columns, the last of which is unique."""

	columns: tuple[str, ...]
	descending: bool

	def values_of(self, row: Conversation) -> tuple[object, ...]:
		return tuple(getattr(row, column) for column in self.columns)

	def first_of(self, positions: "list[Position]") -> "Position":
		"""The first of these positions; those of one part are in this order."""
		part = min(position.part for position in positions)
		return (max if self.descending else min)(
			(position for position in positions if position.part == part),
			key=lambda position: position.values,
		)


BY_WINDOW = ("last_inbound_at_ms", "waiting_since_ms", "name")
ENDING_FIRST = Order(BY_WINDOW, descending=False)
ENDED_LAST_FIRST = Order(BY_WINDOW, descending=True)
# The same as LATEST_FIRST, of chats whose newest message has failed.
FAILED_LAST_FIRST = Order(("failed_at_ms", "name"), descending=True)
LATEST_FIRST = Order(("last_message_at_ms", "name"), descending=True)


@dataclass(frozen=True)
class Query:
	"""The chats that a user may read and that fulfil all of this.

	`whose`: MINE are those whose record the user owns or is assigned to, UNASSIGNED those whose record has neither an owner nor
	an assignee; empty: anybody's. `sender`: a business address. `names`: of these conversations only. `batch`: those whose customers
	wrote after they got this batch's template.
	"""

	user: str
	whose: str = ""
	conditions: tuple[Condition, ...] = ()
	sender: str = ""
	names: tuple[str, ...] | None = None
	batch: str = ""
	order: Order = LATEST_FIRST

	def where(self, *conditions: Condition) -> "Query":
		return replace(self, conditions=self.conditions + conditions)


# Neither opted out nor blocked, as the window has it; of customers who have written.
MAY_BE_SENT_TO = (
	Condition("opted_out", "=", 0),
	Condition("blocked_at_ms", "<", Column("last_inbound_at_ms")),
)
HAS_WRITTEN = Condition("last_inbound_at_ms", ">", 0)
NEWEST_FAILED = Condition("failed_at_ms", ">", 0)


def of_queue(queue: str, user: str, now_ms: int) -> Query:
	"""The chats of a user's queue at `now_ms` (epoch ms, UTC). Raises InvalidArgument."""
	if queue not in QUEUES:
		raise InvalidArgument(NO_SUCH_LIST)
	if queue != NEEDS_REPLY:
		return Query(user, whose="" if queue == ALL else queue)
	waiting = Condition("waiting_since_ms", ">", 0), Condition("snoozed_until_ms", "<=", now_ms)
	return Query(user).where(*waiting, *MAY_BE_SENT_TO)


def closing(query: Query, now_ms: int, until_ms: int) -> Query:
	"""Those whose open windows end after `now_ms` and not after `until_ms` (epoch ms, UTC)."""
	return replace(query, order=ENDING_FIRST).where(*MAY_BE_SENT_TO, *_open(now_ms), _closes_until(until_ms))


def parts(query: Query, queue: str, state: str, now_ms: int, *, closing_ms: int) -> list[Query]:
	"""A queue's chats in one state, or in any: what is listed one after the other.

	What needs a reply is listed by its windows: the open ones by their end, then those that WhatsApp has closed and those that
	have ended, the newest first. So are windows that are closing. All other chats are listed by their latest message.
	"""
	if state not in ("", *STATES):
		raise InvalidArgument(NO_SUCH_LIST)
	if state == CLOSING:
		return [closing(query, now_ms, now_ms + closing_ms)]
	if state == CLOSED:
		query = query.where(*MAY_BE_SENT_TO, HAS_WRITTEN, _closes_until(now_ms))
	elif state == FAILED:
		query = replace(query, order=FAILED_LAST_FIRST).where(NEWEST_FAILED)
	if queue != NEEDS_REPLY:
		return [query]
	ending, ended = replace(query, order=ENDING_FIRST), replace(query, order=ENDED_LAST_FIRST)
	if state == CLOSED:
		return [ended]
	return [
		ending.where(*_open(now_ms)),
		ended.where(*_refused(now_ms)),
		ended.where(_closes_until(now_ms)),
	]


def _open(now_ms: int) -> tuple[Condition, ...]:
	return _within(now_ms), Condition("provider_closed_at_ms", "<", Column("last_inbound_at_ms"))


def _refused(now_ms: int) -> tuple[Condition, ...]:
	return _within(now_ms), Condition("provider_closed_at_ms", ">=", Column("last_inbound_at_ms"))


def _within(now_ms: int) -> Condition:
	return Condition("last_inbound_at_ms", ">", inbound_bounds(closes_after_ms=now_ms).after_ms)


def _closes_until(until_ms: int) -> Condition:
	return Condition("last_inbound_at_ms", "<=", inbound_bounds(closes_until_ms=until_ms).until_ms or 0)


@dataclass(frozen=True)
class Position:
	"""After which chat the next page begins: in which part of the list, after which values of its order. All pages of a list
	are as of the same time: a window that closes meanwhile moves no chat across the end of a page."""

	as_of_ms: int
	part: int = 0
	values: tuple[object, ...] = ()

	@property
	def key(self) -> str:
		return SEPARATOR.join(str(value) for value in (self.as_of_ms, self.part, *self.values))

	@classmethod
	def from_key(cls, key: str) -> "Position":
		"""Raises InvalidArgument."""
		*numbers, name = key.split(SEPARATOR)
		if len(numbers) < 2:
			raise InvalidArgument(NO_SUCH_LIST)
		as_of_ms, part, *times = (_number(text) for text in numbers)
		return cls(as_of_ms, part, (*times, name))

	def require_in(self, listed: list[Query]) -> None:
		"""Raise InvalidArgument where it is no position in this list."""
		if self.part >= len(listed) or len(self.values) not in (0, len(listed[self.part].order.columns)):
			raise InvalidArgument(NO_SUCH_LIST)


def _number(text: str) -> int:
	if not (text.isascii() and text.isdigit() and len(text) < 15):
		raise InvalidArgument(NO_SUCH_LIST)
	return int(text)
