"""Linking chats without a lead: a user who may read a lead reads its whole chat."""

from contextlib import suppress
from unittest.mock import patch

import frappe

from wa_window.chat.conversations import NEWER_LEAD, link_lead
from wa_window.frappe_host.bootstrap import chat_service
from wa_window.frappe_host.desk import number_cards
from wa_window.frappe_host.records.leads import FrappeLeads
from wa_window.frappe_host.store.store import FrappeStore
from wa_window.tests.site_case import AGENT, MANAGER, OTHER_BUSINESS, Panel, SiteCase, fill_in_settings


class Killed(BaseException):
	"""Ends the worker at once."""


class TestLinking(SiteCase):
	def setUp(self):
		super().setUp()
		fill_in_settings(create_leads=0)
		frappe.db.commit()

	def managers_chat(self, phone: str):
		"""A chat without a lead that began an hour ago."""
		chat = self.written_by(phone, Body="for managers only")
		self.post_process_all()
		self.assertEqual(self.conversation_of(phone).lead, "")
		begun = frappe.utils.add_to_date(None, hours=-1, as_datetime=True)
		frappe.db.set_value("Chat Conversation", chat.name, "creation", begun, update_modified=False)
		frappe.db.commit()
		return chat

	def written_again(self, phone: str, **more):
		self.written_by(phone, **more)
		self.post_process_all()
		return self.conversation_of(phone)

	def test_a_worker_that_is_killed_between_making_a_lead_and_linking_it_leaves_none_behind(self):
		fill_in_settings(create_leads=1)
		frappe.db.commit()
		phone = self.phone()
		for _ in range(2):
			chat = self.written_by(phone)
		change, dead = FrappeStore.change_conversation, []

		def killed(store, name, **changes):
			if changes.get("lead") or dead:
				dead.append(name)
				raise Killed
			change(store, name, **changes)

		with patch.object(FrappeStore, "change_conversation", killed), suppress(Killed):
			link_lead(chat_service(), chat.name, FrappeLeads())
		self.assertTrue(dead)
		frappe.db.rollback()
		self.assertEqual(frappe.db.count("Chat Lead", {"phone": phone}), 0)
		frappe.db.set_value("Chat Conversation", chat.name, "lead_claimed_at_ms", 1)  # its lease has ended
		frappe.db.commit()
		self.post_process_all()
		(lead,) = frappe.get_all("Chat Lead", {"phone": phone}, pluck="name")
		self.assertEqual(self.conversation_of(phone).lead, lead)

	def test_an_agents_lead_with_the_number_does_not_take_over_the_managers_chat(self):
		phone = self.phone()
		self.managers_chat(phone)
		lead = self.lead(phone, lead_owner=AGENT)
		row = self.written_again(phone)
		self.assertEqual((row.lead, row.lead_problem), ("", NEWER_LEAD))
		opened = Panel(AGENT).get("chat.open", lead_doctype="Chat Lead", lead=lead.name)
		self.assertNotIn("for managers only", opened.text)

	def test_nor_does_an_old_lead_whose_number_was_edited_to_match(self):
		phone = self.phone()
		lead = self.lead(self.phone())
		chat = self.managers_chat(phone)
		before = frappe.utils.add_to_date(None, hours=-9, as_datetime=True)
		frappe.db.set_value("Chat Lead", lead.name, "creation", before, update_modified=False)
		lead.reload()
		lead.phone = phone
		lead.save()
		frappe.db.commit()
		self.assertEqual(self.written_again(phone).lead, "", chat.name)

	def test_a_lead_that_had_the_number_before_gets_it_however_many_messages_came_at_once(self):
		phone = self.phone()
		lead = self.lead(phone)
		for _ in range(3):
			self.written_by(phone)
		self.post_process_all()
		self.assertEqual(self.conversation_of(phone).lead, lead.name)

	def test_the_first_message_goes_to_a_lead_that_was_made_while_it_waited(self):
		phone = self.phone()
		self.written_by(phone)
		lead = self.lead(phone)
		self.post_process_all()
		self.assertEqual(self.conversation_of(phone).lead, lead.name)

	def test_a_newer_lead_does_not_hide_an_older_one(self):
		phone = self.phone()
		older = self.lead(phone)
		self.written_by(phone)
		self.written_by(phone)
		self.lead(phone)
		self.post_process_all()
		self.assertEqual(self.conversation_of(phone).lead, older.name)

	def test_a_managers_click_links_it_and_nobody_elses(self):
		phone = self.phone()
		chat = self.managers_chat(phone)
		lead = self.lead(phone)
		self.written_again(phone)
		self.assertEqual(Panel(AGENT).post("inbox.create_lead", conversation=chat.name).status_code, 403)
		answered = Panel(MANAGER).post("inbox.create_lead", conversation=chat.name)
		made = answered.json["message"]
		self.assertEqual((made["doctype"], made["name"], made["lead"]), ("Chat Lead", lead.name, lead.name))
		row = self.conversation_of(phone)
		self.assertEqual((row.lead, row.lead_problem), (lead.name, ""))

	def test_where_leads_are_made_a_chat_with_a_newer_lead_gets_no_second_one(self):
		phone = self.phone()
		self.managers_chat(phone)
		self.lead(phone)
		fill_in_settings(create_leads=1)
		frappe.db.commit()
		self.assertEqual(self.written_again(phone).lead, "")
		self.assertEqual(frappe.db.count("Chat Lead", {"phone": phone}), 1)

	def test_a_chat_with_another_of_our_numbers_brings_no_lead_to_one_with_a_history(self):
		phone = self.phone()
		chat = self.managers_chat(phone)
		lead = self.lead(phone)
		self.written_by(phone, To=OTHER_BUSINESS)
		self.post_process_all()
		rows = frappe.get_all("Chat Conversation", {"customer": phone}, ["name", "lead"])
		self.assertEqual({row.name == chat.name: row.lead for row in rows}, {True: None, False: lead.name})

	def test_the_card_counts_it_until_it_is_linked(self):
		frappe.set_user(MANAGER)
		before = number_cards.without_a_lead_card()["value"]
		phone = self.phone()
		chat = self.managers_chat(phone)
		frappe.set_user(MANAGER)
		self.assertEqual(number_cards.without_a_lead_card()["value"] - before, 1)
		self.assertEqual(Panel(MANAGER).post("inbox.create_lead", conversation=chat.name).status_code, 200)
		frappe.set_user(MANAGER)
		self.assertEqual(number_cards.without_a_lead_card()["value"], before)
