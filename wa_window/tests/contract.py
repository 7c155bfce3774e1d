"""The use cases as every store must serve them: the same tests on Frappe's database and on the playground's SQLite.

A host gives `self.store` and calls `super().setUp()`. Each test has a customer of its own: a site is not empty.
"""

import json
import secrets
import threading
from dataclasses import replace

from wa_window.chat import conversations, delivery, inbound, outbound
from wa_window.chat.address import Customer, customer_at
from wa_window.chat.catch_up import catch_up
from wa_window.chat.errors import (
	InvalidMessage,
	NoNumber,
	NotPermitted,
	OptedOut,
	TemplateNotUsable,
	WindowClosed,
)
from wa_window.chat.message import InboundMessage, Lead, StatusReport
from wa_window.chat.ports import Accepted, Busy, LeadNotCreated, NoAnswer, Rejected
from wa_window.chat.window import WINDOW_MS, State

HOUR_MS = 60 * 60 * 1000
BUSINESS = "whatsapp:+6281100000001"
OTHER_BUSINESS = "whatsapp:+6281100000002"
TEMPLATE = "HX" + "0" * 31 + "1"
AGENT = "agent@example.com"


class Clock:
	def __init__(self, now_ms: int = 1_795_400_000_000):
		self.at_ms = now_ms

	def now_ms(self) -> int:
		return self.at_ms

	def forward(self, ms: int) -> None:
		self.at_ms += ms


class Announcer:
	"""Notes what was told."""

	def __init__(self):
		self.changed, self.received, self.outbox = [], [], 0

	def conversation_changed(self, conversation: str) -> None:
		self.changed.append(conversation)

	def message_received(self, message: str) -> None:
		self.received.append(message)

	def outbox_filled(self) -> None:
		self.outbox += 1


class Channel:
	"""A provider that notes what it was handed and answers in turn as scripted, else accepts."""

	def __init__(self, *answers):
		self.answers, self.sent = list(answers), []

	def send(self, outgoing):
		self.sent.append(outgoing)
		return self.answers.pop(0) if self.answers else Accepted(new_sid(), "queued")


class Leads:
	def __init__(self, known: Lead | None = None, *, refuses: str = "", creates: bool = True):
		self.known, self.refuses, self.creates = known, refuses, creates
		self.introduced = []

	def find(self, phone: str) -> Lead | None:
		return self.known

	def create(self, phone: str, profile_name: str) -> Lead | None:
		if self.refuses:
			raise LeadNotCreated(self.refuses)
		return Lead("Chat Lead", f"made for {phone}", phone) if self.creates else None

	def introduce(self, lead: Lead, phone: str, profile_name: str) -> None:
		self.introduced.append((lead.name, profile_name))


def new_sid() -> str:
	return "SM" + secrets.token_hex(16)


def new_phone() -> str:
	return f"+62812{secrets.randbelow(10**8):08d}"


