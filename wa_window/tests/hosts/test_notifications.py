from dataclasses import replace
from unittest.mock import patch

import frappe
from frappe.desk.form import assign_to
from frappe.utils import add_to_date, comma_and, now_datetime

from wa_window.chat import work_state
from wa_window.chat.message import OUTBOUND, RECORD, Message
from wa_window.frappe_host.desk import notifications
from wa_window.frappe_host.desk.new_chats import reached_by_new_chats
from wa_window.frappe_host.jobs import post_processing
from wa_window.frappe_host.records import erase, record_notifications
from wa_window.frappe_host.records.assignments import responsible
from wa_window.frappe_host.records.leads import preferred_type
from wa_window.tests.site_case import (
	AGENT,
	HOUR_MS,
	MANAGER,
	STRANGER,
	Panel,
	SiteCase,
	call,
	fill_in_settings,
	of_this_run,
)

NAMED = "wa-named@example.com"
WAITS = "Budi Santoso is waiting; {} left to reply"


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
			self.assertEqual(self.subjects(user), ['Budi Santoso: "Halo, apakah masih ada?" (2 new)'])
		self.assertEqual(self.subjects("Administrator"), [])

	def test_who_is_notified_is_alerted_in_their_own_browsers_by_name_and_text(self):
		with patch.object(notifications, "publish_message_notified") as publish:
			conversation = self.write()
		(message,) = self.messages(conversation.name)
		alert = {"message": message.name, "conversation": conversation.name}
		publish.assert_called_once_with(
			AGENT, alert | {"title": "Budi Santoso", "text": "Halo, apakah masih ada?"}
		)

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
		self.assertEqual(self.subjects(AGENT, read=0), ['Budi Santoso: "Halo, apakah masih ada?" (1 new)'])

	def test_nobody_is_notified_where_notifications_are_off(self):
		self.set_options(notify_agents=0)
		self.write()
		self.assertEqual(self.subjects(AGENT), [])

	def test_what_a_manager_has_read_stays_unread_for_the_agent_until_they_open_it(self):
		conversation = self.write()
		Panel(MANAGER).post("chat.mark_read", conversation=conversation.name)
		self.assertEqual(len(self.subjects(AGENT, read=0)), 1)
		self.write()
		self.assertEqual(self.subjects(AGENT, read=0), ['Budi Santoso: "Halo, apakah masih ada?" (2 new)'])
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
		self.assertEqual(self.subjects(AGENT), ['Budi Santoso: "Halo, apakah masih ada?" (1 baru)'])

	def test_a_message_without_a_text_is_named_by_its_kind_in_the_users_language(self):
		self.speaks(AGENT, "id")
		self.addCleanup(self.speaks, AGENT, "en")
		picture = {"MediaUrl0": "https://api.twilio.com/photo", "MediaContentType0": "image/jpeg"}
		self.written_by(self.customer, Body="", NumMedia="1", MessageType="image", **picture)
		self.post_process_all()
		self.assertEqual(self.subjects(AGENT), ['Budi Santoso: "Foto" (1 baru)'])

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
			self.assertEqual(self.reminded(), [WAITS.format("59 min")])
		Panel(AGENT).post("chat.mark_read", conversation=conversation.name)
		self.assertEqual(self.reminded(), [])

	def test_an_answer_ends_the_waiting_and_one_that_failed_does_not(self):
		self.set_options(notify_agents=0)
		conversation = self.write(hours_ago=23)
		stored_at_ms = conversation.last_stored_at_ms + 1
		answer = Message(conversation.name, OUTBOUND, "text", "Ada", self.now_ms, RECORD, "queued")
		answer = self.store.add_message(replace(answer, stored_at_ms=stored_at_ms))
		work_state.refresh(conversation.name, self.store)
		frappe.db.commit()
		self.assertEqual(self.reminded(), [])
		self.store.change_message(answer.name, delivery_status="failed")
		work_state.refresh(conversation.name, self.store)
		frappe.db.commit()
		self.assertEqual(self.reminded(), [WAITS.format("59 min")])

	def test_nobody_is_reminded_of_a_chat_that_needs_no_answer(self):
		self.set_options(notify_agents=0)
		conversation = self.write(hours_ago=23)
		Panel(AGENT).post("inbox.done", conversation=conversation.name)
		self.assertEqual(self.reminded(), [])
		self.write()
		self.age(conversation.name, 23)
		self.assertEqual(self.reminded(), [WAITS.format("59 min")])

	def test_a_snoozed_chat_is_reminded_of_when_it_is_back(self):
		self.set_options(notify_agents=0)
		conversation = self.write(hours_ago=23)
		until_ms = self.now_ms + HOUR_MS // 2
		Panel(AGENT).post("inbox.snooze", conversation=conversation.name, until_ms=until_ms)
		self.assertEqual(self.reminded(), [])
		self.store.change_conversation(conversation.name, snoozed_until_ms=self.now_ms)
		frappe.db.commit()
		self.assertEqual(self.reminded(), [WAITS.format("59 min")])

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
			self.assertEqual(self.reminded(), [WAITS.format("29 min")])
		failures = {"method": ("like", "%a reminder failed%"), **of_this_run()}
		self.assertEqual(frappe.db.count("Error Log", failures), 1)


