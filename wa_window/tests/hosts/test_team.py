"""Several agents at one chat: who answered, who is asked, whose chat it is."""

from unittest.mock import patch

import frappe
from frappe.desk.form import assign_to
from redis.exceptions import ConnectionError

from wa_window.api import chat as chat_api
from wa_window.chat.presence import LOOKING_MS, WRITING_MS
from wa_window.frappe_host import presence as frappe_presence
from wa_window.frappe_host.desk.list_filters import _my_conversations
from wa_window.frappe_host.presence import RedisPresence
from wa_window.frappe_host.records import assignments
from wa_window.tests.chat_case import ChatCase
from wa_window.tests.contract.concurrency import AtOnce
from wa_window.tests.contract.presence import PresenceContract
from wa_window.tests.site_case import (
	ADMIN,
	AGENT,
	MANAGER,
	STRANGER,
	Panel,
	SiteCase,
	fill_in_settings,
	of_this_run,
	sentences,
	with_own_connection,
)
from wa_window.twilio_channel import typing_indicator

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
			"kind": "text",
			"text": "<i>Rp 450 juta</i>",
		}
		self.assertEqual(response.json["details"], expected)
		self.assertIn("Rina already answered: “&lt;i>Rp 450 juta", sentences(response))
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


class TestTakingAndHandingOver(TeamCase):
	def assigned(self) -> list[str]:
		return [person["user"] for person in self.opened(self.agent)["assigned"]]

	def todos(self, user: str, status: str = "Open") -> int:
		about = {"reference_type": "Chat Lead", "reference_name": self.doc.name}
		return frappe.db.count("ToDo", about | {"allocated_to": user, "status": status})

	def test_an_agent_takes_a_chat_and_the_record_is_assigned_by_frappes_own_means(self):
		answer = self.agent.post("inbox.take", conversation=self.chat)
		self.assertEqual(answer.status_code, 200, answer.text)
		self.assertEqual(answer.json["message"]["assigned"], [{"user": AGENT, "full_name": "Andi"}])
		self.assertEqual((self.assigned(), self.todos(AGENT)), ([AGENT], 1))
		names, _complete = frappe_call_as(AGENT, _my_conversations)
		self.assertIn(self.chat, names)

	def test_taking_twice_changes_nothing(self):
		for _time in range(2):
			answer = self.agent.post("inbox.take", conversation=self.chat)
			self.assertNotIn("_server_messages", answer.json)
		self.assertEqual(self.todos(AGENT), 1)

	def test_taking_from_a_colleague_ends_their_assignment_and_tells_them(self):
		self.agent.post("inbox.take", conversation=self.chat)
		self.other.post("inbox.take", conversation=self.chat)
		self.assertEqual(
			(self.assigned(), self.todos(AGENT), self.todos(AGENT, "Cancelled")), ([OTHER], 0, 1)
		)
		self.agent.post("inbox.take", conversation=self.chat)
		self.other.post("inbox.take", conversation=self.chat)
		self.assertEqual((self.assigned(), self.todos(AGENT), self.todos(OTHER)), ([OTHER], 0, 1))

	def test_handing_over_carries_the_note_as_text_and_ends_ones_own_assignment(self):
		self.agent.post("inbox.take", conversation=self.chat)
		self.agent.post("inbox.assign", conversation=self.chat, user=OTHER, note="Minta <b>KPR</b>\nya")
		self.assertEqual((self.assigned(), self.todos(AGENT)), ([OTHER], 0))
		todo = frappe.get_last_doc("ToDo", {"allocated_to": OTHER})
		self.assertEqual(todo.description, "Minta &lt;b&gt;KPR&lt;/b&gt;<br>ya")
		self.assertEqual((todo.reference_type, todo.assigned_by), ("Chat Lead", AGENT))
		self.assertEqual(len(self.messages(self.chat)), 1)

	def test_only_who_may_already_chat_there_gets_it_and_nothing_is_shared(self):
		elsewhere = {"user": OTHER, "allow": "Chat Lead", "for_value": self.lead(self.phone()).name}
		limit = frappe.get_doc({"doctype": "User Permission", **elsewhere}).insert()
		frappe.db.commit()
		self.addCleanup(lambda: (limit.delete(), frappe.db.commit()))
		offered = self.agent.get("inbox.assignable", conversation=self.chat).json["message"]
		users = [person["user"] for person in offered]
		self.assertIn({"user": AGENT, "full_name": "Andi"}, offered)
		self.assertIn(MANAGER, users)
		self.assertFalse({OTHER, STRANGER, ADMIN, "Administrator", "Guest"} & set(users))
		for user in (OTHER, STRANGER, "Guest", "nobody@example.com", ""):
			answer = self.agent.post("inbox.assign", conversation=self.chat, user=user)
			self.assertEqual((answer.status_code, answer.json["exc_type"]), (417, "InvalidMessage"))
		for user in users:
			self.agent.post("inbox.assign", conversation=self.chat, user=user)
		shares = {"share_doctype": ("in", ["Chat Lead", "Chat Conversation"]), **of_this_run()}
		self.assertEqual(frappe.get_all("DocShare", shares), [])

	def test_an_assignment_by_the_desk_is_shown_in_the_chat_at_once(self):
		with patch("wa_window.frappe_host.events.publish_doc_changed") as published:
			assign_to.add({"doctype": "Chat Lead", "name": self.doc.name, "assign_to": [OTHER]})
			frappe.db.commit()
		published.assert_any_call("Chat Conversation", self.chat)
		self.assertEqual(self.assigned(), [OTHER])

	def test_two_who_take_it_at_once_leave_one_assignee(self):
		def take(user):
			def work():
				frappe.set_user(user)
				assignments.take(self.chat)

			return work

		AtOnce.at_once(self, take(AGENT), take(OTHER))
		self.assertEqual(len(self.assigned()), 1)

	def in_thread(self, work):
		return with_own_connection(work)


