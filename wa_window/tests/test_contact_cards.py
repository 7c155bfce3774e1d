"""Contact cards that customers send, and the leads of their numbers."""

import frappe

from wa_window.tests.files_case import FilesCase
from wa_window.tests.site_case import AGENT, MANAGER, STRANGER, Panel, fill_in_settings


def card(name: str, phone: str) -> str:
	return f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{name}\r\nTEL;waid={phone[1:]}:{phone}\r\nEND:VCARD\r\n"


class TestContactCards(FilesCase):
	def contacts(self, message: str, user: str = AGENT) -> dict:
		return Panel(user).get("chat.contacts", message=message).json["message"]

	def sent(self, *cards: str):
		return self.photographed("".join(cards).encode(), "text/vcard")[1]

	def test_whoever_reads_the_chat_reads_the_contacts_and_their_leads(self):
		known, new = self.phone(), self.phone()
		lead = self.lead(known, lead_name="Siti Rahma")
		message = self.sent(card("Siti", known), card("Wayan <b>", new))
		self.assertEqual(message.kind, "contact")
		siti, wayan = self.contacts(message.name)["contacts"]
		self.assertEqual(
			siti["numbers"][0]["lead"], {"doctype": "Chat Lead", "name": lead.name, "title": "Siti Rahma"}
		)
		self.assertEqual((wayan["name"], wayan["numbers"][0]["phone"]), ("Wayan <b>", new))
		self.assertEqual((wayan["numbers"][0]["is_lead"], wayan["numbers"][0]["lead"]), (False, None))
		self.assertEqual(Panel(STRANGER).get("chat.contacts", message=message.name).status_code, 403)

	def test_a_lead_is_created_once_with_the_users_own_permissions(self):
		phone = self.phone()
		fill_in_settings(lead_doctype="Chat Lead")
		args = {"lead_name": "Siti <b>Rahma", "phone": phone}
		created = Panel(MANAGER).post("chat.create_lead", **args).json["message"]
		self.assertEqual(frappe.db.get_value("Chat Lead", created["name"], "phone"), phone)
		self.assertNotIn("<", created["title"])
		self.assertEqual(Panel(MANAGER).post("chat.create_lead", **args).json["message"], created)
		self.assertEqual(Panel(STRANGER).post("chat.create_lead", **args).status_code, 403)

	def test_what_is_no_number_makes_no_lead(self):
		for phone in ("", "112", "+1", "=1+1", "+62812' or 1=1"):
			answer = Panel(MANAGER).post("chat.create_lead", lead_name="Siti", phone=phone)
			self.assertEqual(answer.status_code, 417, phone)

	def test_a_file_that_is_gone_or_is_no_card_has_no_contacts(self):
		self.assertEqual(self.contacts(self.sent("BEGIN:VCARD\r\n").name)["contacts"], [])
		message = self.sent(card("Siti", self.phone()))
		frappe.db.set_value("Chat Message Media", message.media[0].row, "file", "/private/files/gone.vcf")
		frappe.db.commit()
		self.assertEqual(self.contacts(message.name)["contacts"], [])
