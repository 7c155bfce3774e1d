from dataclasses import replace
from unittest.mock import patch

import frappe
from frappe.desk.form import assign_to

from wa_window.chat.conversations import window
from wa_window.frappe_host.clock import SystemClock
from wa_window.frappe_host.desk import list_filters
from wa_window.tests.site_case import (
	AGENT,
	HOUR_MS,
	MANAGER,
	OTHER_BUSINESS,
	STRANGER,
	Panel,
	SiteCase,
	fill_in_settings,
)


class InboxCase(SiteCase):
	def chat(self, *, hours_ago: float = 0, **lead):
		phone = self.phone()
		lead = self.lead(phone, **lead)
		self.written_by(phone, hours_ago=hours_ago)
		self.post_process_all()
		return lead, self.conversation_of(phone)

	def listed(self, kind: str, user: str = MANAGER, doctype: str = "Chat Conversation") -> set[str]:
		"""The documents of one kind in a list: Frappe's query with the endpoint's filters."""
		asked = Panel(user).get("inbox.filters", kind=kind, doctype=doctype)
		self.assertEqual(asked.status_code, 200, asked.text)
		frappe.set_user(user)
		try:
			return set(
				frappe.get_list(doctype, filters=asked.json["message"]["filters"], pluck="name", limit=0)
			)
		finally:
			frappe.set_user("Administrator")

	def change(self, conversation, **values) -> None:
		self.store.change_conversation(conversation.name, **values)
		frappe.db.commit()


class TestInbox(InboxCase):
	def test_each_filter_shows_its_chats(self):
		_lead, fresh = self.chat()
		_lead, closing = self.chat(hours_ago=23)
		_lead, closed = self.chat(hours_ago=25)
		every = {fresh.name, closing.name, closed.name}
		for kind, expected in {
			"open": {fresh.name, closing.name},
			"closing": {closing.name},
			"closed": {closed.name},
		}.items():
			self.assertEqual(self.listed(kind) & every, expected, kind)

	def test_who_opted_out_or_never_wrote_has_neither_an_open_nor_a_closed_window(self):
		chats = [self.chat(hours_ago=hours)[1] for hours in (0, 23, 25)]
		_lead, never = self.chat()
		for opted_out in chats:
			self.change(opted_out, opted_out=True)
		self.change(never, last_inbound_at_ms=0)
		names = {chat.name for chat in (*chats, never)}
		for kind in ("open", "closing", "closed"):
			self.assertEqual(self.listed(kind) & names, set(), kind)

	def test_who_was_refused_by_whatsapp_or_has_blocked_us_since_has_no_open_window(self):
		_lead, refused = self.chat(hours_ago=23)
		_lead, blocked = self.chat()
		_lead, written_again = self.chat()
		self.change(refused, provider_closed_at_ms=self.now_ms)
		self.change(blocked, blocked_at_ms=self.now_ms + HOUR_MS)
		self.change(written_again, provider_closed_at_ms=self.now_ms - HOUR_MS)
		names = {refused.name, blocked.name, written_again.name}
		self.assertEqual(self.listed("open") & names, {written_again.name})
		self.assertEqual(self.listed("closing") & names, set())

	def test_each_list_shows_those_whose_window_is_in_that_state_and_no_others(self):
		_lead, plain = self.chat()
		now_ms, day_ms, closing_ms = self.now_ms, 24 * HOUR_MS, 2 * HOUR_MS
		# Ten minutes from the next edge: no state ends while the test runs.
		later = HOUR_MS // 6
		times = [
			now_ms - ago for ago in (1, day_ms - closing_ms - later, day_ms - closing_ms, day_ms - later)
		]
		times += [now_ms - day_ms, now_ms - day_ms - 1, 0]
		more = [{}, {"opted_out": True}]
		more += [
			{field: at_ms} for field in ("blocked_at_ms", "provider_closed_at_ms") for at_ms in (1, now_ms)
		]
		chats = {}
		for last_inbound_at_ms in times:
			for values in more:
				row = replace(plain, customer=self.phone(), last_inbound_at_ms=last_inbound_at_ms, **values)
				added = self.store.transaction(lambda row=row: self.store.add_conversation(row))
				chats[added.name] = added
		frappe.db.commit()
		states = {
			name: window(row, SystemClock().now_ms(), closing_ms=closing_ms).state
			for name, row in chats.items()
		}
		for kind in ("open", "closing", "closed"):
			wanted = ("open", "closing") if kind == "open" else (kind,)
			expected = {name for name, state in states.items() if state.value in wanted}
			self.assertEqual(self.listed(kind) & set(chats), expected, kind)

	def test_mine_are_those_of_the_leads_i_own_and_follow_a_change_of_owner(self):
		lead, conversation = self.chat(lead_owner=AGENT)
		self.assertIn(conversation.name, self.listed("mine", AGENT))
		lead.reload()
		lead.update({"lead_owner": MANAGER, "lead_name": "Budi Hartono"}).save()
		frappe.db.commit()
		self.assertNotIn(conversation.name, self.listed("mine", AGENT))
		self.assertIn(conversation.name, self.listed("mine", MANAGER))
		title = frappe.db.get_value("Chat Conversation", conversation.name, "lead_title")
		self.assertEqual(title, "Budi Hartono")

	def test_mine_are_also_those_of_the_leads_assigned_to_me_until_that_is_done(self):
		lead, conversation = self.chat(lead_owner=MANAGER)
		self.assertNotIn(conversation.name, self.listed("mine", AGENT))
		assign_to.add({"doctype": lead.doctype, "name": lead.name, "assign_to": [AGENT]})
		frappe.db.commit()
		self.assertIn(conversation.name, self.listed("mine", AGENT))
		assign_to.remove(lead.doctype, lead.name, AGENT)
		frappe.db.commit()
		self.assertNotIn(conversation.name, self.listed("mine", AGENT))

	def test_the_windows_of_a_list_come_with_one_call_and_only_of_what_may_be_read(self):
		_lead, fresh = self.chat()
		_lead, closed = self.chat(hours_ago=25)
		names = frappe.as_json([fresh.name, closed.name, "nothing"])
		answer = Panel(AGENT).get("chat.windows", conversations=names).json["message"]
		states = {name: window["state"] for name, window in answer.items()}
		self.assertEqual(states, {fresh.name: "open", closed.name: "closed"})
		self.assertEqual(Panel(STRANGER).get("chat.windows", conversations=names).json["message"], {})


