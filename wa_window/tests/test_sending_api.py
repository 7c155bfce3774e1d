"""Sending over HTTP: replies, templates, and what becomes of them."""

import frappe

from wa_window.tests.chat_case import ChatCase, ScriptedChannel, dispatch_to
from wa_window.tests.contract.situation import rejected
from wa_window.tests.site_case import (
	BUSINESS,
	HOUR_MS,
	MANAGER,
	STRANGER,
	TEMPLATE,
	Panel,
	fill_in_settings,
	sentences,
)


class TestReply(ChatCase):
	def test_inside_the_window_a_reply_is_queued_once_per_client_key(self):
		conversation = self.written()
		key = self.key()
		first = self.agent.post("chat.reply", **self.asked, body="Masih ada, Pak.", client_key=key)
		again = self.agent.post("chat.reply", **self.asked, body="Masih ada, Pak.", client_key=key)
		self.assertEqual(first.status_code, 200, first.text)
		self.assertEqual(first.json["message"]["name"], again.json["message"]["name"])
		self.assertEqual(len(self.messages(conversation.name)), 2)

	def test_the_client_key_of_somebody_else_is_invalid(self):
		self.written()
		key = self.key()
		self.agent.post("chat.reply", **self.asked, body="Halo", client_key=key)
		response = Panel(MANAGER).post("chat.reply", **self.asked, body="Halo", client_key=key)
		self.assertEqual((response.status_code, response.json["exc_type"]), (417, "InvalidMessage"))

	def test_outside_the_window_it_is_409_window_closed_with_nothing_stored_or_sent(self):
		conversation = self.written(hours_ago=25)
		response = self.agent.post("chat.reply", **self.asked, body="Halo lagi", client_key=self.key())
		self.assertEqual((response.status_code, response.json["exc_type"]), (409, "WindowClosed"))
		self.assertIn("Send a template", sentences(response))
		self.assertNotIn("Traceback", response.text)
		self.assertEqual(len(self.messages(conversation.name)), 1)

	def test_before_the_first_message_it_is_refused(self):
		response = self.agent.post("chat.reply", **self.asked, body="Halo", client_key=self.key())
		self.assertEqual((response.status_code, response.json["exc_type"]), (409, "WindowClosed"))

	def test_1601_characters_empty_text_and_a_file_are_417_with_a_sentence(self):
		self.written()
		for arguments in ({"body": "x" * 1601}, {"body": "  \n"}, {"body": "Lihat ini", "file": "abc"}):
			with self.subTest(arguments=str(arguments)[:40]):
				response = self.agent.post("chat.reply", **self.asked, client_key=self.key(), **arguments)
				self.assertEqual((response.status_code, response.json["exc_type"]), (417, "InvalidMessage"))
				self.assertTrue(sentences(response))

	def test_whoever_may_not_write_the_lead_may_not_reply(self):
		self.written()
		response = Panel(STRANGER).post("chat.reply", **self.asked, body="Halo", client_key=self.key())
		self.assertEqual(response.status_code, 403)

	def test_settings_not_filled_in_is_one_clear_sentence(self):
		self.written()
		frappe.db.set_single_value("WA Window Settings", "account_sid", "")
		frappe.clear_document_cache("WA Window Settings", "WA Window Settings")
		try:
			response = self.agent.post("chat.reply", **self.asked, body="Halo", client_key=self.key())
			self.assertEqual((response.status_code, response.json["exc_type"]), (417, "NotSetUp"))
			self.assertIn("WA Window Settings", sentences(response))
		finally:
			frappe.db.set_single_value("WA Window Settings", "account_sid", "AC" + "7" * 32)
			frappe.clear_document_cache("WA Window Settings", "WA Window Settings")
			frappe.db.commit()

	def test_the_window_lapsing_before_dispatch_fails_the_message_without_a_call(self):
		conversation = self.written()
		name = self.agent.post("chat.reply", **self.asked, body="Halo", client_key=self.key()).json[
			"message"
		]["name"]
		self.store.change_conversation(conversation.name, last_inbound_at_ms=self.now_ms - 24 * HOUR_MS)
		frappe.db.commit()
		channel = ScriptedChannel()
		dispatch_to(channel)
		self.assertEqual([sent for sent in channel.sent if sent.message == name], [])
		message = next(m for m in self.opened()["messages"] if m["name"] == name)
		self.assertEqual((message["delivery_status"], message["error_code"]), ("failed", "window_closed"))
		self.assertTrue(message["error_text"])

	def test_63016_refuses_freeform_until_the_customer_writes_again(self):
		self.written()
		self.agent.post("chat.reply", **self.asked, body="Halo", client_key=self.key())
		dispatch_to(ScriptedChannel(rejected("63016", "outside the allowed window")))
		self.assertEqual(self.agent.get("chat.window", **self.asked).json["message"]["state"], "refused")
		self.written_by(self.number, body="Saya di sini")
		self.assertEqual(self.agent.get("chat.window", **self.asked).json["message"]["state"], "open")

	def opened(self) -> dict:
		return self.agent.get("chat.open", **self.asked).json["message"]


