"""Concurrent sending to several customers."""

import secrets

from wa_window.chat import outbound
from wa_window.chat.address import customer_at
from wa_window.chat.outbound import SendRequest
from wa_window.chat.ports.channel import OutcomeUnknown

from .situation import AGENT, BUSINESS, HOUR_MS, OTHER_BUSINESS, Channel, Situation, new_phone


class Slow(Channel):
	"""A channel whose calls end when `ended` is called; the message `hangs` ends last, without an answer. `meanwhile` is
	called once, while the first calls run."""

	def __init__(self, case, *, hangs="", places=10, allowed=lambda sender: True, meanwhile=None):
		super().__init__()
		self.case, self.hangs, self.most, self.allowed, self.meanwhile = (
			case,
			hangs,
			places,
			allowed,
			meanwhile,
		)
		self.begun, self.done, self.claimed = [], [], []

	def places(self) -> int:
		return self.most - len(self.outcomes)

	def may_begin(self, business_address: str) -> bool:
		return self.allowed(business_address)

	def begin(self, outgoing) -> None:
		self.begun.append(outgoing.message)
		super().begin(outgoing)

	def ended(self) -> list:
		names = [name for name, _ in self.outcomes]
		self.claimed.append([self.case.store.message(name).delivery_status for name in names])
		if self.meanwhile:
			happens, self.meanwhile = self.meanwhile, None
			happens()
			return []
		ended = [(name, outcome) for name, outcome in self.outcomes if name != self.hangs]
		self.outcomes = [(name, OutcomeUnknown("hung")) for name, _ in self.outcomes if name == self.hangs]
		if not ended:
			ended, self.outcomes = self.outcomes, []
		self.done += [name for name, _ in ended]
		return ended


