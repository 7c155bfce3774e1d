from unittest.mock import patch

import frappe

from wa_window.chat.address import customer_at
from wa_window.chat.message import InboundMessage
from wa_window.site import jobs
from wa_window.site.settings import SETTINGS
from wa_window.tests.contract import new_sid
from wa_window.tests.site_case import BUSINESS, HOUR_MS, SiteCase
from wa_window.twilio_channel.content import ProviderUnreachable


class TestCatchUp(SiteCase):
	def noted(self) -> dict:
		return frappe.db.get_singles_dict(SETTINGS, cast=True)

	def test_a_message_whose_webhook_was_lost_is_in_the_chat_and_the_look_is_noted(self):
		phone = self.phone()
		at_ms = self.now_ms - HOUR_MS
		lost = InboundMessage(
			new_sid(), customer_at(f"whatsapp:{phone}"), BUSINESS, "text", "Halo", at_ms, "twilio"
		)
		with patch("wa_window.site.jobs.inbound_since", return_value=iter([lost])) as listing:
			jobs.catch_up_messages()
		frappe.db.commit()
		noted = self.noted()
		self.assertEqual(self.conversation_of(phone).last_inbound_at_ms, at_ms)
		self.assertLess(listing.call_args.args[1], self.now_ms)
		self.assertGreaterEqual(noted.caught_up_until_ms, self.now_ms)
		self.assertIn("1", noted.last_catch_up_result)

	def test_where_twilio_cannot_be_read_the_next_look_begins_where_the_last_one_ended(self):
		before = self.noted().get("caught_up_until_ms")
		with patch("wa_window.site.jobs.inbound_since", side_effect=ProviderUnreachable):
			jobs.catch_up_messages()
		noted = self.noted()
		self.assertEqual(noted.get("caught_up_until_ms"), before)
		self.assertIn("Twilio could not be read", noted.last_catch_up_result)
