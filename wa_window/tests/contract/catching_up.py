"""Catch-up and reconciliation with the provider's own list."""

from dataclasses import replace
from unittest.mock import patch

from wa_window.chat import delivery, tracking
from wa_window.chat.catch_up import MAX_FAILURES, CatchUpResult, Failure, catch_up
from wa_window.chat.message import InboundMessage, ListedMessage, Media, StatusReport
from wa_window.chat.ports.channel import Accepted, OutcomeUnknown
from wa_window.chat.reasons import Reason
from wa_window.chat.recompute import recompute
from wa_window.chat.reconcile import LISTED_WITHIN_MS, reconcile
from wa_window.chat.window import State

from .situation import BUSINESS, HOUR_MS, NO_DEADLINE_MS, ProviderList, Situation, new_sid, rejected

NO_DEADLINE = {"until_ms": NO_DEADLINE_MS}


class CatchingUpContract(Situation):
	def caught_up(self, *inbound, hours: float = 24, media=(), **more):
		self.provider = ProviderList(inbound=inbound, media=media)
		since_ms = self.clock.at_ms - int(hours * HOUR_MS)
		return catch_up(self.chat, self.provider, since_ms, **NO_DEADLINE | more)

	def reconcile(self, *outbound, **more) -> int:
		self.provider = ProviderList(outbound=outbound)
		return reconcile(self.chat, self.provider, **NO_DEADLINE | more)

	def received(self, sid: str = "", *, hours_ago: float = 1) -> InboundMessage:
		at_ms = self.clock.at_ms - int(hours_ago * HOUR_MS)
		return InboundMessage(sid or new_sid(), self.customer, BUSINESS, "text", "Halo", at_ms, "twilio")

	def listed(self, message, status: str = "delivered", *, sid: str = "", **more) -> ListedMessage:
		body, at_ms = more.pop("body", message.body), more.pop("sent_at_ms", message.sent_at_ms)
		return ListedMessage(sid or new_sid(), self.customer, BUSINESS, body, at_ms, status, **more)

	# Received

	def test_a_delayed_webhook_does_not_move_the_start_later_once_twilios_time_is_known(self):
		message = self.written()
		listed = self.received(message.message_sid, hours_ago=3)
		result = self.caught_up(listed)
		self.assertEqual((result.received, result.dated), (0, 1))
		self.assertEqual(self.stored(message).sent_at_source, "twilio")
		self.assertEqual(self.pair().last_inbound_at_ms, self.clock.at_ms - 3 * HOUR_MS)
		again = self.caught_up(listed)
		self.assertEqual((again.received, again.dated), (0, 0))

	def test_a_later_time_of_twilios_does_not_make_the_window_longer(self):
		message = self.written(hours_ago=2)
		self.caught_up(self.received(message.message_sid, hours_ago=1))
		self.assertEqual(self.stored(message), message)
		self.assertEqual(self.pair().last_inbound_at_ms, self.clock.at_ms - 2 * HOUR_MS)

	def test_a_message_that_failed_is_the_newest_again_where_a_later_webhook_was_late(self):
		self.written(hours_ago=2)
		message = self.reply()
		self.dispatch(rejected("63024"))
		self.clock.forward(HOUR_MS)
		late = self.written()
		self.assertEqual(self.pair().failed_at_ms, 0)
		self.caught_up(self.received(late.message_sid, hours_ago=1.5))
		self.assertEqual(self.pair().failed_at_ms, message.sent_at_ms)
		self.assertEqual(self.store.transaction(lambda: recompute(message.conversation, self.store)), [])

	def test_of_two_replies_the_one_that_failed_is_the_newest_where_the_other_was_accepted_before_it(self):
		self.written()
		first = self.reply("Satu")
		self.dispatch(rejected("63024"))
		self.clock.forward(100)
		second = self.reply("Dua")
		# Twilio's times have whole seconds.
		self.dispatch(Accepted(new_sid(), "queued", first.sent_at_ms - 500))
		self.assertLess(self.stored(second).sent_at_ms, first.sent_at_ms)
		self.assertEqual(self.pair().failed_at_ms, first.sent_at_ms)

	def test_a_message_whose_webhook_never_arrived_is_caught_up_once(self):
		listed = self.received()
		for received in (1, 0):
			result = self.caught_up(listed)
			self.assertEqual((result.received, result.dated), (received, 0))
		self.assertEqual((len(self.messages()), self.state()), (1, State.OPEN))

	def test_a_start_that_was_lost_lifts_an_opt_out_when_it_is_read_from_the_list(self):
		self.written("STOP", hours_ago=3, opt_out="STOP")
		self.assertEqual(self.state(), State.OPTED_OUT)
		self.caught_up(replace(self.received(hours_ago=4), body="START", opt_out="START"))
		self.assertEqual(self.state(), State.OPTED_OUT, "an older START")
		self.caught_up(replace(self.received(hours_ago=2), body="START", opt_out="START"))
		self.assertEqual(self.state(), State.OPEN)

	def test_all_that_come_only_now_are_counted(self):
		self.assertEqual(self.caught_up(*[self.received() for _ in range(3)]).received, 3)

	def test_of_two_that_it_could_be_the_nearest_in_time_is_taken(self):
		first = self.unconfirmed()
		self.clock.forward(30_000)
		second = self.unconfirmed()
		self.clock.forward(delivery.CLAIM_LEASE_MS + 1000)
		listed = self.listed(second, sent_at_ms=second.sent_at_ms - 5_000)
		self.reconcile(listed)
		self.assertEqual(
			[self.stored(each).message_sid for each in (first, second)], ["", listed.message_sid]
		)

	def test_media_are_asked_for_only_where_the_message_is_new(self):
		arrived, missing = self.written(), self.received()
		self.caught_up(
			self.received(arrived.message_sid),
			missing,
			media=[Media("https://api.twilio.com/x", "image/png")],
		)
		self.assertEqual(self.provider.asked_for_media, [missing.message_sid])
		stored = {message.message_sid: len(message.media) for message in self.messages()}
		self.assertEqual(stored, {arrived.message_sid: 0, missing.message_sid: 1})

	def test_a_webhook_that_comes_after_its_message_was_caught_up_adds_what_the_list_lacks(self):
		listed = self.received()
		self.caught_up(listed)
		self.clock.forward(1000)
		more = {"kind": "location", "opt_out": "STOP", "profile_name": "Budi", "raw": {"Latitude": "-6.2"}}
		self.assertIsNone(self.written("Kantor\n-6.2, 106.8", sid=listed.message_sid, **more))
		(message,), pair = self.messages(), self.pair()
		self.assertEqual((message.kind, message.body), ("location", "Kantor\n-6.2, 106.8"))
		self.assertEqual((message.sent_at_ms, pair.last_inbound_at_ms), (listed.sent_at_ms,) * 2)
		self.assertEqual((pair.opted_out, pair.opt_out_changed_at_ms), (True, listed.sent_at_ms))
		self.assertEqual((pair.profile_name, self.unread()), ("Budi", 1))
		self.assertEqual(pair.last_message_preview, message.preview)

	def test_a_store_that_rejects_everything_ends_the_run(self):
		class Broken(ProviderList):
			def with_media(self, inbound):
				raise ValueError("no media")

		many = [self.received() for _ in range(MAX_FAILURES + 5)]
		result = catch_up(self.chat, Broken(inbound=many), self.clock.at_ms - 2 * HOUR_MS, **NO_DEADLINE)
		self.assertEqual((len(result.failures), result.interrupted), (MAX_FAILURES + 1, True))
		self.assertTrue(result.needs_repeat(self.clock.at_ms))

	def test_what_could_not_be_stored_for_long_is_not_tried_for_ever(self):
		result = CatchUpResult(failures=[Failure(self.clock.at_ms - 25 * HOUR_MS, ValueError())])
		self.assertFalse(result.needs_repeat(self.clock.at_ms - 24 * HOUR_MS))
		self.assertTrue(result.needs_repeat(self.clock.at_ms - 26 * HOUR_MS))

	def test_one_message_that_cannot_be_stored_delays_no_other_and_is_reported(self):
		class Stumbling(ProviderList):
			def with_media(self, inbound):
				if inbound.body == "bad":
					raise ValueError("no media")
				return inbound

		bad, good = self.received(), self.received()
		bad = InboundMessage(**vars(bad) | {"body": "bad"})
		result = catch_up(
			self.chat,
			Stumbling(inbound=(bad, good)),
			self.clock.at_ms - HOUR_MS,
			**NO_DEADLINE,
		)
		self.assertEqual(
			(result.received, [str(failure.reason) for failure in result.failures]), (1, ["no media"])
		)
		self.assertEqual(result.failures[0].sent_at_ms, bad.sent_at_ms)
		self.assertEqual([message.message_sid for message in self.messages()], [good.message_sid])

	def test_a_message_that_cannot_be_dated_or_was_erased_meanwhile_is_no_dated_one(self):
		message = self.written()
		listed = self.received(message.message_sid)
		with patch.object(self.store, "message", return_value=None):
			result = self.caught_up(listed)
		self.assertEqual((result.dated, result.failures), (0, []))
		with patch.object(self.store, "change_message", side_effect=ValueError("full")):
			result = self.caught_up(listed)
		self.assertEqual(
			(result.dated, [each.sent_at_ms for each in result.failures]), (0, [listed.sent_at_ms])
		)

	def test_from_its_deadline_on_a_run_receives_nothing_more_and_is_to_be_repeated(self):
		case, slow_ms = self, 60_000

		class Slow(ProviderList):
			def with_media(self, inbound):
				case.clock.forward(slow_ms)
				return inbound

		listed, began_ms = [self.received() for _ in range(5)], self.clock.at_ms
		until_ms = began_ms + 2 * slow_ms
		result = catch_up(self.chat, Slow(inbound=listed), began_ms - 2 * HOUR_MS, until_ms=until_ms)
		self.assertEqual((result.received, result.interrupted), (2, True))
		self.assertTrue(result.needs_repeat(began_ms))
		self.assertEqual(self.caught_up(*listed).received, 3)

	# Reconciled

	def unconfirmed(self, body="Masih ada, Pak."):
		self.written()
		message = self.reply(body)
		self.dispatch(OutcomeUnknown("ReadTimeout"))
		self.assertEqual(self.stored(message).delivery_status, "unknown")
		return message

	def test_from_its_deadline_on_a_run_reconciles_nothing_and_the_next_one_does(self):
		message = self.unconfirmed()
		listed = self.listed(message)
		self.clock.forward(delivery.CLAIM_LEASE_MS)
		self.assertEqual(self.reconcile(listed, until_ms=self.clock.at_ms), 0)
		self.assertEqual(self.stored(message).delivery_status, "unknown")
		self.reconcile(listed)
		self.assertEqual(self.stored(message).delivery_status, "delivered")

	def test_an_unconfirmed_message_is_found_in_the_list_and_never_sent_again(self):
		message = self.unconfirmed()
		listed = self.listed(message, sent_at_ms=message.sent_at_ms + 1000)
		self.clock.forward(delivery.CLAIM_LEASE_MS + 1000)
		self.assertEqual(self.reconcile(listed), 1)
		stored = self.stored(message)
		self.assertEqual(stored.status_times, {"delivered": self.clock.at_ms})
		self.assertEqual(
			(stored.message_sid, stored.delivery_status, stored.error_code),
			(listed.message_sid, "delivered", ""),
		)
		self.assertEqual((stored.sent_at_ms, stored.sent_at_source), (listed.sent_at_ms, "twilio"))
		self.assertEqual([o for o in self.dispatch().sent if o.message == message.name], [])

	def test_a_message_that_may_still_be_on_its_way_is_not_taken_for_another_one(self):
		message = self.unconfirmed()
		listed = self.listed(message, sent_at_ms=self.clock.at_ms + 1)
		self.clock.forward(delivery.CLAIM_LEASE_MS)
		self.reconcile(listed, since_ms=message.sent_at_ms)
		self.assertEqual(self.stored(message).message_sid, "")
		self.clock.forward(1)
		self.reconcile(listed, since_ms=message.sent_at_ms)
		self.assertEqual(self.stored(message).message_sid, listed.message_sid)

	def test_each_of_two_like_messages_that_were_sent_is_found_once(self):
		first = self.unconfirmed()
		self.clock.forward(10_000)
		second = self.unconfirmed()
		self.clock.forward(delivery.CLAIM_LEASE_MS + 1000)
		listed = [self.listed(first, sent_at_ms=first.sent_at_ms + later) for later in (1, 2)]
		self.assertEqual(self.reconcile(*listed), 2)
		found = {self.stored(message).message_sid for message in (first, second)}
		self.assertEqual(found, {each.message_sid for each in listed})

	def test_another_text_another_time_and_another_pair_are_not_taken_for_it(self):
		message = self.unconfirmed()
		self.clock.forward(delivery.CLAIM_LEASE_MS + 1000)
		self.reconcile(
			self.listed(message, body="Halo"),
			self.listed(message, sent_at_ms=message.sent_at_ms - 2 * delivery.CLAIM_LEASE_MS),
			ListedMessage(
				new_sid(), self.customer, "whatsapp:+6281100000009", message.body, message.sent_at_ms, "sent"
			),
		)
		self.assertEqual(self.stored(message).message_sid, "")

	def test_two_unconfirmed_messages_are_not_both_taken_for_the_one_that_was_sent(self):
		first = self.unconfirmed()
		self.clock.forward(1000)
		second = self.unconfirmed()
		self.clock.forward(delivery.CLAIM_LEASE_MS + 1000)
		self.reconcile(self.listed(first))
		found = [self.stored(message).delivery_status for message in (first, second)]
		self.assertEqual(found, ["delivered", "unknown"])

	def test_a_lost_template_is_not_taken_for_the_text_that_was_lost_after_it(self):
		self.written()
		template = self.send_template()
		self.dispatch(OutcomeUnknown("ReadTimeout"))
		self.clock.forward(10_000)
		text = self.reply("Masih ada")
		self.dispatch(OutcomeUnknown("ReadTimeout"))
		self.clock.forward(delivery.CLAIM_LEASE_MS + 1000)
		of_text, of_template = self.listed(text), self.listed(template)
		self.reconcile(of_text, of_template)
		found = [self.stored(message).message_sid for message in (template, text)]
		self.assertEqual(found, [of_template.message_sid, of_text.message_sid])

	def test_what_the_list_does_not_show_after_a_while_is_said_so(self):
		message = self.unconfirmed()
		self.reconcile()
		self.assertEqual(self.stored(message).error_code, delivery.OUTCOME_UNKNOWN_CODE)
		self.clock.forward(LISTED_WITHIN_MS)
		self.events.changed.clear()
		self.reconcile()
		stored = self.stored(message)
		self.assertEqual((stored.delivery_status, stored.error_code), ("unknown", delivery.NOT_LISTED))
		self.assertIn(message.conversation, self.events.changed)
		self.events.changed.clear()
		self.clock.forward(HOUR_MS)
		self.reconcile()
		self.assertNotIn(message.conversation, self.events.changed)

	def test_a_message_that_is_not_listed_does_not_make_every_later_run_read_back_to_it(self):
		message = self.unconfirmed()
		for _ in range(12):
			self.clock.forward(HOUR_MS)
			self.reconcile()
		due = [
			waiting.name
			for waiting in self.store.due_for_reconciliation(self.clock.at_ms + 24 * HOUR_MS, 10_000)
		]
		self.assertNotIn(message.name, due)
		listed = self.listed(message, sent_at_ms=message.sent_at_ms + 1000)
		self.reconcile(listed, since_ms=message.sent_at_ms - HOUR_MS)
		self.assertEqual(self.stored(message).delivery_status, "delivered")

	def test_a_callback_that_names_its_message_corrects_what_was_taken_from_the_list(self):
		first = self.unconfirmed()
		self.clock.forward(1000)
		second = self.unconfirmed()
		listed = self.listed(first)
		self.clock.forward(delivery.CLAIM_LEASE_MS + 1000)
		self.reconcile(listed)
		report = StatusReport(listed.message_sid, "read", message=second.name)
		tracking.track(self.chat, report)
		self.assertEqual(self.stored(second).message_sid, listed.message_sid)
		self.assertEqual(
			(self.stored(first).message_sid, self.stored(first).delivery_status), ("", "unknown")
		)

	def test_statuses_whose_callbacks_got_lost_are_brought_up_to_date(self):
		self.written()
		message = self.reply()
		self.dispatch()
		self.clock.forward(delivery.CHECK_STATUS_AFTER_MS)
		sid = self.stored(message).message_sid
		self.reconcile(
			self.listed(
				message, "undelivered", sid=sid, error_code="63016", error_reason=Reason.OUTSIDE_WINDOW
			)
		)
		self.assertEqual(
			(self.stored(message).delivery_status, self.state()), ("undelivered", State.PROVIDER_CLOSED)
		)

	def test_the_code_of_a_failure_that_was_reported_without_one_is_taken_from_the_list(self):
		self.written()
		message = self.reply()
		self.dispatch()
		sid = self.stored(message).message_sid
		report = StatusReport(sid, "undelivered", reported_at_ms=self.clock.at_ms)
		tracking.track(self.chat, report)
		self.assertEqual(self.state(), State.OPEN)
		self.clock.forward(delivery.CHECK_STATUS_AFTER_MS)
		self.reconcile(
			self.listed(message, "failed", sid=sid, error_code="63016", error_reason=Reason.OUTSIDE_WINDOW)
		)
		stored = self.stored(message)
		self.assertEqual((stored.delivery_status, stored.error_code), ("undelivered", "63016"))
		self.assertEqual((stored.next_attempt_at_ms, self.state()), (0, State.PROVIDER_CLOSED))

	def test_a_failure_without_a_code_in_the_list_is_not_looked_up_forever(self):
		self.written()
		message = self.reply()
		self.dispatch()
		sid = self.stored(message).message_sid
		tracking.track(self.chat, StatusReport(sid, "failed"))
		lookups = 0
		for _ in range(12 * 24):
			self.clock.forward(5 * 60 * 1000)
			lookups += message.name in [
				m.name for m in self.store.due_for_reconciliation(self.clock.at_ms, 10_000)
			]
			self.reconcile(self.listed(message, "failed", sid=sid))
		self.assertTrue(3 <= lookups <= 10, lookups)

	def test_a_status_is_looked_up_at_growing_intervals_and_not_forever(self):
		self.written()
		message = self.reply()
		self.dispatch()
		lookups = 0
		for _ in range(12 * 24):
			self.clock.forward(5 * 60 * 1000)
			due = [waiting.name for waiting in self.store.due_for_reconciliation(self.clock.at_ms, 10_000)]
			lookups += message.name in due
			self.reconcile()
		self.assertTrue(3 <= lookups <= 10, lookups)
