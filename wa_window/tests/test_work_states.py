"""Which chats need a reply and what each user has read, on a real site."""

from unittest.mock import patch

import frappe
from frappe.desk.form import assign_to
from frappe.utils import add_days, now_datetime

from wa_window.chat import read_state
from wa_window.frappe_host.bootstrap import chat_service
from wa_window.frappe_host.desk import list_windows
from wa_window.frappe_host.jobs import work_states
from wa_window.frappe_host.records import erase
from wa_window.frappe_host.store import recompute
from wa_window.frappe_host.store.read_states import FIRST_OPENING, READ_STATE
from wa_window.tests.site_case import (
	AGENT,
	HOUR_MS,
	MANAGER,
	STRANGER,
	Panel,
	SiteCase,
	make_user,
)


class WorkStateCase(SiteCase):
	def setUp(self):
		super().setUp()
		self.number = self.phone()
		self.lead_doc = self.lead(self.number, lead_owner=AGENT)
		self.agent, self.manager = Panel(AGENT), Panel(MANAGER)

	def chat(self, **more):
		self.written_by(self.number, **more)
		self.post_process_all()
		return self.conversation_of(self.number)

	def row(self, response) -> dict | None:
		self.assertEqual(response.status_code, 200, response.text)
		return response.json.get("message")

	def unread(self, user: str) -> int:
		chat = self.conversation_of(self.number)
		return read_state.unread_counts(chat_service(), user, [chat])[chat.name]

	def column(self, name: str, field: str = "needs_reply"):
		frappe.db.rollback()
		return frappe.db.get_value("Chat Conversation", name, field)


