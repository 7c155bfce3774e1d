"""Which chats need a reply, since when, and until when they were put aside."""

import random
import secrets
from contextlib import suppress
from dataclasses import replace

from wa_window.chat import work_state
from wa_window.chat.address import customer_at
from wa_window.chat.catch_up import catch_up
from wa_window.chat.delivery import CLAIM_LEASE_MS
from wa_window.chat.errors import InvalidMessage, WindowClosed
from wa_window.chat.message import InboundMessage, ListedMessage, MessageTimes, StatusReport
from wa_window.chat.ports.channel import Accepted, OutcomeUnknown, Retryable
from wa_window.chat.reconcile import reconcile
from wa_window.chat.tracking import track

from .concurrency import AtOnce
from .situation import BUSINESS, HOUR_MS, NO_DEADLINE_MS, ProviderList, Situation, new_sid, rejected

MINUTE_MS = 60 * 1000


class WaitingContract(AtOnce, Situation):
	"""A host defines `delete_message`, which deletes a single message."""

	def delete_message(self, message) -> None:
		raise NotImplementedError

	def waits_since(self, customer=None) -> int:
		"""As it is stored, which is as it is computed from the messages."""
		row = self.pair(customer)
		times = self.store.transaction(lambda: self.store.times_of([row.name]))
		self.assertEqual(row.waiting_since_ms, times.get(row.name, MessageTimes()).waiting_since_ms)
		return row.waiting_since_ms

	def done(self, **how) -> None:
		work_state.done(self.chat, self.pair().name, **how)

	def snooze(self, hours: float) -> None:
		until_ms = self.clock.at_ms + int(hours * HOUR_MS) if hours else 0
		work_state.snooze(self.chat, self.pair().name, until_ms)

	# Messages

	def test_a_chat_waits_from_the_first_message_that_nobody_has_answered(self):
		since = self.written().sent_at_ms
		self.clock.forward(MINUTE_MS)
		self.written("Halo?")
		self.assertEqual(self.waits_since(), since)

	def test_a_reply_and_a_template_are_answers(self):
		for answer in (self.reply, self.send_template):
			since = self.written().sent_at_ms
			self.assertEqual(self.waits_since(), since)
			answer()
			self.assertEqual(self.waits_since(), 0)
			self.clock.forward(MINUTE_MS)

	def test_a_failed_message_is_no_answer(self):
		since = self.written().sent_at_ms
		for outcome in (rejected("63016"), rejected("21610"), rejected("63013")):
			self.clock.forward(MINUTE_MS)
			message = self.reply()
			self.assertEqual(self.waits_since(), 0)
			self.dispatch(outcome)
			self.assertEqual((self.stored(message).delivery_status, self.waits_since()), ("failed", since))
			self.clock.forward(MINUTE_MS)
			self.written("START", opt_out="START")

	def test_a_message_that_twilio_fails_later_is_no_answer(self):
		since = self.written().sent_at_ms
		for status in ("failed", "undelivered", "canceled"):
			message = self.reply()
			self.dispatch(Accepted(new_sid(), "queued"))
			self.track(message, "sent")
			self.assertEqual(self.waits_since(), 0)
			self.track(message, status, code="63013")
			self.assertEqual(self.waits_since(), since)

	def test_a_reply_whose_window_has_closed_before_it_was_sent_is_no_answer(self):
		since = self.written().sent_at_ms
		self.reply()
		self.clock.forward(25 * HOUR_MS)
		self.dispatch()
		self.assertEqual(self.waits_since(), since)

	def test_a_message_that_was_tried_too_often_is_no_answer(self):
		since = self.written().sent_at_ms
		message = self.reply()
		for _ in range(8):
			self.dispatch(Retryable("20429"))
			self.clock.forward(HOUR_MS)
		self.assertEqual((self.stored(message).delivery_status, self.waits_since()), ("failed", since))

	def test_a_failure_behind_a_newer_answer_changes_nothing(self):
		self.written()
		first = self.reply("Satu")
		self.dispatch(Accepted(new_sid(), "sent"))
		self.clock.forward(MINUTE_MS)
		self.reply("Dua")
		self.track(first, "undelivered", code="63013")
		self.assertEqual(self.waits_since(), 0)

	def test_a_message_of_unknown_outcome_is_an_answer_until_it_is_decided(self):
		since = self.written().sent_at_ms
		message = self.reply()
		self.dispatch(OutcomeUnknown())
		self.assertEqual((self.stored(message).delivery_status, self.waits_since()), ("unknown", 0))
		listed = ListedMessage(
			new_sid(),
			self.customer,
			BUSINESS,
			message.body,
			self.clock.at_ms,
			"undelivered",
			error_code="63013",
		)
		self.clock.forward(CLAIM_LEASE_MS + 1)
		reconcile(self.chat, ProviderList(outbound=[listed]), until_ms=NO_DEADLINE_MS)
		self.assertEqual((self.stored(message).delivery_status, self.waits_since()), ("undelivered", since))

	def test_a_message_that_was_given_up_and_was_delivered_after_all_is_an_answer(self):
		since = self.written().sent_at_ms
		message = self.reply()
		self.dispatch(rejected("63013"))
		self.assertEqual(self.waits_since(), since)
		self.track(message, "delivered", by_name=True)
		self.assertEqual((self.stored(message).delivery_status, self.waits_since()), ("delivered", 0))

	def test_what_the_customer_writes_while_a_reply_is_on_its_way_is_not_answered_by_it(self):
		self.written()
		self.clock.forward(1000)
		message = self.reply()
		self.clock.forward(200)
		since = self.written("Dan berapa harganya?").sent_at_ms
		self.clock.forward(30 * 1000)
		accepted = Accepted(new_sid(), "queued", created_at_ms=self.clock.at_ms // 1000 * 1000)
		self.dispatch(accepted)
		self.assertGreater(self.stored(message).sent_at_ms, since)
		self.assertEqual(self.waits_since(), since)

	def test_a_reply_answers_what_was_there_although_twilios_clock_is_behind(self):
		self.written()
		message = self.reply()
		self.dispatch(Accepted(new_sid(), "queued", created_at_ms=self.clock.at_ms - 3000))
		self.track(message, "delivered")
		self.assertEqual(self.waits_since(), 0)

	def test_twilios_earlier_time_of_a_message_does_not_put_it_behind_an_answer(self):
		self.written()
		self.clock.forward(MINUTE_MS)
		self.reply()
		self.clock.forward(200)
		late = self.written("Berapa?")
		self.assertEqual(self.waits_since(), late.sent_at_ms)
		self.date(late, late.sent_at_ms - 900)
		self.assertEqual(self.waits_since(), late.sent_at_ms - 900)

	def test_twilios_earlier_time_of_an_answered_message_changes_nothing(self):
		first = self.written()
		self.reply()
		self.date(first, first.sent_at_ms - 900)
		self.assertEqual(self.waits_since(), 0)
		self.clock.forward(MINUTE_MS)
		since = self.written().sent_at_ms
		self.date(self.stored(first), first.sent_at_ms - 1800)
		self.assertEqual(self.waits_since(), since)

	def test_twilios_earlier_time_of_an_answered_message_of_the_same_moment_changes_nothing(self):
		answered = self.written()
		self.reply()
		since = self.written().sent_at_ms
		self.assertEqual(since, answered.sent_at_ms)
		self.date(answered, since - 1)
		self.assertEqual(self.waits_since(), since)

	def test_a_message_that_arrives_late_was_read_by_nobody_and_needs_a_reply(self):
		self.written()
		self.reply()
		since = self.written("Yang tadi?", hours_ago=2).sent_at_ms
		self.assertEqual(self.waits_since(), since)
		self.written("Lebih dulu", hours_ago=3)
		self.assertEqual(self.waits_since(), self.clock.at_ms - 3 * HOUR_MS)

	def test_a_duplicate_changes_nothing(self):
		sid = new_sid()
		self.written(sid=sid)
		self.reply()
		self.assertIsNone(self.written(sid=sid))
		self.assertEqual(self.waits_since(), 0)

	def test_a_stop_and_a_start_are_messages_too(self):
		since = self.written("STOP", opt_out="STOP").sent_at_ms
		self.clock.forward(MINUTE_MS)
		self.written("START", opt_out="START")
		self.assertEqual(self.waits_since(), since)

	def test_a_copy_of_a_failed_message_is_an_answer(self):
		self.written()
		message = self.reply()
		self.dispatch(rejected("63013"))
		self.again(message)
		self.assertEqual(self.waits_since(), 0)

	def test_a_deleted_message_does_not_wait_and_a_deleted_answer_is_none(self):
		since = self.written().sent_at_ms
		self.clock.forward(MINUTE_MS)
		answer = self.reply()
		self.dispatch(Accepted(new_sid(), "delivered"))
		self.delete_message(self.stored(answer))
		self.assertEqual(self.waits_since(), since)
		(message,) = self.messages()
		self.delete_message(message)
		self.assertEqual(self.pair().waiting_since_ms, 0)

	def test_the_clock_set_back_changes_no_order(self):
		self.written()
		self.clock.forward(-HOUR_MS)
		self.reply()
		self.assertEqual(self.waits_since(), 0)
		since = self.written().sent_at_ms
		self.assertEqual(self.waits_since(), since)

	# Two chats of one customer

	def two_chats(self):
		"""The customer's chats by phone and by user id, and what merges them."""
		self.written("by phone")
		self.hidden = customer_at("whatsapp:IN." + secrets.token_hex(8))
		self.written("by id", customer=self.hidden)
		return replace(self.customer, user_id=self.hidden.user_id)

	def test_merged_chats_wait_if_one_of_them_does(self):
		both = self.two_chats()
		work_state.done(self.chat, self.pair(self.hidden).name)
		first = self.pair().waiting_since_ms
		self.clock.forward(MINUTE_MS)
		self.written("both", customer=both)
		self.assertEqual(self.waits_since(), first)

	def test_what_was_done_in_both_is_done_once_they_are_merged(self):
		both = self.two_chats()
		for row in (self.pair(), self.pair(self.hidden)):
			work_state.done(self.chat, row.name)
		self.clock.forward(MINUTE_MS)
		since = self.written("both", customer=both).sent_at_ms
		self.assertEqual(self.waits_since(), since)

	# Done and snoozed

	def test_done_takes_a_chat_out_until_the_customer_writes_again(self):
		self.written()
		self.events.changed.clear()
		self.done()
		self.assertEqual((self.waits_since(), self.events.changed), (0, [self.pair().name]))
		since = self.written().sent_at_ms
		self.assertEqual(self.waits_since(), since)

	def test_what_was_done_stays_done_when_an_answer_fails(self):
		self.written()
		self.done()
		self.clock.forward(MINUTE_MS)
		self.reply()
		self.dispatch(rejected("63013"))
		self.assertEqual(self.waits_since(), 0)

	def test_done_does_not_cover_what_the_user_has_not_seen(self):
		seen = self.written()
		since = self.written("Oh ya, satu lagi").sent_at_ms
		self.done(seen=seen.name)
		self.assertEqual(self.waits_since(), since)

	def test_the_newest_message_that_was_seen_keeps_that_no_answer_was_needed(self):
		seen = self.written()
		unseen = self.written("Oh ya, satu lagi")
		self.done(seen=seen.name)
		kept = [self.store.message(each.name).no_answer_needed for each in (seen, unseen)]
		self.assertEqual(kept, [True, False])
		self.done()
		self.assertTrue(self.store.message(unseen.name).no_answer_needed)

	def test_done_with_an_older_message_does_not_bring_back_what_was_done(self):
		first = self.written()
		self.written()
		self.done()
		self.done(seen=first.name)
		self.assertEqual(self.waits_since(), 0)

	def test_done_with_a_message_of_another_chat_is_invalid(self):
		other = self.written(customer=customer_at("whatsapp:IN." + secrets.token_hex(8)))
		since = self.written().sent_at_ms
		for name in (other.name, "nothing"):
			self.assertRaises(InvalidMessage, self.done, seen=name)
		self.assertEqual(self.waits_since(), since)

	def test_a_snoozed_chat_comes_back_when_the_customer_writes(self):
		since = self.written().sent_at_ms
		self.snooze(3)
		self.assertEqual(self.pair().snoozed_until_ms, self.clock.at_ms + 3 * HOUR_MS)
		self.clock.forward(MINUTE_MS)
		self.written()
		self.assertEqual((self.pair().snoozed_until_ms, self.waits_since()), (0, since))

	def test_a_snooze_ends_by_hand_by_an_answer_and_by_done(self):
		self.written()
		for end in (lambda: self.snooze(0), self.reply, self.done):
			self.snooze(3)
			end()
			self.assertEqual(self.pair().snoozed_until_ms, 0)

	def test_nobody_snoozes_into_the_past_before_1970_or_for_ever(self):
		self.written()
		for until_ms in (-1, 10**15):
			with self.assertRaises(InvalidMessage):
				work_state.snooze(self.chat, self.pair().name, until_ms)

	# Anything

	def test_after_any_sequence_of_events_it_is_what_the_messages_say(self):
		chance = random.Random(1)
		self.any_events(chance, chance.choices(EVENTS, k=60))

	def test_a_message_that_arrives_while_the_chat_is_done_still_waits(self):
		for _ in range(8):
			seen = self.written("seen")
			self.at_once(lambda name=seen.name: self.done(seen=name), lambda: self.written("unseen"))
			self.assertGreater(self.waits_since(), 0)
			self.done()
			self.assertEqual(self.waits_since(), 0)
			self.clock.forward(MINUTE_MS)

	def test_a_message_that_arrives_while_an_answer_fails_still_waits(self):
		for _ in range(4):
			self.written("first")
			self.reply()
			self.at_once(lambda: self.dispatch(rejected("63013")), lambda: self.written("second"))
			self.assertGreater(self.waits_since(), 0)
			self.clock.forward(MINUTE_MS)

	def any_events(self, chance: random.Random, events: list[str]) -> None:
		"""After each of the events, what is stored is what is computed."""
		self.hidden = customer_at("whatsapp:IN." + secrets.token_hex(8))
		self.written()
		for event in events:
			self.clock.forward(chance.choice((0, 1, 700, MINUTE_MS)))
			getattr(self, event)(chance)
			self.waits_since()
			if self.pair(self.hidden):
				self.waits_since(self.hidden)

	def event_inbound(self, chance):
		self.written(hours_ago=chance.choice((0, 0, 0, 1, 30)))

	def event_by_id(self, chance):
		self.written(customer=self.hidden)

	def event_by_both(self, chance):
		self.written(customer=replace(self.customer, user_id=self.hidden.user_id))

	def event_reply(self, chance):
		self.written()
		with suppress(WindowClosed):  # WhatsApp has refused a reply in this very millisecond
			self.reply()

	def event_template(self, chance):
		self.send_template()

	def event_dispatch(self, chance):
		at_ms = self.clock.at_ms + chance.choice((-4000, -900, 0, 900))
		outcomes = (Accepted(new_sid(), "sent", at_ms), Accepted(new_sid(), "failed"), OutcomeUnknown())
		outcomes += (Retryable("20429"), rejected("63013"), rejected("63016"))
		self.dispatch(*[chance.choice(outcomes) for _ in range(3)])

	def event_status(self, chance):
		sent = [message for message in self.messages() if message.direction == "Outbound"]
		if sent:
			message = chance.choice(sent)
			status = chance.choice(("sent", "delivered", "read", "failed", "undelivered", "canceled"))
			sid = message.message_sid or new_sid()
			report = StatusReport(
				sid, status, message.name, created_at_ms=message.sent_at_ms + chance.choice((0, -700, 900))
			)
			track(self.chat, report)

	def event_dated(self, chance):
		received = [message for message in self.messages() if message.direction == "Inbound"]
		if received:
			message = chance.choice(received)
			self.date(message, message.sent_at_ms - chance.choice((1, 900, 5000)))

	def event_deleted(self, chance):
		messages = self.messages()
		if len(messages) > 1:
			self.delete_message(chance.choice(messages))

	def event_done(self, chance):
		self.done(seen=chance.choice(["", *[message.name for message in self.messages()]]))

	def date(self, message, at_ms: int) -> None:
		"""The provider's list has an earlier time for a message."""
		listed = InboundMessage(
			message.message_sid, self.customer, BUSINESS, "text", message.body, at_ms, "twilio"
		)
		catch_up(self.chat, ProviderList(inbound=[listed]), at_ms - 1, until_ms=NO_DEADLINE_MS)


EVENTS = [name for name in vars(WaitingContract) if name.startswith("event_")]
