"""The working hours that Settings name, with the days of a Holiday List of ERPNext or Frappe CRM."""

from datetime import date
from zoneinfo import ZoneInfo

import frappe
from frappe.utils import get_system_timezone, get_time

from ...chat.answer_times import WorkingHours
from ..settings import settings

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# The DocType of the lists, with that of its rows and their date.
HOLIDAY_LISTS = {"Holiday List": ("Holiday", "holiday_date"), "CRM Holiday List": ("CRM Holiday", "date")}


def holiday_list_type() -> str:
	"""The DocType of this site's Holiday Lists: ERPNext's, else Frappe CRM's; empty where there is none."""
	return next((each for each in HOLIDAY_LISTS if frappe.db.exists("DocType", each, cache=True)), "")


def holiday_lists() -> list[str]:
	"""The Holiday Lists that the session's user may read."""
	doctype = holiday_list_type()
	may_read = doctype and frappe.has_permission(doctype, "read")
	return frappe.get_list(doctype, pluck="name", order_by="name asc", limit=0) if may_read else []


def working_hours(first: date, last: date) -> WorkingHours:
	"""In the site's time zone, with the holidays from one day to another."""
	chosen = settings()
	return WorkingHours(
		ZoneInfo(get_system_timezone()),
		frozenset(number for number, day in enumerate(DAYS) if chosen.get(day)),
		get_time(chosen.work_begins or "00:00"),
		get_time(chosen.work_ends or "00:00"),
		frozenset(_holidays(chosen.holiday_list, first, last)),
	)


def _holidays(holiday_list: str | None, first: date, last: date) -> list[date]:
	doctype = holiday_list_type()
	if not (holiday_list and doctype):
		return []
	rows, day = HOLIDAY_LISTS[doctype]
	of_list = {"parent": holiday_list, "parenttype": doctype, day: ("between", (first, last))}
	return frappe.get_all(rows, of_list, pluck=day)