class TestNobodyIsLeftAlone(SiteCase):
	"""Messages in chats that nobody owns, and in chats without a lead."""

	people = SiteCase.people | {NAMED: "Website Manager"}

	def setUp(self):
		super().setUp()
		fill_in_settings(notify_agents=1, create_leads=0, lead_owner=None)
		frappe.db.commit()
		self.customer = self.phone()

	def write(self, **more):
		self.written_by(self.customer, **more)
		self.post_process_all()
		return self.conversation_of(self.customer)

	def bells(self, chat) -> dict[str, str]:
		"""The texts of the unread notifications of this chat, by user."""
		frappe.db.rollback()
		names = ("in", [chat.name, chat.lead or chat.name])
		about = {"document_name": names, "type": "Alert", "read": 0}
		return dict(frappe.get_all("Notification Log", about, ["for_user", "subject"], as_list=True))

	def test_a_lead_of_nobody_notifies_all_agents_who_may_read_it(self):
		self.lead(self.customer, lead_owner="")
		chat = self.write(Body="Halo <b>Andi</b>, " + "x" * 100)
		self.assertEqual(sorted(self.bells(chat)), [AGENT, MANAGER])
		text = f'Budi Santoso: "Halo &lt;b&gt;Andi&lt;/b&gt;, {"x" * 61}…" (1 new)'
		self.assertEqual(self.bells(chat)[AGENT], text)

	def test_so_does_one_whose_owner_may_not_read_it_or_is_the_administrator(self):
		for owner in (STRANGER, "Administrator"):
			self.customer = self.phone()
			self.lead(self.customer, lead_owner=owner)
			self.assertLessEqual({AGENT, MANAGER}, set(self.bells(self.write())))

	def test_an_assignee_is_enough_for_the_others_not_to_be_notified(self):
		lead = self.lead(self.customer, lead_owner="")
		assign_to.add({"doctype": "Chat Lead", "name": lead.name, "assign_to": [AGENT]})
		frappe.db.commit()
		self.assertEqual(list(self.bells(self.write())), [AGENT])

	def test_who_is_looking_at_the_chat_is_not_notified_of_it(self):
		self.lead(self.customer, lead_owner="")
		chat = self.write()
		frappe.db.delete("Notification Log", {"document_name": chat.lead})
		frappe.db.commit()
		Panel(AGENT).post("chat.presence", conversation=chat.name)
		self.assertEqual(list(self.bells(self.write())), [MANAGER])

	def test_a_chat_without_a_lead_notifies_the_managers_and_opens_the_chat(self):
		chat = self.write()
		self.assertEqual(self.bells(chat), {MANAGER: 'Budi: "Halo, apakah masih ada?" (1 new)'})
		link = frappe.db.get_value("Notification Log", {"document_name": chat.name}, "link")
		self.assertRegex(link, f"^/(app|desk)/whatsapp/{chat.name}#wa_tab$")
		Panel(MANAGER).post("chat.mark_read", conversation=chat.name)
		self.assertEqual(self.bells(chat), {})

	def test_whom_settings_name_for_such_chats_is_notified_without_anything_of_the_chat(self):
		fill_in_settings(create_leads=0, unlinked_chats_user=NAMED, unlinked_chats_role="WA Window Agent")
		frappe.db.commit()
		self.addCleanup(fill_in_settings, unlinked_chats_user=None, unlinked_chats_role=None)
		chat = self.write()
		self.write()
		self.assertEqual(list(self.bells(chat)), [MANAGER])
		for user in (NAMED, AGENT):
			(bell,) = frappe.get_all(
				"Notification Log", {"for_user": user, "document_type": "Chat Conversation"}, ["*"]
			)
			self.assertNotIn("Budi", str(bell))
			self.assertNotIn(chat.name, str(bell))
			self.assertIn("Ask a manager", bell.subject)

	def test_a_deleted_message_is_not_quoted_any_more(self):
		self.lead(self.customer, lead_owner="")
		chat = self.write()
		(message,) = self.messages(chat.name)
		frappe.delete_doc("Chat Message", message.name)
		frappe.db.commit()
		self.assertEqual(self.bells(chat), {})

	def test_a_notification_is_kept_no_longer_than_the_messages(self):
		chat = self.write()
		a_month_ago = add_to_date(now_datetime(), days=-31)
		frappe.db.set_value("Notification Log", {"document_name": chat.name}, "creation", a_month_ago)
		fill_in_settings(keep_days=30)
		self.addCleanup(fill_in_settings, keep_days=0)
		frappe.db.commit()
		erase.delete_expired_messages()
		self.assertEqual(self.bells(chat), {})


