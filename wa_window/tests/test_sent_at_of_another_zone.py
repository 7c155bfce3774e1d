from datetime import timedelta
from unittest.mock import patch

import frappe

from wa_window.frappe_host import clock
from wa_window.frappe_host.store import sent_at_column
from wa_window.tests.site_case import SiteCase

ZONE = "wa_window.frappe_host.clock.get_system_timezone"


class TestSentAtOfAnotherZone(SiteCase):
	def setUp(self):
		super().setUp()
		conversation = self.written_by(self.phone())
		(self.message,) = self.messages(conversation.name)
		sent_at_column.compare(fix=True, on_progress=self.on_progress)

	def on_progress(self, _count: int, share: float) -> None:
		self.assertLessEqual(share, 1)

	def sent_at(self):
		frappe.db.rollback()
		return frappe.db.get_value("Chat Message", self.message.name, ["sent_at", "modified"])

	def test_after_the_sites_time_zone_was_changed_verify_finds_and_sets_right_what_people_see(self):
		before, modified = self.sent_at()
		zone = "Pacific/Apia" if clock.get_system_timezone() != "Pacific/Apia" else "Asia/Jakarta"
		with patch(ZONE, return_value=zone):
			found = sent_at_column.compare(on_progress=self.on_progress)
			self.assertIn("messages, such as", found.name)
			self.assertEqual((found.field, self.sent_at()), ("sent_at", (before, modified)))
			with patch.object(sent_at_column, "BATCH", 2), patch.object(sent_at_column, "AT_ONCE", 1):
				self.assertTrue(sent_at_column.compare(fix=True, on_progress=self.on_progress))
			self.assertIsNone(sent_at_column.compare(on_progress=self.on_progress))
			after, untouched = self.sent_at()
			self.assertEqual(after, clock.site_datetime(self.message.sent_at_ms))
			self.assertGreater(abs(after - before), timedelta(hours=1))
			self.assertEqual(untouched, modified)
		self.assertTrue(sent_at_column.compare(fix=True, on_progress=self.on_progress))
		self.assertEqual(self.sent_at(), (before, modified))