class Situation:
	"""A customer of the test's own, a clock, and the use cases in short."""

	def setUp(self):
		super().setUp()
		self.clock, self.announcer, self.channel = Clock(), Announcer(), Channel()
		self.phone = new_phone()
		self.customer = customer_at(f"whatsapp:{self.phone}")

	def written(
		self, body="Halo", *, hours_ago: float = 0, to=BUSINESS, customer: Customer | None = None, **more
	):
		"""The customer writes; what is stored, or None for a duplicate."""
		message = InboundMessage(
			message_sid=more.pop("sid", new_sid()),
			customer=customer or self.customer,
			business_address=to,
			kind="text",
			body=body,
			sent_at_ms=self.clock.at_ms - int(hours_ago * HOUR_MS),
			**more,
		)
		return inbound.receive(message, store=self.store, announcer=self.announcer)

	def pair(self, customer: Customer | None = None, to=BUSINESS):
		rows = self.store.transaction(lambda: self.store.lock_pair(customer or self.customer, to))
		return rows[0] if rows else None

	def state(self, to=BUSINESS) -> State:
		return conversations.window(self.pair(to=to), self.clock.at_ms, closing_ms=2 * HOUR_MS).state

	def outside(self) -> dict:
		return {"author": AGENT, "store": self.store, "announcer": self.announcer, "clock": self.clock}

	def reply(self, body="Masih ada, Pak.", *, key: str = "", **more):
		return outbound.reply(self.pair().name, body, key or secrets.token_hex(10), **self.outside() | more)

	def send_template(self, variables=None, content_sid=TEMPLATE, *, key: str = "", **more):
		variables = {"1": "Pak Budi", "2": "rumah"} if variables is None else variables
		key = key or secrets.token_hex(10)
		return outbound.send_template(self.pair().name, content_sid, variables, key, **self.outside() | more)

	def dispatch(self, *answers) -> Channel:
		channel = Channel(*answers)
		delivery.dispatch(store=self.store, channel=channel, announcer=self.announcer, clock=self.clock)
		return channel

	def track(self, message, status: str, *, code: str = "", by_name: bool = False) -> None:
		current = self.store.message(message.name)
		sid = current.message_sid or f"SM{message.name:0<32}"[:34]
		report = StatusReport(sid, status, message=message.name if by_name else "", error_code=code)
		delivery.track(report, store=self.store, announcer=self.announcer)

	def stored(self, message):
		return self.store.message(message.name)

	def messages(self, to=BUSINESS) -> list:
		return self.store.messages(self.pair(to=to).name, limit=200)