class TestWorkStates(WorkStateCase):
	def test_the_column_for_lists_follows_the_time(self):
		chat = self.chat()
		self.assertEqual(self.column(chat.name), 1)
		self.row(self.agent.post("inbox.done", conversation=chat.name))
		self.assertEqual(self.column(chat.name), 0)

	def test_a_row_shows_the_leads_title_owner_and_assignees(self):
		chat = self.chat(body="Apakah bisa KPR?")
		assign_to.add({"doctype": "Chat Lead", "name": self.lead_doc.name, "assign_to": [MANAGER]})
		frappe.db.commit()
		row = self.row(self.agent.post("inbox.snooze", conversation=chat.name, until_ms=0))
		self.assertEqual((row["conversation"], row["title"]), (chat.name, "Budi Santoso"))
		self.assertEqual((row["lead_doctype"], row["lead"]), ("Chat Lead", self.lead_doc.name))
		self.assertEqual(row["owner"], {"user": AGENT, "full_name": "wa-agent"})
		self.assertEqual([person["user"] for person in row["assigned"]], [MANAGER])
		self.assertEqual((row["sender_label"], row["window"]["state"]), ("Sales ID", "open"))
		self.assertEqual((row["last"]["text"], row["last"]["author"]), ("Apakah bisa KPR?", ""))
		self.assertEqual(row["waiting_since_ms"], chat.waiting_since_ms)

	def test_a_reply_is_shown_with_its_author(self):
		chat = self.chat()
		target = {"lead_doctype": "Chat Conversation", "lead": chat.name}
		self.row(self.agent.post("chat.reply", **target, body="Masih ada", client_key=frappe.generate_hash()))
		row = self.row(self.manager.post("inbox.mark_unread", conversation=chat.name))
		self.assertEqual((row["last"]["author"], row["last"]["is_mine"]), ("wa-agent", False))
		self.assertIsNone(row["waiting_since_ms"])

	def test_done_snooze_and_unread_over_http(self):
		chat, until_ms = self.chat(), self.now_ms + 3 * HOUR_MS
		snoozed = self.row(self.agent.post("inbox.snooze", conversation=chat.name, until_ms=until_ms))
		self.assertEqual(snoozed["snoozed_until_ms"], until_ms)
		(seen,) = self.messages(chat.name)
		later = self.chat()
		self.assertEqual(later.snoozed_until_ms, 0)
		done = self.row(self.agent.post("inbox.done", conversation=chat.name, seen=seen.name))
		self.assertIsNotNone(done["waiting_since_ms"])
		done = self.row(self.agent.post("inbox.done", conversation=chat.name))
		self.assertIsNone(done["waiting_since_ms"])

	def test_a_wrong_time_or_chat_is_an_error_and_no_traceback(self):
		chat = self.chat()
		for until_ms in (-1, 10**18, "x", None):
			answer = self.agent.post("inbox.snooze", conversation=chat.name, until_ms=until_ms)
			self.assertIn(answer.status_code, (417, 403), answer.text)
		self.assertEqual(self.agent.post("inbox.done", conversation="nothing").status_code, 403)
		self.assertEqual(self.agent.post("inbox.done", conversation=chat.name, seen="x").status_code, 417)
		self.assertEqual(Panel(STRANGER).post("inbox.done", conversation=chat.name).status_code, 403)

	def test_a_message_made_as_a_document_is_an_answer(self):
		chat = self.chat()
		values = {"conversation": chat.name, "direction": "Outbound", "body": "Masih ada"}
		self.assertEqual(self.agent.resource("POST", "Chat Message", **values).status_code, 200)
		self.assertEqual(self.conversation_of(self.number).waiting_since_ms, 0)
		self.assertNotIn(chat.name, self.differences())

	def test_a_chat_that_retention_has_emptied_waits_no_more(self):
		chat = self.chat()
		(message,) = self.messages(chat.name)
		frappe.db.set_value(
			"Chat Message", message.name, "creation", add_days(now_datetime(), -40), update_modified=False
		)
		frappe.db.commit()
		since_ms, settings = self.now_ms - 30 * 24 * HOUR_MS, frappe._dict(keep_days=30)
		with (
			patch.object(erase, "kept_since_ms", return_value=since_ms),
			patch.object(erase, "settings", return_value=settings),
		):
			erase.delete_expired_messages()
		self.assertEqual(self.messages(chat.name), [])
		self.assertEqual(self.conversation_of(self.number).waiting_since_ms, 0)

	def test_verify_finds_and_fixes_a_wrong_state(self):
		chat = self.chat()
		for values in (
			{"waiting_since_ms": 5},
			{"waiting_since_ms": 0, "needs_reply": 0},
			{"needs_reply": 0},
		):
			frappe.db.set_value("Chat Conversation", chat.name, values, update_modified=False)
			frappe.db.commit()
			self.assertIn(chat.name, self.differences())
			self.assertIn(chat.name, self.differences(fix=True))
			self.assertNotIn(chat.name, self.differences())
			self.assertEqual(
				(self.conversation_of(self.number).waiting_since_ms, self.column(chat.name)),
				(chat.waiting_since_ms, 1),
			)

	def differences(self, *, fix: bool = False) -> set[str]:
		return {
			difference.name
			for found in recompute.compare_all(kept_since_ms=0, fix=fix)
			for difference in found
		}

	def test_a_message_stored_by_the_earlier_version_during_the_update_is_found_by_the_sweep(self):
		work_states.note_begin()
		frappe.db.commit()
		chat = self.chat()
		(message,) = self.messages(chat.name)
		for _ in range(2):  # all of its processes have not ended after the first run
			self.stored_by_earlier_version(chat, message)
			work_states.finish()
			self.assertEqual(self.conversation_of(self.number).waiting_since_ms, chat.waiting_since_ms)
		frappe.db.set_global(work_states.UNTIL, "1")
		work_states.finish()
		self.stored_by_earlier_version(chat, message)
		work_states.finish()
		self.assertEqual(self.conversation_of(self.number).waiting_since_ms, 0)

	def stored_by_earlier_version(self, chat, message) -> None:
		self.store.change_message(message.name, stored_at_ms=0)
		self.store.change_conversation(chat.name, waiting_since_ms=0, last_stored_at_ms=0)
		frappe.db.commit()


