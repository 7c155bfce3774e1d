"""When and how a customer agreed to be written to: who may record it, how it cannot be forged, and the patch for existing chats."""

from unittest.mock import patch

import frappe

from wa_window.chat.consent import SOURCES
from wa_window.patches import backfill
from wa_window.patches.v1_1 import fill_consents
from wa_window.tests.chat_case import ChatCase
from wa_window.tests.site_case import AGENT, HOUR_MS, MANAGER, STRANGER, Panel

CHAT = "Chat Conversation"
FIELDS = ["consent_source", "consent_at_ms", "consent_note", "consent_by"]


class TestConsent(ChatCase):
	def stored(self, conversation: str) -> tuple:
		frappe.db.rollback()
		return frappe.db.get_value(CHAT, conversation, FIELDS)

	def test_an_agent_records_it_and_reads_it_back(self):
		chat = self.written()
		at_ms = self.now_ms - HOUR_MS
		given = {
			"conversation": chat.name,
			"source": "Told an Agent",
			"at_ms": at_ms,
			"note": " =by phone <b> ",
		}
		response = self.agent.post("inbox.set_consent", **given)
		self.assertEqual(response.status_code, 200, response.text)
		answer = self.agent.get("inbox.consent", conversation=chat.name).json["message"]
		self.assertEqual(answer, response.json["message"])
		self.assertEqual((answer["source"], answer["at_ms"]), ("Told an Agent", at_ms))
		self.assertTrue(answer["by"])
		self.assertEqual([each["value"] for each in answer["sources"]], list(SOURCES))
		note = self.stored(chat.name)[2]
		self.assertFalse(note.startswith("=") or "<" in note, note)

	def test_who_may_only_read_the_chat_may_not_record_it(self):
		chat = self.written()
		before = self.stored(chat.name)
		given = {"conversation": chat.name, "source": "Other", "at_ms": self.now_ms}
		with patch(
			"wa_window.frappe_host.panel_host.FrappePanelHost.has_chat_permission",
			lambda *args: args[2] == "read",
		):
			self.assertEqual(self.agent.get("inbox.consent", conversation=chat.name).status_code, 200)
			self.assertEqual(self.agent.post("inbox.set_consent", **given).status_code, 403)
		for conversation in (chat.name, "none"):
			stranger = Panel(STRANGER)
			self.assertEqual(stranger.get("inbox.consent", conversation=conversation).status_code, 403)
			self.assertEqual(stranger.post("inbox.set_consent", **given).status_code, 403)
		self.assertEqual(self.stored(chat.name), before)

	def test_it_is_not_forged_as_a_document(self):
		chat = self.written()
		before = self.stored(chat.name)
		for user in (AGENT, MANAGER):
			for field, value in zip(FIELDS, ("Other", 1, "x", MANAGER), strict=True):
				response = Panel(user).resource("PUT", f"{CHAT}/{chat.name}", **{field: value})
				self.assertEqual(response.status_code, 403, response.text)
		self.assertEqual(self.stored(chat.name), before)

	def test_the_options_of_the_field_are_those_that_may_be_recorded(self):
		self.assertEqual(
			frappe.get_meta(CHAT).get_field("consent_source").options.split("\n"), ["", *SOURCES]
		)

	def test_existing_chats_get_that_of_their_first_message(self):
		chat, other = self.written(), self.written_by(self.phone())
		first_ms = self.now_ms - 50 * HOUR_MS
		self.written_by(self.number)
		self.store.change_message(self.messages(chat.name)[0].name, sent_at_ms=first_ms)
		self.store.change_conversation(chat.name, consent_source="", consent_at_ms=0)
		self.store.change_conversation(other.name, consent_source="Other", consent_at_ms=5)
		frappe.db.commit()
		modified = frappe.db.get_value(CHAT, chat.name, "modified")
		fill_consents.execute()
		self.assertEqual(self.stored(chat.name)[:2], ("Wrote to Us", first_ms))
		self.assertEqual(self.stored(other.name)[:2], ("Other", 5))
		self.assertEqual(frappe.db.get_value(CHAT, chat.name, "modified"), modified)

	def test_the_patch_goes_on_after_an_interruption(self):
		chats = [self.written_by(self.phone()) for _ in range(3)]
		for chat in chats:
			self.store.change_conversation(chat.name, consent_source="", consent_at_ms=0)
		frappe.db.commit()
		fill, done = backfill._fill_consents, []

		def killed(names):
			if done:
				raise KeyboardInterrupt
			done.append(names)
			fill(names)

		with patch.object(backfill, "AT_ONCE", 1), patch.object(backfill, "_fill_consents", killed):
			self.assertRaises(KeyboardInterrupt, fill_consents.execute)
		fill_consents.execute()
		self.assertEqual({self.stored(chat.name)[0] for chat in chats}, {"Wrote to Us"})
