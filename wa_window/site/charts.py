"""What the workspace's chart shows, counted by the database: a day's messages are one row here, however many they are."""

from datetime import date

import frappe
from frappe import _
from frappe.desk.doctype.dashboard_chart.dashboard_chart import get_result
from frappe.utils import add_days, format_date, getdate
from frappe.utils.dateutils import get_from_date_from_timespan, get_period, get_period_beginning

from .permissions import as_listed
from .store import MESSAGE


def messages_per_day(
	timespan: str, interval: str, from_date: str | date | None = None, to_date: str | date | None = None
) -> dict:
	"""Labels and counts for each `interval` (Daily, Weekly, …) of a span of Frappe's (Last Month, …) or of these days."""
	last = getdate(to_date)
	first = getdate(from_date or get_period_beginning(get_from_date_from_timespan(last, timespan), interval))
	counted = [[day, count, count] for day, count in _counts(first, last)]
	periods = get_result(counted, interval, str(first), str(last), "Sum")
	return {
		"labels": [_label(day, interval) for day, _count in periods],
		"datasets": [{"name": _("Messages"), "values": [count for _day, count in periods]}],
	}


def _counts(first: date, last: date) -> list[tuple]:
	"""Of the messages that the session's user may see."""
	sent_then = [["sent_at", ">=", first], ["sent_at", "<", add_days(last, 1)]]
	listed = as_listed(MESSAGE, sent_then, ["sent_at"])
	return frappe.db.sql(
		f"select date(sent_at), count(*) from ({listed}) listed group by date(sent_at) order by date(sent_at)"
	)


def _label(day: date, interval: str) -> str:
	period = get_period(day, interval)
	return format_date(period, parse_day_first=True) if interval in ("Daily", "Weekly") else period
