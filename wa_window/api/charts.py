"""The chart of the workspace."""

import frappe

from ..frappe_host.desk import charts
from ..frappe_host.desk.http_errors import chat_errors_as_http


@frappe.whitelist()
@chat_errors_as_http
def messages_per_day(
	chart_name: str,
	timespan: str | None = None,
	time_interval: str | None = None,
	from_date: str | None = None,
	to_date: str | None = None,
) -> dict:
	"""How many messages were sent or received on each day, in the format of Frappe's chart source."""
	frappe.has_permission("Chat Message", "read", throw=True)
	chart = frappe.get_cached_doc("Dashboard Chart", chart_name)
	return charts.messages_per_day(
		timespan or chart.timespan, time_interval or chart.time_interval, from_date, to_date
	)
