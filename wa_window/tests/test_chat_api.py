from contextlib import nullcontext
from dataclasses import replace

import frappe

from wa_window.chat.dispatch import dispatch
from wa_window.chat.ports.channel import Accepted
from wa_window.frappe_host.bootstrap import chat_service
from wa_window.frappe_host.clock import SystemClock
from wa_window.tests.contract.situation import NO_DEADLINE_MS, Channel, rejected
from wa_window.tests.site_case import (
	AGENT,
	BUSINESS,
	HOUR_MS,
	MANAGER,
	OTHER_BUSINESS,
	STRANGER,
	TEMPLATE,
	Panel,
	SiteCase,
	fill_in_settings,
	sentences,
)


class ScriptedChannel(Channel):
	"""A channel that records messages and returns scripted outcomes."""

	def __init__(self, outcome=None):
		super().__init__()
		self.outcome = outcome

	def send(self, outgoing):
		self.sent.append(outgoing)
		return self.outcome or Accepted("SM" + frappe.generate_hash(length=32), "queued")


def dispatch_to(channel) -> None:
	dispatch(replace(chat_service(), channel=lambda: nullcontext(channel)), until_ms=NO_DEADLINE_MS)


class ChatCase(SiteCase):
	def setUp(self):
		super().setUp()
		self.number = self.phone()
		self.doc = self.lead(self.number)
		self.asked = {"lead_doctype": "Chat Lead", "lead": self.doc.name}
		self.agent = Panel(AGENT)

	def written(self, hours_ago: float = 0, **more):
		conversation = self.written_by(self.number, hours_ago=hours_ago, **more)
		self.post_process_all()
		frappe.db.commit()
		return conversation

	def key(self) -> str:
		return frappe.generate_hash(length=20)


class TestWindow(ChatCase):
	def test_a_lead_that_never_wrote_has_its_number_and_the_default_sender(self):
		window = self.agent.get("chat.window", **self.asked).json["message"]
		self.assertEqual(window["state"], "never")
		self.assertFalse(window["freeform_allowed"])
		self.assertEqual(window["customer_address"], f"whatsapp:{self.number}")
		self.assertEqual(window["business_address"], BUSINESS)
		self.assertIsNone(window["closes_at_ms"])

	def test_an_inbound_message_opens_it_for_24_hours(self):
		conversation = self.written()
		window = self.agent.get("chat.window", **self.asked).json["message"]
		self.assertEqual((window["state"], window["freeform_allowed"]), ("open", True))
		self.assertEqual(window["closes_at_ms"], conversation.last_inbound_at_ms + 24 * HOUR_MS)
		self.assertLessEqual(abs(window["now_ms"] - SystemClock().now_ms()), 60_000)

	def test_it_is_closing_within_the_closing_hours_and_closed_after_24(self):
		self.written(hours_ago=22.5)
		self.assertEqual(self.agent.get("chat.window", **self.asked).json["message"]["state"], "closing")
		self.age(self.conversation_of(self.number).name, 24.01)
		window = self.agent.get("chat.window", **self.asked).json["message"]
		self.assertEqual((window["state"], window["freeform_allowed"]), ("closed", False))
		self.assertIn("by the messages received", window["reason"])

	def test_a_second_lead_with_the_same_phone_sees_the_same_window(self):
		self.written()
		second = self.lead("0" + self.number.removeprefix("+62"))
		windows = [
			self.agent.get("chat.window", lead_doctype="Chat Lead", lead=name).json["message"]
			for name in (self.doc.name, second.name)
		]
		self.assertEqual(windows[0]["closes_at_ms"], windows[1]["closes_at_ms"])

	def test_for_a_lead_without_a_number_the_answer_is_one_sentence(self):
		silent = self.lead(None)
		response = self.agent.get("chat.window", lead_doctype="Chat Lead", lead=silent.name)
		self.assertEqual(response.status_code, 417)
		self.assertEqual(response.json["exc_type"], "NoNumber")
		self.assertIn("no valid phone number", sentences(response))

	def test_a_conversation_of_another_lead_is_403(self):
		self.written()
		other = self.lead(self.phone())
		response = self.agent.get(
			"chat.window",
			lead_doctype="Chat Lead",
			lead=other.name,
			conversation=self.conversation_of(self.number).name,
		)
		self.assertEqual(response.status_code, 403)

	def test_whoever_may_not_read_the_lead_may_not_see_its_window(self):
		self.written()
		for user in (STRANGER, "Guest"):
			panel = Panel(STRANGER) if user == STRANGER else Panel.__new__(Panel)
			panel.headers = panel.headers if user == STRANGER else {}
			for method in ("chat.window", "chat.open", "templates.usable"):
				self.assertEqual(panel.get(method, **self.asked).status_code, 403)

	def test_the_sites_and_the_users_time_zones_change_nothing(self):
		self.written()
		before = self.agent.get("chat.window", **self.asked).json["message"]["closes_at_ms"]
		zone = frappe.db.get_single_value("System Settings", "time_zone")
		try:
			frappe.db.set_single_value("System Settings", "time_zone", "America/New_York")
			frappe.clear_cache()
			self.assertEqual(
				self.agent.get("chat.window", **self.asked).json["message"]["closes_at_ms"], before
			)
		finally:
			frappe.db.set_single_value("System Settings", "time_zone", zone)
			frappe.clear_cache()
			frappe.db.commit()


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
		self.assertIn("approved template", sentences(response))
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


