"""A Holiday List of ERPNext or Frappe CRM and the working hours."""

from datetime import date

import frappe

from wa_window.frappe_host.desk.working_hours import (
	HOLIDAY_LISTS,
	holiday_list_type,
	holiday_lists,
	working_hours,
)
from wa_window.frappe_host.settings import SETTINGS
from wa_window.tests.site_case import SiteCase, fill_in_settings

NAME = "WA Window Holidays"
HOLIDAY = date(2024, 5, 15)


class TestHolidayLists(SiteCase):
	def setUp(self):
		super().setUp()
		self.doctype = holiday_list_type()

	def holidays(self) -> None:
		if not self.doctype:
			self.skipTest("No app of this site has Holiday Lists.")
		_rows, day = HOLIDAY_LISTS[self.doctype]
		values = {"from_date": "2024-01-01", "to_date": "2024-12-31", "holiday_list_name": NAME}
		doc = frappe.get_doc({"doctype": self.doctype, **values})
		doc.append("holidays", {day: HOLIDAY, "description": "Waisak"})
		doc.insert()
		frappe.db.commit()
		self.addCleanup(self.remove, doc)

	@staticmethod
	def remove(doc) -> None:
		fill_in_settings(holiday_list="")
		frappe.delete_doc(doc.doctype, doc.name, force=True)
		frappe.db.commit()

	def test_its_days_are_no_working_days(self):
		self.holidays()
		fill_in_settings(holiday_list=NAME)
		self.assertEqual(working_hours(date(2024, 5, 1), date(2024, 5, 31)).holidays, {HOLIDAY})
		self.assertEqual(working_hours(date(2024, 6, 1), date(2024, 6, 30)).holidays, frozenset())

	def test_settings_offer_the_lists_of_this_site(self):
		self.holidays()
		doc = frappe.get_doc(SETTINGS)
		doc.run_method("onload")
		self.assertIn(NAME, doc.get_onload("holiday_lists"))

	def test_settings_have_no_such_field_to_fill_where_no_app_has_lists(self):
		if self.doctype:
			self.skipTest("This site has Holiday Lists.")
		doc = frappe.get_doc(SETTINGS)
		doc.run_method("onload")
		self.assertEqual((doc.get_onload("holiday_lists"), holiday_lists()), (None, []))
		self.assertEqual(working_hours(HOLIDAY, HOLIDAY).holidays, frozenset())
