import frappe

from wa_window.chat.message import Conversation
from wa_window.patches.v1_1 import fold_numbers_anew
from wa_window.tests.site_case import BUSINESS, SiteCase


class TestFoldingPatch(SiteCase):
	def test_leads_and_chats_under_the_old_form_of_a_number_are_found_by_the_new_one(self):
		digits = self.phone()[-6:]
		old, new = f"+22997{digits}", f"+2290197{digits}"
		lead = self.lead(old)
		row = Conversation(
			old, BUSINESS, f"whatsapp:{old}", customer_phone=old, lead_doctype="Chat Lead", lead=lead.name
		)
		chat = self.store.transaction(lambda: self.store.add_conversation(row))
		frappe.db.set_value("Chat Lead", lead.name, "wa_phone", "", update_modified=False)
		frappe.db.commit()
		modified = frappe.db.get_value("Chat Lead", lead.name, "modified")
		for _ in range(2):
			fold_numbers_anew.execute()
			kept = frappe.db.get_value("Chat Lead", lead.name, ["wa_phone", "modified"])
			self.assertEqual(kept, (new, modified))
		self.written_by(new)
		self.post_process_all()
		found = self.conversation_of(new)
		self.assertEqual((found.name, found.lead), (chat.name, lead.name))

	def test_a_lead_whose_number_was_imported_from_a_spreadsheet_is_found_by_it(self):
		phone = self.phone()
		for typed in (f"{phone[1:]}.0", f"{phone[1:]},0"):
			lead = self.lead(typed)
			self.assertEqual(frappe.db.get_value("Chat Lead", lead.name, "wa_phone"), phone, typed)
