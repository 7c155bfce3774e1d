"""Several agents at one chat: who answered, who is asked, whose chat it is."""

import frappe

from wa_window.tests.site_case import AGENT, Panel, sentences
from wa_window.tests.test_chat_api import ChatCase

OTHER = "wa-other@example.com"


class TeamCase(ChatCase):
	people = ChatCase.people | {OTHER: "WA Window Agent"}

	@classmethod
	def make_people(cls):
		super().make_people()
		for user, first_name in ((AGENT, "Andi"), (OTHER, "Rina")):
			doc = frappe.get_doc("User", user)
			doc.first_name = first_name
			doc.save(ignore_permissions=True)

	def setUp(self):
		super().setUp()
		self.other = Panel(OTHER)
		self.chat = self.written().name

	def reply(self, panel: Panel, body: str = "Ada, Pak.", **more):
		return panel.post("chat.reply", **self.asked, body=body, client_key=self.key(), **more)

	def opened(self, panel: Panel) -> dict:
		return panel.get("chat.open", **self.asked).json["message"]


class TestAnsweredMeanwhile(TeamCase):
	def newest(self) -> str:
		return self.messages(self.chat)[-1].name

	def test_the_second_agent_is_asked_and_the_error_says_who_when_and_what(self):
		seen = self.newest()
		answer = self.reply(self.other, "<i>Rp 450 juta</i>", seen=seen).json["message"]
		response = self.reply(self.agent, "Rp 475 juta", seen=seen)
		self.assertEqual((response.status_code, response.json["exc_type"]), (409, "AnsweredMeanwhile"))
		expected = {
			"message": answer["name"],
			"author": "Rina",
			"at_ms": answer["sent_at_ms"],
			"text": "<i>Rp 450 juta</i>",
		}
		self.assertEqual(response.json["details"], expected)
		self.assertIn("Rina has answered meanwhile: “&lt;i>Rp 450 juta", sentences(response))
		self.assertEqual(len(self.messages(self.chat)), 2)
		sent = self.reply(self.agent, "Rp 475 juta", seen=answer["name"])
		self.assertEqual((sent.status_code, len(self.messages(self.chat))), (200, 3))

	def test_a_template_and_sending_again_are_asked_too(self):
		self.template()
		seen = self.newest()
		failed = self.reply(self.agent).json["message"]["name"]
		self.store.change_message(failed, delivery_status="failed", error_code="63024")
		self.reply(self.other)
		calls = {
			"chat.send_template": {
				**self.asked,
				"content_sid": self.template(),
				"variables": {"1": "a", "2": "b"},
			},
			"chat.send_again": {"message": failed},
		}
		for method, arguments in calls.items():
			response = self.agent.post(method, **arguments, client_key=self.key(), seen=seen)
			self.assertEqual((response.status_code, response.json["exc_type"]), (409, "AnsweredMeanwhile"))
			answer = response.json["details"]["message"]
			sent = self.agent.post(method, **arguments, client_key=self.key(), seen=answer)
			self.assertEqual(sent.status_code, 200, sent.text)

	def test_who_does_not_say_what_they_saw_is_not_asked(self):
		self.reply(self.other)
		self.assertEqual(self.reply(self.agent).status_code, 200)


class TestAuthors(TeamCase):
	def test_each_outgoing_message_names_its_author_and_a_customers_names_nobody(self):
		self.reply(self.other, "Dari Rina")
		self.reply(self.agent, "Dari Andi")
		shown = [(message["author"], message["is_mine"]) for message in self.opened(self.agent)["messages"]]
		self.assertEqual(shown, [("", False), ("Rina", False), ("Andi", True)])

	def test_a_message_of_nobody_and_of_a_deleted_user_names_nobody(self):
		name = self.reply(self.other).json["message"]["name"]
		for owner in ("Guest", "gone@example.com"):
			frappe.db.set_value("Chat Message", name, "owner", owner, update_modified=False)
			frappe.db.commit()
			(message,) = [m for m in self.opened(self.agent)["messages"] if m["name"] == name]
			self.assertEqual((message["author"], message["is_mine"]), ("", False))
