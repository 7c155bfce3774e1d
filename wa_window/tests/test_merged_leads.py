import frappe

from wa_window.tests.site_case import AGENT, MANAGER, SiteCase


class TestMergedLeads(SiteCase):
	def test_the_chats_of_a_merged_lead_show_the_lead_that_is_left_and_its_owner(self):
		gone = self.lead(self.phone(), lead_owner=AGENT)
		left = self.lead(lead_name="Siti Aminah", lead_owner=MANAGER)
		conversation = self.written_by(gone.phone)
		self.follow_up_all()
		self.assertEqual(self.shown(conversation.name), (gone.name, "Budi Santoso", AGENT))
		frappe.rename_doc("Chat Lead", gone.name, left.name, merge=True, force=True)
		frappe.db.commit()
		self.assertEqual(self.shown(conversation.name), (left.name, "Siti Aminah", MANAGER))
		self.assertFalse(frappe.db.exists("Chat Lead", gone.name))

	def test_the_chats_of_a_renamed_lead_go_on_with_it(self):
		lead = self.lead(self.phone(), lead_owner=AGENT)
		conversation = self.written_by(lead.phone)
		self.follow_up_all()
		frappe.rename_doc("Chat Lead", lead.name, "renamed by a test", force=True)
		frappe.db.commit()
		self.assertEqual(self.shown(conversation.name), ("renamed by a test", "Budi Santoso", AGENT))

	def shown(self, conversation: str) -> tuple:
		frappe.db.rollback()
		return frappe.db.get_value("Chat Conversation", conversation, ["lead", "lead_title", "lead_owner"])