class TestNotes(TeamCase):
	def comments(self, doctype: str, name: str) -> list[str]:
		about = {"reference_doctype": doctype, "reference_name": name, "comment_type": "Comment"}
		return frappe.get_all("Comment", about, pluck="content")

	def test_a_note_is_a_comment_on_the_lead_and_is_never_sent(self):
		answer = self.agent.post("inbox.note", conversation=self.chat, text="Minta <script>x</script>\nbesok")
		self.assertEqual(answer.status_code, 200, answer.text)
		(comment,) = self.comments("Chat Lead", self.doc.name)
		self.assertNotIn("<script", comment)
		self.assertIn("<br>besok", comment)
		self.assertEqual(len(self.messages(self.chat)), 1)

	def test_a_note_on_a_chat_without_a_lead_stays_with_the_chat_for_managers_only(self):
		self.store.change_conversation(self.chat, lead_doctype="", lead="")
		frappe.db.commit()
		refused = self.agent.post("inbox.note", conversation=self.chat, text="x")
		self.assertEqual(refused.status_code, 403)
		manager = Panel(MANAGER)
		self.assertEqual(
			manager.post("inbox.note", conversation=self.chat, text="Siapa ini?").status_code, 200
		)
		self.assertEqual(self.comments("Chat Conversation", self.chat), ["Siapa ini?"])
		answer = manager.post("inbox.take", conversation=self.chat)
		self.assertEqual((answer.status_code, answer.json["exc_type"]), (417, "InvalidMessage"))

	def test_an_empty_note_and_one_too_long_are_refused(self):
		for text in ("", " \n", "x" * 5001):
			answer = self.agent.post("inbox.note", conversation=self.chat, text=text)
			self.assertEqual((answer.status_code, answer.json["exc_type"]), (417, "InvalidMessage"))


def frappe_call_as(user: str, call):
	frappe.set_user(user)
	try:
		return call()
	finally:
		frappe.set_user("Administrator")


class TestPresenceInRedis(PresenceContract, SiteCase):
	def setUp(self):
		super().setUp()
		self.presence, self.moved_ms = RedisPresence(), 0
		now_ms = frappe_presence._now_ms
		moved = patch.object(frappe_presence, "_now_ms", lambda: now_ms() + self.moved_ms)
		moved.start()
		self.addCleanup(moved.stop)

	def pass_time(self, ms: int) -> None:
		self.moved_ms += ms

	def test_nothing_is_left_in_redis(self):
		self.presence.look(self.chat, AGENT, writing=True)
		for kind, lasts_ms in (("looking", LOOKING_MS), ("writing", WRITING_MS)):
			left_ms = frappe.cache.pttl(frappe_presence._key(kind, self.chat))
			self.assertTrue(0 < left_ms <= lasts_ms, left_ms)

	def test_without_redis_nobody_is_there_and_nothing_fails(self):
		with (
			patch.object(frappe.cache, "pipeline", side_effect=ConnectionError),
			patch.object(frappe.cache, "zrem", side_effect=ConnectionError),
		):
			self.assertFalse(self.presence.look(self.chat, AGENT, writing=True))
			self.assertFalse(self.presence.stop_writing(self.chat, AGENT))
			self.assertEqual(self.presence.present(self.chat), [])