class ReceivingContract(Situation):
	def test_a_message_is_stored_opens_the_window_and_is_told_of(self):
		message = self.written("Halo, masih ada?")
		row = self.pair()
		self.assertEqual(self.messages(), [self.stored(message)])
		self.assertEqual((row.last_inbound_at_ms, row.unread_count), (self.clock.at_ms, 1))
		self.assertEqual(row.last_message_preview, "Halo, masih ada?")
		self.assertEqual(self.announcer.received, [message.name])
		self.assertEqual(self.announcer.changed, [row.name])

	def test_the_same_sid_twice_is_one_row_and_counts_once(self):
		sid = new_sid()
		self.written(sid=sid)
		self.assertIsNone(self.written(sid=sid))
		self.assertEqual((len(self.messages()), self.pair().unread_count), (1, 1))

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
		self.assertEqual(
			(row.customer_user_id, row.customer_phone, row.unread_count), (user_id, self.phone, 3)
		)
		self.assertEqual({message.body for message in self.messages()}, {"by id", "by phone", "both"})
		self.written("by id again", customer=hidden)
		self.assertEqual((self.pair().customer_address, len(self.messages())), (hidden.address, 4))

	def test_marking_read_clears_the_count_and_is_told_once(self):
		self.written()
		name = self.pair().name
		self.announcer.changed.clear()
		for _ in range(2):
			conversations.mark_read(name, store=self.store, announcer=self.announcer)
		self.assertEqual((self.pair().unread_count, self.announcer.changed), (0, [name]))

	def test_messages_are_paged_without_gaps_where_they_share_a_moment(self):
		for number in range(7):
			self.written(str(number))
		name = self.pair().name
		last = self.store.messages(name, limit=3)
		middle = self.store.messages(name, before=last[0].name, limit=3)
		first = self.store.messages(name, before=middle[0].name, limit=3)
		self.assertEqual([m.body for m in first + middle + last], [str(n) for n in range(7)])
		self.assertEqual(self.store.messages(name, before="not a message", limit=3), [])

	def test_a_conversation_is_linked_to_the_lead_found_or_made(self):
		self.written(profile_name="Siti")
		name = self.pair().name
		conversations.link_lead(name, store=self.store, leads=Leads(Lead("Chat Lead", "known", self.phone)))
		self.assertEqual((self.pair().lead_doctype, self.pair().lead), ("Chat Lead", "known"))

	def test_where_no_lead_can_be_made_the_conversation_says_why(self):
		self.written()
		name = self.pair().name
		conversations.link_lead(name, store=self.store, leads=Leads(refuses="territory is missing"))
		self.assertEqual((self.pair().lead, self.pair().lead_problem), ("", "territory is missing"))
		conversations.link_lead(name, store=self.store, leads=Leads(creates=False))
		self.assertEqual(self.pair().lead, "")
		conversations.link_lead(name, store=self.store, leads=Leads())
		self.assertEqual((self.pair().lead, self.pair().lead_problem), (f"made for {self.phone}", ""))

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
		self.assertEqual(conversations.choose(found).name, found[0].name)
		self.assertEqual(conversations.choose(found, found[1].name).name, found[1].name)
		self.assertRaises(NotPermitted, conversations.choose, linked, found[1].name)

	def test_a_delayed_webhook_does_not_move_the_start_later_once_twilios_time_is_known(self):
		message = self.written()
		listed = self.listed(message.message_sid, hours_ago=3)
		result = catch_up([listed], store=self.store, announcer=self.announcer)
		self.assertEqual((result.received, result.corrected), (0, 1))
		self.assertEqual(self.stored(message).sent_at_source, "twilio")
		self.assertEqual(self.pair().last_inbound_at_ms, self.clock.at_ms - 3 * HOUR_MS)
		again = catch_up([listed], store=self.store, announcer=self.announcer)
		self.assertEqual((again.received, again.corrected), (0, 0))

	def test_a_later_time_of_twilios_does_not_make_the_window_longer(self):
		message = self.written(hours_ago=2)
		catch_up([self.listed(message.message_sid, hours_ago=1)], store=self.store, announcer=self.announcer)
		self.assertEqual(self.stored(message), message)
		self.assertEqual(self.pair().last_inbound_at_ms, self.clock.at_ms - 2 * HOUR_MS)

	def test_a_message_whose_webhook_never_arrived_is_caught_up_once(self):
		listed = self.listed(new_sid(), hours_ago=1)
		for received in (1, 0):
			result = catch_up([listed], store=self.store, announcer=self.announcer)
			self.assertEqual((result.received, result.corrected), (received, 0))
		self.assertEqual((len(self.messages()), self.state()), (1, State.OPEN))

	def listed(self, sid: str, *, hours_ago: float) -> InboundMessage:
		at_ms = self.clock.at_ms - int(hours_ago * HOUR_MS)
		return InboundMessage(sid, self.customer, BUSINESS, "text", "Halo", at_ms, "twilio")

	def test_opting_out_and_in_follows_the_order_of_sending_not_of_arrival(self):
		self.written("START", opt_out="START")
		self.written("STOP", opt_out="STOP", hours_ago=1)
		self.assertFalse(self.pair().opted_out)
		self.clock.forward(1000)
		self.written("STOP", opt_out="STOP")
		self.assertEqual(self.state(), State.OPTED_OUT)


