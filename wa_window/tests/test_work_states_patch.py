"""The patch that begins the work states, on chats of an earlier version."""

from unittest.mock import patch

import frappe
from frappe.desk.form import assign_to

from wa_window.chat import read_state
from wa_window.chat.message import OUTBOUND, RECORD, Message
from wa_window.frappe_host.bootstrap import chat_service
from wa_window.frappe_host.jobs import work_states
from wa_window.frappe_host.store.read_states import READ_STATE
from wa_window.patches import backfill
from wa_window.patches.v1_1 import begin_work_states
from wa_window.tests.site_case import AGENT, MANAGER, SiteCase

CHAT = "Chat Conversation"


class TestWorkStatesPatch(SiteCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.added = not frappe.db.has_column(CHAT, "unread_count")
		if cls.added:
			cls.alter("add column unread_count int not null default 0")

	@classmethod
	def tearDownClass(cls):
		if cls.added:
			cls.alter("drop column unread_count")
		super().tearDownClass()

	@staticmethod
	def alter(how: str) -> None:
		frappe.db.sql_ddl(f"alter table `tab{CHAT}` {how}")
		frappe.client_cache.delete_value("table_columns") if hasattr(frappe, "client_cache") else None
		frappe.cache.delete_key("table_columns")

	def tearDown(self):
		work_states._end()
		frappe.db.commit()
		super().tearDown()

	def chat(self, *, messages: int = 3, unread: int = 0, owner: str = AGENT, answered: bool = False):
		"""A chat as an earlier version has stored it."""
		phone = self.phone()
		self.lead(phone, lead_owner=owner)
		for _ in range(messages):
			self.written_by(phone)
		self.post_process_all()
		chat = self.conversation_of(phone)
		for number, message in enumerate(self.messages(chat.name)):
			at_ms = self.now_ms - 60_000 * (10 - number)
			self.store.change_message(message.name, stored_at_ms=0, sent_at_ms=at_ms)
		if answered:
			at_ms = self.now_ms - 60_000
			sent = Message(chat.name, OUTBOUND, "text", "Ya", at_ms, RECORD, "read", client_key=chat.name)
			self.store.add_message(sent)
		times = {"last_inbound_at_ms": self.now_ms - 60_000 * (11 - messages)}
		self.store.change_conversation(chat.name, waiting_since_ms=0, last_stored_at_ms=0, **times)
		frappe.db.set_value(CHAT, chat.name, "unread_count", unread, update_modified=False)
		frappe.db.commit()
		return self.store.conversation(chat.name)

	def unread(self, user: str, chat) -> int:
		frappe.db.rollback()
		return read_state.unread_counts(chat_service(), user, [chat])[chat.name]

	def states(self, chat) -> list[str]:
		frappe.db.rollback()
		return sorted(frappe.get_all(READ_STATE, {"conversation": chat.name}, pluck="user"))

	def test_who_was_not_answered_waits_since_their_first_message(self):
		waiting, answered = self.chat(), self.chat(answered=True)
		begin_work_states.execute()
		frappe.db.rollback()
		found = {
			chat.name: frappe.db.get_value(CHAT, chat.name, ["waiting_since_ms", "needs_reply"])
			for chat in (waiting, answered)
		}
		since_ms = self.now_ms - 10 * 60_000
		self.assertEqual(found, {waiting.name: (since_ms, 1), answered.name: (0, 0)})

	def test_the_shared_count_becomes_the_owners_and_the_assignees(self):
		chat = self.chat(unread=2)
		assign_to.add({"doctype": chat.lead_doctype, "name": chat.lead, "assign_to": [MANAGER]})
		frappe.db.commit()
		begin_work_states.execute()
		self.assertEqual(self.states(chat), sorted([AGENT, MANAGER]))
		self.assertEqual((self.unread(AGENT, chat), self.unread(MANAGER, chat)), (2, 2))

	def test_a_count_of_more_messages_than_there_are_is_all_of_them(self):
		chat = self.chat(unread=9)
		begin_work_states.execute()
		self.assertEqual(self.unread(AGENT, chat), 3)

	def test_an_owner_who_is_no_user_any_more_gets_nothing(self):
		chat = self.chat(unread=1)
		frappe.db.set_value(chat.lead_doctype, chat.lead, "lead_owner", "gone@example.com")
		frappe.db.commit()
		begin_work_states.execute()
		self.assertEqual(self.states(chat), [])

	def test_an_interrupted_run_goes_on_and_twice_is_the_same_as_once(self):
		chats = [self.chat(unread=1) for _ in range(3)]
		share, calls = backfill._share, []

		def interrupted(rows):
			calls.append(rows)
			if len(calls) > 1:
				raise KeyboardInterrupt
			share(rows)

		with patch.object(backfill, "UNREAD_AT_ONCE", 1), patch.object(backfill, "_share", interrupted):
			self.assertRaises(KeyboardInterrupt, begin_work_states.execute)
		begun = frappe.db.get_global(work_states.SINCE)
		self.assertTrue(begun)
		begin_work_states.execute()
		self.assertEqual(frappe.db.get_global(work_states.SINCE), begun)
		self.assertEqual([self.states(chat) for chat in chats], [[AGENT]] * 3)
		read_state.mark_read(chat_service(), AGENT, chats[0].name)
		begin_work_states.execute()
		self.assertEqual([self.unread(AGENT, chat) for chat in chats], [0, 1, 1])
