"""How long customers waited for an answer, within and outside working hours.

A customer *waits* from their first message that nobody has answered. The wait ends with the next message of ours that was stored
after it and has not failed, a template too, but for one to many; with "no answer needed"; or without an answer, once it has lasted
LONGEST_WAIT_MS.
A customer whose window is still open is *waiting*: the answer is not late yet. One whose window has closed got no answer, though a
template may still become it.
The answer is a *first answer* where the wait began with a message that opened a window: the customer had written nothing in the
24 hours before it. What is before and after is decided by the order of storing, as in work_state.py.

Times are epoch milliseconds, UTC.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, tzinfo
from enum import Enum
from typing import TypeVar

from . import status
from .message import INBOUND
from .window import closes_at

Key = TypeVar("Key")

LONGEST_WAIT_MS = timedelta(days=7) // timedelta(milliseconds=1)


class End(Enum):
	"""How a wait ended, or that it has not."""

	ANSWERED = "answered"
	NO_ANSWER_NEEDED = "no answer needed"
	WAITING = "waiting"
	UNANSWERED = "unanswered"


@dataclass(frozen=True)
class Event:
	"""What counts of a message. `author`: the user who wrote it, empty for the customer and for another program;
	`ends_waiting`: "no answer needed" was said when it was the newest one; `is_to_many`: it is no answer."""

	direction: str
	delivery_status: str
	sent_at_ms: int
	arrival_ms: int
	author: str = ""
	ends_waiting: bool = False
	is_to_many: bool = False


@dataclass(frozen=True)
class Wait:
	"""`ended_at_ms` and `author` are those of the message that ended it: the answer, or the newest one when "no answer needed" was said. 0 and
	empty where there is none, and nobody's where another program sent it."""

	began_at_ms: int
	is_first: bool
	end: End = End.UNANSWERED
	ended_at_ms: int = 0
	author: str = ""

	@property
	def last_ms(self) -> int:
		return self.began_at_ms + LONGEST_WAIT_MS

	def is_over(self, at_ms: int) -> bool:
		"""Whether it ended before this time."""
		return 0 < self.ended_at_ms < at_ms


def waits(events: Iterable[Event], now_ms: int) -> Iterator[Wait]:
	"""The waits of one conversation, in the order in which they began."""
	waiting: Wait | None = None
	window_closes_at_ms = 0
	for event in sorted(events, key=lambda event: (event.arrival_ms, event.sent_at_ms)):
		if waiting and event.sent_at_ms > waiting.last_ms:
			yield waiting
			waiting = None
		if event.direction == INBOUND:
			is_first = event.sent_at_ms >= window_closes_at_ms
			waiting = waiting or Wait(event.sent_at_ms, is_first)
			# Twilio may deliver the earlier of two messages last.
			waiting = replace(waiting, began_at_ms=min(waiting.began_at_ms, event.sent_at_ms))
			window_closes_at_ms = max(window_closes_at_ms, closes_at(event.sent_at_ms))
		elif waiting and not event.is_to_many and event.delivery_status not in status.FAILURES:
			ended_at_ms = max(event.sent_at_ms, waiting.began_at_ms)
			yield replace(waiting, end=End.ANSWERED, ended_at_ms=ended_at_ms, author=event.author)
			waiting = None
		if waiting and event.ends_waiting:
			yield replace(waiting, end=End.NO_ANSWER_NEEDED, ended_at_ms=event.sent_at_ms)
			waiting = None
	if waiting:
		is_waiting = now_ms < min(window_closes_at_ms, waiting.last_ms)
		yield replace(waiting, end=End.WAITING) if is_waiting else waiting


@dataclass(frozen=True)
class WorkingHours:
	"""From `begins` until `ends` (00:00: the end of the day), on these days of the week (Monday is 0) that are no holidays, in the
	time zone `zone`. Without days every hour is a working hour."""

	zone: tzinfo
	days: frozenset[int] = frozenset()
	begins: time = time()
	ends: time = time()
	holidays: frozenset[date] = frozenset()
	_spans: dict[date, tuple[int, int]] = field(default_factory=dict, compare=False, repr=False)

	def within(self, from_ms: int, to_ms: int) -> int:
		"""How much of a span lies in working hours (ms)."""
		if not self.days:
			return to_ms - from_ms
		total, day, last = 0, self.day_of(from_ms), self.day_of(to_ms)
		while day <= last:
			begins_ms, ends_ms = self._span(day)
			total += max(0, min(to_ms, ends_ms) - max(from_ms, begins_ms))
			day += timedelta(days=1)
		return total

	def day_of(self, at_ms: int) -> date:
		return datetime.fromtimestamp(at_ms / 1000, self.zone).date()

	def _span(self, day: date) -> tuple[int, int]:
		"""When the work of a day begins and ends; the clock may be set forward or back between them."""
		if day not in self._spans:
			works = day.weekday() in self.days and day not in self.holidays
			last_day = day if self.ends > time() else day + timedelta(days=1)
			self._spans[day] = (
				(self._ms(day, self.begins), self._ms(last_day, self.ends)) if works else (0, 0)
			)
		return self._spans[day]

	def _ms(self, day: date, at: time) -> int:
		return int(datetime.combine(day, at, self.zone).timestamp() * 1000)


@dataclass
class Spent:
	"""The time that several waits took: how many, and the sum of it within and outside working hours (ms)."""

	count: int = 0
	within_ms: int = 0
	outside_ms: int = 0

	def add(self, within_ms: int, outside_ms: int) -> None:
		self.count += 1
		self.within_ms += within_ms
		self.outside_ms += outside_ms


@dataclass
class Summary:
	"""Several waits: how they ended, and how long those took that a user has answered. An answer that another program sent is
	nobody's time."""

	ends: dict[End, int] = field(default_factory=lambda: dict.fromkeys(End, 0))
	first: Spent = field(default_factory=Spent)
	every: Spent = field(default_factory=Spent)

	def add(self, wait: Wait, hours: WorkingHours) -> None:
		self.ends[wait.end] += 1
		if not wait.author:
			return
		within_ms = hours.within(wait.began_at_ms, wait.ended_at_ms)
		outside_ms = wait.ended_at_ms - wait.began_at_ms - within_ms
		for spent in (self.first, self.every) if wait.is_first else (self.every,):
			spent.add(within_ms, outside_ms)


def summarise(found: Iterable[tuple[Key, Wait]], hours: WorkingHours) -> dict[Key, Summary]:
	"""Waits, each with the key of its group, by group."""
	groups: dict[Key, Summary] = {}
	for key, wait in found:
		groups.setdefault(key, Summary()).add(wait, hours)
	return groups