class SendingContract(Situation):
	def test_a_reply_inside_the_window_is_queued_and_dispatched_as_freeform(self):
		self.written()
		message = self.reply("Masih ada.")
		self.assertEqual((message.delivery_status, message.sent_at_source), ("queued", "record"))
		self.assertEqual(self.announcer.outbox, 1)
		sent = self.sent(self.dispatch(Accepted(new_sid(), "queued", self.clock.at_ms - 250)), message)
		self.assertEqual((sent.body, sent.content_sid), ("Masih ada.", ""))
		self.assertEqual((sent.customer_address, sent.business_address), (self.customer.address, BUSINESS))
		stored = self.stored(message)
		self.assertTrue(stored.message_sid)
		self.assertEqual((stored.sent_at_ms, stored.sent_at_source), (self.clock.at_ms - 250, "twilio"))

	def test_outside_the_window_a_reply_is_refused_and_leaves_no_row(self):
		self.written()
		self.clock.forward(WINDOW_MS)
		self.assertRaises(WindowClosed, self.reply)
		self.assertEqual((len(self.messages()), self.announcer.outbox), (1, 0))

	def test_texts_that_cannot_be_sent_are_refused(self):
		self.written()
		for body in ("", " \n", "x" * 1601):
			self.assertRaises(InvalidMessage, self.reply, body)
		self.assertEqual(self.reply("x" * 1600).body, "x" * 1600)

	def test_the_same_client_key_from_the_same_author_returns_the_first_message(self):
		self.written()
		first, again = (
			self.reply("Halo", key="key-" + self.phone),
			self.reply("Halo", key="key-" + self.phone),
		)
		self.assertEqual((first.name, len(self.messages())), (again.name, 2))

	def test_the_first_message_is_returned_even_when_the_window_has_closed_since(self):
		self.written()
		first = self.reply(key="key-" + self.phone)
		self.clock.forward(WINDOW_MS)
		self.assertEqual(self.reply(key="key-" + self.phone).name, first.name)

	def test_the_client_key_of_another_author_or_conversation_is_invalid(self):
		self.written()
		self.reply(key="key-" + self.phone)
		self.assertRaises(InvalidMessage, self.reply, key="key-" + self.phone, author="other@example.com")
		self.customer = customer_at(f"whatsapp:{new_phone()}")
		self.written()
		self.assertRaises(InvalidMessage, self.reply, key="key-" + self.phone)
		self.assertRaises(InvalidMessage, self.reply, key="x" * 141)

	def test_a_template_goes_out_when_closed_with_its_rendered_text_as_body(self):
		self.written(hours_ago=30)
		message = self.send_template({"1": 'Pak "O\'Brien"', "2": "100% rumah"})
		self.assertEqual(message.body, 'Halo Pak "O\'Brien", apakah masih berminat dengan 100% rumah?')
		sent = self.sent(self.dispatch(), message)
		self.assertEqual((sent.body, sent.content_sid), ("", TEMPLATE))
		self.assertIn("100% rumah", sent.content_variables)
		self.assertEqual(self.state(), State.CLOSED)

	def test_sending_a_template_opens_nothing(self):
		self.written(hours_ago=30)
		before = self.pair().last_inbound_at_ms
		message = self.send_template()
		self.dispatch()
		self.track(message, "read")
		self.assertEqual((self.state(), self.pair().last_inbound_at_ms), (State.CLOSED, before))

	def test_an_apostrophe_or_a_quote_in_a_variable_sends(self):
		self.written()
		value = 'D\'Cozy "A" \\ 100%'
		message = self.send_template({"1": value, "2": "rumah"})
		sent = self.sent(self.dispatch(), message)
		self.assertEqual(json.loads(sent.content_variables), {"1": value, "2": "rumah"})

	def test_a_template_is_found_by_its_sid_never_by_its_name(self):
		self.written()
		self.assertRaises(TemplateNotUsable, self.send_template, content_sid="follow_up")

	def test_unknown_unapproved_and_inside_only_templates_are_refused(self):
		self.written(hours_ago=30)
		for content_sid in ("HX" + "f" * 32, self.REJECTED, self.INSIDE_ONLY):
			self.assertRaises(TemplateNotUsable, self.send_template, content_sid=content_sid)
		self.written()
		self.assertTrue(self.send_template({}, content_sid=self.INSIDE_ONLY).name)

	def test_a_missing_variable_is_refused_and_nothing_is_stored(self):
		self.written(hours_ago=30)
		self.assertRaises(InvalidMessage, self.send_template, {"1": "Pak Budi"})
		self.assertEqual(len(self.messages()), 1)

	def test_an_opted_out_customer_gets_neither_text_nor_template(self):
		self.written("STOP", opt_out="STOP")
		self.assertRaises(OptedOut, self.reply)
		self.assertRaises(OptedOut, self.send_template)

	def test_a_template_begins_the_conversation_and_a_refused_one_does_not(self):
		lead = Lead("Chat Lead", "a lead", self.phone)
		self.assertRaises(InvalidMessage, self.first_template, lead, {"1": "Pak Budi"})
		self.assertIsNone(self.pair())
		message = self.first_template(lead, {"1": "Pak Budi", "2": "rumah"})
		self.assertEqual(
			(self.pair().lead, self.state(), self.messages()), ("a lead", State.NEVER, [message])
		)
		self.assertRaises(NoNumber, self.first_template, Lead("Chat Lead", "silent"), {})

	def test_the_window_lapsing_before_dispatch_fails_the_message_without_a_call(self):
		self.written()
		message = self.reply()
		self.clock.forward(WINDOW_MS)
		self.assertIsNone(self.sent(self.dispatch(), message))
		self.assertEqual(
			(self.stored(message).delivery_status, self.stored(message).error_code),
			("failed", "window_closed"),
		)

	def test_a_template_waiting_while_the_window_lapses_still_goes_out(self):
		self.written()
		message = self.send_template()
		self.clock.forward(WINDOW_MS)
		self.assertIsNotNone(self.sent(self.dispatch(), message))

	def test_a_message_refused_by_the_provider_fails_with_its_code(self):
		self.written()
		message = self.reply()
		self.dispatch(Rejected("63003", "not a WhatsApp user"))
		self.assertEqual(
			(self.stored(message).delivery_status, self.stored(message).error_code), ("failed", "63003")
		)

	def test_a_busy_provider_is_tried_again_later_and_not_for_ever(self):
		self.written()
		message = self.reply()
		for attempt in range(delivery.MAX_ATTEMPTS):
			self.assertEqual(self.stored(message).delivery_status, "queued")
			self.assertIsNotNone(self.sent(self.dispatch(Busy("20429")), message), attempt)
			self.assertIsNone(self.sent(self.dispatch(), message))
			self.clock.forward(delivery.LONGEST_RETRY_MS)
		self.assertEqual(
			(self.stored(message).delivery_status, self.stored(message).error_code), ("failed", "20429")
		)

	def test_no_answer_makes_it_unknown_and_it_is_never_sent_again_by_itself(self):
		self.written()
		message = self.reply()
		self.dispatch(NoAnswer("ReadTimeout"))
		self.clock.forward(10 * HOUR_MS)
		self.assertIsNone(self.sent(self.dispatch(), message))
		self.assertEqual(self.stored(message).delivery_status, "unknown")
		self.track(message, "delivered", by_name=True)
		self.assertEqual(self.stored(message).delivery_status, "delivered")

	def test_a_dispatcher_that_died_after_claiming_leaves_it_unknown_after_the_lease(self):
		self.written()
		message = self.reply()
		self.assertRaises(KeyboardInterrupt, self.dispatch_dying)
		self.assertEqual(self.stored(message).delivery_status, "sending")
		self.clock.forward(delivery.CLAIM_LEASE_MS + 1)
		self.assertIsNone(self.sent(self.dispatch(), message))
		self.assertEqual(self.stored(message).delivery_status, "unknown")

	def test_a_message_whose_conversation_is_gone_is_canceled_and_not_sent(self):
		self.written()
		message = self.reply()
		self.store.transaction(lambda: self.store.change_message(message.name, conversation="erased"))
		self.assertIsNone(self.sent(self.dispatch(), message))
		self.assertEqual(self.stored(message).delivery_status, "canceled")

	def test_failed_and_unknown_messages_can_be_sent_again_and_others_not(self):
		self.written()
		message = self.reply("Halo")
		again = lambda: outbound.send_again(message.name, secrets.token_hex(8), **self.outside())  # noqa: E731
		self.assertRaises(InvalidMessage, again)
		self.dispatch(Rejected("63012"))
		self.assertEqual(again().body, "Halo")
		template = self.send_template()
		self.dispatch(Accepted(new_sid(), "queued"), NoAnswer())
		failed = self.stored(template)
		if failed.delivery_status == "unknown":
			copy = outbound.send_again(failed.name, secrets.token_hex(8), **self.outside())
			self.assertEqual((copy.body, copy.content_variables), (failed.body, failed.content_variables))

	def sent(self, channel: Channel, message):
		return next((outgoing for outgoing in channel.sent if outgoing.message == message.name), None)

	def dispatch_dying(self):
		class Dying(Channel):
			def send(self, outgoing):
				raise KeyboardInterrupt

		delivery.dispatch(store=self.store, channel=Dying(), announcer=self.announcer, clock=self.clock)

	def first_template(self, lead: Lead, variables: dict):
		key = secrets.token_hex(8)
		return outbound.send_first_template(lead, BUSINESS, TEMPLATE, variables, key, **self.outside())


