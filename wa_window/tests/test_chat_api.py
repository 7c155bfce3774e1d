"""Reading a chat over HTTP: its window, its messages."""

import frappe

from wa_window.frappe_host.clock import SystemClock
from wa_window.tests.chat_case import ChatCase
from wa_window.tests.site_case import (
	AGENT,
	BUSINESS,
	HOUR_MS,
	MANAGER,
	OTHER_BUSINESS,
	STRANGER,
	TEMPLATE,
	Panel,
	sentences,
)


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


class TestReading(ChatCase):
	def test_open_returns_conversations_window_and_newest_messages(self):
		conversation = self.written(body="Halo")
		opened = self.agent.get("chat.open", **self.asked).json["message"]
		self.assertEqual(opened["conversation"], conversation.name)
		self.assertEqual([message["body"] for message in opened["messages"]], ["Halo"])
		self.assertEqual(opened["conversations"][0]["business_label"], "Sales ID")
		self.assertTrue(opened["may_reply"])

	def test_a_chat_opens_whatever_an_earlier_version_stored_of_twilios_form(self):
		conversation = self.written(body="Halo")
		(message,) = self.messages(conversation.name)
		for raw in ("not json", "[1]", "", None):
			frappe.db.set_value("Chat Message", message.name, "raw", raw)
			frappe.db.commit()
			opened = self.agent.get("chat.open", **self.asked)
			self.assertEqual([row["body"] for row in opened.json["message"]["messages"]], ["Halo"], raw)

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

	def test_mark_read_clears_the_users_own_unread_count(self):
		conversation = self.written()
		response = self.agent.post("chat.mark_read", conversation=conversation.name)
		self.assertEqual(response.status_code, 200, response.text)
		opened = self.agent.get("chat.open", lead_doctype="Chat Conversation", lead=conversation.name)
		(row,) = opened.json["message"]["conversations"]
		self.assertEqual(row["unread_count"], 0)

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