class TestLeadList(InboxCase):
	def test_a_list_of_leads_shows_their_windows_without_touching_the_leads(self):
		lead, _conversation = self.chat()
		silent = self.lead(self.phone())
		modified = frappe.db.get_value("Chat Lead", lead.name, "modified")
		asked = {"lead_doctype": "Chat Lead", "leads": frappe.as_json([lead.name, silent.name, "nothing"])}
		answer = Panel(AGENT).get("chat.lead_windows", **asked).json["message"]
		self.assertEqual({name: window["state"] for name, window in answer.items()}, {lead.name: "open"})
		self.assertEqual(frappe.db.get_value("Chat Lead", lead.name, "modified"), modified)
		self.assertEqual(Panel(STRANGER).get("chat.lead_windows", **asked).json["message"], {})

	def test_leads_are_found_by_the_state_of_their_window(self):
		fresh, _conversation = self.chat()
		closed, _conversation = self.chat(hours_ago=25)
		for kind, expected in {"open": fresh, "closed": closed}.items():
			found = self.listed(kind, AGENT, "Chat Lead")
			self.assertEqual({fresh.name, closed.name} & found, {expected.name})

	def test_leads_are_found_by_their_number_too_as_their_badges_are(self):
		_lead, conversation = self.chat()
		other = self.lead(conversation.customer_phone, lead_name="Budi's Wife")
		self.assertIn(other.name, self.listed("open", AGENT, "Chat Lead"))
		self.assertNotIn(other.name, self.listed("closed", AGENT, "Chat Lead"))

	def test_a_lead_with_chats_of_two_numbers_has_the_window_of_the_one_that_its_panel_opens(self):
		lead, old = self.chat(hours_ago=30)
		self.written_by(old.customer_phone, To=OTHER_BUSINESS)
		self.post_process_all()
		asked = {"lead_doctype": "Chat Lead", "lead": lead.name}
		opened = Panel(AGENT).get("chat.open", **asked).json["message"]
		answer = Panel(AGENT).get(
			"chat.lead_windows", lead_doctype="Chat Lead", leads=frappe.as_json([lead.name])
		)
		self.assertEqual(opened["window"]["state"], "open")
		self.assertEqual(answer.json["message"][lead.name]["state"], "open")
		self.assertIn(lead.name, self.listed("open", AGENT, "Chat Lead"))
		self.assertNotIn(lead.name, self.listed("closed", AGENT, "Chat Lead"))

	def test_chats_that_others_may_see_take_no_place_in_a_list_of_leads(self):
		mine, _conversation = self.chat(lead_owner=AGENT)
		for _ in range(3):
			self.chat(lead_owner=MANAGER)
		only_mine = {"user": AGENT, "allow": "Chat Lead", "for_value": mine.name}
		rule = frappe.get_doc({"doctype": "User Permission", **only_mine}).insert()
		frappe.db.commit()
		self.addCleanup(lambda: (rule.delete(), frappe.db.commit()))
		frappe.set_user(AGENT)
		with patch.object(list_filters, "MAX_NAMES", 2):
			self.assertEqual(list_filters.leads("open", "Chat Lead"), ([mine.name], True))

	def test_a_list_that_was_cut_says_how_many_are_shown(self):
		for _ in range(3):
			self.chat(lead_owner=AGENT)
		frappe.set_user(AGENT)
		for kind, doctype in (("open", "Chat Lead"), ("mine", "Chat Conversation")):
			self.assertIsNone(list_filters.list_filters(kind, doctype)["latest"])
			with patch.object(list_filters, "MAX_NAMES", 2):
				cut = list_filters.list_filters(kind, doctype)
			((*_name_in, names),) = cut["filters"]
			self.assertEqual((len(names), cut["latest"]), (2, 2))

	def test_leads_are_named_to_those_who_may_read_them(self):
		self.chat()
		for kind, doctype in (("open", "User"), ("mine", "Chat Lead"), ("open", "Chat Lead")):
			asked = Panel(STRANGER).get("inbox.filters", kind=kind, doctype=doctype)
			self.assertEqual(asked.status_code, 403, asked.text)


