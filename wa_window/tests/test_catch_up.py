from unittest.mock import patch

import frappe

from wa_window.chat.address import customer_at
from wa_window.chat.message import OUTBOUND, InboundMessage, ListedMessage, Message
from wa_window.chat.recompute import Difference
from wa_window.frappe_host import consistency
from wa_window.frappe_host.jobs import catch_up
from wa_window.frappe_host.settings import SETTINGS
from wa_window.tests.contract import new_sid
from wa_window.tests.site_case import BUSINESS, HOUR_MS, MANAGER, Panel, SiteCase
from wa_window.twilio_channel.content import ProviderUnreachable
from wa_window.twilio_channel.listing import TwilioList


class CatchUpCase(SiteCase):
	def twilio_has(self, *inbound, outbound=()):
		"""The messages in Twilio's list during the test."""
		for method, listed in (("inbound_since", inbound), ("outbound_since", outbound)):
			replaced = patch.object(
				TwilioList, method, side_effect=lambda since_ms, listed=listed: iter(listed)
			)
			self.addCleanup(replaced.stop)
			setattr(self, method, replaced.start())

	def listed(self, phone: str, sid: str = "", *, hours_ago: float = 1) -> InboundMessage:
		at_ms = self.now_ms - int(hours_ago * HOUR_MS)
		return InboundMessage(
			sid or new_sid(),
			customer_at(f"whatsapp:{phone}"),
			BUSINESS,
			"text",
			"Halo",
			at_ms,
			"twilio",
			raw={"NumMedia": "0"},
		)

	def differences(self, name: str, **how) -> list[Difference]:
		found = consistency.compare_conversations(on_progress=lambda *_: None, **how)
		return [difference for difference in found if difference.name == name]

	def noted(self) -> dict:
		frappe.db.rollback()
		return frappe.db.get_singles_dict(SETTINGS, cast=True)


class TestCatchUp(CatchUpCase):
	def test_a_message_whose_webhook_was_lost_is_in_the_chat_and_the_run_is_noted(self):
		phone = self.phone()
		self.twilio_has(self.listed(phone))
		catch_up.catch_up_messages()
		noted = self.noted()
		self.assertEqual(self.conversation_of(phone).last_inbound_at_ms, self.now_ms - HOUR_MS)
		self.assertLess(self.inbound_since.call_args.args[0], self.now_ms)
		self.assertGreaterEqual(noted.caught_up_until_ms, self.now_ms)
		self.assertIn("1", noted.last_catch_up_result)

	def test_where_twilio_cannot_be_read_the_next_run_begins_where_the_last_one_ended(self):
		before = self.noted().get("caught_up_until_ms")
		with patch.object(TwilioList, "inbound_since", side_effect=ProviderUnreachable):
			catch_up.catch_up_messages()
		noted = self.noted()
		self.assertEqual(noted.get("caught_up_until_ms"), before)
		self.assertIn("Twilio could not be read", noted.last_catch_up_result)

	def test_a_message_that_cannot_be_stored_is_logged_and_the_same_span_is_read_again(self):
		before = self.noted().get("caught_up_until_ms")
		phone = self.phone()
		self.twilio_has(self.listed(phone))
		with patch("wa_window.chat.catch_up.receive", side_effect=ValueError("a broken column")):
			catch_up.catch_up_messages()
		noted = self.noted()
		self.assertEqual(noted.get("caught_up_until_ms"), before)
		self.assertIn("1 messages could not be stored", noted.last_catch_up_result)
		self.assertTrue(frappe.get_all("Error Log", {"error": ("like", "%a broken column%")}))

	def test_a_message_that_can_never_be_stored_does_not_hold_up_later_runs_forever(self):
		self.twilio_has(self.listed(self.phone(), hours_ago=25))
		with patch("wa_window.chat.catch_up.receive", side_effect=ValueError("a broken column")):
			_words, complete = catch_up.catch_up_days(2)
		self.assertTrue(complete)

	def test_an_admin_catches_up_for_days_and_sees_the_progress(self):
		progress = []
		messages = [self.listed(self.phone(), hours_ago=number / 10) for number in range(1, 401)]
		self.twilio_has(*messages)
		with patch("wa_window.chat.catch_up.receive", return_value=None):
			words, complete = catch_up.catch_up_days(
				7, on_progress=lambda count, share: progress.append((count, share))
			)
		self.assertEqual([count for count, _share in progress], [200, 400])
		self.assertTrue(0 < progress[0][1] < progress[1][1] <= 0.5)
		self.assertLess(self.inbound_since.call_args.args[0], self.now_ms - 6 * 24 * HOUR_MS)
		self.assertEqual((words[:25], complete), ("0 missed messages fetched", True))

	def test_what_another_program_sent_is_in_the_chat_and_the_run_says_so(self):
		phone = self.phone()
		chat = self.written_by(phone)
		at_ms = self.now_ms - 5 * 60 * 1000
		customer = customer_at(f"whatsapp:{phone}")
		sent = ListedMessage(new_sid(), customer, BUSINESS, "Dari Studio", at_ms, "delivered")
		stranger = customer_at(f"whatsapp:{self.phone()}")
		self.twilio_has(outbound=[sent, ListedMessage(new_sid(), stranger, BUSINESS, "OTP", at_ms, "sent")])
		catch_up.catch_up_messages()
		self.assertIn("1 sent outside this app.", self.noted().last_catch_up_result)
		opened = Panel(MANAGER).get("chat.open", lead_doctype="Chat Conversation", lead=chat.name)
		(shown,) = [each for each in opened.json["message"]["messages"] if each["sent_outside"]]
		self.assertEqual((shown["body"], shown["author"], shown["is_mine"]), ("Dari Studio", "", False))
		self.assertEqual(self.differences(chat.name), [])

	def test_a_deleted_message_does_not_come_back(self):
		phone = self.phone()
		conversation = self.written_by(phone)
		message = self.messages(conversation.name)[0]
		self.twilio_has(self.listed(phone, message.message_sid))
		frappe.delete_doc("Chat Message", message.name)
		frappe.db.commit()
		catch_up.catch_up_messages()
		self.assertEqual(self.messages(conversation.name), [])
		self.assertEqual(self.conversation_of(phone).last_inbound_at_ms, 0)


