import frappe

from wa_window.site import erasing
from wa_window.site.rebuild import verify
from wa_window.tests.contract import new_sid
from wa_window.tests.site_case import HOUR_MS, OTHER_BUSINESS, SiteCase, fill_in_settings

DAY_MS = 24 * HOUR_MS


class TestErasing(SiteCase):
	def test_an_erased_customer_leaves_nothing_but_the_sids_and_the_lead(self):
		phone = self.phone()
		lead = self.lead(phone)
		sids = [new_sid(), new_sid()]
		conversation = self.written_by(phone, body="rahasia", MessageSid=sids[0])
		self.written_by(phone, body="rahasia", MessageSid=sids[1], To=OTHER_BUSINESS)
		self.assertEqual(erasing.erase_customer(conversation.name), 2)
		self.assertFalse(frappe.get_all("Chat Conversation", {"customer_phone": phone}))
		self.assertFalse(frappe.get_all("Chat Message", {"message_sid": ("in", sids)}))
		self.assertEqual(len(frappe.get_all("Erased Message", {"name": ("in", sids)})), 2)
		self.assertFalse(frappe.get_all("Deleted Document", {"data": ("like", f"%{phone}%")}))
		self.assertTrue(frappe.db.exists("Chat Lead", lead.name))

	def test_deleting_a_message_keeps_the_window_right_and_loses_no_later_one(self):
		phone = self.phone()
		conversation = self.written_by(phone)
		self.age(conversation.name, 3)
		self.written_by(phone)
		first, last = self.messages(conversation.name)
		frappe.delete_doc("Chat Message", first.name)
		frappe.db.commit()
		self.assertEqual(self.conversation_of(phone).last_inbound_at_ms, last.sent_at_ms)
		frappe.delete_doc("Chat Message", last.name)
		frappe.db.commit()
		after = self.conversation_of(phone)
		self.assertEqual((after.last_inbound_at_ms, after.last_message_preview), (0, ""))

	def test_deleting_a_lead_leaves_its_chat_to_the_managers(self):
		phone = self.phone()
		lead = self.lead(phone)
		conversation = self.written_by(phone)
		self.store.change_conversation(conversation.name, lead_doctype="Chat Lead", lead=lead.name)
		frappe.db.commit()
		frappe.delete_doc("Chat Lead", lead.name)
		frappe.db.commit()
		self.assertEqual(self.conversation_of(phone).lead, "")
		self.assertEqual(len(self.messages(conversation.name)), 1)


class TestRetention(SiteCase):
	def old(self, phone: str, days: int):
		conversation = self.written_by(phone)
		self.age(conversation.name, days * 24)
		self.store.change_conversation(
			conversation.name, last_message_at_ms=self.now_ms - days * DAY_MS, last_message_preview="Halo"
		)
		frappe.db.sql(
			"update `tabChat Message` set creation = %s, follow_up = 'done' where conversation = %s",
			(frappe.utils.add_days(frappe.utils.now_datetime(), -days), conversation.name),
		)
		frappe.db.commit()
		self.addCleanup(frappe.db.commit)
		self.addCleanup(frappe.db.delete, "Chat Message", {"conversation": conversation.name})
		return conversation

	def test_nothing_is_deleted_unless_an_admin_says_so(self):
		conversation = self.old(self.phone(), 400)
		erasing.drop_old_messages()
		self.assertEqual(len(self.messages(conversation.name)), 1)

	def test_old_messages_go_young_ones_stay_and_times_stay_as_they_were_known(self):
		old, young = self.old(self.phone(), 40), self.old(self.phone(), 20)
		fill_in_settings(keep_days=30)
		frappe.db.commit()
		self.addCleanup(fill_in_settings, keep_days=0)
		erasing.drop_old_messages()
		self.assertEqual((self.messages(old.name), len(self.messages(young.name))), ([], 1))
		row = self.store.conversation(old.name)
		self.assertEqual(row.last_message_preview, "")
		self.assertLess(row.last_inbound_at_ms, self.now_ms - 39 * DAY_MS)
		self.assertNotIn(old.name, [found.name for batch in verify() for found in batch])
