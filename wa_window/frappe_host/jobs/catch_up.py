"""Catch up with Twilio's own list: every few minutes, and for a number of days when an admin asks for it."""

import traceback
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import TypeVar

import frappe
from frappe import _

from ...chat.catch_up import CatchUpResult, Failure, catch_up
from ...chat.errors import ChatError
from ...chat.message import InboundMessage, ListedMessage
from ...chat.reconcile import reconcile
from ...chat.sent_outside import receive_sent_outside
from ...chat.window import inbound_bounds
from ...twilio_channel.listing import TwilioList
from ..bootstrap import chat_service
from ..channel import twilio_channel, without_unstorable_text
from ..clock import current_locale, site_datetime
from ..settings import kept_since_ms, note, settings
from ..store import database
from ..time_limit import NO_END_S, JobClock, alarm_passes

T = TypeVar("T", InboundMessage, ListedMessage)
ProgressCallback = Callable[[int, float], None]

OVERLAP_MS = 15 * 60 * 1000
PROGRESS_EVERY = 200
# How often the list is read: what was received, the statuses of ours, what another program sent.
PASSES = 3
# The webhook of so recent a message, which has more data than the list, may still arrive; the next run is early enough.
GRACE_MS = 60 * 1000
# The time limit of a job that an admin starts, and for how long before it no new work is begun.
ADMIN_RUN_S = 6 * 60 * 60
SPARE_S = 180


@alarm_passes()
def catch_up_messages() -> None:
	"""Scheduler: receive messages of Twilio's list that never arrived, from the end of the last run, with overlap."""
	if not settings().account_sid:
		return
	clock = JobClock()
	read_until_ms = settings().caught_up_until_ms or _still_open_since_ms(clock.began_ms)
	_run(clock, read_until_ms - OVERLAP_MS, reconcile_since_ms=0)


def catch_up_days(
	days: int, on_progress: ProgressCallback | None = None, longest_s: int = NO_END_S
) -> tuple[str, bool]:
	"""The same for the last `days` days, with the statuses of all messages sent in them; returns the result as a text, and
	whether all messages could be read and stored.

	`on_progress` is called with the number of messages read and the progress (0 to 1). Nothing more is read after `longest_s`
	seconds.
	"""
	clock = JobClock(longest_s)
	since_ms = clock.began_ms - int(timedelta(days=days).total_seconds() * 1000)
	return _run(clock, since_ms, reconcile_since_ms=since_ms, on_progress=on_progress)


@alarm_passes()
def catch_up_for_admin(days: int) -> None:
	"""Job: the same, with a progress bar for the user who started it."""
	title = _("Fetching missed messages")

	def on_progress(read: int, share: float) -> None:
		frappe.publish_progress(share * 100, title, description=_("{0} messages read").format(read))

	words, complete = catch_up_days(days, on_progress, ADMIN_RUN_S - SPARE_S)
	frappe.publish_progress(100, title, description=words)
	indicator = "green" if complete else "red"
	frappe.publish_realtime(
		"msgprint", {"message": words, "indicator": indicator, "alert": True}, user=frappe.session.user
	)


def _run(
	clock: JobClock, since_ms: int, *, reconcile_since_ms: int, on_progress: ProgressCallback | None = None
) -> tuple[str, bool]:
	began_ms = clock.began_ms
	try:
		provider = ProgressReporting(twilio_channel(), began_ms, since_ms, on_progress or _note_progress)
		words, result = _catch_up(provider, max(since_ms, kept_since_ms()), reconcile_since_ms, clock)
		complete = not result.needs_repeat(failed_since_ms=_still_open_since_ms(began_ms))
		if clock.is_over():
			words += " " + _("Not finished: the next fetch continues.")
			complete = False
	except ChatError as error:
		words, complete = error.sentence.render(current_locale()), False
	noted = {"last_catch_up": site_datetime(began_ms), "last_catch_up_result": words}
	if complete and since_ms <= (settings().caught_up_until_ms or began_ms):
		noted["caught_up_until_ms"] = began_ms
	database.transaction(lambda: note(noted))
	return words, complete


def _still_open_since_ms(now_ms: int) -> int:
	"""A message sent after this time may hold a window open. The first run reads back to it; a message that cannot be
	stored is retried until it is older, and is in the Error Log."""
	return inbound_bounds(closes_after_ms=now_ms).after_ms


def _catch_up(
	provider: "ProgressReporting", since_ms: int, reconcile_since_ms: int, clock: JobClock
) -> tuple[str, CatchUpResult]:
	chat = chat_service(clock)
	result = catch_up(chat, provider, since_ms, until_ms=clock.until_ms)
	updated = reconcile(chat, provider, until_ms=clock.until_ms, since_ms=reconcile_since_ms)
	sent = receive_sent_outside(chat, provider, since_ms, until_ms=clock.until_ms)
	result.failures += sent.failures
	result.interrupted |= sent.interrupted
	_log(result.failures)
	return _result_text(result, updated, sent.received), result


def _result_text(result: CatchUpResult, updated: int, sent_outside: int) -> str:
	words = _("{0} missed messages fetched, {1} statuses updated.").format(result.received, updated)
	if sent_outside:
		words += " " + _("{0} sent outside this app.").format(sent_outside)
	if result.failures:
		words += " " + _("{0} messages could not be stored. See the Error Log.").format(len(result.failures))
	return words


def _log(failures: list[Failure]) -> None:
	for failure in failures:
		text = "".join(traceback.format_exception(failure.reason))
		frappe.log_error("WA Window: a message in Twilio's list could not be stored", text)
	frappe.db.commit()  # nosemgrep: frappe-manual-commit - the next transaction of this job begins with a rollback


def _note_progress(read: int, share: float) -> None:
	words = _("Fetching missed messages: {0} so far, {1} %.").format(read, round(share * 100))
	database.transaction(lambda: note({"last_catch_up_result": words}))


class ProgressReporting(TwilioList):
	"""Twilio's list that reports the progress of reading. It is read sender by sender, each from now back to `since_ms`."""

	def __init__(self, channel, began_ms: int, since_ms: int, on_progress: ProgressCallback):
		super().__init__(channel)
		self.began_ms, self.since_ms, self.on_progress = began_ms, since_ms, on_progress
		self.read, self.passes = 0, 0

	def inbound_since(self, since_ms: int) -> Iterator[InboundMessage]:
		until_ms = self.began_ms - GRACE_MS
		listed = (message for message in super().inbound_since(since_ms) if message.sent_at_ms <= until_ms)
		return self._with_progress(without_unstorable_text(message) for message in listed)

	def outbound_since(self, since_ms: int) -> Iterator[ListedMessage]:
		"""Read twice: for the statuses of ours, and for what is not ours."""
		return self._with_progress(super().outbound_since(since_ms))

	def _with_progress(self, listed: Iterable[T]) -> Iterator[T]:
		senders, done_before = list(self.channel.senders), self.passes / PASSES
		self.passes += 1
		for message in listed:
			self.read += 1
			if self.read % PROGRESS_EVERY == 0:
				passed = (self.began_ms - message.sent_at_ms) / max(1, self.began_ms - self.since_ms)
				sender = senders.index(message.business_address)
				done = (sender + min(1, max(0, passed))) / len(senders)
				self.on_progress(self.read, done_before + done / PASSES)
			yield message