class TrackingContract(Situation):
	def sent_message(self):
		self.written()
		message = self.reply()
		self.dispatch()
		return message

	def test_statuses_climb_in_any_order_and_never_descend(self):
		message = self.sent_message()
		for status in ("delivered", "sent", "read", "queued", "delivered"):
			self.track(message, status)
		self.assertEqual(self.stored(message).delivery_status, "read")

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
		delivery.track(early, store=self.store, announcer=self.announcer)
		self.assertEqual(
			(self.stored(message).delivery_status, self.stored(message).message_sid),
			("sent", early.message_sid),
		)
		self.assertEqual([o for o in self.dispatch().sent if o.message == message.name], [])

	def test_reports_of_unknown_and_inbound_messages_change_nothing(self):
		message = self.written()
		for report in (
			StatusReport(new_sid(), "delivered"),
			StatusReport(message.message_sid, "failed"),
			StatusReport(new_sid(), "failed", message=message.name),
		):
			delivery.track(report, store=self.store, announcer=self.announcer)
		self.assertEqual(self.stored(message), message)

	def test_a_report_that_names_another_sids_message_does_not_touch_it(self):
		message = self.sent_message()
		delivery.track(
			StatusReport(new_sid(), "failed", message=message.name),
			store=self.store,
			announcer=self.announcer,
		)
		self.assertEqual(self.stored(message).delivery_status, "queued")

	def test_63016_on_freeform_refuses_until_the_next_inbound(self):
		message = self.sent_message()
		self.clock.forward(1000)
		self.track(message, "undelivered", code="63016")
		self.assertEqual(self.state(), State.REFUSED)
		self.assertRaises(WindowClosed, self.reply)
		self.assertTrue(self.send_template().name)
		self.clock.forward(1000)
		self.written()
		self.assertEqual(self.state(), State.OPEN)

	def test_63016_on_a_template_says_nothing_about_the_window(self):
		self.written()
		message = self.send_template()
		self.dispatch()
		self.track(message, "undelivered", code="63016")
		self.assertEqual(self.state(), State.OPEN)

	def test_opted_out_at_the_provider_is_learnt_and_undone_by_opting_in(self):
		message = self.sent_message()
		self.track(message, "failed", code="21610")
		self.assertEqual(self.state(), State.OPTED_OUT)
		self.clock.forward(1000)
		self.written("START", opt_out="START")
		self.assertEqual(self.state(), State.OPEN)


