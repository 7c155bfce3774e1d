from unittest.mock import patch

import frappe

from wa_window.chat.message import OUTBOUND, RECORD, Message
from wa_window.frappe_host.desk import notifications
from wa_window.frappe_host.jobs import post_processing
from wa_window.frappe_host.records import record_notifications
from wa_window.tests.site_case import AGENT, MANAGER, Panel, SiteCase, fill_in_settings, of_this_run

WAITS = "Budi Santoso waits for an answer, and the WhatsApp window closes soon"


class TestNotifying(SiteCase):
	def setUp(self):
		super().setUp()
		fill_in_settings(notify_agents=1, remind_before_closing=0)
		self.customer = self.phone()
		self.owned = self.lead(self.customer, lead_owner=AGENT)

	def write(self, *, hours_ago: float = 0):
		conversation = self.written_by(self.customer, hours_ago=hours_ago)
		self.post_process_all()
		return conversation

	def subjects(self, user: str, **more) -> list[str]:
		frappe.db.rollback()
		about = {"for_user": user, "document_name": self.owned.name} | more
		return frappe.get_all("Notification Log", about, pluck="subject")

	def set_options(self, **settings) -> None:
		fill_in_settings(**settings)
		frappe.db.commit()

	def test_the_owner_and_the_assignees_get_one_notification_that_counts_on(self):
		frappe.db.set_value("Chat Lead", self.owned.name, "_assign", frappe.as_json([MANAGER]))
		frappe.db.commit()
		self.write()
		self.write()
		for user in (AGENT, MANAGER):
			self.assertEqual(self.subjects(user), ["Budi Santoso wrote on WhatsApp: 2 unread"])
		self.assertEqual(self.subjects("Administrator"), [])

	def test_a_user_who_opened_the_bell_without_reading_is_notified_of_the_next_message_too(self):
		self.write()
		frappe.db.set_value("Notification Settings", AGENT, "seen", 1)
		self.write()
		frappe.db.rollback()
		self.assertEqual(frappe.db.get_value("Notification Settings", AGENT, "seen"), 0)

	def test_a_user_who_could_not_be_notified_is_notified_when_post_processing_is_retried(self):
		conversation = self.written_by(self.customer)
		(message,) = self.messages(conversation.name)
		with patch.object(post_processing, "message_received", side_effect=RuntimeError):
			post_processing.post_process(message.name)
		post_processing.post_process(message.name)
		self.assertEqual(len(self.subjects(AGENT)), 1)

	def test_opening_the_chat_is_reading_the_notification(self):
		conversation = self.write()
		Panel(AGENT).post("chat.mark_read", conversation=conversation.name)
		self.assertEqual((self.subjects(AGENT, read=0), len(self.subjects(AGENT, read=1))), ([], 1))
		self.write()
		self.assertEqual(self.subjects(AGENT, read=0), ["Budi Santoso wrote on WhatsApp: 1 unread"])

	def test_nobody_is_notified_where_notifications_are_off(self):
		self.set_options(notify_agents=0)
		self.write()
		self.assertEqual(self.subjects(AGENT), [])

	def test_a_chat_that_another_has_read_is_read_by_whoever_opens_it(self):
		conversation = self.write()
		self.store.change_conversation(conversation.name, unread_count=0)
		Panel(AGENT).post("chat.mark_read", conversation=conversation.name)
		self.assertEqual(self.subjects(AGENT, read=0), [])

	def test_other_apps_notifications_of_the_lead_are_unchanged(self):
		theirs = {"for_user": AGENT, "type": "Alert", "document_type": "Chat Lead", "subject": "From a rule"}
		log = frappe.get_doc({"doctype": "Notification Log", "document_name": self.owned.name, **theirs})
		log.insert(ignore_permissions=True)
		conversation = self.write()
		Panel(AGENT).post("chat.mark_read", conversation=conversation.name)
		self.assertEqual(self.subjects(AGENT, read=0), ["From a rule"])

	def test_the_link_leads_to_the_chat_on_whatever_host_the_user_is(self):
		self.write()
		link = frappe.db.get_value("Notification Log", {"document_name": self.owned.name}, "link")
		self.assertRegex(link, f"^/(app|desk)/chat-lead/{self.owned.name}#wa_tab$")

	def test_each_user_is_notified_in_their_own_language(self):
		self.speaks(AGENT, "id")
		self.addCleanup(self.speaks, AGENT, "en")
		self.write()
		self.assertEqual(self.subjects(AGENT), ["Budi Santoso mengirim pesan WhatsApp: 1 belum dibaca"])

	def speaks(self, user: str, language: str) -> None:
		frappe.db.set_value("User", user, "language", language)
		frappe.clear_document_cache("User", user)
		frappe.db.commit()

	def reminded(self) -> list[str]:
		self.set_options(notify_agents=0, remind_before_closing=1)
		notifications.remind_of_closing_windows()
		return self.subjects(AGENT, read=0)

	def test_a_window_that_closes_without_an_answer_is_notified_once_and_only_where_that_is_on(self):
		self.set_options(notify_agents=0)
		conversation = self.write(hours_ago=23)
		notifications.remind_of_closing_windows()
		self.assertEqual(self.subjects(AGENT), [])
		for _time in range(2):
			self.assertEqual(self.reminded(), [WAITS])
		Panel(AGENT).post("chat.mark_read", conversation=conversation.name)
		self.assertEqual(self.reminded(), [])

	def test_an_answer_ends_the_waiting_and_one_that_failed_does_not(self):
		self.set_options(notify_agents=0)
		conversation = self.write(hours_ago=23)
		answer = Message(conversation.name, OUTBOUND, "text", "Ada", self.now_ms, RECORD, "queued")
		answer = self.store.add_message(answer)
		frappe.db.commit()
		self.assertEqual(self.reminded(), [])
		self.store.change_message(answer.name, delivery_status="failed")
		frappe.db.commit()
		self.assertEqual(self.reminded(), [WAITS])

	def test_nobody_is_reminded_of_a_window_that_whatsapp_has_closed(self):
		self.set_options(notify_agents=0)
		conversation = self.write(hours_ago=23)
		self.store.change_conversation(conversation.name, provider_closed_at_ms=self.now_ms)
		frappe.db.commit()
		self.assertEqual(self.reminded(), [])

	def test_a_reminder_that_fails_holds_no_other_up(self):
		self.set_options(notify_agents=0)
		self.write(hours_ago=23.5)
		self.post_process_all()
		broken = self.lead(self.phone(), lead_owner=AGENT)
		self.written_by(broken.phone, hours_ago=23.6)
		self.post_process_all()
		notify = record_notifications.notify

		def notify_all_but_one(user, doctype, lead, words):
			if lead == broken.name:
				raise RuntimeError
			notify(user, doctype, lead, words)

		with patch.object(record_notifications, "notify", side_effect=notify_all_but_one):
			self.assertEqual(self.reminded(), [WAITS])
		failures = {"method": ("like", "%a reminder failed%"), **of_this_run()}
		self.assertEqual(frappe.db.count("Error Log", failures), 1)


