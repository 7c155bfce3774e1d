"""Delivery statuses arrive in any order."""

from wa_window.chat import conversations, outbound, tracking
from wa_window.chat.errors import InvalidMessage, OptedOut, WindowClosed
from wa_window.chat.message import StatusReport
from wa_window.chat.outbound import SendRequest
from wa_window.chat.ports.channel import Accepted, OutcomeUnknown
from wa_window.chat.window import State

from .situation import AGENT, OTHER_BUSINESS, Channel, Situation, new_sid, rejected


class TrackingContract(Situation):
	def sent_message(self):
		self.written()
		message = self.reply()
		self.dispatch()
		return message

	def test_when_each_status_was_reached_is_kept(self):
		message = self.sent_message()
		accepted_at_ms = self.clock.at_ms
		sid = self.stored(message).message_sid
		for status in ("delivered", "sent", "read"):
			self.clock.forward(1000)
			report = StatusReport(sid, status, reported_at_ms=self.clock.at_ms)
			tracking.track(self.chat, report)
		self.assertEqual(
			self.stored(message).status_times,
			{"queued": accepted_at_ms, "delivered": accepted_at_ms + 1000, "read": accepted_at_ms + 3000},
		)

	def test_when_it_failed_is_kept(self):
		self.written()
		message = self.reply()
		self.dispatch(rejected("63024", "no WhatsApp"))
		self.assertEqual(self.stored(message).status_times, {"failed": self.clock.at_ms})

	def test_the_providers_time_of_the_latest_message_is_the_conversations_too(self):
		self.written()
		message = self.reply()
		created_at_ms = message.sent_at_ms - 700
		self.dispatch(Accepted(new_sid(), "queued", created_at_ms))
		self.assertEqual(self.stored(message).sent_at_ms, created_at_ms)
		self.assertEqual(self.pair().last_message_at_ms, self.messages()[-1].sent_at_ms)

	def test_a_refusal_counts_from_the_providers_time_also_where_that_is_known_only_later(self):
		self.written(hours_ago=1)
		message = self.reply()
		self.dispatch(OutcomeUnknown("ReadTimeout"))
		self.clock.forward(10_000)
		self.written()
		self.track(message, "failed", code="63016", by_name=True)
		self.assertEqual(self.state(), State.OPEN)
		sid, created_at_ms = self.stored(message).message_sid, message.sent_at_ms + 20_000
		tracking.track(
			self.chat, StatusReport(sid, "failed", error_code="63016", created_at_ms=created_at_ms)
		)
		self.assertEqual(self.state(), State.PROVIDER_CLOSED)

	def test_statuses_climb_in_any_order_and_never_descend(self):
		message = self.sent_message()
		for status in ("delivered", "sent", "read", "queued", "delivered"):
			self.track(message, status)
		self.assertEqual(self.stored(message).delivery_status, "read")

	def test_a_report_is_published_once_for_its_chat_and_a_final_status_is_not_looked_up_again(self):
		message = self.sent_message()
		self.assertGreater(self.stored(message).next_attempt_at_ms, 0)
		self.events.changed.clear()
		for _ in range(2):
			self.track(message, "delivered")
		self.assertEqual(self.events.changed, [message.conversation])
		self.assertEqual(self.stored(message).next_attempt_at_ms, 0)

	def test_no_row_shows_both_delivered_and_an_error(self):
		message = self.sent_message()
		self.track(message, "delivered")
		self.track(message, "failed", code="63012")
		self.assertEqual(
			(self.stored(message).delivery_status, self.stored(message).error_code), ("delivered", "")
		)
		other = self.sent_message()
		self.track(other, "undelivered", code="63024")
		self.track(other, "delivered")
		self.assertEqual(
			(self.stored(other).delivery_status, self.stored(other).error_code), ("undelivered", "63024")
		)

	def test_a_report_before_the_sid_was_stored_finds_its_message_by_name(self):
		self.written()
		message = self.reply()
		early = StatusReport(new_sid(), "sent", message=message.name)
		tracking.track(self.chat, early)
		self.assertEqual(
			(self.stored(message).delivery_status, self.stored(message).message_sid),
			("sent", early.message_sid),
		)
		self.assertEqual([o for o in self.dispatch().sent if o.message == message.name], [])

	def test_the_chat_of_a_message_that_was_taken_for_this_one_is_published_too(self):
		for tell in (
			lambda message, sid: self.dispatch(Accepted(sid, "queued")),
			lambda message, sid: tracking.track(self.chat, StatusReport(sid, "sent", message=message.name)),
		):
			self.written(to=OTHER_BUSINESS)
			other = self.pair(to=OTHER_BUSINESS).name
			outbound.reply(self.chat, other, "Di sini", SendRequest(new_sid(), AGENT))
			self.dispatch()
			taken = self.messages(to=OTHER_BUSINESS)[-1]
			self.written()
			message = self.reply()
			self.events.changed.clear()
			tell(message, taken.message_sid)
			self.assertEqual(self.stored(taken).message_sid, "")
			self.assertEqual(set(self.events.changed), {message.conversation, other})

	def test_reports_of_unknown_and_inbound_messages_change_nothing(self):
		message = self.written()
		for report in (
			StatusReport(new_sid(), "delivered"),
			StatusReport(message.message_sid, "failed"),
			StatusReport(new_sid(), "failed", message=message.name),
		):
			tracking.track(self.chat, report)
		self.assertEqual(self.stored(message), message)

	def test_a_report_that_names_another_sids_message_does_not_touch_it(self):
		message = self.sent_message()
		tracking.track(self.chat, StatusReport(new_sid(), "failed", message=message.name))
		self.assertEqual(self.stored(message).delivery_status, "queued")

	def test_63016_on_freeform_refuses_until_the_next_inbound(self):
		message = self.sent_message()
		self.clock.forward(1000)
		self.track(message, "undelivered", code="63016")
		self.assertEqual(self.state(), State.PROVIDER_CLOSED)
		self.assertRaises(WindowClosed, self.reply)
		self.assertTrue(self.send_template().name)
		self.clock.forward(1000)
		self.written()
		self.assertEqual(self.state(), State.OPEN)

	def test_a_failure_without_a_code_takes_the_code_that_is_reported_later(self):
		message = self.sent_message()
		self.track(message, "undelivered")
		self.assertEqual(self.state(), State.OPEN)
		self.track(message, "failed", code="63016")
		stored = self.stored(message)
		self.assertEqual((stored.delivery_status, stored.error_code), ("undelivered", "63016"))
		self.assertEqual(self.state(), State.PROVIDER_CLOSED)

	def test_each_code_that_comes_late_is_learnt_as_if_it_had_come_at_once(self):
		for code, state in (("63014", State.BLOCKED), ("21610", State.OPTED_OUT)):
			message = self.sent_message()
			self.track(message, "failed")
			self.track(message, "failed", code=code)
			self.assertEqual(self.state(), state, code)
			self.clock.forward(1000)
			self.written("START", opt_out="START")

	def test_the_first_code_of_a_failure_stays(self):
		message = self.sent_message()
		self.track(message, "undelivered", code="63024")
		self.track(message, "failed", code="63016")
		self.track(message, "failed")
		self.assertEqual(self.stored(message).error_code, "63024")
		self.assertEqual(self.state(), State.OPEN)

	def test_a_code_alone_does_not_make_a_delivered_message_fail(self):
		message = self.sent_message()
		self.track(message, "delivered")
		self.track(message, "failed", code="63016")
		self.track(message, "read", code="63016")
		self.assertEqual((self.stored(message).error_code, self.state()), ("", State.OPEN))

	def test_63016_on_a_template_says_nothing_about_the_window(self):
		self.written()
		message = self.send_template()
		self.dispatch()
		self.track(message, "undelivered", code="63016")
		self.assertEqual(self.state(), State.OPEN)

	def test_a_template_that_was_refused_has_the_templates_synced(self):
		self.written()
		for code, synced in (("63016", 1), ("63041", 1), ("63049", 0)):
			message, before = self.send_template(), self.events.syncs
			self.dispatch()
			self.track(message, "undelivered", code=code)
			self.track(message, "undelivered", code=code)
			self.assertEqual(self.events.syncs - before, synced, code)

	def test_a_template_that_is_refused_in_the_answer_has_the_templates_synced(self):
		self.written()
		for code, synced in (("21655", 1), ("63028", 1), ("63016", 1), ("63003", 0)):
			self.send_template()
			before = self.events.syncs
			self.dispatch(rejected(code))
			self.assertEqual(self.events.syncs - before, synced, code)

	def test_a_template_that_was_accepted_nevertheless_syncs_nothing(self):
		"""The status report came before the answer."""
		self.written()
		message = self.send_template()
		case = self

		class Overtaken(Channel):
			def send(self, outgoing):
				if outgoing.message == message.name:
					case.track(message, "sent", by_name=True)
				return super().send(outgoing)

		self.dispatch_by(Overtaken(rejected("21655")))
		self.assertEqual((self.stored(message).error_code, self.events.syncs), ("", 0))

	def test_a_freeform_message_that_was_refused_syncs_nothing(self):
		message = self.sent_message()
		self.reply()
		self.dispatch(rejected("63016"))
		self.track(message, "undelivered", code="63016")
		self.assertEqual(self.events.syncs, 0)

	def test_opted_out_at_the_provider_is_learnt_and_undone_by_opting_in(self):
		message = self.sent_message()
		self.track(message, "failed", code="21610")
		self.assertEqual(self.state(), State.OPTED_OUT)
		self.clock.forward(1000)
		self.written("START", opt_out="START")
		self.assertEqual(self.state(), State.OPEN)

	def opt_in(self):
		name, now_ms = self.pair().name, self.clock.at_ms
		return self.store.transaction(lambda: conversations.opt_in(name, now_ms, store=self.store))

	def test_who_opted_out_stays_so_whatever_they_write_until_a_manager_records_an_opt_in(self):
		message = self.sent_message()
		self.track(message, "failed", code="21610")
		self.clock.forward(1000)
		self.written("Halo, saya mau beli")
		self.assertEqual(self.state(), State.OPTED_OUT)
		self.assertRaises(OptedOut, self.send_template)
		self.clock.forward(1000)
		self.assertFalse(self.opt_in().opted_out)
		self.assertEqual(self.state(), State.OPEN)
		self.written("STOP", hours_ago=1, opt_out="STOP")
		self.assertEqual(self.state(), State.OPEN, "an older STOP")
		self.clock.forward(1000)
		self.written("STOP", opt_out="STOP")
		self.assertEqual(self.state(), State.OPTED_OUT)

	def test_a_refusal_by_twilio_after_a_recorded_opt_in_is_learnt_anew(self):
		self.track(self.sent_message(), "failed", code="21610")
		self.clock.forward(1000)
		self.opt_in()
		self.clock.forward(1000)
		self.track(self.sent_message(), "failed", code="21610")
		self.assertEqual(self.state(), State.OPTED_OUT)

	def test_nobody_is_opted_in_who_has_not_opted_out_and_a_block_stays(self):
		message = self.sent_message()
		self.assertRaises(InvalidMessage, self.opt_in)
		self.track(message, "undelivered", code="63014")
		self.assertRaises(InvalidMessage, self.opt_in)
		self.assertEqual(self.state(), State.BLOCKED)

	def test_what_waits_when_the_customer_blocks_us_is_not_sent_and_says_so(self):
		message = self.sent_message()
		waiting = self.reply()
		self.track(message, "undelivered", code="63014")
		self.dispatch()
		stored = self.stored(waiting)
		self.assertEqual((stored.delivery_status, stored.error_code), ("failed", "customer_blocked"))

	def test_a_refusal_that_is_older_than_the_customers_start_opts_nobody_out(self):
		message = self.sent_message()
		self.clock.forward(1000)
		self.written("START", opt_out="START")
		self.track(message, "failed", code="21610")
		self.assertEqual(self.state(), State.OPEN)

	def test_a_late_report_of_an_older_message_takes_no_later_refusal_back(self):
		for code, field in (("63016", "provider_closed_at_ms"), ("63014", "blocked_at_ms")):
			self.setUp()
			older = self.sent_message()
			self.clock.forward(1000)
			newer = self.reply()
			self.dispatch()
			for message in (newer, older):
				self.track(message, "undelivered", code=code)
			self.assertEqual(getattr(self.pair(), field), self.stored(newer).sent_at_ms)

	def test_a_block_is_learnt_and_undone_by_whatever_the_customer_writes_next(self):
		message = self.sent_message()
		self.clock.forward(1000)
		self.track(message, "undelivered", code="63014")
		self.assertEqual(self.state(), State.BLOCKED)
		self.assertRaises(OptedOut, self.send_template)
		self.clock.forward(1000)
		self.written("Halo lagi")
		self.assertEqual(self.state(), State.OPEN)
