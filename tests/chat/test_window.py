from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wa_window.chat.sentences import Locale
from wa_window.chat.window import WINDOW_MS, InboundBounds, State, inbound_bounds, window_at

NOW = 1_795_400_000_000
HOUR = 60 * 60 * 1000
ENGLISH = Locale(translate=str, format_time=lambda at_ms: f"<{at_ms}>")

# The time of the last inbound message, further values, and the expected state.
SITUATIONS = [
	("no inbound ever", 0, {}, State.NEVER),
	("none, given as NULL", None, {}, State.NEVER),
	("written this very millisecond", NOW, {}, State.OPEN),
	("one millisecond before 24 hours", NOW - WINDOW_MS + 1, {}, State.CLOSING),
	("exactly 24 hours", NOW - WINDOW_MS, {}, State.CLOSED),
	("long ago", NOW - 10 * WINDOW_MS, {}, State.CLOSED),
	("exactly the closing hours left", NOW - WINDOW_MS + 2 * HOUR, {}, State.CLOSING),
	("a millisecond more than the closing hours left", NOW - WINDOW_MS + 2 * HOUR + 1, {}, State.OPEN),
	("no closing hours set", NOW - WINDOW_MS + 1, {"closing_ms": 0}, State.OPEN),
	(
		"refused after the last inbound",
		NOW - HOUR,
		{"provider_closed_at_ms": NOW - HOUR + 1},
		State.PROVIDER_CLOSED,
	),
	(
		"refused at the last inbound's moment",
		NOW - HOUR,
		{"provider_closed_at_ms": NOW - HOUR},
		State.PROVIDER_CLOSED,
	),
	("refused before the last inbound", NOW - HOUR, {"provider_closed_at_ms": NOW - HOUR - 1}, State.OPEN),
	("refused, and 24 hours have passed", NOW - WINDOW_MS, {"provider_closed_at_ms": NOW - 1}, State.CLOSED),
	("refused without any inbound", 0, {"provider_closed_at_ms": NOW}, State.NEVER),
	("opted out, though open", NOW, {"opted_out": True}, State.OPTED_OUT),
	("opted out, and never written", 0, {"opted_out": True}, State.OPTED_OUT),
	("blocked after the last inbound", NOW - HOUR, {"blocked_at_ms": NOW - HOUR + 1}, State.BLOCKED),
	("blocked at the last inbound's moment", NOW - HOUR, {"blocked_at_ms": NOW - HOUR}, State.BLOCKED),
	("blocked before the last inbound", NOW - HOUR, {"blocked_at_ms": NOW - HOUR - 1}, State.OPEN),
	("blocked, and never written", 0, {"blocked_at_ms": NOW}, State.BLOCKED),
	("blocked and opted out", NOW - HOUR, {"blocked_at_ms": NOW, "opted_out": True}, State.OPTED_OUT),
	("blocked, and 24 hours have passed", NOW - WINDOW_MS, {"blocked_at_ms": NOW}, State.BLOCKED),
	(
		"blocked and refused",
		NOW - HOUR,
		{"blocked_at_ms": NOW, "provider_closed_at_ms": NOW},
		State.BLOCKED,
	),
]


@pytest.mark.parametrize(
	("last_inbound", "more", "state"), [row[1:] for row in SITUATIONS], ids=[row[0] for row in SITUATIONS]
)
def test_the_state_of_the_window(last_inbound, more, state):
	window = window_at(last_inbound, NOW, **{"closing_ms": 2 * HOUR} | more)
	assert window.state is state
	assert window.freeform_allowed == (state in (State.OPEN, State.CLOSING))
	assert window.closes_at_ms == (last_inbound + WINDOW_MS if last_inbound else 0)


@pytest.mark.parametrize(
	"day", [datetime(2026, 3, 28, 23, 30), datetime(2026, 10, 24, 23, 30)], ids=["spring", "autumn"]
)
def test_exactly_24_elapsed_hours_across_a_dst_change(day):
	"""Wall clocks show 23 or 25 hours then; the window uses elapsed time only."""
	berlin = ZoneInfo("Europe/Berlin")
	written = int(day.replace(tzinfo=berlin).timestamp() * 1000)
	assert window_at(written, written + WINDOW_MS - 1).freeform_allowed
	assert not window_at(written, written + WINDOW_MS).freeform_allowed
	same_wall_clock = int(day.replace(day=day.day + 1, tzinfo=berlin).timestamp() * 1000)
	assert same_wall_clock - written != WINDOW_MS


def test_every_state_has_its_reason_and_closed_says_by_what_it_knows():
	reasons = {
		window_at(last, NOW, **more).reason.render(ENGLISH)
		for last, more in (
			(0, {}),
			(NOW, {}),
			(NOW - WINDOW_MS, {}),
			(NOW, {"closing_ms": WINDOW_MS}),
			(NOW, {"provider_closed_at_ms": NOW}),
			(NOW, {"opted_out": True}),
			(NOW, {"blocked_at_ms": NOW}),
		)
	}
	assert len(reasons) == len(State)
	closed = window_at(NOW - WINDOW_MS, NOW).reason.render(ENGLISH)
	assert f"<{NOW}>" in closed
	assert "by the messages received" in closed


def within(bounds: InboundBounds, last_inbound_at_ms: int) -> bool:
	"""The bounds as a query applies them."""
	is_early_enough = bounds.until_ms is None or last_inbound_at_ms <= bounds.until_ms
	return last_inbound_at_ms > bounds.after_ms and is_early_enough


AROUND_THE_EDGES = st.one_of(
	st.integers(0, 3 * WINDOW_MS),
	*(
		st.integers(-2, 2).map(lambda off, edge=edge: max(0, edge + off))
		for edge in (0, WINDOW_MS, WINDOW_MS + HOUR, 2 * WINDOW_MS)
	),
)


@given(AROUND_THE_EDGES, AROUND_THE_EDGES, st.sampled_from([0, 1, HOUR, WINDOW_MS, 2 * WINDOW_MS]))
@example(0, WINDOW_MS - 1, 0)
@example(1, WINDOW_MS + 1, 0)
@example(0, 1, HOUR)
def test_the_bounds_for_queries_are_the_windows_own_rule(last_inbound, now, closing):
	"""Also near the epoch, where 24 hours before now is negative."""
	state = window_at(last_inbound, now, closing_ms=closing).state
	is_open = state in (State.OPEN, State.CLOSING)
	assert within(inbound_bounds(closes_after_ms=now), last_inbound) == is_open
	soon = inbound_bounds(closes_after_ms=now, closes_until_ms=now + closing)
	assert within(soon, last_inbound) == (state is State.CLOSING)
	assert within(inbound_bounds(closes_until_ms=now), last_inbound) == (state is State.CLOSED)