class TestChatWithoutALead(InboxCase):
	def setUp(self):
		super().setUp()
		fill_in_settings(create_leads=0)
		frappe.db.commit()
		self.addCleanup(fill_in_settings)
		phone = self.phone()
		self.written_by(phone)
		self.post_process_all()
		self.conversation = self.conversation_of(phone)
		self.where = {"lead_doctype": "Chat Conversation", "lead": self.conversation.name}

	def test_a_manager_reads_and_answers_it_and_an_agent_does_not(self):
		opened = Panel(MANAGER).get("chat.open", **self.where).json["message"]
		self.assertEqual((opened["conversation"], opened["may_reply"]), (self.conversation.name, True))
		self.assertEqual(len(opened["messages"]), 1)
		sent = Panel(MANAGER).post("chat.reply", **self.where, body="Halo", client_key=frappe.generate_hash())
		self.assertEqual(sent.status_code, 200, sent.text)
		self.assertEqual(Panel(AGENT).get("chat.open", **self.where).status_code, 403)

	def test_a_lead_is_created_for_it_on_request(self):
		self.assertEqual(self.conversation.lead, "")
		asked = {"conversation": self.conversation.name}
		self.assertEqual(Panel(AGENT).post("inbox.create_lead", **asked).status_code, 403)
		made = Panel(MANAGER).post("inbox.create_lead", **asked).json["message"]
		self.assertEqual(made["doctype"], "Chat Lead")
		frappe.db.rollback()
		row = frappe.get_doc("Chat Conversation", self.conversation.name)
		self.assertEqual((row.lead, row.lead_title), (made["name"], "Budi"))
