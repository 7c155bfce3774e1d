import secrets
import threading
import time
import unittest
from dataclasses import replace
from pathlib import Path

import frappe

from wa_window.chat.inbound import receive
from wa_window.frappe_host.bootstrap import chat_service
from wa_window.frappe_host.records import erase
from wa_window.frappe_host.settings import kept_since_ms
from wa_window.frappe_host.store.recompute import compare_all
from wa_window.tests.contract import EventPublisher, new_sid
from wa_window.tests.site_case import (
	ADMIN,
	AGENT,
	BUSINESS,
	HOUR_MS,
	MANAGER,
	OTHER_BUSINESS,
	Panel,
	SiteCase,
	fill_in_settings,
	of_this_run,
	with_own_connection,
)
from wa_window.twilio_channel.webhook import inbound_message

DAY_MS = 24 * HOUR_MS
# Tables, beside this app's own, that hold a customer's name, number or texts before they are erased.
TRACED = (
	"tabComment",
	"tabCommunication",
	"tabDeleted Document",
	"tabError Log",
	"tabNotification Log",
	"tabToDo",
	"tabVersion",
)


class TestErasing(SiteCase):
	def test_an_erased_customer_leaves_nothing_but_the_sids_and_the_lead(self):
		phone = self.phone()
		lead = self.lead(phone)
		sids = [new_sid(), new_sid()]
		conversation = self.written_by(phone, body="rahasia", MessageSid=sids[0])
		self.written_by(phone, body="rahasia", MessageSid=sids[1], To=OTHER_BUSINESS)
		self.assertEqual(erase.erase_customer(conversation.name), 2)
		self.assertFalse(frappe.get_all("Chat Conversation", {"customer_phone": phone}))
		self.assertFalse(frappe.get_all("Chat Message", {"message_sid": ("in", sids)}))
		self.assertEqual(len(frappe.get_all("Erased Message", {"name": ("in", sids)})), 2)
		self.assertFalse(frappe.get_all("Deleted Document", {"data": ("like", f"%{phone}%")}))
		self.assertTrue(frappe.db.exists("Chat Lead", lead.name))

	def test_deleting_a_message_keeps_the_window_right_and_loses_no_later_one(self):
		phone = self.phone()
		conversation = self.written_by(phone)
		self.age(conversation.name, 3)
		self.written_by(phone)
		first, last = self.messages(conversation.name)
		frappe.delete_doc("Chat Message", first.name)
		frappe.db.commit()
		self.assertEqual(self.conversation_of(phone).last_inbound_at_ms, last.sent_at_ms)
		frappe.delete_doc("Chat Message", last.name)
		frappe.db.commit()
		after = self.conversation_of(phone)
		self.assertEqual((after.last_inbound_at_ms, after.last_message_preview), (0, ""))

	def test_what_is_deleted_in_the_desk_is_not_kept_for_restoring(self):
		conversation = self.written_by(self.phone())
		(message,) = self.messages(conversation.name)
		for doctype, name in (("Chat Message", message.name), ("Chat Conversation", conversation.name)):
			frappe.delete_doc(doctype, name)
			frappe.db.commit()
			self.assertFalse(frappe.db.exists("Deleted Document", {"deleted_name": name}))

	def test_deleting_a_chat_in_the_desk_takes_its_messages_along_and_lifts_no_opt_out(self):
		phone, sid = self.phone(), new_sid()
		conversation = self.written_by(phone, body="STOP", OptOutType="STOP", MessageSid=sid)
		frappe.delete_doc("Chat Conversation", conversation.name)
		frappe.db.commit()
		self.assertEqual(self.post("inbound", self.inbound_form(phone, MessageSid=sid)).status_code, 200)
		self.assertIsNone(self.conversation_of(phone))
		self.assertTrue(self.written_by(phone).opted_out)

	def test_a_chat_that_is_gone_before_its_deletion_locks_it_has_nothing_to_be_deleted(self):
		conversation = frappe.get_doc("Chat Conversation", self.written_by(self.phone()).name)
		erase.erase_customer(conversation.name)
		conversation.run_method("on_trash")

	def test_what_is_kept_of_an_opt_out_names_nobody_and_is_written_by_the_app_alone(self):
		phone = self.phone()
		conversation = self.written_by(phone, body="STOP", OptOutType="STOP")
		erase.erase_customer(conversation.name)
		(name,) = frappe.get_all("Erased Opt Out", of_this_run(), pluck="name")
		self.assertRegex(name, "^[0-9a-f]{64}$")
		self.assertNotIn(phone.lstrip("+"), frappe.get_doc("Erased Opt Out", name).as_json())
		for user in (AGENT, MANAGER, ADMIN):
			self.assertEqual(Panel(user).resource("GET", f"Erased Opt Out/{name}").status_code, 403)
		values = {"doctype": "Erased Opt Out", "name": "x", "opted_out": 0}
		self.assertRaises(frappe.PermissionError, frappe.get_doc(values).insert)
		self.assertRaises(frappe.PermissionError, frappe.get_doc("Erased Opt Out", name).save)
		self.assertRaises(frappe.PermissionError, frappe.delete_doc, "Erased Opt Out", name)

	def test_deleting_a_lead_leaves_its_chat_to_the_managers(self):
		phone = self.phone()
		lead = self.lead(phone)
		conversation = self.written_by(phone)
		self.store.change_conversation(conversation.name, lead_doctype="Chat Lead", lead=lead.name)
		frappe.db.commit()
		frappe.delete_doc("Chat Lead", lead.name)
		frappe.db.commit()
		self.assertEqual(self.conversation_of(phone).lead, "")
		self.assertEqual(len(self.messages(conversation.name)), 1)


