"""The patch that renames the first status of Chat Leads."""

import frappe
from frappe.custom.doctype.property_setter.property_setter import make_property_setter

from wa_window.patches.v1_1 import rename_status_open
from wa_window.tests.site_case import SiteCase


class TestStatusOpenPatch(SiteCase):
	def status_after_patch(self, status: str) -> str:
		lead = self.lead(self.phone())
		frappe.db.set_value("Chat Lead", lead.name, "status", status, update_modified=False)
		rename_status_open.execute()
		return frappe.db.get_value("Chat Lead", lead.name, "status")

	def test_an_open_lead_becomes_a_new_one_and_others_stay(self):
		self.assertEqual(frappe.new_doc("Chat Lead").status, "New")
		statuses = [self.status_after_patch(status) for status in ("Open", "Interested")]
		self.assertEqual(statuses, ["New", "Interested"])

	def test_an_admins_own_statuses_stay(self):
		make_property_setter("Chat Lead", "status", "options", "Open\nWon", "Text")
		frappe.clear_cache()
		try:
			self.assertEqual(frappe.new_doc("Chat Lead").status, "Open")
			self.assertEqual(self.status_after_patch("Open"), "Open")
		finally:
			frappe.db.delete("Property Setter", {"doc_type": "Chat Lead", "field_name": "status"})
			frappe.db.commit()
			frappe.clear_cache()
