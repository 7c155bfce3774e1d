"""Linking chats to leads: which lead, who may decide, and two workers at the same time."""

import secrets
from dataclasses import replace

from wa_window.chat import conversations
from wa_window.chat.address import customer_at
from wa_window.chat.errors import (
	NotPermitted,
)
from wa_window.chat.message import Lead
from wa_window.chat.ports.leads import LeadCreationInProgress

from .situation import BUSINESS, OTHER_BUSINESS, Leads, Situation


class LinkingContract(Situation):
	def test_a_conversation_is_linked_to_the_lead_found_or_made(self):
		self.written(profile_name="Siti")
		name = self.pair().name
		self.linked(name, Leads(Lead("Chat Lead", "known", self.phone)))
		self.assertEqual((self.pair().lead_doctype, self.pair().lead), ("Chat Lead", "known"))

	def test_a_placeholder_name_is_filled_once_for_each_message_that_is_post_processed(self):
		name = self.written(profile_name="Siti").conversation
		made, later = Leads(), Leads(creates=False)
		self.linked(name, made)
		self.assertEqual(made.named, [(f"made for {self.phone}", "Siti")])
		self.linked(name, later)
		self.assertEqual(later.named, [(f"made for {self.phone}", "Siti")])

	def test_a_chat_that_is_gone_gets_no_lead(self):
		leads = Leads()
		self.assertIsNone(self.linked("gone", leads))
		self.assertEqual(leads.named, [])

	def test_a_lead_made_after_the_chat_began_does_not_get_it_by_itself(self):
		newer = Lead("Chat Lead", "made by an agent", self.phone)
		name = self.written("for managers only").conversation
		self.linked(name, Leads(creates=False))
		self.written("again")
		row = self.linked(name, Leads(newer=(newer,)))
		self.assertEqual((row.lead, row.lead_problem), ("", conversations.NEWER_LEAD))
		older = Lead("Chat Lead", "known before", self.phone)
		self.assertEqual(self.linked(name, Leads(older, newer=(newer,))).lead, "known before")

	def test_the_first_message_goes_to_the_newest_lead_with_the_number(self):
		older, newer = (Lead("Chat Lead", name, self.phone) for name in ("old", "new"))
		name = self.written().conversation
		self.assertEqual(self.linked(name, Leads(older, newer=(newer,))).lead, "new")

	def test_a_chat_with_a_history_gets_no_newer_lead_from_the_customers_other_chat(self):
		hidden = customer_at("whatsapp:IN." + secrets.token_hex(8))
		kept = self.written("for managers only", customer=hidden).conversation
		self.written("again", customer=hidden)
		other = self.written(customer=hidden, to=OTHER_BUSINESS).conversation
		lead = Lead("Chat Lead", "of the other chat")
		self.store.transaction(
			lambda: self.store.change_conversation(other, lead_doctype=lead.doctype, lead=lead.name)
		)
		self.assertEqual(self.linked(kept, Leads(newer=(lead,))).lead, "")
		third = self.written(customer=hidden, to="whatsapp:+6281100000003").conversation
		self.assertEqual(self.linked(third, Leads(newer=(lead,))).lead, lead.name)

	def joined(self, *, linked: str):
		"""A chat by phone and a younger one by user id, one of them linked, and a message that merges them."""
		hidden = customer_at("whatsapp:IN." + secrets.token_hex(8))
		chats = {"older": self.written("by phone").conversation}
		chats["younger"] = self.written("by id", customer=hidden).conversation
		self.store.transaction(
			lambda: self.store.change_conversation(chats[linked], lead_doctype="Chat Lead", lead="an agent's")
		)
		self.written("both", customer=replace(self.customer, user_id=hidden.user_id))
		return chats, self.pair()

	def test_two_chats_that_become_one_have_the_lead_of_the_older_one(self):
		chats, row = self.joined(linked="older")
		self.assertEqual((row.name, row.lead), (chats["older"], "an agent's"))
		self.assertEqual(len(self.messages()), 3)

	def test_a_younger_chat_brings_its_lead_to_no_older_one(self):
		chats, row = self.joined(linked="younger")
		self.assertEqual((row.name, row.lead_doctype, row.lead), (chats["older"], "", ""))
		self.assertEqual((row.customer_phone, len(self.messages())), (self.phone, 3))

	def test_where_no_lead_can_be_made_the_conversation_says_why(self):
		self.written()
		name = self.pair().name
		self.linked(name, Leads(refuses="territory is missing"))
		self.assertEqual((self.pair().lead, self.pair().lead_problem), ("", "territory is missing"))
		self.linked(name, Leads(creates=False))
		self.assertEqual(self.pair().lead, "")
		self.linked(name, Leads())
		self.assertEqual((self.pair().lead, self.pair().lead_problem), (f"made for {self.phone}", ""))

	def test_a_chat_whose_lead_vanished_is_linked_anew(self):
		name = self.written().conversation
		self.store.transaction(
			lambda: self.store.change_conversation(name, lead_doctype="Chat Lead", lead="vanished")
		)
		self.linked(name, Leads())
		self.assertEqual(self.pair().lead, f"made for {self.phone}")

	def test_while_one_lead_is_made_for_a_customer_no_other_is(self):
		first = self.written().conversation
		second = self.written(to=OTHER_BUSINESS).conversation

		class Slow(Leads):
			def create(leads, phone, profile_name, ad, linked):
				for name in (first, second):
					self.assertRaises(LeadCreationInProgress, self.linked, name, Leads())
				return super().create(phone, profile_name, ad, linked)

		lead = self.linked(first, Slow()).lead
		self.assertTrue(lead)
		self.assertEqual(self.linked(second, Leads(creates=False)).lead, lead)

	def test_a_chat_that_is_linked_while_its_lead_is_made_keeps_its_link(self):
		name = self.written().conversation

		class Slow(Leads):
			def create(leads, phone, profile_name, ad, linked):
				chosen = {"lead_doctype": "Chat Lead", "lead": "by hand"}
				self.store.transaction(lambda: self.store.change_conversation(name, **chosen))
				return super().create(phone, profile_name, ad, linked)

		self.assertEqual(self.linked(name, Slow()).lead, "by hand")

	def test_a_chat_that_is_gone_when_its_lead_is_made_is_no_fault(self):
		"""Two chats were merged meanwhile: the lead is found by its number later."""
		hidden = customer_at("whatsapp:IN." + secrets.token_hex(8))
		self.written()
		name = self.written(customer=hidden).conversation

		class Slow(Leads):
			def create(leads, phone, profile_name, ad, linked):
				self.written(customer=replace(self.customer, user_id=hidden.user_id))
				return super().create(phone, profile_name, ad, linked)

		self.assertIsNone(self.linked(name, Slow()))

	def test_a_lead_that_failed_to_be_made_can_be_tried_again_at_once(self):
		name = self.written().conversation

		class Broken(Leads):
			def create(leads, phone, profile_name, ad, linked):
				raise RuntimeError("a hook of another app")

		self.assertRaises(RuntimeError, self.linked, name, Broken())
		self.assertTrue(self.linked(name, Leads()).lead)

	def test_a_worker_that_died_making_a_lead_keeps_others_from_it_for_six_minutes_only(self):
		name = self.written().conversation
		claimed = {"lead_claimed_at_ms": self.clock.at_ms}
		self.store.transaction(lambda: self.store.change_conversation(name, **claimed))
		self.clock.forward(6 * 60 * 1000 - 1)
		self.assertRaises(LeadCreationInProgress, self.linked, name, Leads())
		self.clock.forward(1)
		self.assertTrue(self.linked(name, Leads()).lead)

	def test_a_customer_of_two_business_numbers_gets_one_lead_also_without_a_phone_number(self):
		hidden = customer_at("whatsapp:IN." + secrets.token_hex(8))
		for customer in (self.customer, hidden):
			first = self.written(customer=customer).conversation
			second = self.written(customer=customer, to=OTHER_BUSINESS).conversation
			self.linked(first, Leads())
			self.linked(second, Leads(creates=False))
			lead = self.store.conversation(first).lead
			self.assertEqual(self.store.conversation(second).lead, lead)
			self.assertTrue(lead)

	def test_the_leads_number_and_its_own_conversations_are_its_chats(self):
		self.written()
		self.written(to=OTHER_BUSINESS, hours_ago=1)
		found = self.store.conversations_of(Lead("Chat Lead", "any", self.phone))
		self.assertEqual([row.business_address for row in found], [BUSINESS, OTHER_BUSINESS])
		self.store.transaction(
			lambda: self.store.change_conversation(found[0].name, lead_doctype="Chat Lead", lead=self.phone)
		)
		linked = self.store.conversations_of(Lead("Chat Lead", self.phone))
		self.assertEqual([row.name for row in linked], [found[0].name])
		lead = Lead("Chat Lead", "any", self.phone)
		self.assertEqual(conversations.choose(lead, found).name, found[0].name)
		self.assertEqual(conversations.choose(lead, found, found[1].name).name, found[1].name)
		self.assertRaises(NotPermitted, conversations.choose, lead, linked, found[1].name)

	def test_where_all_chats_have_an_earlier_number_none_is_chosen_but_by_name(self):
		self.written()
		(chat,) = self.store.conversations_of(Lead("Chat Lead", "any", self.phone))
		self.store.transaction(lambda: self.store.change_conversation(chat.name, earlier_number=True))
		(chat,) = self.store.conversations_of(Lead("Chat Lead", "any", self.phone))
		lead = Lead("Chat Lead", "any", "+6281200000000")
		self.assertIsNone(conversations.choose(lead, [chat]))
		self.assertEqual(conversations.choose(lead, [chat], chat.name), chat)
		self.assertEqual(conversations.choose(replace(lead, phone=""), [chat]), chat)
		# A record that this lead was converted to still has the number.
		self.assertEqual(conversations.choose(replace(lead, phone=self.phone), [chat]), chat)

	def test_the_chats_of_people_are_those_of_their_numbers_and_those_linked_to_them_each_once(self):
		of_number = self.written(hours_ago=1).conversation
		linked = self.written(customer=customer_at("whatsapp:IN." + secrets.token_hex(8))).conversation
		name = secrets.token_hex(5)
		self.store.transaction(
			lambda: self.store.change_conversation(linked, lead_doctype="Contact", lead=name)
		)
		people = [
			Lead("Contact", name, self.phone),
			Lead("Contact", "another", self.phone),
			Lead("Contact", "x"),
		]
		found = [row.name for row in self.store.conversations_of_people(people)]
		self.assertEqual(found, [linked, of_number])
		self.assertEqual(self.store.conversations_of_people([]), [])
