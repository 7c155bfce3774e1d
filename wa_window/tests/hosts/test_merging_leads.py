"""Two leads of a CRM with one number: who is offered Frappe's own merge, and what becomes of the chats."""

import frappe

from wa_window.frappe_host.records.record_types import existing_record_types
from wa_window.tests.site_case import MANAGER, Panel, SiteCase, call, fill_in_settings

SALES = "wa-merge-sales@example.com"
NO_SALES = "wa-merge-reader@example.com"


class TestMergingLeads(SiteCase):
	people = {SALES: "WA Window Agent", NO_SALES: "WA Window Agent", MANAGER: "WA Window Manager"}  # noqa: RUF012

	def setUp(self):
		super().setUp()
		self.doctype = next(row.doctype for row in existing_record_types() if row.can_be_new)
		if self.doctype == "Chat Lead":
			self.skipTest("This site has no CRM.")
		fill_in_settings(lead_doctype=self.doctype)
		user = frappe.get_doc("User", SALES)
		# ERPNext deletes the contact of a lead that goes.
		user.add_roles("Sales User", "Sales Manager", "Sales Master Manager")
		frappe.db.commit()
		number = self.phone()
		self.kept, self.other = (self.of_crm(name, number) for name in ("Budi", "Siti"))

	def of_crm(self, first_name: str, number: str) -> str:
		values = {"doctype": self.doctype, "first_name": first_name, "mobile_no": number}
		doc = frappe.get_doc(values).insert(ignore_permissions=True)
		frappe.db.commit()
		return doc.name

	def offered(self, user: str):
		response = Panel(user).get("chat.other_leads", lead_doctype=self.doctype, lead=self.kept)
		return response.json["message"] if response.status_code == 200 else response.status_code

	def test_who_may_write_both_is_offered_the_merge_and_the_chats_go_along(self):
		(other,) = self.offered(SALES)
		self.assertEqual((other["name"], other["merge_into"]), (self.other, self.kept))
		chat = self.written_by(frappe.db.get_value(self.doctype, self.other, "wa_phone")).name
		self.store.change_conversation(chat, lead_doctype=self.doctype, lead=self.other)
		frappe.db.commit()
		asked = {"doctype": self.doctype, "docname": self.other, "name": self.kept, "merge": 1}
		path = "/api/method/frappe.model.rename_doc.update_document_title"
		merged = call("POST", path, json=asked, headers=Panel(SALES).headers)
		self.assertEqual(merged.status_code, 200, merged.text)
		frappe.db.rollback()
		self.assertFalse(frappe.db.exists(self.doctype, self.other))
		self.assertEqual(self.store.conversation(chat).lead, self.kept)
		self.assertEqual(self.offered(SALES), [])

	def test_who_may_not_write_them_is_not(self):
		offered = self.offered(NO_SALES)
		if offered != 403:
			self.assertEqual([each["merge_into"] for each in offered], [None] * len(offered))