class TestTemplates(ChatCase):
	def setUp(self):
		super().setUp()
		self.template()

	def test_usable_templates_come_prefilled_from_the_lead_with_fallbacks(self):
		template = next(
			t
			for t in self.agent.get("templates.usable", **self.asked).json["message"]
			if t["content_sid"] == TEMPLATE
		)
		values = {variable["name"]: variable["value"] for variable in template["variables"]}
		self.assertEqual(values, {"1": "Budi Santoso", "2": "penawaran kami"})

	def test_a_template_goes_out_when_closed_by_content_sid_and_variables_only(self):
		self.written(hours_ago=30)
		response = self.send({"1": "Pak Budi", "2": "rumah di 'BSD' \"A\" 100%"})
		self.assertEqual(response.status_code, 200, response.text)
		self.assertEqual(
			response.json["message"]["body"],
			"Halo Pak Budi, apakah masih berminat dengan rumah di 'BSD' \"A\" 100%?",
		)
		channel = ScriptedChannel()
		dispatch_to(channel)
		(sent,) = (sent for sent in channel.sent if sent.message == response.json["message"]["name"])
		self.assertEqual((sent.body, sent.content_sid), ("", TEMPLATE))
		self.assertEqual(frappe.parse_json(sent.content_variables)["2"], "rumah di 'BSD' \"A\" 100%")
		self.assertEqual(self.agent.get("chat.window", **self.asked).json["message"]["state"], "closed")

	def test_a_template_may_begin_the_conversation(self):
		response = self.send({"1": "Pak Budi", "2": "rumah"})
		self.assertEqual(response.status_code, 200, response.text)
		opened = self.agent.get("chat.open", **self.asked).json["message"]
		self.assertEqual((opened["window"]["state"], len(opened["messages"])), ("never", 1))

	def test_variables_may_come_as_a_json_string(self):
		self.assertEqual(self.send('{"1": "Pak Budi", "2": "rumah"}').status_code, 200)

	def test_a_missing_variable_is_refused_and_no_conversation_is_begun(self):
		response = self.send({"1": "Pak Budi"})
		self.assertEqual((response.status_code, response.json["exc_type"]), (417, "InvalidMessage"))
		self.assertIn("2", sentences(response))
		self.assertIsNone(self.conversation_of(self.number))

	def test_unknown_and_unapproved_templates_are_409_template_not_usable(self):
		rejected = self.template("HX" + "9" * 32, approval_status="rejected")
		for content_sid in ("HX" + "8" * 32, rejected):
			response = self.send({"1": "a", "2": "b"}, content_sid=content_sid)
			self.assertEqual((response.status_code, response.json["exc_type"]), (409, "TemplateNotUsable"))
			self.assertTrue(sentences(response))

	def test_an_opted_out_customer_gets_not_even_a_template(self):
		self.written(OptOutType="STOP", body="STOP")
		response = self.send({"1": "Pak Budi", "2": "rumah"})
		self.assertEqual((response.status_code, response.json["exc_type"]), (409, "OptedOut"))

	def send(self, variables, content_sid: str = TEMPLATE):
		return self.agent.post(
			"chat.send_template",
			**self.asked,
			content_sid=content_sid,
			variables=variables,
			client_key=self.key(),
		)


class TestDelivery(ChatCase):
	def test_statuses_climb_and_an_early_callback_finds_its_message_by_name(self):
		self.written()
		name = self.agent.post("chat.reply", **self.asked, body="Halo", client_key=self.key()).json[
			"message"
		]["name"]
		sid = "SM" + frappe.generate_hash(length=32)
		for status in ("delivered", "sent", "read", "delivered"):
			form = {"MessageSid": sid, "SmsSid": sid, "MessageStatus": status, "AccountSid": "AC" + "7" * 32}
			self.assertEqual(self.post("status", form, query=f"?message={name}").status_code, 200)
		frappe.db.rollback()
		message = self.store.message(name)
		self.assertEqual((message.delivery_status, message.message_sid), ("read", sid))

	def test_a_failure_with_a_code_and_no_text_reads_well(self):
		self.written()
		name = self.agent.post("chat.reply", **self.asked, body="Halo", client_key=self.key()).json[
			"message"
		]["name"]
		sid = "SM" + frappe.generate_hash(length=32)
		form = {"MessageSid": sid, "MessageStatus": "undelivered", "ErrorCode": "63003"}
		self.assertEqual(self.post("status", form, query=f"?message={name}").status_code, 200)
		message = self.agent.get("chat.open", **self.asked).json["message"]["messages"][-1]
		self.assertEqual((message["delivery_status"], message["error_code"]), ("undelivered", "63003"))
		self.assertIn("WhatsApp", message["error_text"])

	def test_a_failed_message_can_be_sent_again(self):
		self.written()
		self.agent.post("chat.reply", **self.asked, body="Halo", client_key=self.key())
		dispatch_to(ScriptedChannel(rejected("63012", "")))
		failed = self.agent.get("chat.open", **self.asked).json["message"]["messages"][-1]
		self.assertEqual((failed["delivery_status"], failed["may_send_again"]), ("failed", True))
		again = self.agent.post("chat.send_again", message=failed["name"], client_key=self.key())
		self.assertEqual(again.status_code, 200, again.text)
		self.assertEqual(again.json["message"]["body"], "Halo")

	def test_a_message_that_must_not_be_repeated_is_not_sent_again_and_says_why(self):
		self.written()
		self.agent.post("chat.reply", **self.asked, body="Halo", client_key=self.key())
		dispatch_to(ScriptedChannel(rejected("63032", "")))
		failed = self.agent.get("chat.open", **self.asked).json["message"]["messages"][-1]
		self.assertEqual((failed["delivery_status"], failed["may_send_again"]), ("failed", False))
		again = self.agent.post("chat.send_again", message=failed["name"], client_key=self.key())
		self.assertEqual((again.status_code, again.json["exc_type"]), (417, "InvalidMessage"), again.text)
		self.assertEqual(sentences(again), failed["error_text"])


