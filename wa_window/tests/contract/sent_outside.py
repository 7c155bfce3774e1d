"""What another program sent from our numbers, as the provider's list tells it."""

from functools import partial
from unittest.mock import patch

from wa_window.chat import delivery, tracking
from wa_window.chat.errors import AnsweredMeanwhile, InvalidMessage
from wa_window.chat.message import ListedMessage, Media, Message, StatusReport
from wa_window.chat.ports.channel import Accepted, OutcomeUnknown, Retryable
from wa_window.chat.reasons import Reason
from wa_window.chat.recompute import recompute
from wa_window.chat.reconcile import reconcile
from wa_window.chat.sent_outside import receive_sent_outside
from wa_window.chat.window import State

from .concurrency import AtOnce
from .situation import (
	AGENT,
	BUSINESS,
	HOUR_MS,
	NO_DEADLINE_MS,
	OTHER_BUSINESS,
	ProviderList,
	Situation,
	new_sid,
)

MIN_MS = 60 * 1000
ADDRESS = "https://api.twilio.com/2010-04-01/Accounts/AC/Messages/MM/Media/ME"


class SentOutsideContract(AtOnce, Situation):
	def listed(
		self, body="Halo dari Studio", *, minutes_ago: float = 5, sid: str = "", **more
	) -> ListedMessage:
		at_ms = self.clock.at_ms - int(minutes_ago * MIN_MS)
		more = {"customer": self.customer, "business_address": BUSINESS, "status": "delivered"} | more
		return ListedMessage(sid or new_sid(), body=body, sent_at_ms=at_ms, **more)

	def receive(self, *outbound, media=(), **more):
		self.provider = ProviderList(outbound=outbound, media=media)
		since_ms = self.clock.at_ms - 24 * HOUR_MS
		return receive_sent_outside(self.chat, self.provider, since_ms, **{"until_ms": NO_DEADLINE_MS} | more)

	def asked(self) -> Message:
		"""The customer wrote an hour ago."""
		message = self.written()
		self.clock.forward(HOUR_MS)
		return message

	def outside(self) -> list[Message]:
		return [message for message in self.messages() if message.sent_outside]

	def waits(self) -> bool:
		return self.pair().waiting_since_ms > 0

	def test_it_is_stored_once_with_its_status_and_answers_what_came_before_it(self):
		self.asked()
		listed = self.listed()
		for received in (1, 0):
			self.assertEqual(self.receive(listed).received, received)
		(message,) = self.outside()
		self.assertEqual((message.body, message.kind, message.direction), (listed.body, "text", "Outbound"))
		self.assertEqual((message.sent_at_ms, message.delivery_status), (listed.sent_at_ms, "delivered"))
		self.assertFalse(self.waits())
		self.assertEqual(self.pair().last_message_preview, listed.body)
		self.assertIn(message.conversation, self.events.changed)

	def test_what_the_customer_wrote_after_it_still_waits(self):
		self.written(hours_ago=2)
		self.clock.forward(HOUR_MS)
		self.written("Ada lagi?")
		self.clock.forward(5 * MIN_MS)
		self.receive(self.listed(minutes_ago=30))
		self.assertTrue(self.waits())
		self.assertEqual(self.pair().last_message_preview, "Ada lagi?")

	def test_what_arrives_only_after_an_outage_is_answered_by_what_was_sent_after_it(self):
		for hours_ago in (1, 1.5):  # the newest first, as the list has them
			self.written(hours_ago=hours_ago)
			self.clock.forward(1000)
		self.receive(self.listed(minutes_ago=55))
		self.assertFalse(self.waits())
		name = self.pair().name
		self.assertEqual(self.store.transaction(lambda: recompute(name, self.store)), [])
		self.written("Ada lagi?")
		self.assertTrue(self.waits())

	def test_what_was_written_after_it_waits_whenever_what_came_before_it_arrives(self):
		self.written("Ada lagi?", hours_ago=0.5)
		self.clock.forward(1000)
		self.written(hours_ago=1)
		self.receive(self.listed(minutes_ago=45))
		self.assertTrue(self.waits())

	def test_it_opens_no_window_and_begins_no_chat(self):
		self.assertEqual(self.receive(self.listed()).received, 0)
		self.assertIsNone(self.pair())
		self.written(hours_ago=30)
		self.receive(self.listed())
		self.assertEqual((len(self.outside()), self.state()), (1, State.CLOSED))

	def test_it_is_not_ours_neither_sent_nor_sent_again(self):
		self.asked()
		self.receive(self.listed(status="failed", error_code="63024"))
		(message,) = self.outside()
		self.assertNotEqual(message.owner, AGENT)
		self.assertEqual(self.dispatch().sent, [])
		with self.assertRaises(InvalidMessage):
			self.again(message)
		self.receive(self.listed("Masih di jalan", status="queued"))
		self.assertEqual(self.dispatch().sent, [])

	def test_one_that_failed_is_no_answer_and_no_failure_of_ours(self):
		self.asked()
		self.receive(
			self.listed(status="undelivered", error_code="63016", error_reason=Reason.OUTSIDE_WINDOW)
		)
		self.assertTrue(self.waits())
		self.assertEqual((self.pair().failed_at_ms, self.state()), (0, State.OPEN))

	def test_a_block_of_which_it_tells_holds_for_us_too(self):
		self.asked()
		self.receive(self.listed(status="failed", error_code="63014", error_reason=Reason.BLOCKED))
		self.assertEqual(self.state(), State.BLOCKED)

	def test_a_conversation_computed_anew_from_its_messages_is_the_same(self):
		self.written(hours_ago=2)
		self.receive(
			self.listed(),
			self.listed("kedua", minutes_ago=3, status="failed", error_code="63016"),
		)
		name = self.pair().name
		self.assertEqual(self.store.transaction(lambda: recompute(name, self.store)), [])

	def test_its_status_follows_by_the_list(self):
		self.asked()
		listed = self.listed(status="sent")
		self.receive(listed)
		self.clock.forward(delivery.CHECK_STATUS_AFTER_MS)
		later = ListedMessage(**vars(listed) | {"status": "undelivered", "error_code": "63024"})
		reconcile(self.chat, ProviderList(outbound=[later]), until_ms=NO_DEADLINE_MS)
		(message,) = self.outside()
		self.assertEqual((message.delivery_status, message.error_code), ("undelivered", "63024"))
		self.assertTrue(self.waits())

	def test_its_files_are_fetched(self):
		self.asked()
		self.receive(self.listed("", media_count=1), media=[Media(ADDRESS, "image/png")])
		(message,) = self.outside()
		self.assertEqual((message.kind, [media.url for media in message.media]), ("image", [ADDRESS]))
		due = [found.name for found, _media in self.store.media_due(self.clock.at_ms, 10_000)]
		self.assertIn(message.name, due)

	def test_a_scheduled_one_is_shown_when_it_was_sent_and_at_that_time(self):
		self.asked()
		listed = self.listed(status="scheduled", minutes_ago=120)
		self.receive(listed)
		self.assertEqual(self.outside(), [])
		at_ms = self.clock.at_ms - 10 * MIN_MS
		sent = ListedMessage(**vars(listed) | {"status": "sent", "handed_over_at_ms": at_ms})
		self.receive(sent)
		self.assertEqual([message.sent_at_ms for message in self.outside()], [at_ms])

	def test_an_erased_one_does_not_come_back(self):
		self.asked()
		listed = self.listed()
		self.receive(listed)
		self.delete_message(self.outside()[0])
		self.assertEqual(self.receive(listed).received, 0)
		self.assertEqual(self.outside(), [])

	def test_one_that_cannot_be_stored_delays_no_other_and_is_reported(self):
		self.asked()
		first, second = self.listed("satu", minutes_ago=4), self.listed("dua", media_count=1)
		with patch.object(ProviderList, "media_of", side_effect=ValueError("no media")):
			result = self.receive(second, first)
		self.assertEqual((result.received, len(result.failures)), (1, 1))
		self.assertEqual([message.body for message in self.outside()], ["satu"])

	def test_from_its_deadline_on_nothing_more_is_stored_and_the_run_is_to_be_repeated(self):
		self.asked()
		result = self.receive(self.listed(), until_ms=self.clock.at_ms)
		self.assertEqual((result.received, result.interrupted), (0, True))

	# What may be ours

	def claimed(self, outcome, body="Masih ada, Pak.") -> Message:
		self.asked()
		message = self.reply(body)
		self.dispatch(outcome)
		return self.stored(message)

	def test_a_fresh_one_waits_since_its_sender_may_still_learn_its_sid(self):
		self.asked()
		listed = self.listed(minutes_ago=1)
		self.receive(listed)
		self.assertEqual(self.outside(), [])
		self.clock.forward(delivery.CLAIM_LEASE_MS)
		self.receive(listed)
		self.assertEqual(len(self.outside()), 1)

	def test_one_that_a_message_of_unknown_outcome_may_be_is_that_message(self):
		message = self.claimed(OutcomeUnknown("ReadTimeout"))
		listed = self.listed(message.body, minutes_ago=0)
		self.clock.forward(delivery.CLAIM_LEASE_MS + 1)
		self.assertEqual(self.receive(listed).received, 0)
		stored = self.stored(message)
		self.assertEqual((stored.message_sid, stored.delivery_status), (listed.message_sid, "delivered"))
		self.assertEqual(self.outside(), [])

	def test_while_a_message_that_it_may_be_is_not_decided_it_waits_and_the_span_is_read_again(self):
		message = self.claimed(Retryable("20503"))
		listed = self.listed(message.body, minutes_ago=0)
		self.clock.forward(delivery.CLAIM_LEASE_MS + 1)
		self.assertTrue(self.receive(listed).interrupted)
		self.assertEqual(self.outside(), [])
		self.dispatch(Accepted(listed.message_sid, "queued"))
		result = self.receive(listed)
		self.assertEqual((result.received, result.interrupted), (0, False))

	def test_another_text_another_time_and_another_number_are_not_taken_for_ours(self):
		message = self.claimed(OutcomeUnknown())
		self.written(to=OTHER_BUSINESS, hours_ago=1)
		self.clock.forward(20 * MIN_MS)
		self.receive(
			self.listed("lain", minutes_ago=20),
			self.listed(message.body, minutes_ago=10),
			self.listed(message.body, minutes_ago=20, business_address=OTHER_BUSINESS),
		)
		self.assertEqual([each.body for each in self.outside()], ["lain", message.body])
		self.assertEqual(self.stored(message).message_sid, "")

	def test_it_becomes_ours_when_its_sid_turns_up_for_a_message_of_ours(self):
		message = self.claimed(OutcomeUnknown())
		self.clock.forward(10 * MIN_MS)
		listed = self.listed("as the provider changed it", minutes_ago=10)
		self.receive(listed)
		report = StatusReport(listed.message_sid, "read", message=message.name)
		tracking.track(self.chat, report)
		self.assertEqual(self.outside(), [])
		stored = self.stored(message)
		self.assertEqual((stored.message_sid, stored.delivery_status), (listed.message_sid, "read"))
		self.assertEqual(self.pair().last_message_preview, message.body)
		self.assertFalse(self.waits())

	def test_whoever_writes_meanwhile_is_asked(self):
		seen = self.asked()
		self.receive(self.listed())
		with self.assertRaises(AnsweredMeanwhile):
			self.reply(seen=seen.name)

	# At the same moment

	def test_two_runs_at_the_same_moment_store_it_once(self):
		self.asked()
		listed, since_ms = self.listed(), self.clock.at_ms - HOUR_MS
		run = partial(
			receive_sent_outside,
			self.chat,
			ProviderList(outbound=[listed]),
			since_ms,
			until_ms=NO_DEADLINE_MS,
		)
		self.at_once(*[run] * 4)
		self.assertEqual(len(self.outside()), 1)

	def test_a_run_and_the_report_that_it_is_ours_at_the_same_moment_leave_one_message(self):
		message = self.claimed(OutcomeUnknown())
		self.clock.forward(10 * MIN_MS)
		listed = self.listed("as the provider changed it", minutes_ago=10)
		report = StatusReport(listed.message_sid, "delivered", message=message.name)
		self.at_once(lambda: self.receive(listed), lambda: tracking.track(self.chat, report))
		self.assertEqual(self.outside(), [])
		self.assertEqual(self.stored(message).message_sid, listed.message_sid)
