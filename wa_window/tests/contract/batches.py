"""Templates to many: prepared, sent once by the person who pressed, handed over in small parts behind single replies, stopped, resumed."""

import json
import secrets
from contextlib import suppress
from unittest.mock import patch

from wa_window.chat import outbound
from wa_window.chat.address import customer_with
from wa_window.chat.batch_failures import HOLDS_MS
from wa_window.chat.dispatch import LONGEST_RETRY_MS
from wa_window.chat.errors import AnsweredMeanwhile, ChangedMeanwhile, InvalidMessage, NotPermitted
from wa_window.chat.outbound import RECONCILE_FOR_MS, SendRequest
from wa_window.chat.ports.channel import OutcomeUnknown, Retryable
from wa_window.chat.reasons import Reason
from wa_window.chat.recompute import recompute
from wa_window.chat.template_batch import DAY_MS, LATE_AFTER_MS, WEEK_MS, Limits

from .batch_situation import VALUES, BatchSituation
from .concurrency import AtOnce
from .situation import AGENT, HOUR_MS, OTHER_BUSINESS, TEMPLATE, Channel, new_phone, rejected


class BatchContract(AtOnce, BatchSituation):
	# Preparing

	def test_a_draft_shows_each_recipient_the_text_that_they_would_get(self):
		batch = self.prepared()
		rows = self.batches.rows(batch, "to_send")["rows"]
		self.assertEqual([row["title"] for row in rows], list(self.people))
		self.assertEqual(rows[0]["text"], f"Halo {self.first()}, apakah masih berminat dengan rumah?")
		self.assertEqual(self.batches.progress(batch)["status"], "Draft")
		self.assertEqual(self.run_job().sent, [])

	def test_a_page_of_rows_says_where_to_go_on(self):
		batch = self.prepared()
		page = self.batches.rows(batch, "to_send", limit=2)
		self.assertEqual(len(page["rows"]), 2)
		further = self.batches.rows(batch, "to_send", after=page["next"], limit=2)
		self.assertEqual([row["title"] for row in further["rows"]], [list(self.people)[2]])
		self.assertIsNone(further["next"])

	def test_a_value_that_is_missing_is_replaced_by_its_text_or_skips_the_recipient(self):
		with_text = self.prepare(values={"1": {"field": "email", "text": "Ibu"}, "2": {"text": "rumah"}})
		self.assertEqual(with_text["counts"]["to_send"], 3)
		without = self.prepare(values={"1": {"field": "email"}, "2": {"text": "rumah"}})
		self.assertEqual(without["counts"]["skipped"], 3)
		self.assertEqual(without["skipped_by_reason"][0]["words"], "No value for 1.")

	def test_a_text_reaches_the_customer_as_it_was_written(self):
		text = 'harga <500 juta> & "baru"'
		batch = self.prepare(self.first(), values=VALUES | {"2": {"text": text}})["batch"]
		(row,) = self.batches.rows(batch, "to_send")["rows"]
		self.assertIn(text, row["text"])
		self.batches.send(batch, 1)
		(sent,) = self.run_job().sent
		self.assertEqual(json.loads(sent.content_variables)["2"], text)

	def test_nobody_is_skipped_without_a_reason(self):
		name = self.first()
		for reason, prepare in (
			("no_number", lambda: self.people.update({name: ""})),
			("no_right", lambda: self.host.unwritable.add(name)),
		):
			with self.subTest(reason):
				before = dict(self.people)
				prepare()
				self.assertEqual(self.reason(self.prepared(name)), reason)
				self.people.update(before)
				self.host.unwritable.clear()

	def test_who_opted_out_or_blocked_us_is_skipped(self):
		name = self.first()
		chat = self.met(name)
		self.store.transaction(lambda: self.store.change_conversation(chat.conversation, opted_out=True))
		self.assertEqual(self.reason(self.prepared(name)), "opted_out")
		blocked = {"opted_out": False, "blocked_at_ms": self.clock.at_ms}
		self.store.transaction(lambda: self.store.change_conversation(chat.conversation, **blocked))
		self.assertEqual(self.reason(self.prepared(name)), "blocked")

	def test_an_open_window_is_for_a_reply(self):
		self.met(self.first(), hours_ago=2)
		self.assertEqual(self.reason(self.prepared(self.first())), "in_conversation")

	def test_the_same_number_is_written_to_once(self):
		one, other, _third = self.people
		self.people[other] = self.people[one]
		batch = self.prepared()
		self.assertEqual(self.counts(batch), {"to_send": 2, "skipped": 1})
		self.assertEqual(self.reason(batch), "twice")

	def test_a_number_that_is_not_on_whatsapp_is_not_tried_again(self):
		name = self.first()
		self.sent(name)
		self.run_job(rejected("63003"))
		self.assertEqual(self.reason(self.prepared(name)), "not_on_whatsapp")
		self.clock.forward(40 * HOUR_MS)
		self.met(name)
		self.assertEqual(self.counts(self.prepared(name)), {"to_send": 1})

	def test_who_got_enough_templates_this_week_is_skipped(self):
		self.host.limit = Limits(templates_per_week=1)
		name = self.first()
		self.sent(name)
		self.run_job()
		self.assertEqual(self.reason(self.prepared(name)), "many_templates")
		self.clock.forward(8 * DAY_MS)
		self.assertEqual(self.counts(self.prepared(name)), {"to_send": 1})

	def test_a_person_may_send_to_so_many_in_a_day(self):
		self.host.limit = Limits(per_day=2)
		batch = self.prepared()
		self.assertEqual(self.reason(batch), "daily_maximum")
		other = self.prepared()
		self.batches.send(batch, 2)
		with self.assertRaises(ChangedMeanwhile):
			self.batches.send(other, 2)

	def test_what_was_paused_yesterday_is_resumed_within_todays_maximum(self):
		before = self.store.recipients_since(AGENT, self.host.day_began_ms())
		paused, today = self.sent(), self.prepared()
		self.run_job(rejected("63038"), per_second=1)
		self.clock.forward(DAY_MS)
		self.host.limit = Limits(per_day=before + 3)
		self.batches.send(today, 3)
		with self.assertRaises(ChangedMeanwhile):
			self.batches.resume(paused)
		self.run_job()
		with self.assertRaises(ChangedMeanwhile):
			self.batches.resume(paused)
		self.assertEqual(self.batches.progress(paused)["status"], "Paused")
		self.clock.forward(DAY_MS)
		self.assertEqual(self.batches.resume(paused)["status"], "Sending")

	def test_what_waits_and_is_more_than_a_days_maximum_says_whom_to_ask(self):
		batch = self.sent()
		self.run_job(rejected("63038"), per_second=1)
		self.clock.forward(DAY_MS)
		self.host.limit = Limits(per_day=1)
		with self.assertRaises(InvalidMessage) as raised:
			self.batches.resume(batch)
		self.assertIn("administrator", str(raised.exception))
		self.assertEqual(self.batches.progress(batch)["status"], "Paused")

	def test_two_batches_pressed_at_the_same_moment_keep_the_maximum_of_a_day(self):
		before = self.store.recipients_since(AGENT, self.host.day_began_ms())
		self.host.limit = Limits(per_day=before + 3)
		batches = [self.prepared(), self.prepared()]

		def press(batch: str) -> None:
			with suppress(ChangedMeanwhile):
				self.batches.send(batch, 3)

		self.at_once(*[lambda batch=batch: press(batch) for batch in batches])
		stored = self.store.transaction(lambda: [self.store.batch(batch) for batch in batches])
		self.assertEqual(sorted(batch.status for batch in stored), ["Draft", "Sending"])

	def test_what_was_stopped_in_time_does_not_count_for_the_day(self):
		self.host.limit = Limits(per_day=3)
		stopped = self.sent()
		self.batches.stop(stopped)
		self.assertEqual(self.counts(self.prepared()), {"to_send": 3})

	def test_many_are_prepared_by_a_job(self):
		self.people.update({f"Orang {number}": new_phone() for number in range(300)})
		first = self.prepare()
		self.assertEqual((first["status"], first["prepared"], first["total"]), ("Preparing", 0, 303))
		((batch, choice),) = self.host.enqueued
		with self.assertRaises(ChangedMeanwhile):
			self.batches.send(batch, 303)
		self.batches.fill(batch, choice)
		self.assertEqual(self.counts(batch), {"to_send": 303})
		self.assertEqual(self.batches.progress(batch)["status"], "Draft")

	def test_a_preparation_that_died_says_so(self):
		self.people.update({f"Orang {number}": new_phone() for number in range(300)})
		batch = self.prepare()["batch"]
		dies = patch.object(self.events, "batch_progressed", side_effect=SystemExit)
		with suppress(SystemExit), patch("wa_window.chat.batches.PAGE", 100), dies:
			self.batches.fill(*self.host.enqueued[0])
		self.assertFalse(self.batches.progress(batch)["interrupted"])
		self.clock.forward(5 * 60 * 1000)
		self.assertTrue(self.batches.progress(batch)["interrupted"])

	def test_a_preparation_that_never_begins_says_so(self):
		self.people.update({f"Orang {number}": new_phone() for number in range(300)})
		batch = self.prepare()["batch"]
		self.clock.forward(20 * 60 * 1000)
		progress = self.batches.progress(batch)
		self.assertEqual((progress["waits_for_worker"], progress["interrupted"]), (False, True))

	def test_a_preparation_that_no_worker_hears_of_is_stopped(self):
		self.people.update({f"Orang {number}": new_phone() for number in range(300)})
		fails = patch.object(self.host, "enqueue_filling", side_effect=ConnectionError)
		with fails as enqueue, suppress(ConnectionError):
			self.prepare()
		self.assertEqual(self.batches.progress(enqueue.call_args.args[0])["status"], "Stopped")

	def test_a_preparation_that_waits_for_a_busy_worker_is_not_interrupted(self):
		self.people.update({f"Orang {number}": new_phone() for number in range(300)})
		batch = self.prepare()["batch"]
		self.clock.forward(10 * 60 * 1000)
		progress = self.batches.progress(batch)
		self.assertEqual((progress["waits_for_worker"], progress["interrupted"]), (True, False))
		self.batches.fill(*self.host.enqueued[0])
		progress = self.batches.progress(batch)
		self.assertEqual((progress["waits_for_worker"], progress["interrupted"]), (False, False))

	# Sending

	def test_each_recipient_gets_it_once_in_the_name_of_who_pressed(self):
		batch = self.sent()
		channel = self.run_job()
		self.assertEqual(sorted(each.customer_address for each in channel.sent), self.addresses())
		self.assertEqual(self.counts(batch), {"handed_over": 3})
		self.assertEqual(self.batches.progress(batch)["status"], "Done")
		rows = self.store.batch_rows(batch, "handed_over", limit=3)
		self.assertEqual({self.store.message(row.message).owner for row in rows}, {AGENT})
		self.assertEqual(sorted(self.host.begun), sorted(row.conversation for row in rows))
		self.assertEqual(self.run_job().sent, [])

	def addresses(self) -> list[str]:
		return sorted(f"whatsapp:{phone}" for phone in self.people.values())

	def test_pressing_twice_sends_once(self):
		batch = self.prepared()
		self.batches.send(batch, 3)
		self.batches.send(batch, 3)
		self.assertEqual(len(self.run_job().sent), 3)
		self.assertEqual(self.batches.send(batch, 3)["status"], "Done")

	def test_another_number_than_the_one_on_the_button_sends_nothing(self):
		batch = self.prepared()
		with self.assertRaises(ChangedMeanwhile):
			self.batches.send(batch, 2)
		self.assertEqual(self.batches.progress(batch)["status"], "Draft")
		self.assertEqual(self.run_job().sent, [])

	def test_only_who_prepared_it_sends_it(self):
		batch = self.prepared()
		self.host.user = "other@example.com"
		for press in (lambda: self.batches.send(batch, 3), lambda: self.batches.resume(batch)):
			with self.assertRaises(NotPermitted):
				press()

	def test_reasons_are_looked_at_again_when_a_row_is_handed_over(self):
		opted_out, written, changed = self.people
		chats = {name: self.met(name) for name in self.people}
		batch = self.sent()
		conversation = chats[opted_out].conversation
		self.store.transaction(lambda: self.store.change_conversation(conversation, opted_out=True))
		self.met(written, hours_ago=0)
		self.people[changed] = new_phone()
		self.assertEqual(self.run_job().sent, [])
		reasons = {each["reason"] for each in self.batches.progress(batch)["skipped_by_reason"]}
		self.assertEqual(reasons, {"opted_out", "in_conversation", "number_changed"})

	def test_without_the_right_to_send_to_many_the_rest_waits(self):
		batch = self.sent()
		self.host.permitted = False
		self.assertEqual(self.run_job().sent, [])
		self.host.permitted = True
		self.assertEqual(self.batches.progress(batch)["status"], "Paused")
		self.batches.resume(batch)
		self.assertEqual(len(self.run_job().sent), 3)

	def test_stopping_keeps_what_is_not_handed_over_from_being_sent(self):
		batch = self.sent()
		rows = self.handing_over(per_second=1)
		self.assertTrue(rows() and rows())
		self.assertEqual(self.counts(batch), {"handed_over": 2, "to_send": 1})
		self.batches.stop(batch)
		self.assertEqual(len(self.run_job().sent), 2)
		self.assertEqual(self.counts(batch), {"handed_over": 2, "to_send": 1})
		with self.subTest("for good"):
			self.batches.resume(batch)
			self.batches.send(batch, 1)
			self.assertEqual(self.run_job().sent, [])

	def test_a_single_reply_goes_before_what_was_handed_over_earlier(self):
		self.met(self.first())
		self.sent(*list(self.people)[1:])
		self.handing_over()()
		self.clock.forward(10)
		self.written(hours_ago=0)
		self.reply("Sebentar ya, Pak.")
		sent = self.run_job().sent
		self.assertEqual(sent[0].body, "Sebentar ya, Pak.")
		self.assertEqual(len(sent), 3)

	def test_no_more_is_handed_over_than_the_outbox_takes(self):
		batch = self.sent()
		rows = self.handing_over(per_second=1)
		for _ in range(5):
			self.clock.forward(1000)
			self.assertTrue(rows())
		self.assertEqual(self.counts(batch), {"handed_over": 2, "to_send": 1})

	def test_a_worker_that_was_killed_leaves_nobody_out_and_nobody_twice(self):
		batch = self.sent()
		self.store.transaction(
			lambda: self.store.change_batch(batch, leased_until_ms=self.clock.at_ms + 20_000)
		)
		self.assertTrue(self.handing_over()())
		self.assertEqual(self.counts(batch), {"to_send": 3})
		self.clock.forward(40_000)
		self.assertEqual(len(self.run_job().sent), 3)

	def test_two_workers_and_two_presses_at_the_same_moment_send_to_each_once(self):
		self.people.update({f"Orang {number}": new_phone() for number in range(60)})
		batch = self.prepared()
		self.at_once(*[lambda: self.batches.send(batch, 63)] * 2)
		channels = [Channel(), Channel()]
		self.at_once(*[lambda channel=channel: self.run_by(channel, 20) for channel in channels])
		self.run_by(channels[0], 20)
		sent = [each.customer_address for channel in channels for each in channel.sent]
		self.assertEqual(sorted(sent), self.addresses())

	# Interruptions

	def test_the_daily_limit_puts_aside_and_waits_for_a_person(self):
		batch = self.sent()
		self.run_job(rejected("63038"), per_second=1)
		shown = self.batches.progress(batch)
		self.assertEqual(shown["status"], "Paused")
		self.assertIn("limit of messages for a day", shown["paused"])
		self.assertEqual(shown["counts"]["put_aside"], 1)
		self.assertEqual(self.run_job().sent, [])
		self.batches.resume(batch)
		first = {each.customer_address for each in self.run_job().sent}
		self.assertLessEqual(first, set(self.addresses()))
		self.assertEqual(self.counts(batch), {"handed_over": 3})

	def test_what_was_put_aside_and_sent_again_in_the_chat_is_not_sent_by_resuming(self):
		batch = self.sent(self.first())
		self.run_job(rejected("63038"))
		self.again(self.store.batch_rows(batch, "put_aside", limit=1)[0].message)
		self.batches.resume(batch)
		self.assertEqual(len(self.run_job().sent), 1)

	def test_what_resuming_sends_is_not_sent_again_in_the_chat(self):
		batch = self.sent(self.first())
		self.run_job(rejected("63038"))
		failed = self.store.batch_rows(batch, "put_aside", limit=1)[0].message
		self.batches.resume(batch)
		with self.assertRaises(InvalidMessage):
			self.again(failed)
		self.assertEqual(len(self.run_job().sent), 1)

	def again(self, message: str, *, seen: str | None = None) -> None:
		outbound.send_again(self.chat, message, SendRequest(secrets.token_hex(8), AGENT, seen))

	def test_what_was_sent_again_in_the_chat_is_not_sent_by_the_batch_when_the_first_fails_later(self):
		for code in ("63018", "63038"):
			for fail in (self.fail_without_a_code, self.remain_unknown):
				with self.subTest(f"{fail.__name__}, {code}"):
					batch = self.sent(self.first())
					first = self.store.message(fail(batch))
					self.again(first.name)
					self.track(first, "failed", code=code)
					self.assertEqual(self.counts(batch), {"handed_over": 1})
					self.assertEqual(self.batches.progress(batch)["status"], "Done")
					self.clock.forward(HOLDS_MS[0])
					self.assertEqual(len(self.run_job().sent), 1)

	def fail_without_a_code(self, batch: str) -> str:
		self.run_job()
		(row,) = self.store.batch_rows(batch, "handed_over", limit=2)
		self.track(self.store.message(row.message), "undelivered")
		return row.message

	def remain_unknown(self, batch: str) -> str:
		self.run_job(OutcomeUnknown())
		self.clock.forward(RECONCILE_FOR_MS)
		(row,) = self.store.batch_rows(batch, "handed_over", limit=2)
		return row.message

	def test_what_could_not_be_sent_again_in_the_chat_is_still_sent_by_resuming(self):
		batch = self.sent(self.first())
		self.run_job(rejected("63041"))
		(row,) = self.store.batch_rows(batch, "put_aside", limit=2)
		values, colleague = (
			{"1": "Pak Budi", "2": "rumah"},
			SendRequest(secrets.token_hex(8), "rina@example.com"),
		)
		outbound.send_template(self.chat, row.conversation, TEMPLATE, values, colleague)
		self.run_job()
		with self.assertRaises(AnsweredMeanwhile):
			self.again(row.message, seen=row.message)
		self.assertEqual(self.counts(batch), {"put_aside": 1})
		self.batches.resume(batch)
		self.assertEqual(len(self.run_job().sent), 1)

	def test_a_worker_that_is_killed_after_a_failure_leaves_nobody_out(self):
		for fail in (self.fail_at_once, self.fail_by_report, self.fail_for_being_late):
			with self.subTest(fail.__name__):
				batch = self.sent(self.first())
				dies = patch.object(self.events, "conversation_changed", side_effect=KeyboardInterrupt)
				with dies, suppress(KeyboardInterrupt):
					fail(batch)
				self.assertEqual(self.counts(batch), {"put_aside": 1})
				self.assertEqual(self.batches.progress(batch)["status"], "Paused")

	def fail_at_once(self, batch: str) -> None:
		self.run_job(rejected("63038"))

	def fail_by_report(self, batch: str) -> None:
		with suppress(KeyboardInterrupt):
			self.run_job()
		self.report(batch, "63038")

	def fail_for_being_late(self, batch: str) -> None:
		self.handing_over()()
		self.clock.forward(LATE_AFTER_MS + 1)
		self.run_job()

	def report(self, batch: str, code: str) -> None:
		"""WhatsApp refuses the message of the first row that was handed over."""
		row = self.store.batch_rows(batch, "handed_over", limit=1)[0]
		self.track(self.store.message(row.message), "failed", code=code)

	def test_a_limit_that_is_reported_later_puts_aside_too(self):
		batch = self.sent(self.first())
		self.run_job()
		self.report(batch, "63038")
		self.assertEqual(self.counts(batch), {"put_aside": 1})
		self.assertEqual(self.batches.progress(batch)["status"], "Paused")

	def test_a_rate_limit_that_is_reported_slows_the_batch_down_and_leaves_nobody_out(self):
		batch = self.sent()
		self.run_job()
		self.report(batch, "63018")
		shown = self.batches.progress(batch)
		self.assertEqual((shown["status"], self.counts(batch)), ("Sending", {"handed_over": 2, "to_send": 1}))
		self.assertIn("Nothing more is sent for some minutes", shown["paused"])
		self.assertEqual(self.run_job().sent, [])
		self.clock.forward(HOLDS_MS[0])
		self.assertEqual(len(self.run_job().sent), 1)
		self.assertEqual(self.counts(batch), {"handed_over": 3})
		self.assertEqual(self.batches.progress(batch)["status"], "Done")

	def test_a_paused_batch_keeps_its_first_reason(self):
		batch = self.sent()
		self.run_job()
		self.report(batch, "63038")
		first = self.batches.progress(batch)["paused"]
		self.report(batch, "63018")
		self.assertEqual(self.batches.progress(batch)["paused"], first)
		self.assertEqual(self.counts(batch), {"handed_over": 1, "put_aside": 2})

	def test_several_reports_at_once_are_one_rate_limit(self):
		batch = self.sent()
		self.run_job()
		for _ in range(3):
			self.report(batch, "63018")
		self.assertEqual(self.counts(batch), {"to_send": 3})
		self.clock.forward(HOLDS_MS[0])
		self.assertEqual(len(self.run_job().sent), 3)

	def test_a_rate_limit_again_and_again_waits_ever_longer_and_then_for_a_person(self):
		batch = self.sent(self.first())
		for hold_ms in HOLDS_MS:
			self.assertEqual(len(self.run_job().sent), 1)
			self.report(batch, "63018")
			self.clock.forward(hold_ms - 1000)
			self.assertEqual(self.run_job().sent, [])
			self.clock.forward(1000)
		self.assertEqual(len(self.run_job().sent), 1)
		self.report(batch, "63018")
		self.assertEqual(self.batches.progress(batch)["status"], "Paused")
		self.assertEqual(self.counts(batch), {"put_aside": 1})
		self.batches.resume(batch)
		self.assertEqual(len(self.run_job().sent), 1)

	def test_too_many_requests_hold_back_what_is_not_handed_over(self):
		batch = self.sent()
		self.run_job(Retryable("20429", error_reason=Reason.RATE_LIMITED), per_second=1)
		left = self.counts(batch)["to_send"]
		self.assertTrue(left)
		self.clock.forward(HOLDS_MS[0] - 2000)
		self.run_job(per_second=1)
		self.assertEqual(self.counts(batch)["to_send"], left)
		self.clock.forward(HOLDS_MS[0])
		self.run_job(per_second=1)
		self.assertEqual(self.counts(batch), {"handed_over": 3})

	def test_a_reply_does_not_wait_behind_what_twilio_refused_for_the_rate(self):
		name = self.first()
		self.met(name)
		self.sent(name)
		self.run_job(Retryable("20429", error_reason=Reason.RATE_LIMITED))
		self.clock.forward(1000)
		chat = self.met(name, hours_ago=0).conversation
		outbound.reply(self.chat, chat, "Sebentar ya, Pak.", SendRequest(secrets.token_hex(8), AGENT))
		self.assertEqual([each.body for each in self.run_job().sent], ["Sebentar ya, Pak."])

	def test_a_failure_of_one_recipient_after_many_attempts_concerns_nobody_else(self):
		batch = self.sent(self.first())
		for _ in range(7):
			self.run_job(Retryable("no_connection", error_reason=Reason.PROVIDER))
			self.clock.forward(LONGEST_RETRY_MS)
		self.run_job(rejected("63003"))
		shown = self.batches.progress(batch)
		self.assertEqual((shown["status"], self.counts(batch)), ("Done", {"handed_over": 1, "failed": 1}))

	def test_when_twilio_was_out_of_reach_until_the_retries_ended_it_is_put_aside(self):
		batch = self.sent(self.first())
		for _ in range(8):
			self.run_job(Retryable("no_connection", error_reason=Reason.PROVIDER))
			self.clock.forward(LONGEST_RETRY_MS)
		self.assertEqual(self.batches.progress(batch)["status"], "Paused")
		self.assertEqual(self.counts(batch), {"put_aside": 1})

	def test_while_twilio_is_out_of_reach_no_more_is_handed_over_than_the_outbox_takes(self):
		self.people |= {f"Orang {number}": new_phone() for number in range(20)}
		batch = self.sent()
		self.out_of_reach(minutes=10)
		self.assertIn("Nothing more is sent for some minutes", self.batches.progress(batch)["paused"])
		self.out_of_reach(minutes=10)
		self.assertIn("could not be reached for a long time", self.batches.progress(batch)["paused"])
		self.assertLessEqual(self.counts(batch)["handed_over"], 12)

	def test_a_single_attempt_that_does_not_reach_twilio_holds_nothing_up(self):
		batch = self.sent()
		self.run_job(Retryable("no_connection", error_reason=Reason.PROVIDER))
		self.assertIsNone(self.batches.progress(batch)["paused"])

	def test_an_error_of_this_site_is_tried_again_ever_later_and_then_waits_for_a_person(self):
		batch, self.host.fails = self.sent(), True
		for hold_ms in HOLDS_MS:
			self.assertFalse(self.handing_over()())
			self.clock.forward(hold_ms - 1000)
			self.assertFalse(self.handing_over()())
			self.clock.forward(1000)
		self.assertFalse(self.handing_over()())
		self.assertEqual(self.logged, ["another app's permission hook"] * 4)
		self.assertEqual(self.batches.progress(batch)["status"], "Paused")
		self.host.fails = False
		self.batches.resume(batch)
		self.assertEqual(len(self.run_job().sent), 3)

	def test_a_database_that_fails_meanwhile_loses_no_outcome_of_what_is_at_twilio(self):
		self.written(hours_ago=0)
		for broken in ("sending_batches", "lock_batch"):
			with self.subTest(broken):
				batch, reply = self.sent(), self.reply("Sebentar ya, Pak.")
				with patch.object(self.store, broken, side_effect=ConnectionError("the database")):
					self.assertEqual(len(self.run_job().sent), 1)
				self.assertTrue(self.stored(reply).message_sid)
				self.assertIn("the database", self.logged)
				self.batches.stop(batch)
				self.logged.clear()

	def test_a_marketing_message_that_meta_declined_stops_nothing(self):
		batch = self.sent()
		self.assertEqual(len(self.run_job(rejected("63049"), per_second=1).sent), 3)
		shown = self.batches.progress(batch)
		self.assertEqual((shown["status"], shown["counts"]["failed"]), ("Done", 1))
		self.assertEqual([each["error_code"] for each in shown["failed_by_reason"]], ["63049"])

	def test_what_was_delayed_for_hours_waits_for_a_person(self):
		batch = self.sent()
		self.clock.forward(LATE_AFTER_MS + 1)
		self.assertEqual(self.run_job().sent, [])
		self.assertEqual(self.batches.progress(batch)["status"], "Paused")
		self.batches.resume(batch)
		self.assertEqual(len(self.run_job().sent), 3)

	def test_what_waited_in_the_outbox_for_hours_is_put_aside(self):
		batch = self.sent()
		self.handing_over()()
		self.clock.forward(LATE_AFTER_MS + 1)
		self.assertEqual(self.run_job().sent, [])
		self.assertEqual(self.counts(batch), {"put_aside": 3})
		self.batches.resume(batch)
		self.assertEqual(len(self.run_job().sent), 3)
		self.assertEqual(self.counts(batch), {"handed_over": 3})

	# Afterwards

	def test_counts_follow_the_messages_and_the_answers(self):
		batch = self.sent()
		self.run_job()
		rows = self.store.batch_rows(batch, "handed_over", limit=3)
		for row, reached in zip(rows, ("delivered", "read", "failed"), strict=True):
			self.track(self.store.message(row.message), reached, code="63024" if reached == "failed" else "")
		self.clock.forward(1000)
		self.written(customer=customer_with(rows[1].phone), hours_ago=0)
		counted = {"handed_over": 3, "delivered": 2, "read": 1, "failed": 1, "answered": 1}
		self.assertEqual(self.counts(batch), counted)

	def test_what_is_not_confirmed_is_counted(self):
		batch = self.sent(self.first())
		self.run_job(OutcomeUnknown())
		self.assertEqual(self.counts(batch), {"handed_over": 1, "unconfirmed": 1})

	def test_a_customer_who_writes_within_a_week_has_answered_unless_the_message_failed(self):
		on_time, late, failed = self.people
		batch = self.sent()
		self.run_job()
		for row in self.store.batch_rows(batch, "handed_over", limit=3):
			if row.record == failed:
				self.track(self.store.message(row.message), "failed", code="63024")
		self.clock.forward(1000)
		self.met(failed, hours_ago=0)
		self.clock.forward(WEEK_MS - 2000)
		self.met(on_time, hours_ago=0)
		self.clock.forward(3000)
		self.met(on_time, hours_ago=0)
		self.met(late, hours_ago=0)
		self.assertEqual(self.counts(batch), {"handed_over": 3, "failed": 1, "answered": 1})

	def test_a_template_to_many_is_no_answer(self):
		name = self.first()
		message = self.met(name)
		waits_since = self.store.conversation(message.conversation).waiting_since_ms
		self.sent(name)
		self.run_job()
		found = self.store.transaction(lambda: recompute(message.conversation, self.store))
		self.assertEqual(found, [])
		self.assertEqual(self.store.conversation(message.conversation).waiting_since_ms, waits_since)
		self.assertIsNone(self.store.answer_after(message.conversation, message.name, "rina@example.com"))

	def test_a_chat_that_is_merged_into_another_keeps_its_place(self):
		batch = self.sent(self.first())
		self.run_job()
		(row,) = self.store.batch_rows(batch, "handed_over", limit=2)
		kept = self.met(list(self.people)[1]).conversation
		self.store.transaction(lambda: self.store.merge_into(kept, row.conversation))
		(row,) = self.store.batch_rows(batch, "handed_over", limit=2)
		self.assertEqual(row.conversation, kept)

	def test_one_may_try_it_with_one_record_first(self):
		batch, name = self.prepared(), self.first()
		tried = self.batches.test(batch, "Chat Lead", name, secrets.token_hex(8))
		self.assertEqual(tried["text"], f"Halo {name}, apakah masih berminat dengan rumah?")
		self.assertEqual(len(self.run_job().sent), 1)
		self.host.unwritable.add(name)
		with self.assertRaises(InvalidMessage):
			self.batches.test(batch, "Chat Lead", name, secrets.token_hex(8))

	def test_another_key_than_a_batchs_own_cannot_take_its_place(self):
		batch = self.sent(self.first())
		self.met(self.first(), hours_ago=1)
		other = self.prepared()
		for prefix in ("batch", "Batch"):
			with self.subTest(prefix), self.assertRaises(InvalidMessage):
				self.batches.test(other, "Chat Lead", self.first(), f"{prefix}.{batch}.0.0")

	def test_a_chat_with_another_number_of_ours_is_no_chat_of_this_one(self):
		name = self.first()
		self.met(name, to=OTHER_BUSINESS)
		batch = self.sent(name)
		self.run_job()
		self.assertEqual(self.counts(batch), {"handed_over": 1})