class TestReadStates(WorkStateCase):
	def test_each_reads_for_themselves(self):
		chat = self.chat()
		self.row(self.manager.post("chat.mark_read", conversation=chat.name))
		self.assertEqual((self.unread(AGENT), self.unread(MANAGER)), (1, 0))

	def test_the_list_of_chats_has_ones_own_count(self):
		for panel in (self.agent, self.manager):
			self.listed(panel)
		chat = self.chat()
		self.row(self.agent.post("chat.mark_read", conversation=chat.name))
		for user, expected in ((MANAGER, 1), (AGENT, 0)):
			frappe.set_user(user)
			found = list_windows.of_conversations([chat.name])
			frappe.set_user("Administrator")
			self.assertEqual(found[chat.name]["unread"], expected, user)

	def test_the_unread_are_those_one_has_not_read_oneself(self):
		for panel in (self.agent, self.manager):
			self.listed(panel)
		chat = self.chat()
		self.assertIn(chat.name, self.listed(self.agent))
		self.row(self.agent.post("chat.mark_read", conversation=chat.name))
		self.assertNotIn(chat.name, self.listed(self.agent))
		self.assertIn(chat.name, self.listed(self.manager))
		self.row(self.agent.post("inbox.mark_unread", conversation=chat.name))
		self.assertIn(chat.name, self.listed(self.agent))

	def test_an_old_chat_that_one_marks_as_unread_is_listed(self):
		chat = self.chat(hours_ago=30)
		self.assertNotIn(chat.name, self.listed(self.agent))
		self.row(self.agent.post("inbox.mark_unread", conversation=chat.name))
		self.assertIn(chat.name, self.listed(self.agent))

	def listed(self, panel) -> list[str]:
		answer = panel.get("inbox.filters", kind="unread", doctype="Chat Conversation")
		((_doctype, field, operator, names),) = self.row(answer)["filters"]
		self.assertEqual((field, operator), ("name", "in"))
		return names

	def test_reading_locks_no_chat(self):
		chat = self.chat()
		frappe.db.commit()
		self.store.lock(chat.name)
		site, mine = frappe.local.site, frappe.local.db
		del frappe.local.db
		try:
			frappe.connect(site=site, set_admin_as_user=False)
			frappe.db.sql("set innodb_lock_wait_timeout = 1")
			read_state.mark_read(chat_service(), AGENT, chat.name)
			frappe.db.close()
		finally:
			frappe.local.db = mine
		frappe.db.rollback()
		self.assertEqual(self.unread(AGENT), 0)

	def test_a_deleted_user_leaves_no_read_state(self):
		user = "wa-gone@example.com"
		make_user(user, "WA Window Agent")
		chat = self.chat()
		read_state.opened(chat_service(), user)
		read_state.mark_read(chat_service(), user, chat.name)
		self.assertTrue(frappe.db.exists(READ_STATE, {"user": user}))
		frappe.delete_doc("User", user)
		frappe.db.commit()
		self.assertFalse(frappe.db.exists(READ_STATE, {"user": user}))
		self.assertFalse(frappe.db.exists("DefaultValue", {"parent": user, "defkey": FIRST_OPENING}))

	def test_a_renamed_user_keeps_what_they_have_read(self):
		user, renamed = "wa-old@example.com", "wa-new@example.com"
		make_user(user, "WA Window Agent")
		chat = self.chat()
		read_state.mark_read(chat_service(), user, chat.name)
		frappe.rename_doc("User", user, renamed, force=True)
		frappe.db.commit()
		self.assertEqual(self.unread(renamed), 0)
		frappe.delete_doc("User", renamed)
		frappe.db.commit()

	def test_an_erased_or_deleted_chat_leaves_no_read_state(self):
		for delete in (erase.erase_customer, lambda name: frappe.delete_doc("Chat Conversation", name)):
			chat = self.chat()
			self.row(self.agent.post("chat.mark_read", conversation=chat.name))
			self.assertTrue(frappe.db.exists(READ_STATE, {"conversation": chat.name}))
			delete(chat.name)
			frappe.db.commit()
			self.assertFalse(frappe.db.exists(READ_STATE, {"conversation": chat.name}))

	def test_nobody_reads_a_read_state_as_a_document(self):
		chat = self.chat()
		self.row(self.agent.post("chat.mark_read", conversation=chat.name))
		name = frappe.db.get_value(READ_STATE, {"conversation": chat.name})
		for panel in (self.agent, self.manager):
			self.assertEqual(panel.resource("GET", f"Chat Read State/{name}").status_code, 403)
			self.assertEqual(panel.resource("GET", "Chat Read State").status_code, 403)