class TestReading(ChatCase):
	def test_open_returns_conversations_window_and_newest_messages(self):
		conversation = self.written(body="Halo")
		opened = self.agent.get("chat.open", **self.asked).json["message"]
		self.assertEqual(opened["conversation"], conversation.name)
		self.assertEqual([message["body"] for message in opened["messages"]], ["Halo"])
		self.assertEqual(opened["conversations"][0]["business_label"], "Sales ID")
		self.assertTrue(opened["may_reply"])

	def test_older_messages_are_paged_by_the_oldest_shown(self):
		conversation = self.written()
		for number in range(70):
			self.post("inbound", self.inbound_form(self.number, body=f"pesan {number}"))
		newest = self.agent.get("chat.open", **self.asked).json["message"]["messages"]
		older = self.agent.get("chat.older", conversation=conversation.name, before=newest[0]["name"]).json[
			"message"
		]
		self.assertEqual((len(newest), len(older)), (50, 21))
		self.assertEqual(len({message["name"] for message in newest + older}), 71)
		times = [message["sent_at_ms"] for message in older + newest]
		self.assertEqual(times, sorted(times))

	def test_mark_read_clears_the_unread_count(self):
		conversation = self.written()
		response = self.agent.post("chat.mark_read", conversation=conversation.name)
		self.assertEqual(response.status_code, 200, response.text)
		self.assertEqual(self.conversation_of(self.number).unread_count, 0)

	def test_a_lead_made_with_somebodys_number_shows_the_window_and_not_the_messages(self):
		self.written()
		frappe.get_doc(
			{
				"doctype": "User Permission",
				"user": AGENT,
				"allow": "Chat Lead",
				"for_value": self.lead(self.number).name,
			}
		).insert()
		frappe.db.commit()
		try:
			mine = frappe.get_last_doc("Chat Lead").name
			opened = self.agent.get("chat.open", lead_doctype="Chat Lead", lead=mine).json["message"]
			self.assertEqual(opened["window"]["state"], "open")
			self.assertEqual((opened["messages"], opened["may_reply"]), ([], False))
			self.assertFalse(opened["conversations"][0]["may_read"])
			response = self.agent.post(
				"chat.reply", lead_doctype="Chat Lead", lead=mine, body="Halo", client_key=self.key()
			)
			self.assertEqual(response.status_code, 403)
		finally:
			frappe.db.delete("User Permission", {"user": AGENT})
			frappe.clear_cache()
			frappe.db.commit()

	def test_several_business_numbers_each_have_their_own_window(self):
		self.written(hours_ago=30)
		self.written_by(self.number, To=OTHER_BUSINESS)
		opened = self.agent.get("chat.open", **self.asked).json["message"]
		self.assertEqual(opened["window"]["business_address"], OTHER_BUSINESS)
		self.assertEqual(len(opened["conversations"]), 2)
		first = next(c for c in opened["conversations"] if c["business_address"] == BUSINESS)
		window = self.agent.get("chat.window", **self.asked, conversation=first["name"]).json["message"]
		self.assertEqual(window["state"], "closed")


class TestOptingIn(ChatCase):
	def setUp(self):
		super().setUp()
		self.template()
		self.chat = self.written(OptOutType="STOP", body="STOP")

	def opt_in(self, user: str = MANAGER, reason: str = "By telephone <b>today</b>"):
		return Panel(user).post("settings.opt_in", conversation=self.chat.name, reason=reason)

	def comments(self) -> list[str]:
		about = {"reference_doctype": "Chat Lead", "reference_name": self.doc.name, "comment_type": "Comment"}
		frappe.db.rollback()
		return frappe.get_all("Comment", about, ["owner", "content"])

	def test_a_manager_records_that_the_customer_has_opted_in_and_the_lead_says_who_and_why(self):
		self.assertEqual(self.agent.get("chat.window", **self.asked).json["message"]["state"], "opted_out")
		answer = self.opt_in()
		self.assertEqual((answer.status_code, answer.json["message"]["state"]), (200, "open"), answer.text)
		(comment,) = self.comments()
		self.assertEqual(comment.owner, MANAGER)
		self.assertIn("&lt;b&gt;today", comment.content)
		sent = self.agent.post("chat.reply", **self.asked, body="Terima kasih.", client_key=self.key())
		self.assertEqual(sent.status_code, 200, sent.text)

	def test_an_agent_cannot_and_nothing_is_recorded_without_a_reason_or_twice(self):
		self.assertEqual(self.opt_in(AGENT).status_code, 403)
		for reason in ("", "   ", "x" * 1001):
			self.assertEqual(self.opt_in(reason=reason).status_code, 417)
		self.assertEqual((self.comments(), self.store.conversation(self.chat.name).opted_out), ([], True))
		self.assertEqual([self.opt_in().status_code for _ in range(2)], [200, 417])
		self.assertEqual(len(self.comments()), 1)

	def test_who_blocks_us_is_shown_as_such_and_is_not_opted_in(self):
		self.opt_in()
		self.store.change_conversation(self.chat.name, blocked_at_ms=self.now_ms + HOUR_MS)
		frappe.db.commit()
		window = self.agent.get("chat.window", **self.asked).json["message"]
		self.assertEqual((window["state"], window["freeform_allowed"]), ("blocked", False))
		self.assertEqual(self.opt_in().status_code, 417)
		template = {"content_sid": TEMPLATE, "variables": {"1": "Pak Budi", "2": "rumah"}}
		refused = self.agent.post("chat.send_template", **self.asked, **template, client_key=self.key())
		self.assertEqual((refused.status_code, refused.json["exc_type"]), (409, "OptedOut"))
		self.assertIn("blocked", sentences(refused))


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
		self.assertIn("add it there", opened["sender_problem"])

	def test_nothing_is_sent_from_that_number_by_any_way(self):
		for answer in self.calls():
			self.assertEqual((answer.status_code, answer.json["exc_type"]), (417, "NotSetUp"), answer.text)
			self.assertIn("add it there", sentences(answer))
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
