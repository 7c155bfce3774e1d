"""When and how a customer agreed to be written to."""

import secrets
from dataclasses import replace

from wa_window.chat import consent
from wa_window.chat.address import customer_at
from wa_window.chat.consent import LONGEST_NOTE, Consent
from wa_window.chat.errors import InvalidArgument, InvalidMessage

from .situation import AGENT, HOUR_MS, OTHER_BUSINESS, Situation


class ConsentContract(Situation):
	def consent(self, **of) -> Consent:
		return consent.of(self.pair(**of))

	def record(self, **values) -> Consent:
		at_ms = self.clock.at_ms - 5 * HOUR_MS
		given = Consent(
			**{"source": "Told an Agent", "at_ms": at_ms, "note": "by phone", "by": AGENT} | values
		)
		consent.record(self.chat, self.pair().name, given)
		return given

	def test_the_first_message_of_a_customer_is_a_consent(self):
		self.written(hours_ago=3)
		first = Consent("Wrote to Us", self.clock.at_ms - 3 * HOUR_MS)
		self.assertEqual(self.consent(), first)
		self.written("again", hours_ago=1)
		self.assertEqual(self.consent(), first)

	def test_an_earlier_message_that_arrives_late_is_the_first(self):
		self.written(hours_ago=1)
		self.written(hours_ago=3)
		self.assertEqual(self.consent().at_ms, self.clock.at_ms - 3 * HOUR_MS)

	def test_what_a_user_recorded_stays(self):
		self.written(hours_ago=1)
		recorded = self.record()
		self.assertEqual(self.consent(), recorded)
		self.assertIn(self.pair().name, self.events.changed)
		self.written(hours_ago=8)
		self.assertEqual(self.consent(), recorded)

	def test_it_can_be_removed_and_comes_with_the_next_message(self):
		self.written(hours_ago=1)
		self.record(source="", note="not kept")
		self.assertEqual(self.consent(), consent.NONE)
		self.written()
		self.assertEqual(self.consent(), Consent("Wrote to Us", self.clock.at_ms))

	def test_what_nobody_can_have_agreed_to_is_refused(self):
		self.written()
		before = self.consent()
		for values in (
			{"at_ms": self.clock.at_ms + 1},
			{"at_ms": 0},
			{"at_ms": -1},
			{"note": "x" * (LONGEST_NOTE + 1)},
		):
			self.assertRaises(InvalidMessage, self.record, **values)
		self.assertRaises(InvalidArgument, self.record, source="They like us")
		self.assertEqual(self.consent(), before)

	def test_it_opens_no_window_and_lifts_no_opt_out(self):
		self.written("STOP", opt_out="STOP", hours_ago=30)
		before = self.pair()
		self.record()
		self.assertEqual(replace(self.pair(), **consent.of(before).columns), before)

	def test_two_chats_of_one_customer_keep_what_a_user_recorded_else_the_earlier(self):
		for recorded in (False, True):
			hidden = customer_at("whatsapp:IN." + secrets.token_hex(8))
			self.customer = customer_at(f"whatsapp:+62812{secrets.randbelow(10**8):08d}")
			self.written(hours_ago=5)
			self.written(customer=hidden, hours_ago=2)
			if recorded:
				consent.record(
					self.chat, self.pair(hidden).name, Consent("Other", self.clock.at_ms, "n", AGENT)
				)
			self.written(customer=replace(self.customer, user_id=hidden.user_id))
			right = (
				Consent("Other", self.clock.at_ms, "n", AGENT)
				if recorded
				else Consent("Wrote to Us", self.clock.at_ms - 5 * HOUR_MS)
			)
			self.assertEqual(self.consent(), right)

	def test_it_holds_for_the_sender_that_was_written_to(self):
		self.written()
		self.record()
		self.written(to=OTHER_BUSINESS)
		self.assertEqual(self.consent(to=OTHER_BUSINESS).source, "Wrote to Us")
