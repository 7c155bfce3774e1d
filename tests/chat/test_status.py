import pytest
from hypothesis import given
from hypothesis import strategies as st

from wa_window.chat import status

REPORTS = st.sampled_from(
	[
		"queued",
		"accepted",
		"scheduled",
		"sending",
		"sent",
		"delivered",
		"read",
		"failed",
		"undelivered",
		"canceled",
		"new word",
	]
)


@pytest.mark.parametrize(
	("current", "reported", "after"),
	[
		("queued", "sent", "sent"),
		("delivered", "sent", "delivered"),
		("sent", "read", "read"),
		("read", "delivered", "read"),
		("accepted", "queued", "accepted"),
		("sent", "undelivered", "undelivered"),
		("delivered", "failed", "delivered"),
		("read", "failed", "read"),
		("failed", "sent", "failed"),
		("undelivered", "delivered", "undelivered"),
		("sent", "something new", "sent"),
		("sent", "", "sent"),
		("unknown", "queued", "queued"),
		("unknown", "failed", "failed"),
	],
)
def test_a_status_climbs_and_never_descends(current, reported, after):
	assert status.advance(current, reported) == after


@given(st.lists(REPORTS, max_size=12))
def test_whatever_the_order_of_reports_the_ladder_is_only_climbed(reports):
	current, rungs = "queued", []
	for report in reports:
		before, current = current, status.advance(current, report)
		if before in status.FAILURES:
			assert current == before
		elif current not in status.FAILURES:
			rungs.append(status.RANKS[current])
	assert rungs == sorted(rungs)


@given(st.lists(REPORTS, max_size=12), st.integers(0, 11))
def test_a_report_twice_is_the_same_as_once(reports, index):
	def after(reports):
		current = "queued"
		for report in reports:
			current = status.advance(current, report)
		return current

	again = reports[: index + 1] + reports[index : index + 1] + reports[index + 1 :]
	assert after(reports) == after(again)
