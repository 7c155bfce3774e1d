"""A date range that a user chose."""

from datetime import date, datetime, timedelta

from frappe.utils import get_datetime

from ...chat.errors import InvalidArgument
from ...chat.sentences import _lt
from ..clock import epoch_ms

FIRST, LAST = date(2000, 1, 1), date(2999, 12, 31)


def day(given: str | date | None) -> date:
	"""Parse a date (YYYY-MM-DD, optionally with a time). Raises InvalidArgument."""
	if isinstance(given, datetime):
		given = given.date()
	try:
		chosen = given if isinstance(given, date) else date.fromisoformat(str(given)[:10])
	except ValueError:
		chosen = None
	if chosen is None or not FIRST <= chosen <= LAST:
		raise InvalidArgument(
			_lt("Choose a date between {0} and {1}, written as {2}."), FIRST, LAST, "YYYY-MM-DD"
		)
	return chosen


def require_order(first: date, last: date) -> None:
	"""Raise InvalidArgument where the first date is after the last."""
	if first > last:
		raise InvalidArgument(_lt("The first date is after the last one: swap them."))


def span_ms(first: date, last: date) -> tuple[int, int]:
	"""When the first day begins and the last one ends, in the site's time zone (epoch ms, UTC)."""
	return epoch_ms(get_datetime(first)), epoch_ms(get_datetime(last + timedelta(days=1)))
