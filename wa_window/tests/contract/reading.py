"""What each user has read."""

import secrets
from dataclasses import replace

from wa_window.chat import read_state
from wa_window.chat.address import customer_at

from .concurrency import AtOnce
from .situation import HOUR_MS, Situation


class ReadingContract(AtOnce, Situation):
	def setUp(self):
		super().setUp()
		self.agent, self.manager = (f"{secrets.token_hex(5)}@example.com" for _ in range(2))
		self.make_readers(self.agent, self.manager)

	def make_readers(self, *users: str) -> None:
		"""A host whose read states refer to users adds them."""

	def read(self, user: str, **how) -> None:
		read_state.mark_read(self.chat, user, self.pair().name, **how)

	def test_what_one_has_read_the_other_has_not(self):
		self.written()
		self.read(self.manager)
		self.assertEqual((self.unread(self.agent), self.unread(self.manager)), (1, 0))

	def test_reading_is_published_once_and_to_this_user_only(self):
		name = self.written().conversation
		self.events.changed.clear()
		for _ in range(2):
			self.read(self.agent)
		self.assertEqual((self.events.changed, self.events.read), ([], [(self.agent, name)]))

	def test_what_arrived_after_what_was_shown_stays_unread(self):
		shown = self.written()
		self.clock.forward(1000)
		self.written()
		self.read(self.agent, seen=shown.name)
		self.assertEqual(self.unread(self.agent), 1)

	def test_what_was_seen_stays_seen(self):
		shown = self.written()
		self.clock.forward(1000)
		self.written()
		self.read(self.agent)
		self.read(self.agent, seen=shown.name)
		self.assertEqual(self.unread(self.agent), 0)

	def test_our_own_messages_are_not_unread(self):
		self.written()
		self.read(self.agent)
		self.clock.forward(1000)
		self.reply()
		self.assertEqual(self.unread(self.agent), 0)

	def test_what_came_before_ones_first_time_counts_as_seen(self):
		self.written(hours_ago=1)
		self.assertEqual(self.unread(self.agent), 1)
		read_state.opened(self.chat, self.agent)
		self.assertEqual(self.unread(self.agent), 0)
		self.clock.forward(HOUR_MS)
		read_state.opened(self.chat, self.agent)
		self.written(hours_ago=0.5)
		self.assertEqual((self.unread(self.agent), self.unread(self.manager)), (1, 2))

	def test_a_chat_is_marked_as_unread_for_oneself(self):
		self.written()
		self.clock.forward(1000)
		self.written()
		for user in (self.agent, self.manager):
			self.read(user)
		read_state.mark_unread(self.chat, self.agent, self.pair().name)
		self.assertEqual((self.unread(self.agent), self.unread(self.manager)), (1, 0))
		self.read(self.agent)
		self.assertEqual(self.unread(self.agent), 0)

	def test_more_than_a_hundred_are_not_counted(self):
		for _ in range(read_state.MOST_COUNTED + 2):
			self.written()
		self.assertEqual(self.unread(self.agent), read_state.MOST_COUNTED)

	def test_several_chats_are_counted_at_once(self):
		rows = []
		for number in range(3):
			customer = customer_at("whatsapp:IN." + secrets.token_hex(8))
			for _ in range(number):
				self.written(customer=customer)
			rows += [self.pair(customer)] if number else []
		self.assertEqual(
			read_state.unread_counts(self.chat, self.agent, rows), {rows[0].name: 1, rows[1].name: 2}
		)
		self.assertEqual(read_state.unread_counts(self.chat, self.agent, []), {})

	def test_what_was_not_seen_in_one_of_two_merged_chats_is_unread(self):
		hidden = customer_at("whatsapp:IN." + secrets.token_hex(8))
		self.written("by phone")
		self.clock.forward(1000)
		self.written("by id", customer=hidden)
		for row in (self.pair(), self.pair(hidden)):
			read_state.mark_read(self.chat, self.manager, row.name)
		self.read(self.agent)
		read_state.mark_unread(self.chat, self.manager, self.pair(hidden).name)
		self.clock.forward(1000)
		self.written("both", customer=replace(self.customer, user_id=hidden.user_id))
		self.assertEqual((self.unread(self.agent), self.unread(self.manager)), (2, 2))

	def test_a_user_who_reads_in_two_tabs_at_once_has_one_state(self):
		self.written()
		self.at_once(*[lambda: self.read(self.agent)] * 4)
		self.assertEqual(self.unread(self.agent), 0)

	def test_reading_waits_for_nobody_who_holds_the_chat(self):
		name = self.written().conversation

		def hold() -> None:
			self.store.lock(name)
			self.at_once(lambda: read_state.mark_read(self.chat, self.agent, name))

		self.store.transaction(hold)
		self.assertEqual(self.unread(self.agent), 0)
