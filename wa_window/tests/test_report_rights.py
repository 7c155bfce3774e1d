"""A report on chats shows each user what they may read, by whichever of Frappe's ways it is run."""

import frappe
from frappe.core.doctype.prepared_report.prepared_report import generate_report
from frappe.utils import add_to_date, today

from wa_window.tests.site_case import AGENT, MANAGER, Panel, call
from wa_window.tests.test_doors import SECRET, DoorCase

MISSED = "Windows Closed Without an Answer"
RUN = "frappe.desk.query_report.run"
PREPARE = "frappe.core.doctype.prepared_report.prepared_report.make_prepared_report"


class TestReportRights(DoorCase):
	def setUp(self):
		super().setUp()
		self.addCleanup(frappe.db.commit)
		self.addCleanup(frappe.db.set_value, "Report", MISSED, "prepared_report", 0)
		self.forget_limits()
		self.limit(AGENT)
		self.age(self.chat.name, 30)
		self.filters = {"from_date": add_to_date(today(), days=-7), "to_date": today()}
		frappe.db.set_value("Report", MISSED, "prepared_report", 1)  # as Frappe does after 15 seconds
		frappe.db.commit()

	def test_nothing_is_prepared_that_could_be_asked_for_in_another_users_name(self):
		refused = self.method(MANAGER, PREPARE, report_name=MISSED, filters=self.filters)
		frappe.db.rollback()
		prepared = frappe.get_all("Prepared Report", {"report_name": MISSED}, pluck="name")
		for name in prepared:
			generate_report(name)
		frappe.db.commit()
		for user in (None, MANAGER):
			response = self.method(AGENT, RUN, report_name=MISSED, filters=self.filters, user=user)
			self.assertEqual(response.status_code, 200)
			self.assertNotIn(SECRET, response.text)
		self.assertEqual((refused.status_code, prepared), (403, []))

	def test_a_report_that_took_long_is_still_run_and_exported_for_each_user(self):
		self.assertIn(SECRET, self.method(MANAGER, RUN, report_name=MISSED, filters=self.filters).text)
		frappe.db.set_value("Report", MISSED, "prepared_report", 1)  # during this run
		frappe.db.commit()
		exported = self.method(
			MANAGER,
			"frappe.desk.query_report.export_query",
			report_name=MISSED,
			filters=self.filters,
			file_format_type="CSV",
			visible_idx=[],
		)
		self.assertIn(SECRET, exported.text)

	def test_a_report_that_is_not_permitted_is_not_prepared_either(self):
		response = self.method(AGENT, PREPARE, report_name="Template Use", filters={})
		self.assertEqual(response.status_code, 403)

	def test_other_reports_are_prepared_as_before(self):
		others = frappe.get_all("Report", {"ref_doctype": "ToDo", "is_standard": "Yes"}, pluck="name")
		doc = frappe.get_doc(
			{"doctype": "Prepared Report", "report_name": others[0], "filters": "{}"}
		).insert()
		doc.delete(delete_permanently=True)

	def test_what_a_user_has_exported_is_read_by_nobody_else(self):
		"""As Frappe 16 stores it, where the user has it exported in the background."""
		frappe.set_user(MANAGER)
		about = {"attached_to_doctype": "Report", "attached_to_name": MISSED, "is_private": 1}
		file = frappe.get_doc(
			{"doctype": "File", "file_name": "missed.csv", "content": SECRET, **about}
		).save(ignore_permissions=True)
		self.addCleanup(frappe.delete_doc, "File", file.name)
		frappe.set_user("Administrator")
		frappe.db.commit()
		for user, status in ((MANAGER, 200), (AGENT, 403)):
			response = call("GET", file.file_url, headers=Panel(user).headers)
			self.assertEqual((response.status_code, SECRET in response.text), (status, status == 200))

	def test_only_who_may_read_all_chats_has_a_report_emailed(self):
		for user in (AGENT, MANAGER):
			frappe.get_doc("User", user).add_roles("Report Manager")
		frappe.db.commit()
		values = {"report": MISSED, "report_type": "Script Report", "user": MANAGER, "email_to": AGENT}
		values |= {"format": "CSV", "filters": "{}", "filter_meta": "[]", "frequency": "Daily"}
		self.assertEqual(Panel(AGENT).resource("POST", "Auto Email Report", **values).status_code, 403)
		allowed = Panel("Administrator").resource("POST", "Auto Email Report", **values)
		self.assertEqual(allowed.status_code, 200, allowed.text)
		frappe.db.rollback()
		frappe.delete_doc("Auto Email Report", allowed.json["data"]["name"])
