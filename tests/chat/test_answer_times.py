"""Waits and working hours, as values; the order of storing decides, and the site's clock may be set forward or back."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wa_window.chat import answer_times
from wa_window.chat.answer_times import LONGEST_WAIT_MS, End, Event, Wait, WorkingHours, summarise
from wa_window.chat.message import INBOUND, OUTBOUND

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK_DAYS = frozenset(range(5))
BERLIN = ZoneInfo("Europe/Berlin")


LATER = 10**15


def waits(events, now_ms: int = LATER):
	return answer_times.waits(events, now_ms)


def customer(at: int, arrival: int | None = None, **more) -> Event:
	return Event(INBOUND, "received", at, at if arrival is None else arrival, **more)


def answer(
	at: int, author: str = "rina", delivery_status: str = "delivered", arrival: int | None = None
) -> Event:
	return Event(OUTBOUND, delivery_status, at, at if arrival is None else arrival, author)


def test_a_wait_is_from_the_first_unanswered_message_to_the_first_answer():
	found = list(
		waits([customer(10), customer(20), answer(50), answer(60, "andi"), customer(70), answer(75, "andi")])
	)
	assert found == [Wait(10, True, End.ANSWERED, 50, "rina"), Wait(70, False, End.ANSWERED, 75, "andi")]


@pytest.mark.parametrize("delivery_status", ["failed", "undelivered", "canceled"])
def test_what_failed_is_no_answer(delivery_status):
	(wait,) = waits([customer(10), answer(20, delivery_status=delivery_status), answer(30, "andi")])
	assert (wait.ended_at_ms, wait.author) == (30, "andi")


def test_a_template_to_many_is_no_answer():
	(wait,) = waits([customer(10), replace(answer(20), is_to_many=True), answer(30, "andi")])
	assert (wait.ended_at_ms, wait.author) == (30, "andi")


def test_what_another_program_sent_ends_the_wait_and_is_nobodys_time():
	(wait,) = waits([customer(10), answer(20, author=""), answer(30)])
	assert (wait.end, wait.author) == (End.ANSWERED, "")
	summary = summarise([("day", wait)], WorkingHours(timezone.utc))["day"]
	assert (summary.ends[End.ANSWERED], summary.every.count) == (1, 0)


def test_no_answer_needed_ends_the_wait_also_after_one_that_failed_and_the_next_message_begins_another():
	found = list(
		waits(
			[
				customer(10),
				answer(20, delivery_status="failed"),
				customer(30, ends_waiting=True),
				customer(5 * DAY),
				answer(5 * DAY + 7),
			]
		)
	)
	assert [(wait.began_at_ms, wait.end) for wait in found] == [
		(10, End.NO_ANSWER_NEEDED),
		(5 * DAY, End.ANSWERED),
	]


def test_an_answered_chat_that_is_marked_has_one_wait():
	(wait,) = waits([customer(10), Event(OUTBOUND, "read", 20, 20, "rina", ends_waiting=True)])
	assert wait.end == End.ANSWERED


@pytest.mark.parametrize(
	("gap", "is_first"), [(DAY - 1, False), (DAY, True)], ids=["in the window", "the window has closed"]
)
def test_a_first_answer_is_to_a_message_that_opened_a_window(gap, is_first):
	found = list(waits([customer(0), answer(5), customer(gap), answer(gap + 5)]))
	assert [wait.is_first for wait in found] == [True, is_first]


def test_nobody_waits_longer_than_seven_days():
	late = [customer(0), answer(LONGEST_WAIT_MS + 1)]
	assert list(waits(late)) == [Wait(0, True)]
	assert [wait.end for wait in waits([customer(0), answer(LONGEST_WAIT_MS)])] == [End.ANSWERED]
	again = list(waits([customer(0), customer(LONGEST_WAIT_MS + 1), answer(LONGEST_WAIT_MS + 2)]))
	assert [(wait.began_at_ms, wait.end) for wait in again] == [
		(0, End.UNANSWERED),
		(LONGEST_WAIT_MS + 1, End.ANSWERED),
	]


@pytest.mark.parametrize(
	("now", "end"),
	[
		(DAY - 1, End.WAITING),
		(DAY + HOUR - 1, End.WAITING),
		(DAY + HOUR, End.UNANSWERED),
		(9 * DAY, End.UNANSWERED),
	],
)
def test_who_wrote_while_the_window_is_open_is_waiting_and_not_unanswered(now, end):
	(wait,) = waits([customer(0), customer(HOUR)], now)
	assert (wait.began_at_ms, wait.end) == (0, end)


def test_who_wrote_for_a_week_without_an_answer_got_none():
	daily = [customer(day * DAY - day * HOUR) for day in range(8)]
	assert [wait.end for wait in waits(daily, LONGEST_WAIT_MS - HOUR)] == [End.WAITING]
	assert [wait.end for wait in waits(daily, LONGEST_WAIT_MS)] == [End.UNANSWERED]


def test_what_was_answered_or_marked_is_over_and_what_waits_or_got_no_answer_is_not():
	ended = [customer(10), answer(20), customer(30, ends_waiting=True), customer(40)]
	assert [[wait.is_over(at) for wait in waits(ended)] for at in (20, 21, 30, 31, LATER)] == [
		[False, False, False],
		[True, False, False],
		[True, False, False],
		[True, True, False],
		[True, True, False],
	]


def test_the_order_of_storing_decides_and_no_time_is_negative():
	"""Twilio's time of a reply may lie before that of the message which it answers."""
	(wait,) = waits([customer(100, arrival=1), answer(90, arrival=2)])
	assert (wait.began_at_ms, wait.ended_at_ms) == (100, 100)
	(late,) = waits([customer(100, arrival=1), customer(40, arrival=2), answer(150, arrival=3)])
	assert late.began_at_ms == 40