@unittest.skipUnless(frappe.db and frappe.db.db_type == "mariadb", "reads MariaDB's list of columns")
class TestErasingEverywhere(SiteCase):
	"""Search for a customer's number, name and texts in every text column of the site's database."""

	def test_an_erased_customer_is_found_nowhere_but_in_their_lead(self):
		phone, name, words = (
			self.phone(),
			f"Zebulon {secrets.token_hex(4)}",
			f"rahasia {secrets.token_hex(8)}",
		)
		lead = self.lead(phone, lead_name=name, lead_owner=AGENT)
		for to in (BUSINESS, OTHER_BUSINESS):
			conversation = self.written_by(phone, body=words, ProfileName=name, To=to)
		file = self.leave_traces(conversation, words)
		needles = (phone.lstrip("+"), name, words)
		tables = {table for table, _row in found_in_the_database(needles)}
		self.assertLessEqual(set(TRACED), tables)
		erase.erase_customer(conversation.name)
		self.assertEqual(found_in_the_database(needles) - {("tabChat Lead", lead.name)}, set())
		self.assertFalse(Path(file.get_full_path()).exists())

	def leave_traces(self, conversation, words: str):
		"""Rows that ordinary use of a chat leaves in Frappe's own tables; returns a file of a message."""
		self.post_process_all()
		here = {"reference_doctype": "Chat Conversation", "reference_name": conversation.name}
		message = self.messages(conversation.name)[0]
		doc = frappe.get_doc("Chat Conversation", conversation.name)
		doc.add_comment("Comment", words)
		frappe.get_doc("Chat Message", message.name).add_comment("Comment", words)
		todo = {"reference_type": "Chat Conversation", "reference_name": conversation.name}
		made = (
			{"doctype": "ToDo", "description": words, "allocated_to": MANAGER, **todo},
			{
				"doctype": "Communication",
				"subject": words,
				"content": words,
				"recipients": "a@example.com",
				**here,
			},
			{
				"doctype": "Error Log",
				"method": "a failure",
				"error": f"From = {conversation.customer_address}",
			},
			{"doctype": "Error Log", "method": words, "error": "of the document", **here},
			{
				"doctype": "Version",
				"ref_doctype": "Chat Conversation",
				"docname": conversation.name,
				"data": words,
			},
			# As earlier versions left them after deletion in the Desk.
			self.deleted_document(message.name),
			{
				"doctype": "Deleted Document",
				"deleted_doctype": "Comment",
				"deleted_name": "x",
				"data": doc.as_json(),
			},
		)
		for values in made:
			frappe.get_doc(values).insert(ignore_permissions=True, ignore_links=True)
		file = frappe.get_doc(
			{
				"doctype": "File",
				"file_name": "rahasia.txt",
				"content": words,
				"is_private": 1,
				"attached_to_doctype": "Chat Message",
				"attached_to_name": message.name,
			}
		).insert()
		frappe.db.commit()
		return file

	def deleted_document(self, message: str) -> dict:
		data = frappe.get_doc("Chat Message", message).as_json()
		return {
			"doctype": "Deleted Document",
			"deleted_doctype": "Chat Message",
			"deleted_name": "deleted earlier",
			"data": data,
		}