class TestUnknownSender(ChatCase):
	"""A customer wrote to a number that is not, or no longer, among the senders."""

	NUMBER = "whatsapp:+6281199999999"

	def setUp(self):
		super().setUp()
		self.template()
		self.chat = self.written(To=self.NUMBER)

	def tearDown(self):
		super().tearDown()
		fill_in_settings()
		frappe.db.commit()

	def calls(self) -> list:
		template = {"content_sid": TEMPLATE, "variables": {"1": "Pak Budi", "2": "rumah"}}
		message = self.messages(self.chat.name)[0].name
		text = {"conversation": self.chat.name, "direction": "Outbound", "body": "Masih ada."}
		return [
			self.agent.post("chat.reply", **self.asked, body="Masih ada.", client_key=self.key()),
			self.agent.post("chat.send_template", **self.asked, **template, client_key=self.key()),
			self.agent.post("chat.send_again", message=message, client_key=self.key()),
			self.agent.get("templates.usable", **self.asked),
			self.agent.resource("POST", "Chat Message", **text),
		]

	def test_the_message_is_kept_and_the_chat_says_what_to_do(self):
		opened = self.agent.get("chat.open", **self.asked).json["message"]
		self.assertEqual([each["body"] for each in opened["messages"]], ["Halo, apakah masih ada?"])
		self.assertIn("+6281199999999", opened["sender_problem"])
		self.assertIn("is not among your senders", opened["sender_problem"])

	def test_nothing_is_sent_from_that_number_by_any_way(self):
		for answer in self.calls():
			self.assertEqual((answer.status_code, answer.json["exc_type"]), (417, "NotSetUp"), answer.text)
			self.assertIn("is not among your senders", sentences(answer))
		self.assertEqual(len(self.messages(self.chat.name)), 1)

	def test_once_it_is_a_sender_the_chat_goes_on(self):
		senders = [{"address": BUSINESS, "is_default": 1}, {"address": self.NUMBER}]
		fill_in_settings(senders=senders)
		frappe.db.commit()
		self.assertIsNone(self.agent.get("chat.open", **self.asked).json["message"]["sender_problem"])
		reply, template, _again, usable, document = self.calls()
		for answer in (reply, template, usable, document):
			self.assertEqual(answer.status_code, 200, answer.text)
		queued = next(each for each in self.messages(self.chat.name) if each.body == "Masih ada.")
		channel = ScriptedChannel()
		dispatch_to(channel)
		sent = next(each for each in channel.sent if each.message == queued.name)
		self.assertEqual(sent.business_address, self.NUMBER)


class TestUnsendableTexts(ChatCase):
	def setUp(self):
		super().setUp()
		self.template()
		self.chat = self.written()

	def test_half_a_surrogate_pair_is_refused_in_a_text_and_in_a_variable(self):
		key = {"client_key": self.key()}
		for body in ("\ud800", "Halo \udfff"):
			answer = self.agent.post("chat.reply", **self.asked, body=body, **key)
			self.assertEqual(answer.status_code, 417)  # Frappe 16 rejects it itself, with its own text
		for variables in ({"1": "\ud800", "2": "x"}, '{"1": "\\ud800", "2": "x"}'):
			asked = {**self.asked, "content_sid": TEMPLATE, "variables": variables, **key}
			self.assertEqual(self.agent.post("chat.send_template", **asked).status_code, 417)
		text = {"conversation": self.chat.name, "direction": "Outbound", "body": "\ud800"}
		self.assertEqual(self.agent.resource("POST", "Chat Message", **text).status_code, 417)
		self.assertEqual(len(self.messages(self.chat.name)), 1)
