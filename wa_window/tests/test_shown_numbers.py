"""The number of a record is edited that shows a chat only since it came from the chat's own record."""

import frappe

from wa_window.frappe_host.desk import list_windows
from wa_window.tests.chat_list_case import VISIT
from wa_window.tests.site_case import AGENT, Panel
from wa_window.tests.test_conversions import COLLEAGUE
from wa_window.tests.test_late_chats import LateChatCase


class TestShownNumbers(LateChatCase):
	def setUp(self):
		super().setUp()
		self.visited = self.converted(phone=self.lead_doc.phone)
		self.write()
		self.new = self.phone()

	def edit(self, phone: str) -> None:
		doc = frappe.get_doc(VISIT, self.visited.name)
		doc.phone = phone
		doc.save()
		frappe.db.commit()

	def chosen(self, record=None, user: str = AGENT) -> str | None:
		return self.opened(record or self.visited, user).json["message"]["conversation"]

	def test_the_old_chat_stays_as_an_earlier_number_and_the_new_number_is_to_begin(self):
		asked = {"lead_doctype": VISIT, "lead": self.visited.name, "values": {"phone": self.new}}
		question = Panel(AGENT).post("chat.number_change", **asked).json["message"]
		self.assertIn(f"1 message belongs to {self.lead_doc.phone}.", question)
		self.edit(self.new)
		opened = self.opened(self.visited).json["message"]
		self.assertIsNone(opened["conversation"])
		self.assertEqual(opened["window"]["customer_address"], f"whatsapp:{self.new}")
		labels = [(each["name"], each["label"]) for each in opened["conversations"]]
		earlier = f"Earlier number {self.lead_doc.phone}"
		self.assertEqual(labels, [("", "New number"), (self.name, earlier)])
		self.assertEqual(list_windows.of_leads(VISIT, [self.visited.name]), {})
		self.require(True)
		self.assertEqual(self.chosen(self.lead_doc, COLLEAGUE), self.name)
		# In the inbox, by the record that each of them reads it by.
		self.assertTrue(Panel(AGENT).row(self.name)["earlier_number"])
		self.assertFalse(Panel(COLLEAGUE).row(self.name)["earlier_number"])

	def test_a_number_of_the_chats_own_record_is_none_of_who_reads_it_by_another(self):
		self.lead_doc.reload()
		self.lead_doc.phone = self.new
		self.lead_doc.save()
		frappe.db.commit()
		self.assertFalse(Panel(AGENT).row(self.name)["earlier_number"])
		self.assertTrue(Panel(COLLEAGUE).row(self.name)["earlier_number"])

	def test_the_first_message_of_the_new_number_begins_a_chat_of_its_own(self):
		self.edit(self.new)
		old = self.name
		self.write(self.new)
		self.assertEqual(self.own(), (VISIT, self.visited.name))
		self.assertEqual(self.records(), set())
		self.assertEqual(self.chosen(), self.name)
		chats = self.opened(self.visited).json["message"]["conversations"]
		self.assertEqual({each["name"] for each in chats}, {old, self.name})
		self.assertEqual(self.chosen(self.lead_doc, COLLEAGUE), old)

	def test_the_old_number_again_is_no_earlier_one(self):
		self.edit(self.new)
		self.edit(self.lead_doc.phone)
		self.assertEqual(self.chosen(), self.name)

	def test_a_record_with_a_number_of_its_own_from_the_start_shows_the_chat(self):
		other = self.converted(phone=self.new)
		self.assertEqual(self.chosen(other), self.name)

	def test_it_stays_an_earlier_number_when_the_record_becomes_the_chats_own(self):
		self.edit(self.new)
		self.delete(self.lead_doc)
		self.assertEqual(self.own(), (VISIT, self.visited.name))
		self.assertIsNone(self.chosen())
