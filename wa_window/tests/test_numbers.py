"""A lead whose number changes, and two leads with one number; over REST, as users who may read one and not the other."""

import frappe

from wa_window.frappe_host.desk import list_windows
from wa_window.tests.site_case import AGENT, BUSINESS, MANAGER, STRANGER, Panel, SiteCase

OTHER_AGENT = "wa-other-agent@example.com"


class NumbersCase(SiteCase):
	people = {**SiteCase.people, OTHER_AGENT: "WA Window Agent"}  # noqa: RUF012 - as the base class has it

	def setUp(self):
		super().setUp()
		self.old, self.new = self.phone(), self.phone()
		self.lead_doc = self.lead(self.old, lead_owner=AGENT)
		self.written_by(self.old)
		self.post_process_all()
		self.chat = self.conversation_of(self.old)

	def limit(self, user: str, lead: str) -> None:
		values = {"user": user, "allow": "Chat Lead", "for_value": lead}
		limit = frappe.get_doc({"doctype": "User Permission", **values}).insert()
		frappe.db.commit()
		self.addCleanup(limit.delete)

	def edit(self, phone: str) -> None:
		doc = frappe.get_doc("Chat Lead", self.lead_doc.name)
		doc.phone = phone
		doc.save()
		frappe.db.commit()

	def target(self, lead=None) -> dict:
		return {"lead_doctype": "Chat Lead", "lead": (lead or self.lead_doc).name}

	def opened(self, user: str = AGENT, **more) -> dict:
		response = Panel(user).get("chat.open", **self.target(), **more)
		self.assertEqual(response.status_code, 200, response.text)
		return response.json["message"]


class TestAnotherNumber(NumbersCase):
	def change(self, user: str = AGENT, **values):
		return Panel(user).post("chat.number_change", **self.target(), values=values)

	def test_a_form_asks_how_many_messages_belong_to_the_number(self):
		self.written_by(self.old)
		asked = self.change(phone=self.new).json["message"]
		self.assertTrue(asked.startswith(f"2 messages belong to {self.old}. They stay here"), asked)
		for same in ({"phone": f"0{self.old[3:6]} {self.old[6:]}"}, {"lead_name": "Siti"}, {}):
			self.assertEqual(self.change(**same).json["message"], "", same)

	def test_one_message_is_one_and_without_messages_nothing_is_asked(self):
		self.assertTrue(self.change(phone="").json["message"].startswith(f"1 message belongs to {self.old}."))
		silent = self.target(self.lead(self.phone()))
		answer = Panel(AGENT).post("chat.number_change", **silent, values={"phone": self.new})
		self.assertEqual(answer.json["message"], "")

	def test_only_who_may_read_the_lead_is_told(self):
		other = self.lead(self.phone())
		self.limit(OTHER_AGENT, other.name)
		for user in (OTHER_AGENT, STRANGER):
			self.assertEqual(self.change(user, phone=self.new).status_code, 403, user)

	def test_the_old_chat_stays_in_the_menu_and_the_new_number_is_to_begin(self):
		self.edit(self.new)
		opened = self.opened()
		self.assertIsNone(opened["conversation"])
		self.assertEqual(opened["window"]["customer_address"], f"whatsapp:{self.new}")
		self.assertEqual(opened["window"]["state"], "never")
		labels = [(each["name"], each["label"]) for each in opened["conversations"]]
		self.assertEqual(labels, [("", "New number"), (self.chat.name, f"Earlier number {self.old}")])
		earlier = self.opened(conversation=self.chat.name)
		self.assertEqual([message["body"] for message in earlier["messages"]], ["Halo, apakah masih ada?"])
		self.assertEqual(earlier["conversations"][0]["name"], "")
		self.assertEqual(list_windows.of_leads("Chat Lead", [self.lead_doc.name]), {})

	def test_the_inbox_says_of_which_chat_the_number_is_an_earlier_one(self):
		self.assertFalse(Panel(AGENT).row(self.chat.name)["earlier_number"])
		change = {"conversation": self.chat.name, "field": "phone", "value": self.new, "was": self.old}
		fields = Panel(AGENT).post("inbox.set_field", **change).json["message"]["fields"]
		self.assertEqual([each["fieldname"] for each in fields if each["is_number"]], ["phone"])
		self.assertTrue(Panel(AGENT).row(self.chat.name)["earlier_number"])
		self.edit(self.old)
		self.assertFalse(Panel(AGENT).row(self.chat.name)["earlier_number"])

	def test_a_template_begins_the_chat_with_the_new_number(self):
		self.edit(self.new)
		sent = Panel(AGENT).post(
			"chat.send_template",
			**self.target(),
			content_sid=self.template(),
			variables={"1": "Budi", "2": "rumah"},
			client_key=frappe.generate_hash(),
		)
		self.assertEqual(sent.status_code, 200, sent.text)
		begun = self.conversation_of(self.new)
		self.assertEqual((begun.lead, begun.business_address), (self.lead_doc.name, BUSINESS))
		self.assertEqual(self.opened()["conversation"], begun.name)

	def test_a_message_from_the_new_number_begins_it_too(self):
		self.edit(self.new)
		self.written_by(self.new)
		self.post_process_all()
		begun = self.conversation_of(self.new)
		self.assertEqual(begun.lead, self.lead_doc.name)
		opened = self.opened()
		self.assertEqual(opened["conversation"], begun.name)
		self.assertEqual(len(opened["conversations"]), 2)

	def test_the_old_number_again_is_no_earlier_one(self):
		self.edit(self.new)
		self.edit(self.old)
		self.assertEqual(self.opened()["conversation"], self.chat.name)
		self.assertFalse(self.store.conversation(self.chat.name).earlier_number)

	def test_the_number_that_was_left_out_for_a_while_is_no_earlier_one(self):
		self.edit("")
		self.edit(self.old)
		self.assertEqual(self.opened()["conversation"], self.chat.name)
		self.assertFalse(self.store.conversation(self.chat.name).earlier_number)

	def test_a_lead_without_a_number_shows_the_chat_that_it_has(self):
		self.edit("")
		self.assertEqual(self.opened()["conversation"], self.chat.name)
		windows = list_windows.of_leads("Chat Lead", [self.lead_doc.name])
		self.assertEqual(windows[self.lead_doc.name]["state"], "open")

	def test_a_chat_that_is_linked_to_another_lead_has_no_earlier_number(self):
		self.edit(self.new)
		other = self.lead(self.phone())
		doc = frappe.get_doc("Chat Conversation", self.chat.name)
		doc.lead = other.name
		doc.save()
		frappe.db.commit()
		self.assertFalse(self.store.conversation(self.chat.name).earlier_number)

	def test_who_may_read_another_lead_only_does_not_see_the_earlier_chat(self):
		other = self.lead(self.old)
		self.limit(OTHER_AGENT, other.name)
		self.edit(self.new)
		path = {"lead_doctype": "Chat Lead", "lead": self.lead_doc.name, "conversation": self.chat.name}
		self.assertEqual(Panel(OTHER_AGENT).get("chat.open", **path).status_code, 403)
		seen = Panel(OTHER_AGENT).get("chat.open", **self.target(other)).json["message"]
		self.assertEqual(seen["messages"], [])

	def test_the_flag_is_not_set_by_a_request(self):
		response = Panel(MANAGER).resource("PUT", f"Chat Conversation/{self.chat.name}", earlier_number=1)
		self.assertEqual(response.status_code, 200, response.text)
		self.assertFalse(self.store.conversation(self.chat.name).earlier_number)

	def test_a_message_under_the_same_id_from_another_number_shows_the_one_before(self):
		user_id = "ID." + frappe.generate_hash(length=16)
		self.written_by(self.old, ExternalUserId=f"whatsapp:{user_id}")
		self.post("inbound", self.inbound_form(self.new, ExternalUserId=f"whatsapp:{user_id}"))
		self.post_process_all()
		self.assertEqual(self.conversation_of(self.new).name, self.chat.name)
		shown = self.opened()["messages"][-1]["received"]
		self.assertEqual(shown["number_before"], self.old)


