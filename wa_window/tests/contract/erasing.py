"""What outlives an erased chat: tombstones of its messages, and its customer's opt-out."""

import secrets
from dataclasses import replace
from functools import partial

from wa_window.chat import conversations, outbound
from wa_window.chat.address import customer_at
from wa_window.chat.catch_up import catch_up
from wa_window.chat.delivery import CLAIM_LEASE_MS
from wa_window.chat.errors import OptedOut
from wa_window.chat.message import InboundMessage, Lead, ListedMessage, OptOut
from wa_window.chat.outbound import NewChat, SendRequest
from wa_window.chat.ports.channel import Accepted, OutcomeUnknown
from wa_window.chat.reconcile import reconcile
from wa_window.chat.window import State

from .concurrency import AtOnce
from .situation import (
	AGENT,
	BUSINESS,
	NO_DEADLINE_MS,
	OTHER_BUSINESS,
	TEMPLATE,
	ProviderList,
	Situation,
	new_sid,
)


class ErasingContract(AtOnce, Situation):
	"""A host defines `erase` and `delete_message`, which delete a conversation and a single message."""

	def erase(self, conversation: str) -> None:
		raise NotImplementedError

	def delete_message(self, message) -> None:
		raise NotImplementedError

	def erased(self, *messages, **more) -> None:
		"""The customer sent these messages (by default none), and was erased."""
		for message in messages or ({},):
			self.written(**message, **more)
		self.erase(self.pair(more.get("customer"), more.get("to", BUSINESS)).name)

	def opted_out_and_erased(self, **more) -> None:
		self.erased({"body": "STOP", "opt_out": "STOP"}, **more)
		self.clock.forward(1000)

	def first_template(self):
		lead = Lead("Chat Lead", "any", self.customer.phone)
		key, variables = secrets.token_hex(8), {"1": "Pak Budi", "2": "rumah"}
		return outbound.send_template(
			self.chat, NewChat(lead, BUSINESS), TEMPLATE, variables, SendRequest(key, AGENT)
		)

	# Messages

	def test_an_erased_message_does_not_come_back_by_its_webhook(self):
		sid = new_sid()
		self.erased({"sid": sid})
		self.events.received.clear()
		self.assertIsNone(self.written(sid=sid))
		self.assertIsNone(self.pair())
		self.assertEqual((self.state(), self.events.received), (State.NEVER, []))

	def test_a_deleted_message_does_not_come_back_to_a_chat_that_goes_on(self):
		self.written("first", hours_ago=30)
		deleted = self.written("second")
		self.delete_message(deleted)
		before = self.unread()
		self.assertIsNone(self.written("second", sid=deleted.message_sid))
		self.assertEqual([message.body for message in self.messages()], ["first"])
		self.assertEqual(self.unread(), before)

	def test_an_erased_message_does_not_come_back_by_the_providers_list(self):
		sid = new_sid()
		self.erased({"sid": sid})
		at_ms = self.clock.at_ms
		listed = InboundMessage(sid, self.customer, BUSINESS, "text", "Halo", at_ms, "twilio")
		provider = ProviderList(inbound=[listed])
		result = catch_up(self.chat, provider, at_ms - 1, until_ms=NO_DEADLINE_MS)
		self.assertEqual((result.received, result.failures, self.pair()), (0, [], None))
		self.assertEqual(provider.asked_for_media, [])

	def test_a_webhook_that_comes_again_while_its_customer_is_erased_brings_nothing_back(self):
		for _ in range(5):
			message = self.written()
			again = partial(self.written, sid=message.message_sid)
			self.at_once(partial(self.erase, message.conversation), again, again, again)
			self.assertIsNone(self.pair())

	def test_a_deleted_message_in_the_providers_list_is_not_taken_for_another_with_the_same_text(self):
		self.written()
		deleted, at_ms = self.reply("Masih ada?"), self.clock.at_ms
		self.dispatch(Accepted(sid := new_sid(), "sent"))
		self.delete_message(self.stored(deleted))
		self.clock.forward(1000)
		lost = self.reply("Masih ada?")
		self.dispatch(OutcomeUnknown())
		self.clock.forward(CLAIM_LEASE_MS + 1)
		listed = ListedMessage(sid, self.customer, BUSINESS, "Masih ada?", at_ms, "delivered")
		provider = ProviderList(outbound=[listed])
		reconcile(self.chat, provider, until_ms=NO_DEADLINE_MS)
		self.assertEqual((self.stored(lost).delivery_status, self.stored(lost).message_sid), ("unknown", ""))

	def test_who_was_erased_and_writes_anew_is_a_new_customer(self):
		self.erased()
		self.written("Halo lagi")
		self.assertEqual([message.body for message in self.messages()], ["Halo lagi"])
		self.assertEqual(self.state(), State.OPEN)

	# The opt-out

	def test_who_opted_out_and_was_erased_is_opted_out_when_they_write_again(self):
		self.opted_out_and_erased()
		self.written("Halo")
		self.assertEqual(self.state(), State.OPTED_OUT)
		self.assertRaises(OptedOut, self.reply)

	def test_the_first_template_to_who_opted_out_and_was_erased_is_refused(self):
		self.opted_out_and_erased()
		for _ in range(2):
			self.assertRaises(OptedOut, self.first_template)
		self.assertIsNone(self.pair())

	def test_a_chat_that_has_not_begun_shows_that_its_customer_opted_out(self):
		self.opted_out_and_erased()
		row = conversations.unsaved_conversation(
			Lead("Chat Lead", "any", self.phone), BUSINESS, store=self.store
		)
		state = conversations.window(row, self.clock.at_ms).state
		self.assertEqual((state, row.name, self.pair()), (State.OPTED_OUT, "", None))

	def test_an_opt_out_that_the_provider_reported_outlives_the_chat_too(self):
		self.written()
		sent = self.reply()
		self.dispatch()
		self.track(sent, "failed", code="21610")
		self.erase(self.pair().name)
		self.assertRaises(OptedOut, self.first_template)

	def test_an_opt_out_holds_only_for_the_sender_it_was_sent_to(self):
		self.opted_out_and_erased()
		self.written(to=OTHER_BUSINESS)
		self.assertEqual(self.state(to=OTHER_BUSINESS), State.OPEN)

	def test_nothing_is_kept_of_who_had_not_opted_out(self):
		self.erased()
		self.assertTrue(self.first_template())
		self.assertFalse(self.pair().opted_out)

	def test_a_start_lifts_it_for_good(self):
		self.opted_out_and_erased()
		self.written("START", opt_out="START")
		self.assertEqual(self.state(), State.OPEN)
		self.assertEqual(self.store.preserved_opt_out(self.customer.keys, BUSINESS), OptOut())
		self.erase(self.pair().name)
		self.assertTrue(self.first_template())

	def test_it_outlives_being_erased_twice(self):
		self.opted_out_and_erased()
		self.written("Halo")
		self.erase(self.pair().name)
		self.assertRaises(OptedOut, self.first_template)

	def test_another_way_to_write_the_number_is_the_same_customer(self):
		number = f"{secrets.randbelow(10**10):010d}"
		self.customer = customer_at(f"whatsapp:+521{number}")
		self.opted_out_and_erased()
		self.customer = customer_at(f"whatsapp:+52{number}")
		self.assertRaises(OptedOut, self.first_template)
		self.written()
		self.assertEqual(self.state(), State.OPTED_OUT)

	def test_a_customer_is_known_by_their_user_id_too(self):
		hidden = customer_at("whatsapp:IN." + secrets.token_hex(8))
		self.opted_out_and_erased(customer=replace(self.customer, user_id=hidden.user_id))
		self.written(customer=hidden)
		self.assertTrue(self.pair(hidden).opted_out)

	def test_it_holds_from_when_the_chat_learns_that_it_is_the_same_customer(self):
		hidden = customer_at("whatsapp:IN." + secrets.token_hex(8))
		self.opted_out_and_erased(customer=hidden)
		self.written("by phone")
		self.assertEqual(self.state(), State.OPEN)
		self.written("by both", customer=replace(self.customer, user_id=hidden.user_id))
		self.assertEqual(self.state(), State.OPTED_OUT)

	def test_an_older_opt_out_that_is_learned_of_late_does_not_overrule_a_start(self):
		hidden = customer_at("whatsapp:IN." + secrets.token_hex(8))
		self.opted_out_and_erased(customer=hidden)
		self.written("START", opt_out="START")
		self.written("by both", customer=replace(self.customer, user_id=hidden.user_id))
		self.assertEqual(self.state(), State.OPEN)

	def test_a_block_outlives_the_chat_until_the_customer_writes(self):
		self.written()
		sent = self.reply()
		self.dispatch()
		self.track(sent, "failed", code="63014")
		self.erase(self.pair().name)
		self.assertRaises(OptedOut, self.first_template)
		self.clock.forward(1000)
		self.written("Halo")
		self.assertEqual(self.state(), State.OPEN)

	def test_a_block_that_the_customer_had_lifted_by_writing_is_not_kept(self):
		self.written()
		sent = self.reply()
		self.dispatch()
		self.track(sent, "failed", code="63014")
		self.clock.forward(1000)
		self.written("Halo")
		self.erase(self.pair().name)
		self.assertTrue(self.first_template())
