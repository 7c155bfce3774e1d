from unittest.mock import patch

import frappe
from frappe.desk.desktop import Workspace
from frappe.utils import add_days, today

from wa_window.chat.message import OUTBOUND, RECORD, Message
from wa_window.frappe_host.desk import missed_windows, number_cards, readable_chats
from wa_window.tests.site_case import AGENT, HOUR_MS, MANAGER, STRANGER, Panel, SiteCase


class WorkspaceCase(SiteCase):
	def chat(self, *, hours_ago: float = 0):
		phone = self.phone()
		self.lead(phone, lead_owner=AGENT)
		self.written_by(phone, hours_ago=hours_ago)
		self.post_process_all()
		return self.conversation_of(phone)

	def as_user(self, user: str, ask):
		frappe.set_user(user)
		try:
			return ask()
		finally:
			frappe.set_user("Administrator")

	def sent_to(self, chat, *, hours_later: float, delivery_status: str = "delivered") -> None:
		sent_at_ms = chat.last_inbound_at_ms + int(hours_later * HOUR_MS)
		self.store.add_message(
			Message(chat.name, OUTBOUND, "text", "Masih ada, Pak.", sent_at_ms, RECORD, delivery_status)
		)
		frappe.db.commit()


class TestCards(WorkspaceCase):
	def counts(self, user: str) -> dict[str, int]:
		kinds = ("open", "closing", "unread")
		counted = self.as_user(user, lambda: {kind: number_cards.card(kind)["value"] for kind in kinds})
		counted["without a lead"] = self.as_user(user, number_cards.without_a_lead_card)["value"]
		return counted | {"failed": self.as_user(user, number_cards.failed_today_card)["value"]}

	def test_cards_count_what_the_user_may_see_at_this_moment(self):
		"""What is older than the first opening of a list counts as read."""
		before = self.counts(MANAGER)
		self.chat()
		closing = self.chat(hours_ago=23)
		self.chat(hours_ago=25)
		(message,) = self.messages(closing.name)
		self.store.change_message(message.name, delivery_status="failed", sent_at_ms=self.now_ms)
		frappe.db.commit()
		after = self.counts(MANAGER)
		grown = {kind: after[kind] - before[kind] for kind in after}
		self.assertEqual(grown, {"open": 2, "closing": 1, "unread": 1, "failed": 1, "without a lead": 0})

	def test_chats_without_a_lead_are_counted_for_managers_only(self):
		before = self.counts(MANAGER)["without a lead"]
		self.written_by(self.phone())
		self.assertEqual(self.counts(MANAGER)["without a lead"] - before, 1)
		self.assertEqual(self.counts(AGENT)["without a lead"], 0)

	def test_what_needs_a_reply_is_counted_as_in_the_inbox_to_which_it_leads(self):
		before = self.as_user(MANAGER, number_cards.needs_reply_card)["value"]
		answered = self.chat()
		self.chat(hours_ago=30)
		self.store.change_conversation(answered.name, waiting_since_ms=0)
		frappe.db.commit()
		card = self.as_user(MANAGER, number_cards.needs_reply_card)
		self.assertEqual((card["value"] - before, card["route"]), (1, ["whatsapp"]))
		self.assertEqual(self.as_user(STRANGER, number_cards.needs_reply_card)["value"], 0)

	def test_a_stranger_counts_nothing(self):
		self.chat()
		self.assertEqual(set(self.counts(STRANGER).values()), {0})

	def test_a_card_leads_to_what_it_counted(self):
		for kind in ("open", "closing", "unread"):
			result = self.as_user(MANAGER, lambda kind=kind: number_cards.card(kind))
			self.assertEqual(result["route"], ["List", "Chat Conversation", "List"])
			self.assertEqual(result["route_options"], {"wa_kind": kind})
		for card in (number_cards.failed_today_card, number_cards.without_a_lead_card):
			result = self.as_user(MANAGER, card)
			doctype = result["route"][1]
			filters = [[doctype, field, *condition] for field, condition in result["route_options"].items()]
			listed = self.as_user(
				MANAGER,
				lambda doctype=doctype, filters=filters: frappe.get_list(
					doctype, filters, pluck="name", limit=0
				),
			)
			self.assertEqual(len(listed), result["value"])

	def test_agents_and_managers_see_the_cards(self):
		for user in (AGENT, MANAGER):
			cards = self.as_user(user, lambda: Workspace({"name": "WA Window"}).get_number_cards())
			self.assertEqual(len(cards), 6, user)

	def test_the_workspace_and_its_parts_are_there(self):
		workspace = frappe.get_doc("Workspace", "WA Window")
		self.assertEqual(len(workspace.number_cards), 6)
		for card in workspace.number_cards:
			self.assertTrue(frappe.db.exists("Number Card", card.number_card_name), card.number_card_name)
		for chart in workspace.charts:
			self.assertTrue(frappe.db.exists("Dashboard Chart", chart.chart_name))
		self.assertEqual(len(frappe.get_doc("Module Onboarding", "WA Window").steps), 5)


