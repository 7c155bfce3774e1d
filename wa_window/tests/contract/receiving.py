"""Receiving customers' messages."""

import secrets
from dataclasses import replace

from wa_window.chat.address import customer_at
from wa_window.chat.customer_key import update_customer_key
from wa_window.chat.message import Conversation
from wa_window.chat.received import NUMBER_BEFORE
from wa_window.chat.window import WINDOW_MS, State

from .situation import BUSINESS, HOUR_MS, OTHER_BUSINESS, Leads, Situation, new_phone, new_sid


class ReceivingContract(Situation):
	def test_a_message_is_stored_opens_the_window_and_is_published(self):
		message = self.written("Halo, masih ada?")
		row = self.pair()
		self.assertEqual(self.messages(), [self.stored(message)])
		self.assertEqual((row.last_inbound_at_ms, self.unread()), (self.clock.at_ms, 1))
		self.assertEqual(row.last_message_preview, "Halo, masih ada?")
		self.assertEqual(self.events.received, [message.name])

	def test_the_same_sid_twice_is_one_row_and_counts_once(self):
		sid = new_sid()
		first = self.written("first", sid=sid)
		self.events.changed.clear()
		self.assertIsNone(self.written("another text", sid=sid))
		self.assertEqual((self.stored(first).body, self.events.changed), ("first", []))
		self.assertEqual((len(self.messages()), self.unread()), (1, 1))

	def test_an_older_inbound_arriving_late_does_not_shorten_the_window(self):
		self.written("new")
		self.written("old", hours_ago=20)
		row = self.pair()
		self.assertEqual((row.last_inbound_at_ms, row.last_message_preview), (self.clock.at_ms, "new"))
		self.assertEqual([message.body for message in self.messages()], ["old", "new"])

	def test_outbound_one_hour_ago_and_inbound_25_hours_ago_is_closed(self):
		self.written()
		self.clock.forward(WINDOW_MS - HOUR_MS)
		self.reply()
		self.dispatch()
		self.clock.forward(2 * HOUR_MS)
		self.assertEqual(self.state(), State.CLOSED)

	def test_an_inbound_to_one_business_number_does_not_open_another(self):
		self.written(to=OTHER_BUSINESS)
		self.assertEqual((self.state(), self.state(to=OTHER_BUSINESS)), (State.NEVER, State.OPEN))

	def test_the_window_is_open_one_millisecond_before_24_hours_and_closed_at_24_hours(self):
		self.written()
		self.clock.forward(WINDOW_MS - 1)
		self.assertEqual(self.state(), State.CLOSING)
		self.clock.forward(1)
		self.assertEqual(self.state(), State.CLOSED)

	def test_text_is_kept_as_sent(self):
		for body in ("", "<b>5%</b> 'a' \"b\" \\n %s {0}", "😀" * 1600, " line\nbreak\t "):
			message = self.written(body)
			self.assertEqual(self.stored(message).body, body)

	def test_replies_go_to_the_exact_address_of_the_last_inbound_message(self):
		short = "+52" + f"{secrets.randbelow(10**10):010d}"
		long = short.replace("+52", "+521")
		first, last = customer_at(f"whatsapp:{short}"), customer_at(f"whatsapp:{long}")
		self.customer = first
		self.written()
		self.written(customer=last)
		row = self.pair()
		self.assertEqual((row.customer_address, len(self.messages())), (f"whatsapp:{long}", 2))

	def test_an_older_message_arriving_late_changes_neither_the_reply_address_nor_the_name(self):
		user_id = "IN." + secrets.token_hex(8)
		new = customer_at(f"whatsapp:{user_id}")
		both = replace(self.customer, user_id=user_id)
		self.written(customer=both, hours_ago=2, profile_name="first")
		self.written(customer=new, profile_name="now")
		self.written("late", customer=both, hours_ago=1, profile_name="before")
		row = self.pair()
		self.assertEqual((row.customer_address, row.profile_name), (new.address, "now"))
		self.assertEqual(len(self.messages()), 3)

	def test_an_id_without_a_phone_is_stored_and_joined_when_both_come_together(self):
		user_id = "IN." + secrets.token_hex(8)
		hidden = customer_at(f"whatsapp:{user_id}")
		self.written("by id", customer=hidden)
		self.assertEqual(self.pair(hidden).customer_phone, "")
		self.written("by phone")
		both = replace(self.customer, user_id=user_id)
		self.written("both", customer=both)
		row = self.pair()
		self.assertEqual(row.name, self.pair(hidden).name)
		self.assertEqual((row.customer_user_id, row.customer_phone, self.unread()), (user_id, self.phone, 3))
		self.assertEqual({message.body for message in self.messages()}, {"by id", "by phone", "both"})
		self.written("by id again", customer=hidden)
		self.assertEqual((self.pair().customer_address, len(self.messages())), (hidden.address, 4))

	def test_who_writes_from_a_new_number_under_the_same_id_keeps_the_chat_and_the_message_says_so(self):
		user_id, new = "IN." + secrets.token_hex(8), f"+62813{secrets.randbelow(10**8):08d}"
		self.written("old", customer=replace(self.customer, user_id=user_id))
		row = self.pair()
		self.store.transaction(lambda: self.store.change_conversation(row.name, earlier_number=True))
		moved = replace(customer_at(f"whatsapp:{new}"), user_id=user_id)
		first = self.written("new", customer=moved)
		second = self.written("again", customer=moved)
		kept = self.pair(moved)
		self.assertEqual((kept.name, kept.customer, kept.customer_phone), (row.name, new, new))
		self.assertFalse(kept.earlier_number)
		numbers = [self.stored(each).raw.get(NUMBER_BEFORE) for each in (first, second)]
		self.assertEqual(numbers, [self.phone, None])

	def test_a_new_number_that_has_a_chat_already_is_merged_and_says_what_it_was_before(self):
		user_id, new = (
			"IN." + secrets.token_hex(8),
			customer_at(f"whatsapp:+62813{secrets.randbelow(10**8):08d}"),
		)
		self.written("old", customer=replace(self.customer, user_id=user_id))
		self.written("without an id", customer=new)
		both = self.written("both", customer=replace(new, user_id=user_id))
		self.assertEqual(self.stored(both).raw.get(NUMBER_BEFORE), self.phone)
		self.assertEqual(len(self.store.messages(self.pair(new).name, limit=9)), 3)

	def test_another_way_to_write_the_same_number_is_no_new_one(self):
		digits, user_id = f"{secrets.randbelow(10**10):010d}", "MX." + secrets.token_hex(8)
		for prefix in ("+52", "+521"):
			message = self.written(
				customer=replace(customer_at(f"whatsapp:{prefix}{digits}"), user_id=user_id)
			)
			self.assertNotIn(NUMBER_BEFORE, self.stored(message).raw)

	def ids(self) -> tuple[str, str]:
		"""A customer's id for this business, and the id for all linked businesses of its owner."""
		return "IN." + secrets.token_hex(8), "IN.ENT." + secrets.token_hex(8)

	def test_all_ids_that_were_seen_together_are_one_customer(self):
		user_id, parent_id = self.ids()
		by_id, by_parent = (customer_at(f"whatsapp:{each}") for each in (user_id, parent_id))
		for body, customer in (("by id", by_id), ("by parent", by_parent), ("by phone", self.customer)):
			self.written(body, customer=customer)
		self.assertEqual(len({self.pair(each).name for each in (by_id, by_parent, self.customer)}), 3)
		self.written("both ids", customer=customer_at(by_id.address, "", parent_id))
		self.assertEqual(self.pair(by_id).name, self.pair(by_parent).name)
		self.written("phone and parent", customer=customer_at(self.customer.address, "", parent_id))
		row = self.pair()
		self.assertEqual(
			(row.customer_phone, row.customer_user_id, row.customer_parent_id),
			(self.phone, user_id, parent_id),
		)
		for body, customer in (("id", by_id), ("parent", by_parent), ("phone", self.customer)):
			self.written(body + " again", customer=customer)
			self.assertEqual(self.pair(customer).name, row.name)
		self.assertEqual((len(self.messages()), self.unread()), (8, 8))
		self.assertEqual(self.pair().customer_address, self.customer.address)

	def test_a_customer_of_two_businesses_of_one_owner_gets_one_lead(self):
		(one, parent_id), (other, _) = self.ids(), self.ids()
		here, there = (customer_at(f"whatsapp:{each}", "", parent_id) for each in (one, other))
		first = self.written(customer=here).conversation
		second = self.written(customer=there, to=OTHER_BUSINESS).conversation
		self.linked(first, Leads())
		self.linked(second, Leads(creates=False))
		self.assertTrue(self.store.conversation(second).lead)
		self.assertEqual(self.store.conversation(second).lead, self.store.conversation(first).lead)

	def test_an_id_in_an_older_message_that_arrives_late_is_stored_too(self):
		user_id, parent_id = self.ids()
		hidden = customer_at(f"whatsapp:{user_id}")
		self.written("now", customer=hidden)
		self.written("late", hours_ago=1, customer=customer_at(self.customer.address, user_id, parent_id))
		row = self.pair(hidden)
		self.assertEqual(row.customer_address, hidden.address)
		self.written("by phone")
		self.written("by parent", customer=customer_at(f"whatsapp:{parent_id}"))
		self.assertEqual((self.pair().name, len(self.messages())), (row.name, 4))

	def test_ids_that_differ_by_case_are_two_customers(self):
		digits = secrets.token_hex(8)
		one, other = (customer_at(f"whatsapp:ID.{name}{digits}") for name in ("AbCdEf", "aBcDeF"))
		self.written("one", customer=one)
		self.written("other", customer=other)
		self.assertNotEqual(self.pair(one).name, self.pair(other).name)
		self.assertEqual(self.pair(one).customer_address, one.address)
		by_phone = replace(self.customer, user_id=other.user_id)
		self.written("of the other", customer=by_phone)
		self.assertEqual(self.store.messages(self.pair(one).name, limit=9)[-1].body, "one")
		self.assertEqual(len(self.messages()), 2)
		name = self.pair(one).name
		found = self.store.transaction(lambda: self.store.lock_customer(name))
		self.assertEqual([row.customer for row in found], [one.key])

	def test_messages_are_paged_without_gaps_where_they_share_a_moment(self):
		for number in range(7):
			self.written(str(number))
		name = self.pair().name
		last = self.store.messages(name, limit=3)
		middle = self.store.messages(name, before=last[0].name, limit=3)
		first = self.store.messages(name, before=middle[0].name, limit=3)
		self.assertEqual([m.body for m in first + middle + last], [str(n) for n in range(7)])
		self.assertEqual(self.store.messages(name, before="not a message", limit=3), [])

	def changed(self, conversation: str, **changes) -> None:
		self.store.transaction(lambda: self.store.change_conversation(conversation, **changes))

	def test_what_the_customer_chose_in_either_of_two_chats_holds_when_they_become_one(self):
		"""Opted out in the one, blocked and closed by WhatsApp in the other, whichever of them is the older."""
		for opted_out in (0, 1):
			self.phone = new_phone()
			self.customer = customer_at(f"whatsapp:{self.phone}")
			hidden = customer_at("whatsapp:IN." + secrets.token_hex(8))
			chats = [self.written("by phone", profile_name="Budi").conversation]
			chats.append(self.written("by id", customer=hidden, hours_ago=1).conversation)
			later_ms = self.clock.at_ms + 1000
			chosen = {"opted_out": True, "opt_out_changed_at_ms": self.clock.at_ms}
			refused = {"blocked_at_ms": later_ms, "provider_closed_at_ms": later_ms}
			self.changed(chats[opted_out], **chosen)
			self.changed(chats[1 - opted_out], **refused)
			self.written("both", customer=replace(self.customer, user_id=hidden.user_id), hours_ago=2)
			row = self.pair()
			self.assertEqual(row.name, chats[0])
			self.assertEqual({name: getattr(row, name) for name in (chosen | refused)}, chosen | refused)
			self.assertEqual((row.profile_name, self.unread()), ("Budi", 3))
			self.assertEqual((row.customer_phone, row.customer_user_id), (self.phone, hidden.user_id))
			self.assertEqual((row.last_inbound_at_ms, row.last_message_at_ms), (self.clock.at_ms,) * 2)
			self.assertEqual(row.last_message_preview, "by phone")

	def test_opting_out_and_in_follows_the_order_of_sending_not_of_arrival(self):
		self.written("START", opt_out="START")
		self.written("STOP", opt_out="STOP", hours_ago=1)
		self.assertFalse(self.pair().opted_out)
		self.clock.forward(1000)
		self.written("STOP", opt_out="STOP")
		self.assertEqual(self.state(), State.OPTED_OUT)

	def old_pair(self, phone: str, **more):
		"""A chat as an earlier version stored it, under the number's earlier canonical form."""
		row = Conversation(
			phone,
			BUSINESS,
			f"whatsapp:{phone}",
			customer_phone=phone,
			last_inbound_at_ms=self.clock.at_ms,
			**more,
		)
		return self.store.transaction(lambda: self.store.add_conversation(row))

	def test_a_chat_is_found_by_the_new_form_of_its_number(self):
		digits = f"{secrets.randbelow(10**6):06d}"
		old = self.old_pair(f"+22997{digits}")
		self.store.transaction(lambda: update_customer_key(old.name, self.store))
		self.customer = customer_at(f"whatsapp:+2290197{digits}")
		self.clock.forward(1000)
		self.written()
		pair = self.pair()
		self.assertEqual((pair.name, pair.customer_address), (old.name, f"whatsapp:+2290197{digits}"))

	def test_chats_of_both_forms_become_one_and_a_second_time_nothing_changes(self):
		digits = f"{secrets.randbelow(10**6):06d}"
		old = self.old_pair(
			f"+22598{digits}", opted_out=True, opt_out_changed_at_ms=5, lead_doctype="L", lead="A"
		)
		self.customer = customer_at(f"whatsapp:+2250798{digits}", "CI.2081")
		self.clock.forward(1000)
		self.written("new")
		self.assertNotEqual(self.pair().name, old.name)
		for _ in range(2):
			self.store.transaction(lambda: update_customer_key(old.name, self.store))
			pair = self.pair()
			self.assertEqual((pair.name, pair.lead, pair.opted_out), (old.name, "A", True))
			self.assertEqual((pair.customer, pair.customer_user_id), (f"+2250798{digits}", "CI.2081"))
			self.assertEqual(pair.last_inbound_at_ms, self.clock.at_ms)
			self.assertEqual([message.body for message in self.messages()], ["new"])
