"""The site's clock, conversion of times, and the user's locale."""

import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import frappe
from frappe import _
from frappe.utils import format_datetime, get_system_timezone

from ..chat.sentences import Locale


class SystemClock:
	def now_ms(self) -> int:
		return time.time_ns() // 1_000_000


def site_datetime(at_ms: int) -> datetime:
	"""The naive Datetime that Frappe stores, in the site's time zone, for epoch milliseconds."""
	return _naive(at_ms, get_system_timezone())


def epoch_ms(local: datetime) -> int:
	"""Epoch milliseconds of a naive Datetime in the site's time zone; of an ambiguous one, the earlier."""
	return int(local.replace(tzinfo=ZoneInfo(get_system_timezone()), fold=0).timestamp() * 1000)


def day_begins_ms(now_ms: int, days: int = 0) -> int:
	"""When the day of the session's user began, or one so many `days` later begins (epoch ms, UTC)."""
	zone = ZoneInfo(_time_zone())
	day = datetime.fromtimestamp(now_ms / 1000, zone).date() + timedelta(days=days)
	return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1000)


def current_locale() -> Locale:
	"""The language and time zone of the session's user."""
	return Locale(translate=_, format_time=_render)


def _render(at_ms: int) -> str:
	return format_datetime(_naive(at_ms, _time_zone()), "EEE d MMM HH:mm")


def _time_zone() -> str:
	return frappe.get_cached_value("User", frappe.session.user, "time_zone") or get_system_timezone()


def _naive(at_ms: int, time_zone: str) -> datetime:
	return datetime.fromtimestamp(at_ms / 1000, ZoneInfo(time_zone)).replace(tzinfo=None)
