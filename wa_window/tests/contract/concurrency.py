"""Concurrent calls."""

import secrets
import threading
from contextlib import suppress

from wa_window.chat import conversations
from wa_window.chat.message import Lead
from wa_window.chat.ports.leads import LeadCreationInProgress

from .situation import OTHER_BUSINESS, Channel, Leads, Situation, new_sid


class SharedLeads(Leads):
	"""Two concurrent searches for a lead both find none, unless a lock prevents them."""

	def __init__(self):
		super().__init__()
		self.meeting, self.made = threading.Barrier(2), []

	def find(self, phone: str) -> list[Lead]:
		found = self.made[:1]
		with suppress(threading.BrokenBarrierError):
			self.meeting.wait(1)
		return found

	def create(self, phone: str, profile_name: str, ad: str, linked) -> Lead | None:
		self.made.append(Lead("Chat Lead", secrets.token_hex(5), phone))
		return linked(lambda: self.made[-1])


class AtOnce:
	"""Run calls in concurrent threads. A host defines `in_thread`, which gives a call a connection of its own."""

	def at_once(self, *works) -> None:
		barrier, failures = threading.Barrier(len(works)), []

		def run(work):
			try:
				barrier.wait(10)
				work()
			except Exception as error:
				failures.append(error)

		threads = [threading.Thread(target=self.in_thread(lambda work=work: run(work))) for work in works]
		for thread in threads:
			thread.start()
		for thread in threads:
			thread.join(60)
		self.assertEqual(failures, [])


class ConcurrencyContract(AtOnce, Situation):
	def test_the_same_sid_at_the_same_moment_is_one_row(self):
		sid = new_sid()
		self.at_once(*[lambda: self.written(sid=sid)] * 4)
		self.assertEqual((len(self.messages()), self.unread()), (1, 1))

	def test_first_messages_at_the_same_moment_make_one_conversation(self):
		self.at_once(*[self.written] * 6)
		self.assertEqual((len(self.messages()), self.unread()), (6, 6))

	def test_a_customer_who_writes_to_two_numbers_at_the_same_moment_gets_one_lead(self):
		names = [self.written().conversation, self.written(to=OTHER_BUSINESS).conversation]
		leads = SharedLeads()

		def link(name: str) -> None:
			with suppress(LeadCreationInProgress):
				conversations.link_lead(self.chat, name, leads)

		for _ in range(2):  # the one that met the other retries later
			self.at_once(*[lambda name=name: link(name) for name in names])
		(lead,) = leads.made
		self.assertEqual([self.store.conversation(name).lead for name in names], [lead.name] * 2)

	def test_a_customer_can_write_while_another_app_takes_long_with_their_new_lead(self):
		name, arrived = self.written().conversation, threading.Event()

		def write() -> None:
			self.written("again")
			arrived.set()

		class Slow(Leads):
			def create(leads, phone: str, profile_name: str, ad: str, linked) -> Lead | None:
				thread = threading.Thread(target=self.in_thread(write))
				thread.start()
				self.addCleanup(thread.join, 60)
				self.assertTrue(arrived.wait(10))
				return super().create(phone, profile_name, ad, linked)

		conversations.link_lead(self.chat, name, Slow())
		self.assertEqual((len(self.messages()), bool(self.pair().lead)), (2, True))

	def test_a_button_pressed_twice_at_the_same_moment_queues_one_message(self):
		self.written()
		key = secrets.token_hex(10)
		self.at_once(*[lambda: self.reply(key=key)] * 4)
		self.assertEqual(len(self.messages()), 2)

	def test_several_dispatchers_at_once_send_each_message_once_and_in_order(self):
		self.written()
		names = []
		for number in range(8):
			self.clock.forward(1)
			names.append(self.reply(str(number)).name)
		sent = []

		def dispatch():
			channel = Channel()
			channel.sent = sent
			self.dispatch_by(channel)

		self.at_once(*[dispatch] * 3)
		self.assertEqual([outgoing.message for outgoing in sent if outgoing.message in names], names)