@given(
	st.lists(
		st.tuples(st.sampled_from(["in", "out", "failed", "done"]), st.integers(0, 20 * DAY)), max_size=40
	)
)
def test_waits_of_any_messages_do_not_overlap(steps):
	events = []
	for order, (kind, at) in enumerate(steps):
		made = {
			"in": customer(at, order),
			"out": answer(at, arrival=order),
			"failed": answer(at, delivery_status="failed", arrival=order),
			"done": customer(at, order, ends_waiting=True),
		}
		events.append(made[kind])
	found = list(waits(events))
	assert len(found) <= sum(event.direction == INBOUND for event in events)
	for wait in found:
		assert (wait.end == End.ANSWERED) == bool(wait.author)
		assert wait.end != End.ANSWERED or 0 <= wait.ended_at_ms - wait.began_at_ms <= LONGEST_WAIT_MS


def ms(*local: int, zone=BERLIN, fold: int = 0) -> int:
	return int(datetime(*local, tzinfo=zone, fold=fold).timestamp() * 1000)


OFFICE = WorkingHours(BERLIN, WEEK_DAYS, time(9), time(17), frozenset([date(2026, 12, 25)]))
NIGHT = WorkingHours(BERLIN, frozenset(range(7)), time(0), time(0))


@pytest.mark.parametrize(
	("begins", "ends", "hours"),
	[
		((2026, 11, 26, 10), (2026, 11, 26, 12), 2),
		((2026, 11, 26, 7), (2026, 11, 26, 8), 0),
		((2026, 11, 26, 7), (2026, 11, 26, 10), 1),
		((2026, 11, 26, 16), (2026, 11, 27, 10), 2),
		((2026, 11, 27, 16), (2026, 11, 30, 10), 2),
		((2026, 12, 24, 16), (2026, 12, 28, 10), 2),
		((2026, 11, 26, 12), (2026, 11, 26, 12), 0),
	],
	ids=["within", "before", "into", "over night", "over a weekend", "over a holiday", "no time"],
)
def test_working_hours_of_a_span(begins, ends, hours):
	assert OFFICE.within(ms(*begins), ms(*ends)) == hours * HOUR


@pytest.mark.parametrize(
	("hours", "day", "expected"),
	[
		(NIGHT, (2026, 3, 29), 23),
		(NIGHT, (2026, 10, 25), 25),
		(WorkingHours(BERLIN, frozenset([6]), time(1), time(4)), (2026, 3, 29), 2),
		(WorkingHours(BERLIN, frozenset([6]), time(1), time(4)), (2026, 10, 25), 4),
	],
	ids=["the day set forward", "the day set back", "work set forward", "work set back"],
)
def test_working_hours_on_the_days_when_the_clock_is_set(hours, day, expected):
	first = datetime(*day, tzinfo=BERLIN)
	begins, ends = (int(at.timestamp() * 1000) for at in (first, first + timedelta(days=1)))
	assert hours.within(begins, ends) == expected * HOUR


def test_without_days_every_hour_is_a_working_hour():
	assert WorkingHours(BERLIN).within(5, 9 * DAY) == 9 * DAY - 5


@given(st.lists(st.integers(ms(2026, 1, 1), ms(2027, 1, 1)), min_size=3, max_size=3))
def test_parts_of_a_span_add_up(times):
	first, middle, last = sorted(times)
	parts = OFFICE.within(first, middle) + OFFICE.within(middle, last)
	assert parts == OFFICE.within(first, last) <= last - first


def test_a_summary_counts_ends_and_adds_up_times():
	monday = ms(2026, 11, 30, 8)
	found = [
		("rina", Wait(monday, True, End.ANSWERED, monday + 2 * HOUR, "rina")),
		("rina", Wait(monday, False, End.ANSWERED, monday + HOUR, "rina")),
		("", Wait(monday, False)),
		("", Wait(monday, False, End.NO_ANSWER_NEEDED)),
	]
	groups = summarise(found, OFFICE)
	rina = groups["rina"]
	assert (rina.first.count, rina.first.within_ms, rina.first.outside_ms) == (1, HOUR, HOUR)
	assert (rina.every.count, rina.every.within_ms, rina.every.outside_ms) == (2, HOUR, 2 * HOUR)
	assert (groups[""].ends[End.UNANSWERED], groups[""].ends[End.NO_ANSWER_NEEDED]) == (1, 1)
