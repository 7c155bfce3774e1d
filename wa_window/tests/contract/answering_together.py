"""Two agents answer one customer."""

import secrets

from wa_window.chat import outbound
from wa_window.chat.errors import AnsweredMeanwhile, WindowClosed
from wa_window.chat.message import Lead
from wa_window.chat.outbound import NewChat, SendRequest
from wa_window.chat.window import WINDOW_MS

from .concurrency import AtOnce
from .situation import BUSINESS, HOUR_MS, TEMPLATE, Situation, rejected

ANDI, RINA = "andi@example.com", "rina@example.com"


class AnsweringTogetherContract(AtOnce, Situation):
	def newest(self) -> str:
		return self.messages()[-1].name

	def test_who_presses_send_after_a_colleague_has_answered_is_asked_and_nothing_is_stored(self):
		self.written()
		seen = self.newest()
		answer = self.reply("Rp 450 juta", author=ANDI, seen=seen)
		with self.assertRaises(AnsweredMeanwhile) as asked:
			self.reply("Rp 475 juta", author=RINA, seen=seen)
		self.assertEqual(asked.exception.answer.name, answer.name)
		self.assertEqual((asked.exception.http_status_code, len(self.messages())), (409, 2))
		details = asked.exception.details
		self.assertEqual((details["kind"], details["text"]), ("text", "Rp 450 juta"))

	def test_sending_again_with_the_answer_as_seen_goes_through(self):
		self.written()
		seen = self.newest()
		answer = self.reply(author=ANDI)
		self.assertRaises(AnsweredMeanwhile, self.reply, author=RINA, seen=seen)
		self.assertEqual(self.reply(author=RINA, seen=answer.name).owner, RINA)

	def test_a_template_and_a_second_sending_are_asked_too(self):
		self.written()
		seen = self.newest()
		failed = self.reply(author=RINA)
		self.dispatch(rejected("63024"))
		self.reply(author=ANDI)
		self.assertRaises(AnsweredMeanwhile, self.send_template, author=RINA, seen=seen)
		with self.assertRaises(AnsweredMeanwhile):
			outbound.send_again(
				self.chat, failed.name, SendRequest(secrets.token_hex(8), RINA, seen=failed.name)
			)

	def test_the_customers_own_messages_and_ones_own_from_another_tab_ask_nothing(self):
		self.written()
		seen = self.newest()
		self.reply(author=RINA)
		self.clock.forward(1000)
		self.written("Halo?")
		self.assertEqual(self.reply(author=RINA, seen=seen).owner, RINA)

	def test_an_answer_that_failed_is_none_and_one_of_unknown_outcome_is_one(self):
		self.written()
		seen = self.newest()
		answer = self.reply(author=ANDI)
		for delivery_status in ("failed", "undelivered", "canceled"):
			self.store.transaction(
				lambda status=delivery_status: self.store.change_message(answer.name, delivery_status=status)
			)
			self.reply(author=RINA, seen=seen)
		self.store.transaction(lambda: self.store.change_message(answer.name, delivery_status="unknown"))
		self.assertRaises(AnsweredMeanwhile, self.reply, author=RINA, seen=seen)

	def test_an_answer_counts_although_twilios_clock_puts_it_before_the_message_that_was_seen(self):
		self.written()
		seen = self.newest()
		answer = self.reply(author=ANDI)
		self.store.transaction(
			lambda: self.store.change_message(answer.name, sent_at_ms=self.clock.at_ms - 20_000)
		)
		self.assertRaises(AnsweredMeanwhile, self.reply, author=RINA, seen=seen)

	def test_an_older_answer_that_was_on_the_screen_asks_nothing(self):
		self.written(hours_ago=2)
		self.reply(author=ANDI)
		self.clock.forward(HOUR_MS)
		self.written("Terima kasih")
		self.assertEqual(self.reply(author=RINA, seen=self.newest()).owner, RINA)

	def test_a_draft_that_saw_nothing_or_a_message_that_is_gone_is_asked(self):
		self.written()
		self.reply(author=ANDI)
		for seen in ("", "vanished"):
			self.assertRaises(AnsweredMeanwhile, self.reply, author=RINA, seen=seen)
		self.assertEqual(self.reply(author=RINA, seen=None).owner, RINA)

	def test_the_same_client_key_returns_the_stored_message_and_not_the_question(self):
		self.written()
		seen, key = self.newest(), secrets.token_hex(8)
		first = self.reply("Ada", author=RINA, seen=seen, key=key)
		self.reply("Habis", author=ANDI)
		self.assertEqual(self.reply("Ada", author=RINA, seen=seen, key=key).name, first.name)

	def test_a_closed_window_is_said_before_the_question(self):
		self.written()
		seen = self.newest()
		self.reply(author=ANDI)
		self.clock.forward(WINDOW_MS)
		self.assertRaises(WindowClosed, self.reply, author=RINA, seen=seen)

	def test_of_two_first_templates_to_a_lead_the_second_is_asked(self):
		lead = Lead("Chat Lead", secrets.token_hex(5), self.phone)
		values = {"1": "Pak Budi", "2": "rumah"}

		def send(author):
			request = SendRequest(secrets.token_hex(8), author, seen="")
			return outbound.send_template(self.chat, NewChat(lead, BUSINESS), TEMPLATE, values, request)

		send(ANDI)
		self.assertRaises(AnsweredMeanwhile, send, RINA)

	def test_of_two_agents_who_press_at_once_exactly_one_is_asked(self):
		self.written()
		seen, asked = self.newest(), []

		def press(author):
			try:
				self.reply(author=author, seen=seen)
			except AnsweredMeanwhile:
				asked.append(author)

		for number in range(5):
			with self.subTest(number=number):
				self.at_once(lambda: press(ANDI), lambda: press(RINA))
				self.assertEqual(len(asked), number + 1)
				seen = self.newest()
		self.assertEqual(len(self.messages()), 6)
