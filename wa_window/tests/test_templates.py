"""Content templates on a site: as Twilio has them, and what their answers show."""

from dataclasses import replace
from unittest.mock import patch

import frappe

from wa_window.chat.template import ContentTemplate, Variable
from wa_window.frappe_host.jobs import template_sync
from wa_window.tests.chat_case import ChatCase, ScriptedChannel, dispatch_to
from wa_window.tests.site_case import MANAGER, Panel, sentences

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
		# What a manager has chosen outlives a sync, and here a test.
		frappe.db.delete("Content Template Variable", {"parent": PICKER.content_sid})
		frappe.db.commit()
		with patch.object(template_sync, "fetch_content_templates", return_value=[PICKER]):
			self.assertEqual(template_sync.sync()["errors"], [])

	def test_a_template_is_stored_with_all_that_whatsapp_shows_of_it(self):
		self.assertEqual(self.store.template(PICKER.content_sid), PICKER)

	def test_what_is_created_here_while_the_list_is_read_is_not_taken_for_deleted(self):
		new = replace(PICKER, content_sid="HX" + "e" * 32, friendly_name="baru")

		def fetched(*_asked) -> list[ContentTemplate]:
			template_sync.save(new)
			frappe.db.commit()
			return [PICKER]

		with patch.object(template_sync, "fetch_content_templates", fetched):
			self.assertEqual(template_sync.sync()["removed"], 0)
		self.assertEqual(self.store.template(new.content_sid), new)
		with patch.object(template_sync, "fetch_content_templates", return_value=[PICKER]):
			self.assertEqual(template_sync.sync()["removed"], 1)

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

	def filled_by(self, field: str):
		"""The answer to a manager who lets this field fill the first variable."""
		doc = frappe.get_doc("Content Template", PICKER.content_sid)
		doc.variables[0].lead_field = field
		rows = frappe.parse_json(frappe.as_json(doc.variables))
		return Panel(MANAGER).resource("PUT", f"Content Template/{doc.name}", variables=rows)

	def test_a_variable_is_filled_by_a_field_that_there_is(self):
		frappe.set_user(MANAGER)
		doc = frappe.get_doc("Content Template", PICKER.content_sid)
		doc.run_method("onload")
		frappe.set_user("Administrator")
		offered = {each["value"]: each["label"] for each in doc.get_onload("lead_fields")}
		# ERPNext's and Chat Lead's word for the field is Lead Name, Frappe CRM's is Full Name.
		self.assertIn(offered["lead_name"], ("Lead Name (lead_name)", "Full Name (lead_name)"))
		refused = self.filled_by("lead_nmae")
		self.assertEqual(refused.status_code, 417, refused.text)
		self.assertIn("lead_nmae", sentences(refused))
		self.assertEqual(self.filled_by("lead_name").status_code, 200)

	def test_a_field_that_is_there_no_longer_does_not_keep_a_template_from_being_saved(self):
		row = {"parent": PICKER.content_sid, "variable": "1"}
		frappe.db.set_value("Content Template Variable", row, "lead_field", "of_another_app")
		frappe.db.commit()
		self.assertEqual(self.filled_by("of_another_app").status_code, 200)
