"""The number of statements of frequent calls, however long a list or a chat is."""

from dataclasses import replace

import frappe

from wa_window.chat.inbound import receive
from wa_window.frappe_host.bootstrap import chat_service
from wa_window.frappe_host.channel import without_unstorable_text
from wa_window.frappe_host.desk import list_windows
from wa_window.frappe_host.panel_host import panel
from wa_window.frappe_host.records import contact_leads
from wa_window.frappe_host.settings import accepted_tokens
from wa_window.tests.contract import EventPublisher
from wa_window.tests.site_case import AGENT, BUSINESS, OTHER_BUSINESS, SiteCase
from wa_window.twilio_channel.webhook import inbound_message


class TestStatements(SiteCase):
	def chat(self, **more):
		phone = self.phone()
		lead = self.lead(phone)
		self.written_by(phone, **more)
		return lead

	def statements(self, work) -> int:
		"""The number of statements, with warm caches. The first opening of a user is noted, which empties their cache."""
		for _ in range(2):
			work()
		return len(self.run_statements(work))

	def run_statements(self, work) -> list[str]:
		made, run = [], frappe.db.sql
		frappe.db.sql = lambda *args, **how: made.append(str(args[0])) or run(*args, **how)
		try:
			work()
		finally:
			del frappe.db.sql
		return made

	def test_a_long_list_takes_no_more_statements_than_a_short_one(self):
		leads = [self.chat().name for _ in range(12)]
		self.post_process_all()
		chats = frappe.get_all("Chat Conversation", {"lead": ("in", leads)}, pluck="name")
		self.assertEqual(len(chats), 12)
		frappe.set_user(AGENT)
		for names, ask in (
			(chats, list_windows.of_conversations),
			(leads, lambda names: list_windows.of_leads("Chat Lead", names)),
		):
			self.assertEqual(len(ask(names)), 12)
			self.assertEqual(
				self.statements(lambda ask=ask, names=names: ask(names)),
				self.statements(lambda ask=ask, names=names: ask(names[:2])),
			)

	def test_a_lead_shows_the_pair_that_was_opened_last_by_number_or_by_link(self):
		lead = self.chat(To=BUSINESS, hours_ago=30)
		self.written_by(lead.phone, To=OTHER_BUSINESS)
		second = self.lead(lead.phone)
		found = list_windows.of_leads("Chat Lead", [lead.name, second.name])
		windows = {name: (window["state"], window["business_address"]) for name, window in found.items()}
		self.assertEqual(windows, dict.fromkeys((lead.name, second.name), ("open", OTHER_BUSINESS)))

	def test_the_leads_of_many_numbers_are_looked_up_with_no_more_statements_than_those_of_one(self):
		phones = [self.phone() for _ in range(20)]
		for phone in phones:
			self.lead(phone)
		frappe.set_user(AGENT)
		self.assertEqual({len(found) for found in contact_leads.leads_with(phones).values()}, {1})
		one, many = (
			self.statements(lambda few=few: contact_leads.leads_with(few)) for few in (phones[:1], phones)
		)
		self.assertEqual(many, one)

	def test_a_message_is_received_with_six_statements_and_a_customers_first_one_with_seven(self):
		if frappe.db.db_type == "sqlite":
			self.skipTest("SQLite locks by a statement of its own")
		first = self.received(self.phone())
		self.assertEqual(len(first), 7, first)
		phone = self.phone()
		self.written_by(phone)
		known = self.received(phone)
		self.assertEqual(len(known), 6, known)

	def received(self, phone: str) -> list[str]:
		"""The statements of the webhook, once its process has read the token."""
		form = self.inbound_form(phone)
		message = without_unstorable_text(inbound_message(form, received_at_ms=self.now_ms))
		next(accepted_tokens())

		def work():
			next(accepted_tokens())
			receive(replace(chat_service(), events=EventPublisher()), message)

		frappe.db.close()  # as a request begins
		return self.run_statements(work)

	def test_a_leads_chat_is_opened_with_its_people_and_messages_in_seven_statements(self):
		phone = self.phone()
		lead = self.lead(phone)
		for _ in range(60):
			self.written_by(phone)
		self.post_process_all()
		frappe.set_user(AGENT)
		self.assertEqual(len(panel().open("Chat Lead", lead.name)["messages"]), 50)
		self.assertLessEqual(self.statements(lambda: panel().open("Chat Lead", lead.name)), 7)

	def test_a_chat_is_opened_with_four_statements_and_its_window_asked_for_with_two(self):
		phone = self.phone()
		lead = self.lead(phone)
		for _ in range(60):
			self.written_by(phone)
		frappe.set_user(AGENT)
		self.assertLessEqual(self.statements(lambda: panel().open("Chat Lead", lead.name)), 4)
		self.assertLessEqual(self.statements(lambda: panel().window("Chat Lead", lead.name)), 2)
