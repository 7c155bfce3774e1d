"""Queueing and dispatching agents' messages."""

import json
import secrets
from contextlib import suppress
from dataclasses import replace

from wa_window.chat import delivery, dispatch, outbound
from wa_window.chat.address import customer_at
from wa_window.chat.errors import (
	InvalidMessage,
	NoNumber,
	OptedOut,
	TemplateNotUsable,
	WindowClosed,
)
from wa_window.chat.message import STORED, Lead, Media
from wa_window.chat.outbound import NewChat, SendRequest
from wa_window.chat.ports.channel import Accepted, OutcomeUnknown, Retryable
from wa_window.chat.window import WINDOW_MS, State

from .situation import AGENT, BUSINESS, HOUR_MS, TEMPLATE, Channel, Situation, new_phone, new_sid, rejected


class SendingContract(Situation):
	def test_a_reply_inside_the_window_is_queued_and_dispatched_as_freeform(self):
		self.written()
		message = self.reply("Masih ada.")
		self.assertEqual((message.delivery_status, message.sent_at_source), ("queued", "record"))
		self.assertEqual(self.events.outbox, 1)
		sent = self.sent(self.dispatch(Accepted(new_sid(), "queued", self.clock.at_ms - 250)), message)
		self.assertEqual((sent.body, sent.content_sid), ("Masih ada.", ""))
		self.assertEqual((sent.customer_address, sent.business_address), (self.customer.address, BUSINESS))
		stored = self.stored(message)
		self.assertTrue(stored.message_sid)
		self.assertEqual((stored.sent_at_ms, stored.sent_at_source), (self.clock.at_ms - 250, "twilio"))

	def test_outside_the_window_a_reply_is_refused_and_leaves_no_row(self):
		self.written()
		self.clock.forward(WINDOW_MS)
		self.assertRaises(WindowClosed, self.reply)
		self.assertEqual((len(self.messages()), self.events.outbox), (1, 0))

	def test_texts_that_cannot_be_sent_are_refused(self):
		self.written()
		for body in ("", " \n", "x" * 1601):
			self.assertRaises(InvalidMessage, self.reply, body)
		self.assertEqual(self.reply("x" * 1600).body, "x" * 1600)

	def test_the_same_client_key_from_the_same_author_returns_the_first_message(self):
		self.written()
		first, again = (
			self.reply("Halo", key="key-" + self.phone),
			self.reply("Halo", key="key-" + self.phone),
		)
		self.assertEqual((first.name, len(self.messages())), (again.name, 2))

	def test_the_same_client_key_with_another_content_is_refused_and_drops_nothing(self):
		self.written()
		key = "key-" + self.phone
		first = self.reply("Halo", key=key)
		pdf = Media(type="application/pdf", size=1, file="/a.pdf", state=STORED)
		for other in ({"body": "Apa kabar?"}, {"body": "Halo", "media": pdf}):
			self.assertRaises(InvalidMessage, self.reply, key=key, **other)
		self.assertRaises(InvalidMessage, self.send_template, key=key)
		self.assertEqual(self.reply("Halo", key=key).name, first.name)
		self.assertEqual(len(self.messages()), 2)

	def test_the_same_client_key_with_another_template_or_variable_is_refused(self):
		self.written()
		key = "key-" + self.phone
		first = self.send_template({"1": 1, "2": "rumah"}, key=key)
		self.assertEqual(self.send_template({"2": "rumah", "1": "1"}, key=key).name, first.name)
		self.assertRaises(InvalidMessage, self.send_template, {"1": 2, "2": "rumah"}, key=key)
		self.assertRaises(InvalidMessage, self.send_template, {}, self.INSIDE_ONLY, key=key)
		self.assertRaises(InvalidMessage, self.reply, first.body, key=key)

	def test_the_same_file_sent_again_with_its_key_is_the_first_message(self):
		self.written()
		pdf = Media(type="application/pdf", size=1, file="/a.pdf", state=STORED)
		first, again = (self.reply("", key="key-" + self.phone, media=pdf) for _ in range(2))
		self.assertEqual(first.name, again.name)
		other = replace(pdf, file="/b.pdf")
		self.assertRaises(InvalidMessage, self.reply, "", key="key-" + self.phone, media=other)

	def test_a_file_is_the_same_under_another_address_where_its_content_is(self):
		self.written()
		pdf, key = Media(type="application/pdf", size=1, file="/a.pdf", state=STORED), "key-" + self.phone
		compared = []

		def has_same_content(one, other):
			compared.append((one.file, other.file))
			return other.file == "/same.pdf"

		def sent_again(file, **more):
			again = replace(pdf, file=file, **more)
			return self.reply("", key=key, media=again, has_same_content=has_same_content)

		first = self.reply("", key=key, media=pdf)
		self.assertEqual(sent_again("/same.pdf").name, first.name)
		self.assertRaises(InvalidMessage, sent_again, "/other.pdf")
		self.assertRaises(InvalidMessage, sent_again, "/same.pdf", type="text/csv")
		self.assertEqual(compared, [("/a.pdf", "/same.pdf"), ("/a.pdf", "/other.pdf")])

	def test_a_client_key_that_differs_by_case_swallows_no_text(self):
		"""Where the database treats the two keys as equal, the second is an error."""
		self.written()
		self.reply("Halo", key="key-" + self.phone)
		with suppress(InvalidMessage):
			self.assertEqual(self.reply("Apa kabar?", key="KEY-" + self.phone).body, "Apa kabar?")
		with suppress(InvalidMessage):
			self.assertEqual(self.reply("Halo", key="Key-" + self.phone).client_key, "Key-" + self.phone)

	def test_the_first_message_is_returned_even_when_the_window_has_closed_since(self):
		self.written()
		first = self.reply(key="key-" + self.phone)
		self.clock.forward(WINDOW_MS)
		self.assertEqual(self.reply(key="key-" + self.phone).name, first.name)

	def test_the_client_key_of_another_author_or_conversation_is_invalid(self):
		self.written()
		self.reply(key="key-" + self.phone)
		self.assertRaises(InvalidMessage, self.reply, key="key-" + self.phone, author="other@example.com")
		self.customer = customer_at(f"whatsapp:{new_phone()}")
		self.written()
		self.assertRaises(InvalidMessage, self.reply, key="key-" + self.phone)
		self.assertRaises(InvalidMessage, self.reply, key="x" * 141)

	def test_a_template_goes_out_when_closed_with_its_rendered_text_as_body(self):
		self.written(hours_ago=30)
		message = self.send_template({"1": 'Pak "O\'Brien"', "2": "100% rumah"})
		self.assertEqual(message.body, 'Halo Pak "O\'Brien", apakah masih berminat dengan 100% rumah?')
		sent = self.sent(self.dispatch(), message)
		self.assertEqual((sent.body, sent.content_sid), ("", TEMPLATE))
		self.assertIn("100% rumah", sent.content_variables)
		self.assertEqual(self.state(), State.CLOSED)

	def test_sending_a_template_opens_nothing(self):
		self.written(hours_ago=30)
		before = self.pair().last_inbound_at_ms
		message = self.send_template()
		self.dispatch()
		self.track(message, "read")
		self.assertEqual((self.state(), self.pair().last_inbound_at_ms), (State.CLOSED, before))

	def test_an_apostrophe_or_a_quote_in_a_variable_sends(self):
		self.written()
		value = 'D\'Cozy "A" \\ 100%'
		message = self.send_template({"1": value, "2": "rumah"})
		sent = self.sent(self.dispatch(), message)
		self.assertEqual(json.loads(sent.content_variables), {"1": value, "2": "rumah"})

	def test_a_template_is_found_by_its_sid_never_by_its_name(self):
		self.written()
		self.assertRaises(TemplateNotUsable, self.send_template, content_sid="follow_up")

	def test_unknown_unapproved_and_inside_only_templates_are_refused(self):
		self.written(hours_ago=30)
		for content_sid in ("HX" + "f" * 32, self.REJECTED, self.INSIDE_ONLY):
			self.assertRaises(TemplateNotUsable, self.send_template, content_sid=content_sid)
		self.written()
		self.assertTrue(self.send_template({}, content_sid=self.INSIDE_ONLY).name)

	def test_a_missing_variable_is_refused_and_nothing_is_stored(self):
		self.written(hours_ago=30)
		self.assertRaises(InvalidMessage, self.send_template, {"1": "Pak Budi"})
		self.assertEqual(len(self.messages()), 1)

	def test_an_opted_out_customer_gets_neither_text_nor_template(self):
		self.written("STOP", opt_out="STOP")
		self.assertRaises(OptedOut, self.reply)
		self.assertRaises(OptedOut, self.send_template)

	def test_a_template_begins_the_conversation_and_a_refused_one_does_not(self):
		lead = Lead("Chat Lead", "a lead", self.phone)
		self.assertRaises(InvalidMessage, self.first_template, lead, {"1": "Pak Budi"})
		self.assertIsNone(self.pair())
		message = self.first_template(lead, {"1": "Pak Budi", "2": "rumah"})
		self.assertEqual(
			(self.pair().lead, self.state(), self.messages()), ("a lead", State.NEVER, [message])
		)
		self.assertRaises(NoNumber, self.first_template, Lead("Chat Lead", "silent"), {})

	def test_a_first_template_with_the_same_key_is_sent_once(self):
		lead = Lead("Chat Lead", "a lead", self.phone)
		variables = {"1": "Pak Budi", "2": "rumah"}
		first, again = (self.first_template(lead, variables, key="key-" + self.phone) for _ in range(2))
		self.assertEqual((first.name, len(self.messages())), (again.name, 1))
		other = {"1": "Bu Siti", "2": "rumah"}
		self.assertRaises(InvalidMessage, self.first_template, lead, other, key="key-" + self.phone)

	def test_a_template_that_would_begin_a_chat_is_refused_where_another_leads_has_begun_meanwhile(self):
		self.written("for managers only")
		variables = {"1": "Pak Budi", "2": "rumah"}
		lead = Lead("Chat Lead", "an agent's", self.phone)
		self.assertRaises(InvalidMessage, self.first_template, lead, variables)
		self.assertEqual(len(self.messages()), 1)
		linked = {"lead_doctype": lead.doctype, "lead": lead.name}
		name = self.pair().name
		self.store.transaction(lambda: self.store.change_conversation(name, **linked))
		self.assertTrue(self.first_template(lead, variables).name)

	def test_the_window_lapsing_before_dispatch_fails_the_message_without_a_call(self):
		self.written()
		message = self.reply()
		self.clock.forward(WINDOW_MS)
		self.assertIsNone(self.sent(self.dispatch(), message))
		self.assertEqual(
			(self.stored(message).delivery_status, self.stored(message).error_code),
			("failed", "window_closed"),
		)

	def test_a_template_queued_while_the_window_closes_is_still_sent(self):
		self.written()
		message = self.send_template()
		self.clock.forward(WINDOW_MS)
		self.assertIsNotNone(self.sent(self.dispatch(), message))

	def test_a_message_refused_by_the_provider_fails_with_its_code(self):
		self.written()
		message = self.reply()
		self.dispatch(rejected("63003", "not a WhatsApp user"))
		self.assertEqual(
			(self.stored(message).delivery_status, self.stored(message).error_code), ("failed", "63003")
		)

	def test_a_busy_provider_is_tried_again_later_and_not_for_ever(self):
		self.written()
		message = self.reply()
		for attempt in range(dispatch.MAX_ATTEMPTS):
			self.assertEqual(self.stored(message).delivery_status, "queued")
			self.assertIsNotNone(self.sent(self.dispatch(Retryable("20429")), message), attempt)
			self.assertIsNone(self.sent(self.dispatch(), message))
			self.clock.forward(dispatch.LONGEST_RETRY_MS)
		self.assertEqual(
			(self.stored(message).delivery_status, self.stored(message).error_code), ("failed", "20429")
		)

	def test_no_answer_makes_it_unknown_and_it_is_never_sent_again_by_itself(self):
		self.written()
		message = self.reply()
		self.dispatch(OutcomeUnknown("ReadTimeout"))
		self.assertEqual(self.stored(message).error_text, "ReadTimeout")
		self.clock.forward(10 * HOUR_MS)
		self.assertIsNone(self.sent(self.dispatch(), message))
		self.assertEqual(self.stored(message).delivery_status, "unknown")
		self.track(message, "delivered", by_name=True)
		self.assertEqual(self.stored(message).delivery_status, "delivered")

	def test_a_dispatcher_that_died_after_claiming_leaves_it_unknown_after_the_lease(self):
		self.written()
		message = self.reply()
		self.assertRaises(KeyboardInterrupt, self.dispatch_dying)
		self.assertEqual(self.stored(message).delivery_status, "sending")
		self.clock.forward(delivery.CLAIM_LEASE_MS + 1)
		self.assertIsNone(self.sent(self.dispatch(), message))
		self.assertEqual(self.stored(message).delivery_status, "unknown")

	def test_a_message_whose_conversation_is_gone_is_canceled_and_not_sent(self):
		self.written()
		message = self.reply()
		self.store.transaction(lambda: self.store.change_message(message.name, conversation="erased"))
		self.assertIsNone(self.sent(self.dispatch(), message))
		self.assertEqual(self.stored(message).delivery_status, "canceled")

	def test_conversations_merged_while_a_message_is_at_the_provider_lose_nothing(self):
		by_phone, user_id = self.customer, "IN." + secrets.token_hex(8)
		self.written()
		self.customer = customer_at(f"whatsapp:{user_id}")
		self.written()
		message = self.reply()
		case = self

		class Joining(Channel):
			def send(self, outgoing):
				if outgoing.message == message.name:
					case.written("both", customer=replace(by_phone, user_id=user_id))
				return super().send(outgoing)

		self.dispatch_by(Joining())
		stored = self.stored(message)
		self.assertEqual(stored.conversation, self.pair(by_phone).name)
		self.assertTrue(stored.message_sid)
		self.track(stored, "delivered")
		self.assertEqual(self.stored(message).delivery_status, "delivered")

	def test_a_failed_message_can_be_sent_again_and_a_waiting_one_not(self):
		self.written()
		message = self.reply("Halo")
		self.assertRaises(InvalidMessage, self.again, message)
		self.dispatch(rejected("63012"))
		self.assertEqual(self.again(message).body, "Halo")

	def test_an_unconfirmed_message_can_be_sent_again_after_a_while_and_not_at_once(self):
		self.written()
		template = self.send_template()
		self.dispatch(OutcomeUnknown("ReadTimeout"))
		self.assertEqual(self.stored(template).error_code, delivery.OUTCOME_UNKNOWN_CODE)
		self.assertRaises(InvalidMessage, self.again, template)
		self.clock.forward(outbound.RECONCILE_FOR_MS)
		copy = self.again(template)
		self.assertEqual((copy.body, copy.content_variables), (template.body, template.content_variables))

	def test_a_template_without_variables_is_sent_again_though_nothing_is_stored_of_them(self):
		self.written()
		message = self.send_template({}, self.INSIDE_ONLY)
		self.dispatch(rejected("63012"))
		self.store.transaction(lambda: self.store.change_message(message.name, content_variables=""))
		copy = self.again(message)
		self.assertEqual((copy.content_template, copy.body), (self.INSIDE_ONLY, "Pilih"))

	def test_a_customers_messages_go_one_after_the_other_even_where_the_first_has_to_wait(self):
		self.written()
		first = self.reply("one")
		self.clock.forward(10)
		second = self.reply("two")
		channel = self.dispatch(Retryable("20429"))
		self.assertIsNone(self.sent(channel, second))
		self.assertIsNone(self.sent(self.dispatch(), second))
		self.clock.forward(dispatch.FIRST_RETRY_MS)
		self.dispatch()
		self.dispatch()
		self.assertTrue(self.stored(first).message_sid)
		self.assertTrue(self.stored(second).message_sid)

	def test_a_clock_that_is_set_back_keeps_nothing_waiting_and_no_later_message_overtakes(self):
		self.written(hours_ago=2)
		first = self.reply("one")
		self.clock.forward(-HOUR_MS)
		second, third = self.reply("two"), self.reply("three")
		sent = [self.dispatch().sent for _ in range(3)]
		ours = [each.message for batch in sent for each in batch]
		self.assertEqual(
			[name for name in ours if name in (first.name, second.name, third.name)],
			[first.name, second.name, third.name],
		)
		self.assertEqual([each.body for each in self.messages()], ["Halo", "one", "two", "three"])

	def test_a_clock_that_is_set_back_delays_no_further_attempt_for_longer_than_the_longest_pause(self):
		self.written(hours_ago=2)
		message = self.reply()
		self.dispatch(Retryable("20429"))
		self.clock.forward(-HOUR_MS)
		self.assertIsNotNone(self.sent(self.dispatch(Retryable("20429")), message))
		self.assertIsNone(self.sent(self.dispatch(), message))
		self.clock.forward(dispatch.LONGEST_RETRY_MS)
		self.assertIsNotNone(self.sent(self.dispatch(), message))

	def test_after_the_clock_was_set_back_a_lost_claim_does_not_last_until_it_is_as_late_again(self):
		self.written(hours_ago=2)
		lost = self.reply("one")
		self.assertRaises(KeyboardInterrupt, self.dispatch_dying)
		self.clock.forward(-HOUR_MS)
		second = self.reply("two")
		channel = self.dispatch()
		self.assertEqual((self.sent(channel, lost), self.stored(lost).delivery_status), (None, "unknown"))
		self.assertIsNotNone(self.sent(channel, second))
		looked_up = self.store.due_for_reconciliation(self.clock.at_ms, 10_000)
		self.assertIn(lost.name, [message.name for message in looked_up])

	def test_a_message_that_is_being_sent_holds_back_the_next_of_its_customer_only(self):
		self.written()
		self.reply("one")
		self.assertRaises(KeyboardInterrupt, self.dispatch_dying)
		self.clock.forward(10)
		second = self.reply("two")
		self.assertTrue(self.store.is_blocked_by_earlier(second))
		self.customer, self.phone = customer_at(f"whatsapp:{new_phone()}"), ""
		self.written()
		other = self.reply("other")
		channel = self.dispatch()
		self.assertEqual((self.sent(channel, second), bool(self.sent(channel, other))), (None, True))
		self.clock.forward(delivery.CLAIM_LEASE_MS)
		self.assertIsNotNone(self.sent(self.dispatch(), second))

	def test_from_its_deadline_on_a_dispatcher_begins_nothing(self):
		self.written()
		message = self.reply()
		channel = Channel()
		self.dispatch_by(channel, until_ms=self.clock.at_ms)
		self.assertEqual((channel.sent, self.stored(message).delivery_status), ([], "queued"))

	def sent(self, channel: Channel, message):
		return next((outgoing for outgoing in channel.sent if outgoing.message == message.name), None)

	def dispatch_dying(self):
		class Dying(Channel):
			def send(self, outgoing):
				raise KeyboardInterrupt

		self.dispatch_by(Dying())

	def first_template(self, lead: Lead, variables: dict, *, key: str = ""):
		key = key or secrets.token_hex(8)
		return outbound.send_template(
			self.chat, NewChat(lead, BUSINESS), TEMPLATE, variables, SendRequest(key, AGENT)
		)
