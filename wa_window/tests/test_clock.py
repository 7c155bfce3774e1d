"""The days of the session's user."""

from datetime import datetime
from unittest.mock import patch
from zoneinfo import ZoneInfo

from wa_window.frappe_host import clock
from wa_window.tests.site_case import SiteCase

BERLIN = ZoneInfo("Europe/Berlin")


def ms(*of_berlin: int) -> int:
	return int(datetime(*of_berlin, tzinfo=BERLIN).timestamp() * 1000)


class TestDays(SiteCase):
	def test_a_day_begins_at_the_users_midnight_also_where_it_has_23_or_25_hours(self):
		with patch.object(clock, "_time_zone", return_value=str(BERLIN)):
			for month, day in ((3, 29), (10, 25), (11, 26)):
				evening = ms(2026, month, day, 20)
				self.assertEqual(clock.day_begins_ms(evening), ms(2026, month, day))
				self.assertEqual(clock.day_begins_ms(evening, days=1), ms(2026, month, day + 1))
