from unittest.mock import patch

import frappe

from wa_window.site import jobs, notifying
from wa_window.tests.site_case import AGENT, MANAGER, Panel, SiteCase, fill_in_settings


class TestNotifying(SiteCase):
	def setUp(self):
		super().setUp()
		fill_in_settings(notify_agents=1, remind_before_closing=0)
		self.customer = self.phone()
		self.owned = self.lead(self.customer, lead_owner=AGENT)

	def writes(self, *, hours_ago: float = 0):
		conversation = self.written_by(self.customer, hours_ago=hours_ago)
		self.follow_up_all()
		return conversation

	def told(self, user: str, **more) -> list[str]:
		frappe.db.rollback()
		about = {"for_user": user, "document_name": self.owned.name} | more
		return frappe.get_all("Notification Log", about, pluck="subject")

	def wish(self, **settings) -> None:
		fill_in_settings(**settings)
		frappe.db.commit()

	def test_the_owner_and_the_assignees_get_one_notification_that_counts_on(self):
		frappe.db.set_value("Chat Lead", self.owned.name, "_assign", frappe.as_json([MANAGER]))
		frappe.db.commit()
		self.writes()
		self.writes()
		for user in (AGENT, MANAGER):
			self.assertEqual(self.told(user), ["Budi Santoso wrote on WhatsApp: 2 unread"])
		self.assertEqual(self.told("Administrator"), [])

	def test_who_could_not_be_told_is_told_when_the_follow_up_is_tried_again(self):
		conversation = self.written_by(self.customer)
		(message,) = self.messages(conversation.name)
		with patch.object(jobs, "message_received", side_effect=RuntimeError):
			jobs.follow_up(message.name)
		jobs.follow_up(message.name)
		self.assertEqual(len(self.told(AGENT)), 1)

	def test_opening_the_chat_is_reading_the_notification(self):
		conversation = self.writes()
		Panel(AGENT).post("chat.mark_read", conversation=conversation.name)
		self.assertEqual((self.told(AGENT, read=0), len(self.told(AGENT, read=1))), ([], 1))
		self.writes()
		self.assertEqual(self.told(AGENT, read=0), ["Budi Santoso wrote on WhatsApp: 1 unread"])

	def test_nobody_is_told_where_it_is_not_wished(self):
		self.wish(notify_agents=0)
		self.writes()
		self.assertEqual(self.told(AGENT), [])

	def test_a_window_that_closes_without_an_answer_is_told_once_and_only_where_it_is_wished(self):
		self.wish(notify_agents=0)
		conversation = self.writes(hours_ago=23)
		row = self.conversation_of(self.customer)
		self.store.change_conversation(conversation.name, last_message_at_ms=row.last_inbound_at_ms)
		frappe.db.commit()
		notifying.remind_of_closing_windows()
		self.assertEqual(self.told(AGENT), [])
		self.wish(notify_agents=0, remind_before_closing=1)
		for _time in range(2):
			notifying.remind_of_closing_windows()
			self.assertEqual(
				self.told(AGENT, read=0),
				["Budi Santoso waits for an answer, and the WhatsApp window closes soon"],
			)
		Panel(AGENT).post("chat.mark_read", conversation=conversation.name)
		notifying.remind_of_closing_windows()
		self.assertEqual(self.told(AGENT, read=0), [])