class TestVerify(CatchUpCase):
	def test_a_conversation_that_differs_from_its_messages_is_reported_and_fixed(self):
		conversation = self.written_by(self.phone())
		self.assertEqual(self.differences(conversation.name), [])
		self.store.change_conversation(conversation.name, last_inbound_at_ms=self.now_ms + HOUR_MS)
		frappe.db.commit()
		(found,) = self.differences(conversation.name)
		self.assertEqual((found.field, found.stored), ("last_inbound_at_ms", self.now_ms + HOUR_MS))
		self.assertEqual(len(self.differences(conversation.name, fix=True)), 1)
		self.assertEqual(self.differences(conversation.name), [])
		frappe.db.rollback()
		restored = self.store.conversation(conversation.name)
		self.assertEqual(restored.last_inbound_at_ms, conversation.last_inbound_at_ms)

	def test_what_twilio_has_and_this_site_lacks_is_reported_and_fetched(self):
		phone = self.phone()
		lost = self.listed(phone)
		self.twilio_has(lost)
		found = consistency.compare_with_twilio(7)
		self.assertIn(Difference(lost.message_sid, "message_sid", None, lost.message_sid), found)
		self.assertIsNone(self.conversation_of(phone))
		consistency.compare_with_twilio(7, fix=True)
		self.assertEqual(len(self.messages(self.conversation_of(phone).name)), 1)
		self.assertEqual(consistency.compare_with_twilio(7), [])

	def test_an_imported_message_with_twilios_time_is_right_and_one_with_another_is_reported(self):
		phone, sids = self.phone(), (new_sid(), new_sid())
		chat = self.written_by(phone)
		listed = []
		for sid, late_ms in zip(sids, (0, 1000), strict=True):
			at_ms = self.now_ms - HOUR_MS
			values = {"sent_at_ms": at_ms + late_ms, "sent_at_source": "import", "delivery_status": "sent"}
			self.store.add_message(Message(chat.name, OUTBOUND, "text", "Ya", message_sid=sid, **values))
			customer = customer_at(f"whatsapp:{phone}")
			listed.append(ListedMessage(sid, customer, BUSINESS, "Ya", at_ms, "sent"))
		frappe.db.commit()
		self.twilio_has(outbound=listed)
		found = [each.name for each in consistency.compare_with_twilio(7) if each.name in sids]
		self.assertEqual(found, [sids[1]])