class TestNotifyingInFrappeCRM(SiteCase):
	"""A user of Frappe CRM's own screens sees only CRM Notifications."""

	def setUp(self):
		super().setUp()
		if not frappe.db.exists("DocType", "CRM Notification"):
			self.skipTest("Frappe CRM is not installed")
		fill_in_settings(notify_agents=1, lead_doctype="CRM Lead", lead_owner=AGENT)
		frappe.db.commit()
		self.customer = self.phone()
		self.written_by(self.customer)
		self.post_process_all()
		self.chat = self.conversation_of(self.customer)

	def tearDown(self):
		super().tearDown()
		fill_in_settings(lead_owner=None)
		frappe.db.commit()

	def entries(self) -> list[dict]:
		"""The agent's CRM Notifications."""
		frappe.db.rollback()
		frappe.set_user(AGENT)
		shown = frappe.call("crm.api.notifications.get_notifications")
		frappe.set_user("Administrator")
		ours = {"reference_name": self.chat.lead, "type": "WhatsApp"}
		return [entry for entry in shown if entry.items() >= ours.items()]

	def test_the_owner_gets_one_entry_that_counts_on_and_leads_to_the_lead(self):
		self.written_by(self.customer)
		self.post_process_all()
		(entry,) = self.entries()
		self.assertEqual((entry["route_name"], entry["read"]), ("Lead", 0))
		self.assertEqual(entry["notification_text"], "Budi wrote on WhatsApp: 2 unread")

	def test_it_is_read_when_the_chat_is_opened_and_the_bell_is_refreshed(self):
		frappe.set_user(AGENT)
		with patch("frappe.publish_realtime") as publish:
			notifications.mark_read(self.chat.name)
		frappe.db.commit()
		frappe.set_user("Administrator")
		self.assertEqual([entry["read"] for entry in self.entries()], [1])
		publish.assert_called_once_with("crm_notification", user=AGENT, after_commit=True)

	def test_its_own_bell_marks_it_read(self):
		frappe.get_doc("User", AGENT).add_roles("Sales User")
		frappe.set_user(AGENT)
		frappe.call("crm.api.notifications.mark_as_read", doc=self.chat.lead)
		frappe.db.commit()
		self.assertEqual([entry["read"] for entry in self.entries()], [1])

	def test_the_lead_can_be_deleted(self):
		frappe.db.delete("CRM Notification", {"reference_name": self.chat.lead, "type": "Assignment"})
		frappe.delete_doc("CRM Lead", self.chat.lead)
		frappe.db.commit()
		self.assertEqual(self.entries(), [])
