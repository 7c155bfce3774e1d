"""Content templates on a site: as Twilio has them, and what their answers show."""

from unittest.mock import patch

from wa_window.chat.template import ContentTemplate, Variable
from wa_window.frappe_host.jobs import template_sync
from wa_window.tests.chat_case import ChatCase, ScriptedChannel, dispatch_to

PICKER = ContentTemplate(
	content_sid="HX" + "d" * 32,
	friendly_name="pilih_tipe",
	language="id",
	content_type="twilio/list-picker",
	body="Tipe mana, {{1}}?",
	variables=(Variable("1", "Pak"), Variable("2", "45")),
	approval_status="unsubmitted",
	usable_outside_window=False,
	header="Melati",
	footer="Sampai Sabtu",
	buttons=("Pilih", "Tanya"),
	list_items=("Tipe 36", "Tipe {{2}}"),
)


class TestTemplates(ChatCase):
	def setUp(self):
		super().setUp()
		with patch.object(template_sync, "fetch_content_templates", return_value=[PICKER]):
			self.assertEqual(template_sync.sync()["errors"], [])

	def test_a_template_is_stored_with_all_that_whatsapp_shows_of_it(self):
		self.assertEqual(self.store.template(PICKER.content_sid), PICKER)

	def test_a_pick_shows_the_whole_list_as_it_was_sent(self):
		self.written()
		values = {"1": "Bu", "2": "60"}
		how = {"content_sid": PICKER.content_sid, "variables": values, "client_key": self.key()}
		answer = self.agent.post("chat.send_template", **self.asked, **how)
		self.assertEqual(answer.status_code, 200, answer.text)
		dispatch_to(ScriptedChannel())
		sent = self.store.message(answer.json["message"]["name"])
		picked = {"MessageType": "interactive", "ListId": "t36", "ListTitle": "Tipe 36"}
		self.written(body="Tipe 36", OriginalRepliedMessageSid=sent.message_sid, **picked)
		message = self.agent.get("chat.open", **self.asked).json["message"]["messages"][-1]
		self.assertEqual((message["received"]["picked"], message["options"]), (True, ["Tipe 36", "Tipe 60"]))