def found_in_the_database(texts: tuple[str, ...]) -> set[tuple[str, str]]:
	"""Tables and rows that contain one of these texts."""
	frappe.db.rollback()
	columns = frappe.db.sql(
		"""select table_name, group_concat(column_name) from information_schema.columns
		where table_schema = database() and (data_type like '%%text' or data_type like '%%char' or data_type = 'json')
		group by table_name"""
	)
	return {(table, row) for table, names in columns for row in _rows_with(table, names.split(","), texts)}


def _rows_with(table: str, columns: list[str], texts: tuple[str, ...]) -> list[str]:
	name = "name" if "name" in columns else columns[0]
	holding = " or ".join(f"`{column}` like %s" for column in columns for _text in texts)
	values = [f"%{text}%" for _column in columns for text in texts]
	return frappe.db.sql(f"select `{name}` from `{table}` where {holding}", values, pluck=True)


class TestRetention(SiteCase):
	def test_a_message_that_expires_while_its_webhook_comes_again_does_not_come_back(self):
		phone = self.phone()
		conversation = self.written_by(phone)
		(message,) = self.messages(conversation.name)
		again = inbound_message(
			self.inbound_form(phone, MessageSid=message.message_sid), received_at_ms=self.now_ms
		)
		frappe.db.rollback()
		erase._expire([message])
		webhook = threading.Thread(target=self.elsewhere(again))
		webhook.start()
		self.wait_for_a_lock()
		frappe.db.commit()
		webhook.join(60)
		self.assertEqual(self.messages(conversation.name), [])

	def elsewhere(self, inbound):
		return with_own_connection(lambda: receive(replace(chat_service(), events=EventPublisher()), inbound))

	def wait_for_a_lock(self) -> None:
		"""Wait until the webhook waits for this transaction's lock, five seconds at most."""
		waiting = "select count(*) from information_schema.processlist where info like %s and state != ''"
		ends = time.monotonic() + 5
		while (
			time.monotonic() < ends and not frappe.db.sql(waiting, ("INSERT INTO `tabChat Message`%",))[0][0]
		):
			time.sleep(0.05)

	def old(self, phone: str, days: int):
		conversation = self.written_by(phone)
		self.age(conversation.name, days * 24)
		self.store.change_conversation(
			conversation.name, last_message_at_ms=self.now_ms - days * DAY_MS, last_message_preview="Halo"
		)
		frappe.db.sql(
			"update `tabChat Message` set creation = %s, follow_up = 'done' where conversation = %s",
			(frappe.utils.add_days(frappe.utils.now_datetime(), -days), conversation.name),
		)
		frappe.db.commit()
		self.addCleanup(frappe.db.commit)
		self.addCleanup(frappe.db.delete, "Chat Message", {"conversation": conversation.name})
		return conversation

	def test_nothing_is_deleted_unless_an_admin_says_so(self):
		conversation = self.old(self.phone(), 400)
		erase.delete_expired_messages()
		self.assertEqual(len(self.messages(conversation.name)), 1)

	def test_old_messages_go_young_ones_stay_and_times_stay_as_they_were_known(self):
		phone = self.phone()
		old, young = self.old(phone, 40), self.old(self.phone(), 20)
		(expired,) = self.messages(old.name)
		deleted = frappe.get_doc(
			{
				"doctype": "Deleted Document",
				"deleted_doctype": "Chat Message",
				"deleted_name": "x",
				"data": "{}",
			}
		).insert()
		month_ago = frappe.utils.add_days(frappe.utils.now_datetime(), -31)
		frappe.db.set_value("Deleted Document", deleted.name, "creation", month_ago)
		fill_in_settings(keep_days=30)
		frappe.db.commit()
		self.addCleanup(fill_in_settings, keep_days=0)
		erase.delete_expired_messages()
		self.assertEqual((self.messages(old.name), len(self.messages(young.name))), ([], 1))
		sid = expired.message_sid
		self.assertEqual(self.post("inbound", self.inbound_form(phone, MessageSid=sid)).status_code, 200)
		self.assertEqual(self.messages(old.name), [])
		self.assertFalse(frappe.db.exists("Deleted Document", deleted.name))
		row = self.store.conversation(old.name)
		self.assertEqual(row.last_message_preview, "")
		self.assertLess(row.last_inbound_at_ms, self.now_ms - 39 * DAY_MS)
		self.assertNotIn(
			old.name, [found.name for batch in compare_all(kept_since_ms=kept_since_ms()) for found in batch]
		)
