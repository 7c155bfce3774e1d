import frappe

from wa_window.frappe_host.records.leads import show_on_chats
from wa_window.frappe_host.records.record_types import existing_record_types
from wa_window.tests.site_case import AGENT, MANAGER, SiteCase


class TestMergedLeads(SiteCase):
	"""Leads of a CRM, where the site has one, and this app's own."""

	doctype = "Chat Lead"
	name_field, phone_field = "lead_name", "phone"

	def test_the_chats_of_a_merged_lead_show_the_lead_that_is_left_and_its_owner(self):
		gone, left = self.owned("Budi", AGENT), self.owned("Siti", MANAGER)
		chat = self.chat_of(gone)
		self.assertEqual(self.lead_values(chat), (gone, "Budi", AGENT))
		frappe.rename_doc(self.doctype, gone, left, merge=True, force=True)
		frappe.db.commit()
		self.assertEqual(self.lead_values(chat), (left, "Siti", MANAGER))
		self.assertFalse(frappe.db.exists(self.doctype, gone))

	def owned(self, first_name: str, owner: str) -> str:
		values = {"doctype": self.doctype, self.name_field: first_name, self.phone_field: self.phone()}
		doc = frappe.get_doc(values).insert(ignore_permissions=True)
		frappe.db.set_value(self.doctype, doc.name, "lead_owner", owner)
		frappe.db.commit()
		return doc.name

	def chat_of(self, lead: str) -> str:
		chat = self.written_by(self.phone()).name
		self.store.change_conversation(chat, lead_doctype=self.doctype, lead=lead)
		show_on_chats(frappe.get_doc(self.doctype, lead))
		frappe.db.commit()
		return chat

	def lead_values(self, conversation: str) -> tuple:
		frappe.db.rollback()
		return frappe.db.get_value("Chat Conversation", conversation, ["lead", "lead_title", "lead_owner"])


class TestMergedLeadsOfACRM(TestMergedLeads):
	name_field, phone_field = "first_name", "mobile_no"

	def setUp(self):
		super().setUp()
		self.doctype = next(row.doctype for row in existing_record_types() if row.can_be_new)
		if self.doctype == "Chat Lead":
			self.skipTest("This site has no CRM.")

	def test_the_chats_of_a_renamed_lead_go_on_with_it(self):
		lead = self.owned("Budi", AGENT)
		chat = self.chat_of(lead)
		new = frappe.generate_hash(length=10)
		frappe.rename_doc(self.doctype, lead, new, force=True)
		frappe.db.commit()
		self.assertEqual(self.lead_values(chat), (new, "Budi", AGENT))
