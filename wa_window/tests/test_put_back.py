"""What the tests delete afterwards."""

import frappe
from frappe.utils import add_days, now_datetime

from wa_window.tests.site_case import SiteCase, put_back, remember


class TestPuttingBack(SiteCase):
	def test_what_was_there_before_stays_though_it_seems_to_be_made_later(self):
		"""A new site is installed in India's time zone, and its setup wizard sets another: to the west of India all roles and
		folders then seem to be made later than now, for hours."""
		put_back()
		here_before = {
			"Role": frappe.get_doc(doctype="Role", role_name=frappe.generate_hash()),
			"File": frappe.get_doc(
				doctype="File", file_name=frappe.generate_hash(), is_folder=1, folder="Home"
			),
		}
		for doctype, doc in here_before.items():
			doc.insert(ignore_permissions=True)
			self.addCleanup(frappe.delete_doc, doctype, doc.name, force=True)
			doc.db_set("creation", add_days(now_datetime(), 1), update_modified=False)
		remember(self.people)
		made = self.lead(self.phone())
		put_back()
		self.assertEqual(
			{doctype: frappe.db.exists(doctype, doc.name) for doctype, doc in here_before.items()},
			{doctype: doc.name for doctype, doc in here_before.items()},
		)
		self.assertFalse(frappe.db.exists("Chat Lead", made.name))