class TestOwnersOfNewLeads(SiteCase):
	"""On whichever lead DocType new leads have on this site."""

	def setUp(self):
		super().setUp()
		fill_in_settings(notify_agents=1, create_leads=1, lead_doctype="", lead_owner=None)
		frappe.db.commit()
		self.doctype = preferred_type().doctype
		self.customer = self.phone()

	def write(self):
		self.written_by(self.customer)
		self.post_process_all()
		return self.conversation_of(self.customer)

	def rule(self, *users: str) -> None:
		days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
		rule = frappe.get_doc(
			{
				"doctype": "Assignment Rule",
				"name": frappe.generate_hash(),
				"document_type": self.doctype,
				"assign_condition": "1 == 1",
				"rule": "Round Robin",
				"description": "New on WhatsApp",
				"users": [{"user": user} for user in users],
				"assignment_days": [{"day": day} for day in days],
			}
		).insert()
		frappe.db.commit()
		self.addCleanup(lambda: (rule.delete(), frappe.db.commit()))

	def test_without_a_setting_the_lead_is_nobodys_and_not_the_administrators(self):
		chat = self.write()
		self.assertTrue(chat.lead)
		self.assertFalse(responsible(chat)[0])
		self.assertFalse(frappe.db.get_value("Chat Conversation", chat.name, "lead_owner"))

	def test_an_assignment_rule_chooses_who_has_it_and_the_chat_shows_and_notifies_them(self):
		frappe.get_doc("User", AGENT).add_roles(
			*{"Lead": ["Sales User"], "CRM Lead": ["Sales User"]}.get(self.doctype, [])
		)
		self.rule(AGENT)
		chat = self.write()
		self.assertEqual(responsible(chat)[1], [AGENT])
		rung = frappe.get_all(
			"Notification Log", {"document_name": chat.lead, "type": "Alert"}, pluck="for_user"
		)
		self.assertEqual(rung, [AGENT])
		ok, words = reached_by_new_chats()
		self.assertTrue(ok, words)
		self.assertIn("wa-agent, by the Assignment Rule", words)

	def test_a_fixed_owner_is_the_owner(self):
		fill_in_settings(lead_owner=AGENT)
		self.addCleanup(fill_in_settings, lead_owner=None)
		frappe.db.commit()
		self.assertEqual(responsible(self.write())[0], AGENT)


