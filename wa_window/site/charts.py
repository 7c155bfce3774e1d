"""What the workspace's chart shows, counted by the database: a day's messages are one row here, however many they are."""

from datetime import date

import frappe
from frappe import _
from frappe.desk.doctype.dashboard_chart.dashboard_chart import get_result
from frappe.query_builder import DocType
from frappe.query_builder.functions import Count, Date
from frappe.utils import add_days, format_date, getdate
from frappe.utils.dateutils import get_from_date_from_timespan, get_period, get_period_beginning

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
	table = DocType(MESSAGE)
	day = Date(table.sent_at)
	sent_then = (table.sent_at >= first) & (table.sent_at < add_days(last, 1))
	query = frappe.qb.from_(table).select(day, Count("*")).where(sent_then)
	return query.groupby(day).orderby(day).run()


def _label(day: date, interval: str) -> str:
	period = get_period(day, interval)
	return format_date(period, parse_day_first=True) if interval in ("Daily", "Weekly") else period
