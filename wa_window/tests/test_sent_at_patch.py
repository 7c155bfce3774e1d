from unittest.mock import patch

import frappe

from wa_window.frappe_host.clock import epoch_ms, site_datetime
from wa_window.patches import backfill
from wa_window.patches.v1_0 import fill_sent_at
from wa_window.tests.site_case import HOUR_MS, SiteCase

TWILIO_TIME = "Mon, 02 Nov 2026 03:04:05 +0000"
TWILIO_MS = 1793588645000


class TestSentAtPatch(SiteCase):
	def message(self, *, sent_at, sent_at_ms, source="", raw=None, creation=None) -> str:
		conversation = self.written_by(self.phone())
		(message,) = self.messages(conversation.name)
		values = {"sent_at": sent_at, "sent_at_ms": sent_at_ms, "sent_at_source": source, "raw": raw}
		if creation:
			values["creation"] = creation
		frappe.db.set_value("Chat Message", message.name, values, update_modified=False)
		frappe.db.commit()
		return message.name

	def filled(self, name: str):
		fill_sent_at.execute()
		return frappe.db.get_value(
			"Chat Message", name, ["sent_at", "sent_at_ms", "sent_at_source", "conversation"], as_dict=True
		)

	def test_a_missing_datetime_is_taken_from_the_milliseconds(self):
		row = self.filled(self.message(sent_at=None, sent_at_ms=self.now_ms, source="receipt"))
		self.assertEqual((row.sent_at, row.sent_at_source), (site_datetime(self.now_ms), "receipt"))

	def test_missing_milliseconds_are_taken_from_the_datetime(self):
		sent_at = site_datetime(self.now_ms - HOUR_MS).replace(microsecond=0)
		row = self.filled(self.message(sent_at=sent_at, sent_at_ms=0))
		self.assertEqual((row.sent_at_ms, row.sent_at_source), (epoch_ms(sent_at), "record"))

	def test_where_both_are_missing_twilios_time_in_the_row_is_taken(self):
		raw = frappe.as_json({"Body": "Halo", "date_created": TWILIO_TIME})
		row = self.filled(self.message(sent_at=None, sent_at_ms=0, raw=raw))
		self.assertEqual((row.sent_at_ms, row.sent_at_source), (TWILIO_MS, "twilio"))

	def test_else_the_rows_creation_is_taken(self):
		created = site_datetime(self.now_ms - 5 * HOUR_MS)
		row = self.filled(self.message(sent_at=None, sent_at_ms=0, raw="not json", creation=created))
		self.assertEqual((row.sent_at_ms, row.sent_at_source), (epoch_ms(created), "record"))
		self.assertEqual(row.sent_at, created)

	def test_an_ambiguous_local_time_is_the_earlier_one(self):
		zone = frappe.db.get_single_value("System Settings", "time_zone")
		frappe.db.set_single_value("System Settings", "time_zone", "Europe/Berlin")
		frappe.clear_cache()
		try:
			ambiguous = frappe.utils.get_datetime("2026-10-25 02:30:00")
			self.assertEqual(epoch_ms(ambiguous), 1792888200000)
		finally:
			frappe.db.set_single_value("System Settings", "time_zone", zone)
			frappe.clear_cache()
			frappe.db.commit()

	def test_nothing_is_overwritten_and_twice_is_the_same_as_once(self):
		whole = self.message(sent_at=site_datetime(self.now_ms), sent_at_ms=self.now_ms, source="receipt")
		partial = self.message(sent_at=None, sent_at_ms=0, creation=site_datetime(self.now_ms - HOUR_MS))
		first = [self.filled(whole), self.filled(partial)]
		self.assertEqual([self.filled(whole), self.filled(partial)], first)
		self.assertEqual(first[0].sent_at_ms, self.now_ms)

	def test_an_interrupted_run_goes_on_with_what_is_left(self):
		names = [self.message(sent_at=None, sent_at_ms=0) for _ in range(3)]
		batch, backfill.BATCH = backfill.BATCH, 1
		fill, calls = backfill._fill, []

		def interrupted(rows):
			calls.append(rows)
			if len(calls) == 2:
				raise KeyboardInterrupt
			fill(rows)

		backfill._fill = interrupted
		try:
			self.assertRaises(KeyboardInterrupt, fill_sent_at.execute)
			frappe.db.rollback()
			left = frappe.db.count("Chat Message", {"name": ("in", names), "sent_at_ms": 0})
			self.assertEqual(left, 2)
			backfill._fill = fill
			fill_sent_at.execute()
		finally:
			backfill._fill, backfill.BATCH = fill, batch
		self.assertEqual(frappe.db.count("Chat Message", {"name": ("in", names), "sent_at_ms": 0}), 0)

	def test_a_run_that_was_interrupted_between_filling_and_rebuilding_rebuilds(self):
		name = self.message(sent_at=None, sent_at_ms=0)
		conversation = frappe.db.get_value("Chat Message", name, "conversation")
		with patch.object(backfill, "recompute_all", side_effect=KeyboardInterrupt):
			self.assertRaises(KeyboardInterrupt, fill_sent_at.execute)
		self.store.change_conversation(conversation, last_inbound_at_ms=0)
		frappe.db.commit()
		row = self.filled(name)
		self.assertEqual(self.store.conversation(conversation).last_inbound_at_ms, row.sent_at_ms)

	def test_the_conversations_last_inbound_times_are_rebuilt(self):
		created = site_datetime(self.now_ms - 3 * HOUR_MS)
		name = self.message(sent_at=None, sent_at_ms=0, creation=created)
		conversation = frappe.db.get_value("Chat Message", name, "conversation")
		self.store.change_conversation(conversation, last_inbound_at_ms=0)
		frappe.db.commit()
		row = self.filled(name)
		self.assertEqual(
			frappe.db.get_value("Chat Conversation", conversation, "last_inbound_at_ms"), row.sent_at_ms
		)
