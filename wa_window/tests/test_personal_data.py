"""Frappe's own requests for a user's personal data, and for their deletion, include the user's chats."""

import json
import zipfile
from unittest.mock import patch

import frappe

from wa_window.chat.consent import Consent, record
from wa_window.frappe_host.bootstrap import chat_service
from wa_window.frappe_host.files import disk
from wa_window.frappe_host.records import personal_data
from wa_window.frappe_host.store.raw_rows import insert, new_name
from wa_window.tests.site_case import ADMIN, AGENT, MANAGER, ROLES, SiteCase, make_user

CUSTOMER = "wa-customer@example.com"
DOWNLOAD, DELETION = "Personal Data Download Request", "Personal Data Deletion Request"


class TestPersonalData(SiteCase):
	people = ROLES | {CUSTOMER: ""}

	@classmethod
	def make_people(cls):
		for email, role in ROLES.items():
			make_user(email, role)

	def make_customer(self):
		if not frappe.db.exists("User", CUSTOMER):
			values = {"email": CUSTOMER, "first_name": "Siti", "user_type": "Website User"}
			user = frappe.get_doc({"doctype": "User", "send_welcome_email": 0, **values})
			user.flags.no_welcome_mail = True
			user.insert(ignore_permissions=True)

	def setUp(self):
		super().setUp()
		self.make_customer()
		self.number = self.phone()
		self.doc = self.lead(self.number, email=CUSTOMER, lead_owner=AGENT)
		self.written_by(self.number, "rahasia")
		self.post_process_all()
		self.chat = self.conversation_of(self.number)
		self.addCleanup(self.remove_requests)
		mail = patch("frappe.sendmail")
		self.mail = mail.start()
		self.addCleanup(mail.stop)

	def remove_requests(self):
		frappe.set_user("Administrator")
		for doctype in (DOWNLOAD, DELETION):
			for name in frappe.get_all(doctype, pluck="name"):
				frappe.delete_doc(doctype, name, force=True)
		frappe.db.set_value("Chat Lead", {"email": CUSTOMER}, "email", "")
		frappe.db.commit()

	def written_by(self, phone, body="Halo", **more):
		return super().written_by(phone, Body=body, **more)

	def requested(self, user: str) -> list[list[str]]:
		"""The chats of the archives that a request for the customer by this user makes."""
		with (
			patch("frappe.enqueue") as enqueued,
			patch("frappe.enqueue_doc"),
		):
			frappe.set_user(user)
			self.request = frappe.get_doc({"doctype": DOWNLOAD, "user": CUSTOMER}).insert(
				ignore_permissions=True
			)
			frappe.set_user("Administrator")
		calls = [call for call in enqueued.call_args_list if call.args == (personal_data.WRITE_ARCHIVE,)]
		return [call.kwargs["conversations"] for call in calls]

	def test_the_chats_are_in_an_archive_that_only_the_user_and_administrators_may_open(self):
		consent = Consent("Told an Agent", self.now_ms - 1000, "by phone", AGENT)
		record(chat_service(), self.chat.name, consent)
		self.assertEqual(self.requested("Administrator"), [[self.chat.name]])
		personal_data.write_archive(self.request.name, [self.chat.name])
		file = frappe.get_doc(
			"File", {"attached_to_name": self.request.name, "attached_to_doctype": DOWNLOAD}
		)
		self.assertEqual((file.is_private, file.owner), (1, CUSTOMER))
		with zipfile.ZipFile(disk.path_of(file.file_url)) as archive:
			chat, message = [json.loads(line) for line in archive.read("chat-1.jsonl").splitlines()]
		self.assertEqual((message["body"], message["direction"]), ("rahasia", "Inbound"))
		shown = (chat["customer"], chat["consent"], chat["consent_note"])
		self.assertEqual(shown, (self.number, "Told an Agent", "by phone"))
		for user, may in ((CUSTOMER, True), (AGENT, False), (MANAGER, False)):
			self.assertEqual(bool(file.has_permission("read", user=user)), may, user)
		sent = self.mail.call_args.kwargs
		self.assertEqual(sent["recipients"], CUSTOMER)
		self.assertTrue(sent["args"]["link"].endswith(file.file_url))

	def test_the_archive_says_for_which_templates_to_many_the_customer_was_chosen(self):
		other = self.written_by(self.phone())
		mine = {"record_title": "Siti", "body": "Halo Siti", "handed_over_at_ms": self.now_ms}
		rows = (
			{"conversation": self.chat.name, "state": "handed_over", **mine},
			{"customer": self.chat.customer, "state": "skipped", "reason": "opted_out"},
			{"customer": self.chat.customer, "conversation": other.name, "state": "to_send"},
		)
		for position, row in enumerate(rows):
			insert(
				"Template Batch Row", {"name": new_name(), "batch": "of a test", "position": position} | row
			)
		self.addCleanup(frappe.db.delete, "Template Batch Row", {"batch": "of a test"})
		self.requested("Administrator")
		personal_data.write_archive(self.request.name, [self.chat.name])
		belonging = {"attached_to_name": self.request.name, "attached_to_doctype": DOWNLOAD}
		file = frappe.get_doc("File", belonging)
		with zipfile.ZipFile(disk.path_of(file.file_url)) as archive:
			found = [json.loads(line) for line in archive.read("templates-to-many.jsonl").splitlines()]
		self.assertEqual(
			[(row["state"], row["reason"]) for row in found],
			[("handed_over", None), ("skipped", "opted_out")],
		)
		self.assertEqual((found[0]["text"], bool(found[0]["sent_at"])), ("Halo Siti", True))

	def test_files_are_in_it_and_those_that_are_gone_are_left_out(self):
		(message,) = self.messages(self.chat.name)
		url = disk.new_url("png")
		disk.write(url, b"a picture")
		self.addCleanup(disk.remove, url)
		for file in (url, disk.new_url("png"), "https://example.com/x"):
			row = {"doctype": "Chat Message Media", "parent": message.name, "parenttype": "Chat Message"}
			values = {"parentfield": "media", "type": "image/png", "file": file, "filename": "a/../b.png"}
			frappe.get_doc(row | values).db_insert()
		self.store.change_message(message.name, kind="image")
		frappe.db.commit()
		self.requested("Administrator")
		personal_data.write_archive(self.request.name, [self.chat.name])
		file = frappe.get_doc(
			"File", {"attached_to_name": self.request.name, "attached_to_doctype": DOWNLOAD}
		)
		with zipfile.ZipFile(disk.path_of(file.file_url)) as archive:
			names = [name for name in archive.namelist() if name.startswith("files/")]
			self.assertEqual([archive.read(name) for name in names], [b"a picture"])
			self.assertFalse(any(".." in name.split("/") for name in names))

	def test_an_address_in_a_lead_gives_nobody_a_chat_that_they_may_not_read(self):
		for user, may in ((CUSTOMER, False), (ADMIN, False), (AGENT, True), (MANAGER, True)):
			self.assertEqual(bool(self.requested(user)), may, user)

	def test_who_has_no_chat_gets_no_archive(self):
		self.doc.db_set("email", "other@example.com")
		self.assertEqual(self.requested("Administrator"), [])
		self.assertEqual(personal_data.chats_of_email(""), [])

	def test_a_deletion_erases_the_chats_and_archives_and_leaves_others(self):
		other = self.phone()
		self.lead(other, email="other@example.com")
		self.written_by(other)
		self.post_process_all()
		self.requested("Administrator")
		personal_data.write_archive(self.request.name, [self.chat.name])
		request = frappe.get_doc({"doctype": DELETION, "email": CUSTOMER}).insert()
		request.db_set("status", "Pending Approval")
		request.reload()
		frappe.db.commit()
		self.assertTrue(self.conversation_of(self.number))
		request.trigger_data_deletion()
		frappe.db.commit()
		self.addCleanup(frappe.delete_doc, "User", request.name, force=True, ignore_missing=True)
		self.assertEqual(frappe.db.get_value(DELETION, request.name, "status"), "Deleted")
		self.assertIsNone(self.conversation_of(self.number))
		self.assertFalse(frappe.db.exists("Chat Message", {"conversation": self.chat.name}))
		self.assertTrue(self.conversation_of(other))
		self.assertFalse(frappe.db.exists("File", {"file_name": ("like", f"WhatsApp-{self.request.name}%")}))

	def test_a_deletion_leaves_nothing_of_who_was_chosen_for_a_template_to_many_and_has_no_chat(self):
		chosen = self.lead(self.phone(), email=CUSTOMER)
		row = {"batch": "of a test", "position": 0, "record_doctype": chosen.doctype, "record": chosen.name}
		insert("Template Batch Row", {"name": new_name(), "record_title": "Siti", **row})
		personal_data.erase_chats(frappe._dict(email=CUSTOMER, deletion_steps=[1]))
		self.assertFalse(frappe.db.exists("Template Batch Row", {"record": chosen.name}))

	def test_an_opt_out_outlives_the_deletion(self):
		self.written_by(self.number, "STOP", OptOutType="STOP")
		steps = [{"document_type": "Contact", "status": "Pending"}]
		doc = frappe._dict(email=CUSTOMER, deletion_steps=steps)
		personal_data.erase_chats(doc)
		frappe.db.commit()
		self.assertIsNone(self.conversation_of(self.number))
		self.written_by(self.number, "Halo")
		self.assertTrue(self.conversation_of(self.number).opted_out)

	def test_a_request_by_anybody_else_erases_nothing(self):
		for user in (AGENT, MANAGER, CUSTOMER, "Guest"):
			frappe.set_user(user)
			personal_data.erase_chats(frappe._dict(email=CUSTOMER, deletion_steps=[1]))
			frappe.set_user("Administrator")
			self.assertTrue(self.conversation_of(self.number), user)
