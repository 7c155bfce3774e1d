"""The data of the workspace's chart, counted by the database: two rows for each day, however many messages it has."""

from datetime import date

import frappe
from frappe import _
from frappe.desk.doctype.dashboard_chart.dashboard_chart import get_result
from frappe.utils import add_days, format_date, getdate
from frappe.utils.dateutils import get_from_date_from_timespan, get_period, get_period_beginning

from ...chat.errors import InvalidArgument
from ...chat.message import INBOUND, OUTBOUND
from ...chat.sentences import _lt
from ..records.permissions import as_listed
from ..store.tables import MESSAGE
from .dates import day, require_order

# The intervals, with their minimum number of days.
DAYS = {"Daily": 1, "Weekly": 7, "Monthly": 28, "Quarterly": 90, "Yearly": 365}
MOST_PERIODS = 1000


def messages_per_day(
	timespan: str, interval: str, from_date: str | date | None = None, to_date: str | date | None = None
) -> dict:
	"""Labels and counts of what came in and went out, for each `interval` (Daily, Weekly, …) of one of Frappe's timespans (Last Month,
	…) or of these days.

	Raises InvalidArgument.
	"""
	if interval not in DAYS:
		raise InvalidArgument(_lt("Choose one of these time intervals: {0}."), ", ".join(DAYS))
	last = day(to_date or getdate())
	first = day(from_date or get_period_beginning(get_from_date_from_timespan(last, timespan), interval))
	require_order(first, last)
	if (last - first).days // DAYS[interval] >= MOST_PERIODS:
		raise InvalidArgument(_lt("A chart shows {0} periods at most. Choose fewer days."), MOST_PERIODS)
	counts = _counts(first, last)
	shown = {}
	for direction, name in ((INBOUND, _("Inbound")), (OUTBOUND, _("Outbound"))):
		counted = [[sent_on, count, count] for sent_on, of, count in counts if of == direction]
		shown[name] = get_result(counted, interval, str(first), str(last), "Sum")
	return {
		"labels": [_label(ends, interval) for ends, _count in shown[_("Inbound")]],
		"datasets": [
			{"name": name, "values": [count for _day, count in periods]} for name, periods in shown.items()
		],
	}


def _counts(first: date, last: date) -> list[tuple]:
	"""Day, direction, how many: only messages that the session's user may see."""
	sent_then = [["sent_at", ">=", first], ["sent_at", "<", add_days(last, 1)]]
	listed = as_listed(MESSAGE, sent_then, ["sent_at", "direction"])
	return frappe.db.sql(  # nosemgrep: frappe-using-db-sql - frappe.qb cannot select from the text that Frappe's get_list makes
		f"select date(sent_at), direction, count(*) from ({listed}) listed group by 1, 2 order by 1"  # noqa: S608 - Frappe's statement
	)


def _label(ends: date, interval: str) -> str:
	period = get_period(ends, interval)
	return format_date(period, parse_day_first=True) if interval in ("Daily", "Weekly") else period