class TestWhomNewChatsReach(SiteCase):
	def reached(self, **settings) -> tuple[bool, str]:
		fill_in_settings(**{"notify_agents": 1, "create_leads": 1, "lead_owner": None} | settings)
		frappe.db.commit()
		return reached_by_new_chats()

	def test_all_agents_a_fixed_owner_or_the_managers(self):
		both = comma_and(
			["wa-agent", "wa-manager"], add_quotes=False
		)  # each version of Frappe has its own commas
		self.assertEqual(self.reached(), (True, f"New chats reach {both}."))
		self.assertEqual(
			self.reached(lead_owner=AGENT), (True, "New chats reach wa-agent, as owner of new leads.")
		)
		self.assertEqual(self.reached(create_leads=0), (True, "New chats reach wa-manager."))

	def test_nobody_where_nobody_is_notified_or_the_owner_may_not_read(self):
		ok, words = self.reached(notify_agents=0)
		self.assertEqual((ok, "nobody" in words), (False, True))
		ok, words = self.reached(lead_owner=STRANGER)
		self.assertEqual((ok, "may not read them" in words), (False, True))
		frappe.db.set_value("User", AGENT, "enabled", 0)
		frappe.db.set_value("User", MANAGER, "enabled", 0)
		self.addCleanup(
			lambda: [frappe.db.set_value("User", user, "enabled", 1) for user in (AGENT, MANAGER)]
		)
		ok, words = self.reached()
		self.assertEqual((ok, "nobody" in words), (False, True))


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
		self.assertEqual(entry["notification_text"], 'Budi: "Halo, apakah masih ada?" (2 new)')

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

	def test_nobody_else_reads_changes_or_counts_what_it_quotes(self):
		"""Frappe CRM lets all who work with leads read and write all CRM Notifications."""
		frappe.get_doc("User", STRANGER).add_roles("Sales User")
		name = frappe.db.get_value("CRM Notification", {"to_user": AGENT, "type": "WhatsApp"})
		panel, path = Panel(STRANGER), f"CRM Notification/{name}"
		listed = panel.resource("GET", 'CRM Notification?fields=["*"]&limit_page_length=0')
		self.assertEqual(listed.status_code, 200)
		self.assertNotIn("apakah", listed.text)
		searched = call(
			"POST",
			"/api/method/frappe.desk.search.search_widget",
			json={
				"doctype": "CRM Notification",
				"txt": "",
				"as_dict": 1,
				"ignore_user_permissions": 1,
				"filter_fields": '["notification_text"]',
			},
			headers=panel.headers,
		)
		self.assertNotIn("apakah", searched.text)
		answers = [
			panel.resource("GET", path),
			panel.resource("PUT", path, to_user=STRANGER),
			panel.resource("DELETE", path),
		]
		self.assertEqual({answer.status_code for answer in answers}, {403})

	def test_one_that_frappe_crm_has_unlinked_is_still_its_users_own(self):
		frappe.get_doc("User", STRANGER).add_roles("Sales User")
		name = frappe.db.get_value("CRM Notification", {"to_user": AGENT, "type": "WhatsApp"})
		frappe.call("crm.api.doc.remove_doc_link", doctype="CRM Notification", docname=name)
		frappe.db.commit()
		panel = Panel(STRANGER)
		self.assertNotIn("apakah", panel.resource("GET", 'CRM Notification?fields=["*"]').text)
		self.assertEqual(panel.resource("GET", f"CRM Notification/{name}").status_code, 403)
		record_notifications.delete_all_entries()
		self.assertFalse(frappe.db.exists("CRM Notification", name))

	def test_entries_of_others_are_read_as_before(self):
		frappe.get_doc("User", STRANGER).add_roles("Sales User")
		entry = {"doctype": "CRM Notification", "type": "Mention", "to_user": AGENT, "from_user": MANAGER}
		mention = frappe.get_doc(entry | {"notification_text": "x"}).insert()
		frappe.db.commit()
		self.assertEqual(Panel(STRANGER).resource("GET", f"CRM Notification/{mention.name}").status_code, 200)