class TestUnanswered(WorkspaceCase):
	def report(self, user: str = MANAGER, days_ago: int = 7) -> dict[str, dict]:
		"""The report's rows by conversation, run as the Desk does."""
		run = frappe.get_doc("Report", "Windows Closed Without an Answer").execute_script_report
		filters = frappe._dict(from_date=add_days(today(), -days_ago), to_date=today())
		rows = self.as_user(user, lambda: run(filters))[1]
		return {row["conversation"]: row for row in rows}

	def test_it_shows_whose_last_message_got_no_answer_before_the_window_closed(self):
		missed, waiting, answered = self.chat(hours_ago=30), self.chat(hours_ago=3), self.chat(hours_ago=30)
		self.sent_to(answered, hours_later=23.9)
		report = self.report()
		self.assertIn(missed.name, report)
		self.assertNotIn(waiting.name, report)
		self.assertNotIn(answered.name, report)
		row = report[missed.name]
		self.assertEqual((row["lead_title"], row["lead_owner"]), ("Budi Santoso", AGENT))
		self.assertAlmostEqual(row["unanswered_for"], 30 * 3600, delta=120)

	def test_what_failed_came_earlier_or_only_after_the_window_is_no_answer(self):
		for hours_later, delivery_status in ((1, "failed"), (1, "undelivered"), (-1, "read"), (24, "read")):
			chat = self.chat(hours_ago=30)
			self.sent_to(chat, hours_later=hours_later, delivery_status=delivery_status)
			self.assertIn(chat.name, self.report(), (hours_later, delivery_status))

	def test_customers_who_want_nothing_more_are_not_listed(self):
		for values in (
			{"opted_out": True},
			{"blocked_at_ms": self.now_ms},
		):
			chat = self.chat(hours_ago=30)
			self.store.change_conversation(chat.name, **values)
			frappe.db.commit()
			self.assertNotIn(chat.name, self.report(), values)

	def test_a_chat_that_needs_no_answer_is_not_listed_until_the_customer_writes_again(self):
		chat = self.chat(hours_ago=30)
		Panel(AGENT).post("inbox.done", conversation=chat.name)
		self.assertNotIn(chat.name, self.report())
		self.written_by(chat.customer_phone, hours_ago=29)
		self.assertIn(chat.name, self.report())

	def test_what_was_answered_too_late_is_listed_also_where_an_earlier_message_needed_no_answer(self):
		chat = self.chat(hours_ago=60)
		Panel(AGENT).post("inbox.done", conversation=chat.name)
		self.written_by(chat.customer_phone)
		_first, last = self.messages(chat.name)
		self.store.change_message(last.name, sent_at_ms=self.now_ms - 30 * HOUR_MS)
		times = {"last_inbound_at_ms": self.now_ms - 30 * HOUR_MS, "waiting_since_ms": 0}
		self.store.change_conversation(chat.name, **times)
		self.sent_to(self.store.conversation(chat.name), hours_later=29)
		self.assertIn(chat.name, self.report())

	def test_any_number_of_chats_is_read_in_batches(self):
		chats = [self.chat(hours_ago=30) for _number in range(3)]
		self.sent_to(chats[2], hours_later=1)
		with patch.object(readable_chats, "AT_A_TIME", 2), patch.object(missed_windows, "AT_A_TIME", 1):
			report = self.report()
		self.assertEqual([chat.name in report for chat in chats], [True, True, False])

	def test_older_ones_are_shown_only_where_asked_for(self):
		old = self.chat(hours_ago=24 * 20)
		self.assertNotIn(old.name, self.report())
		self.assertIn(old.name, self.report(days_ago=30))

	def test_it_shows_nothing_of_leads_that_may_not_be_read(self):
		missed = self.chat(hours_ago=30)
		rows = self.as_user(AGENT, lambda: missed_windows.rows(add_days(today(), -7), today()))
		self.assertIn(missed.name, [row["conversation"] for row in rows])
		self.assertRaises(
			frappe.PermissionError,
			self.as_user,
			STRANGER,
			lambda: missed_windows.rows(add_days(today(), -7), today()),
		)
