"""Looks at Twilio's own list: every few minutes, and for a span of days when an admin asks for it."""

import traceback
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import TypeVar

import frappe
from frappe import _

from ..chat.catch_up import CaughtUp, Failure, catch_up
from ..chat.errors import ChatError
from ..chat.settle import settle
from ..chat.window import inbound_bounds
from ..twilio_channel.listing import TwilioList
from . import database
from .announcer import SiteAnnouncer
from .clock import reader, site_datetime
from .settings import kept_since_ms, note, settings
from .store import FrappeStore
from .time_limit import NO_END_S, JobClock, alarm_passes
from .twilio import storable, twilio_channel

T = TypeVar("T")
Told = Callable[[int, float], None]

OVERLAP_MS = 15 * 60 * 1000
TELL_EVERY = 200
# The webhook of a message so fresh may still be on its way, and it tells more than the list: the next look is early enough.
GRACE_MS = 60 * 1000
# What an admin asks for; and it begins nothing new so long before the job's end.
LONGEST_LOOK_S = 6 * 60 * 60
SPARE_S = 180


@alarm_passes()
def catch_up_messages() -> None:
	"""Scheduler: take from Twilio's own list what never arrived, from where the last look ended, with overlap."""
	if not settings().account_sid:
		return
	clock = JobClock()
	known_until_ms = settings().caught_up_until_ms or _still_open_since_ms(clock.began_ms)
	_look(clock, known_until_ms - OVERLAP_MS, settle_since_ms=0)


def catch_up_days(days: int, told: Told | None = None, longest_s: int = NO_END_S) -> tuple[str, bool]:
	"""The same for the last `days` days, with the statuses of all that was sent in them; tells the result in words, and
	whether all could be read and stored.

	`told` hears of the progress: how many messages were read, and how far it is (0 to 1). After
	`longest_s` nothing more is read.
	"""
	clock = JobClock(longest_s)
	since_ms = clock.began_ms - int(timedelta(days=days).total_seconds() * 1000)
	return _look(clock, since_ms, settle_since_ms=since_ms, told=told)


@alarm_passes()
def catch_up_for_admin(days: int) -> None:
	"""Job: the same, with a progress bar on the screen of whoever asked for it."""
	title = _("Reading Twilio's list")

	def told(read: int, share: float) -> None:
		frappe.publish_progress(share * 100, title, description=_("{0} messages read").format(read))

	words, complete = catch_up_days(days, told, LONGEST_LOOK_S - SPARE_S)
	frappe.publish_progress(100, title, description=words)
	indicator = "green" if complete else "red"
	frappe.publish_realtime(
		"msgprint", {"message": words, "indicator": indicator, "alert": True}, user=frappe.session.user
	)


def _look(
	clock: JobClock, since_ms: int, *, settle_since_ms: int, told: Told | None = None
) -> tuple[str, bool]:
	began_ms = clock.began_ms
	try:
		provider = Watched(twilio_channel(), began_ms, since_ms, told or _note_progress)
		words, result = _catch_up(provider, max(since_ms, kept_since_ms()), settle_since_ms, clock)
		complete = not result.to_be_repeated(failed_since_ms=_still_open_since_ms(began_ms))
		if clock.is_over():
			words += " " + _("Not all could be read in time: the next look goes on.")
			complete = False
	except ChatError as refusal:
		words, complete = refusal.sentence.told(reader()), False
	noted = {"last_catch_up": site_datetime(began_ms), "last_catch_up_result": words}
	if complete and since_ms <= (settings().caught_up_until_ms or began_ms):
		noted["caught_up_until_ms"] = began_ms
	database.transaction(lambda: note(noted))
	return words, complete


def _still_open_since_ms(now_ms: int) -> int:
	"""What was sent after it may hold a window open. So far goes the first look back, and so long a message is tried again
	that could not be stored; then it is left to the Error Log."""
	return inbound_bounds(closes_after_ms=now_ms).after_ms


def _catch_up(
	provider: "Watched", since_ms: int, settle_since_ms: int, clock: JobClock
) -> tuple[str, CaughtUp]:
	outside = {"store": FrappeStore(), "announcer": SiteAnnouncer()}
	outside |= {"clock": clock, "until_ms": clock.until_ms}
	result = catch_up(provider, since_ms, **outside)
	settled = settle(provider, **outside, since_ms=settle_since_ms)
	_log(result.failures)
	return _in_words(result, settled), result


def _in_words(result: CaughtUp, settled: int) -> str:
	words = _("{0} messages received late, {1} statuses brought up to date.").format(result.received, settled)
	if result.failures:
		words += " " + _("{0} messages could not be stored: see the Error Log.").format(len(result.failures))
	return words


def _log(failures: list[Failure]) -> None:
	for failure in failures:
		text = "".join(traceback.format_exception(failure.reason))
		frappe.log_error("WA Window: a message in Twilio's list could not be stored", text)
	frappe.db.commit()  # nosemgrep: frappe-manual-commit - the next transaction of this job begins with a rollback


def _note_progress(read: int, share: float) -> None:
	words = _("Reading Twilio's list: {0} messages so far, {1} %.").format(read, round(share * 100))
	database.transaction(lambda: note({"last_catch_up_result": words}))


class Watched(TwilioList):
	"""Twilio's list, telling how far the reading is. It is read sender by sender, each from now back to `since_ms`."""

	def __init__(self, channel, began_ms: int, since_ms: int, told: Told):
		super().__init__(channel)
		self.began_ms, self.since_ms, self.told = began_ms, since_ms, told
		self.read = 0

	def inbound_since(self, since_ms: int) -> Iterator:
		until_ms = self.began_ms - GRACE_MS
		listed = (message for message in super().inbound_since(since_ms) if message.sent_at_ms <= until_ms)
		return self._watched((storable(message) for message in listed), 0.0)

	def outbound_since(self, since_ms: int) -> Iterator:
		return self._watched(super().outbound_since(since_ms), 0.5)

	def _watched(self, listed: Iterable[T], already: float) -> Iterator[T]:
		senders = list(self.channel.senders)
		for message in listed:
			self.read += 1
			if self.read % TELL_EVERY == 0:
				passed = (self.began_ms - message.sent_at_ms) / max(1, self.began_ms - self.since_ms)
				sender = senders.index(message.business_address)
				done = (sender + min(1, max(0, passed))) / len(senders)
				self.told(self.read, already + done / 2)
			yield message