class ConcurrencyContract(Situation):
	"""Threads at the same moment. `in_thread` wraps a call with what the host needs for a connection of its own."""

	def in_thread(self, work):
		return work

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

	def test_the_same_sid_at_the_same_moment_is_one_row(self):
		sid = new_sid()
		self.at_once(*[lambda: self.written(sid=sid)] * 4)
		self.assertEqual((len(self.messages()), self.pair().unread_count), (1, 1))

	def test_first_messages_at_the_same_moment_make_one_conversation(self):
		self.at_once(*[lambda: self.written()] * 6)
		self.assertEqual((len(self.messages()), self.pair().unread_count), (6, 6))

	def test_a_button_pressed_twice_at_the_same_moment_queues_one_message(self):
		self.written()
		key = secrets.token_hex(10)
		self.at_once(*[lambda: self.reply(key=key)] * 4)
		self.assertEqual(len(self.messages()), 2)

	def test_several_dispatchers_at_once_send_each_message_once(self):
		self.written()
		names = {self.reply(str(number)).name for number in range(8)}
		channel = Channel()

		def dispatch():
			delivery.dispatch(store=self.store, channel=channel, announcer=self.announcer, clock=self.clock)

		self.at_once(*[dispatch] * 3)
		sent = [outgoing.message for outgoing in channel.sent if outgoing.message in names]
		self.assertEqual((len(sent), set(sent)), (len(names), names))