class ConcurrentSendingContract(Situation):
	def test_a_call_that_hangs_delays_no_other_customer_and_its_own_customers_next_message_waits(self):
		first, second = self.two_replies()
		(other,) = self.replies_to_others(1)
		channel = Slow(self, hangs=first.name)
		self.dispatch_by(channel)
		names = [name for name in channel.done if name in (first.name, second.name, other.name)]
		self.assertEqual(names, [other.name, first.name, second.name])
		self.assertEqual(self.stored(first).delivery_status, "unknown")
		self.assertTrue(self.stored(second).message_sid)

	def test_nothing_is_claimed_for_which_there_is_no_place(self):
		channel = Slow(self, places=2)
		messages = self.replies_to_others(5)
		self.dispatch_by(channel)
		self.assertEqual({status for claimed in channel.claimed for status in claimed}, {"sending"})
		self.assertEqual(max(map(len, channel.claimed)), 2)
		self.assertTrue(all(self.stored(message).message_sid for message in messages))

	def test_nothing_waits_at_the_provider_that_is_not_claimed_and_nothing_is_claimed_twice(self):
		messages = [message.name for message in self.replies_to_others(20)]
		channels = [Slow(self, places=places) for places in (3, 7)]
		channels[0].meanwhile = lambda: self.dispatch_by(channels[1])
		self.dispatch_by(channels[0])
		begun = [name for channel in channels for name in channel.begun if name in messages]
		self.assertEqual(sorted(begun), sorted(messages))

	def test_nothing_is_sent_twice_where_the_clock_is_set_back_while_it_is_at_the_provider(self):
		messages, channels = self.replies_to_others(5), [Slow(self, places=3), Slow(self)]

		def set_back():
			self.clock.forward(-HOUR_MS)
			self.dispatch_by(channels[1])

		channels[0].meanwhile = set_back
		self.dispatch_by(channels[0])
		begun = [name for channel in channels for name in channel.begun]
		for message in messages:
			self.assertEqual(begun.count(message.name), 1)
			stored = self.stored(message)
			self.assertEqual((stored.delivery_status, bool(stored.message_sid)), ("queued", True))

	def test_a_message_that_is_written_while_a_call_hangs_goes_out_before_the_call_ends(self):
		(hanging,), written = self.replies_to_others(1), []
		channel = Slow(self, hangs=hanging.name, meanwhile=lambda: written.extend(self.replies_to_others(1)))
		self.dispatch_by(channel)
		self.assertEqual(channel.done[-2:], [written[0].name, hanging.name])

	def test_a_sender_that_may_send_no_more_for_now_holds_up_no_other_sender(self):
		slow, budget = f"whatsapp:{new_phone()}", [False, False, True]
		(held,), (other,) = self.replies_to_others(1, to=slow), self.replies_to_others(1, to=OTHER_BUSINESS)
		channel = Slow(self, allowed=lambda sender: sender != slow or budget.pop(0))
		self.dispatch_by(channel)
		names = [name for name in channel.begun if name in (held.name, other.name)]
		self.assertEqual((names, budget), ([other.name, held.name], []))
		self.assertEqual(self.stored(held).attempts, 1)

	def test_more_waiting_messages_of_a_sender_at_its_limit_than_there_are_places_hold_up_no_other_sender(
		self,
	):
		slow = f"whatsapp:{new_phone()}"
		channel = Slow(self, places=3, allowed=lambda sender: sender != slow or len(channel.claimed) >= 4)
		held, (other,) = self.replies_to_others(7, to=slow), self.replies_to_others(1, to=OTHER_BUSINESS)
		self.dispatch_by(channel)
		names = [message.name for message in (*held, other)]
		self.assertEqual(next(name for name in channel.begun if name in names), other.name)
		self.assertTrue(all(self.stored(message).message_sid for message in held))

	def test_a_customer_to_whom_a_hundred_messages_wait_holds_up_no_other_customer(self):
		self.written()
		for number in range(100):
			self.reply(f"{number}")
			self.clock.forward(1)
		(other,) = self.replies_to_others(1)
		channel = Slow(self, places=2)
		self.dispatch_by(channel)
		of_the_customer = {message.name for message in self.messages()}
		begun = [name for name in channel.begun if name == other.name or name in of_the_customer]
		self.assertIn(other.name, begun[:2])
		self.assertEqual(len(begun), 101)

	def test_a_sender_that_may_send_no_more_for_now_is_asked_for_once_a_round_and_not_for_each_message(self):
		slow, asked = f"whatsapp:{new_phone()}", []

		def allowed(sender: str) -> bool:
			asked.append(sender)
			return sender != slow or len(channel.claimed) >= 2

		channel = Slow(self, allowed=allowed)
		messages = self.replies_to_others(5, to=slow)
		self.dispatch_by(channel)
		self.assertEqual(asked.count(slow), 2 + len(messages))
		self.assertTrue(all(self.stored(message).message_sid for message in messages))

	def test_from_its_deadline_on_a_dispatcher_claims_nothing_more_and_writes_down_what_still_ends(self):
		first, second = self.two_replies()
		channel = Slow(self, meanwhile=lambda: self.clock.forward(1000))
		self.dispatch_by(channel, until_ms=self.clock.at_ms + 1000)
		self.assertTrue(self.stored(first).message_sid)
		self.assertEqual((self.stored(second).delivery_status, self.stored(second).attempts), ("queued", 0))

	def two_replies(self) -> list:
		self.written()
		first = self.reply("one")
		self.clock.forward(1)
		return [first, self.reply("two")]

	def replies_to_others(self, count: int, to=BUSINESS) -> list:
		"""Replies to this number of new customers."""
		replies = []
		for _ in range(count):
			customer = customer_at(f"whatsapp:{new_phone()}")
			self.written(to=to, customer=customer)
			conversation, key = self.pair(customer, to).name, secrets.token_hex(10)
			replies.append(outbound.reply(self.chat, conversation, "Baik.", SendRequest(key, AGENT)))
			self.clock.forward(1)
		return replies