class TestOneNumber(NumbersCase):
	def others(self, user: str, **target) -> list[dict]:
		response = Panel(user).get("chat.other_leads", **(target or self.target()))
		self.assertEqual(response.status_code, 200, response.text)
		return response.json["message"]

	def test_the_chat_names_the_other_leads_with_its_number(self):
		self.assertEqual(self.others(AGENT), [])
		other = self.lead(self.old, lead_name="Siti Rahma")
		found = self.others(AGENT)
		self.assertEqual([(each["name"], each["title"]) for each in found], [(other.name, "Siti Rahma")])
		self.assertEqual(self.others(AGENT, lead_doctype="Chat Conversation", lead=self.chat.name), found)
		seen_from_the_other = self.others(AGENT, **self.target(other))
		self.assertEqual([each["name"] for each in seen_from_the_other], [self.lead_doc.name])

	def test_only_those_that_the_user_may_read(self):
		self.lead(self.old, lead_name="Siti Rahma")
		self.limit(OTHER_AGENT, self.lead_doc.name)
		self.assertEqual(self.others(OTHER_AGENT), [])
		self.assertEqual(len(self.others(AGENT)), 1)

	def test_who_may_not_read_the_lead_gets_nothing(self):
		other = self.lead(self.phone())
		self.limit(OTHER_AGENT, other.name)
		for user in (OTHER_AGENT, STRANGER):
			response = Panel(user).get("chat.other_leads", **self.target())
			self.assertEqual(response.status_code, 403, user)

	def test_whoever_may_not_delete_one_is_not_offered_to_merge_it(self):
		self.lead(self.old)
		self.assertIsNone(self.others(AGENT)[0]["merge_into"])