class TestPresence(TeamCase):
	def look(self, panel: Panel, **more):
		return panel.post("chat.presence", conversation=self.chat, **more)

	def test_a_colleague_is_seen_looking_and_writing_until_they_have_sent(self):
		self.assertEqual(self.look(self.agent, writing=True).json["message"], [])
		(seen,) = self.look(self.other).json["message"]
		self.assertEqual((seen["user"], seen["full_name"]), (AGENT, "Andi"))
		self.assertGreater(seen["writing_ms"], 0)
		self.assertEqual([each["user"] for each in self.opened(self.other)["present"]], [AGENT])
		self.reply(self.agent)
		self.assertEqual(self.opened(self.other)["present"][0]["writing_ms"], 0)

	def test_the_event_has_no_name_in_it_and_is_published_for_news_only(self):
		frappe.set_user(AGENT)
		with patch("frappe.publish_realtime") as publish:
			for writing in (False, False, True, True):
				chat_api.presence(self.chat, writing)
		frappe.set_user("Administrator")
		self.assertEqual(publish.call_count, 2)
		about = {"doctype": "Chat Conversation", "name": self.chat}
		publish.assert_called_with(
			"wa_window_presence_changed", about, doctype=about["doctype"], docname=about["name"]
		)

	def test_who_may_not_read_the_chat_is_not_there_and_sees_nobody(self):
		self.look(self.agent, writing=True)
		for user in (STRANGER, ADMIN):
			self.assertEqual(self.look(Panel(user)).status_code, 403)
		self.assertEqual(self.look(self.agent).json["message"], [])

	def test_the_customer_sees_it_where_settings_say_so(self):
		with patch.object(typing_indicator, "show_typing") as shown:
			self.look(self.agent, writing=True)
			shown.assert_not_called()
			fill_in_settings(show_typing=1)
			frappe.db.commit()
			for _ in range(2):
				self.look(self.agent, writing=True)
		((channel, message_sid), _) = shown.call_args
		(message,) = self.messages(self.chat)
		self.assertEqual((shown.call_count, message_sid), (1, message.message_sid))
		self.assertTrue(channel.account[0])

	def test_it_writes_no_row(self):
		frappe.set_user(AGENT)
		frappe.db.commit()
		writes = frappe.db.transaction_writes
		chat_api.presence(self.chat, True)
		self.assertEqual(frappe.db.transaction_writes, writes)


class TestTakingInFrappeCRM(SiteCase):
	"""Frappe CRM sees an assignment as its own: its avatars, its owner, its notifications."""

	people = SiteCase.people | {OTHER: "WA Window Agent"}

	def setUp(self):
		super().setUp()
		if not frappe.db.exists("DocType", "CRM Lead"):
			self.skipTest("Frappe CRM is not installed")
		for user in (AGENT, OTHER):
			frappe.get_doc("User", user).add_roles("Sales User")
		fill_in_settings(lead_doctype="CRM Lead", lead_owner=None)
		frappe.db.commit()
		phone = self.phone()
		self.written_by(phone)
		self.post_process_all()
		self.chat = self.conversation_of(phone)

	def test_the_first_to_take_a_lead_of_nobody_owns_it_and_the_chat_shows_that(self):
		answer = Panel(AGENT).post("inbox.take", conversation=self.chat.name)
		self.assertEqual(answer.json["message"]["owner"]["user"], AGENT)
		frappe.db.rollback()
		lead = frappe.db.get_value("CRM Lead", self.chat.lead, ["lead_owner", "_assign"], as_dict=True)
		self.assertEqual((lead.lead_owner, lead._assign), (AGENT, f'["{AGENT}"]'))
		self.assertEqual(frappe.db.get_value("Chat Conversation", self.chat.name, "lead_owner"), AGENT)

	def test_handing_over_notifies_the_colleague_in_crm_and_shares_nothing(self):
		Panel(AGENT).post("inbox.take", conversation=self.chat.name)
		Panel(AGENT).post("inbox.assign", conversation=self.chat.name, user=OTHER, note="Minta KPR")
		frappe.db.rollback()
		about = {"reference_name": self.chat.lead, "type": "Assignment", "to_user": OTHER}
		self.assertEqual(frappe.db.count("CRM Notification", about), 1)
		lead = frappe.db.get_value("CRM Lead", self.chat.lead, ["lead_owner", "_assign"], as_dict=True)
		self.assertEqual((lead.lead_owner, lead._assign), (AGENT, f'["{OTHER}"]'))
		self.assertEqual(frappe.get_all("DocShare", {"share_name": self.chat.lead, "user": OTHER}), [])


class TestTakingInERPNext(SiteCase):
	def setUp(self):
		super().setUp()
		if not frappe.db.exists("DocType", "Lead"):
			self.skipTest("ERPNext is not installed")
		frappe.get_doc("User", AGENT).add_roles("Sales User")
		fill_in_settings(lead_doctype="Lead", lead_owner=None)
		frappe.db.commit()
		phone = self.phone()
		self.written_by(phone)
		self.post_process_all()
		self.chat = self.conversation_of(phone)

	def test_a_lead_is_taken_and_its_owner_stays(self):
		answer = Panel(AGENT).post("inbox.take", conversation=self.chat.name)
		self.assertEqual(answer.json["message"]["assigned"][0]["user"], AGENT)
		frappe.db.rollback()
		lead = frappe.db.get_value("Lead", self.chat.lead, ["lead_owner", "_assign"], as_dict=True)
		self.assertEqual((lead.lead_owner or "", lead._assign), ("", f'["{AGENT}"]'))
