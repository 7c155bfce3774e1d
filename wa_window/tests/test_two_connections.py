"""A request writes while a worker does.

On SQLite a transaction that has read cannot write after another connection has committed: "database is locked", at once
(https://www.sqlite.org/rescode.html#busy_snapshot). Frappe begins each transaction without taking the lock of writers
(frappe/database/sqlite/database.py, begin), so the app runs it again as a whole.
"""

import threading
from unittest.mock import patch

import frappe

from wa_window.chat.message import DONE
from wa_window.chat.template import ContentTemplate
from wa_window.frappe_host.files import disk
from wa_window.frappe_host.jobs import template_sync
from wa_window.frappe_host.records import record_notifications
from wa_window.frappe_host.setup import install
from wa_window.tests.contract.concurrency import AtOnce
from wa_window.tests.files_case import PNG
from wa_window.tests.site_case import ADMIN, AGENT, Panel, SiteCase, fill_in_settings, with_own_connection

WEBHOOKS = 3


class TestTwoConnections(AtOnce, SiteCase):
	def in_thread(self, work):
		return with_own_connection(work)

	def a_worker_writes_after(self, module, function: str):
		"""Once: the first time that this function was called."""
		before, written = getattr(module, function), []

		def called(*args, **kwargs):
			result = before(*args, **kwargs)
			if not written:
				written.append(True)
				thread = threading.Thread(target=with_own_connection(self.write))
				thread.start()
				thread.join(60)
			return result

		return patch.object(module, function, called)

	def write(self) -> None:
		frappe.db.set_value("Chat Lead", self.other_lead, "lead_name", frappe.generate_hash())
		frappe.db.commit()

	def setUp(self):
		super().setUp()
		self.other_lead = self.lead(self.phone()).name

	def test_a_chat_is_marked_as_read_while_a_worker_writes(self):
		fill_in_settings(notify_agents=1)
		frappe.db.commit()
		phone = self.phone()
		lead = self.lead(phone, lead_owner=AGENT)
		conversation = self.written_by(phone)
		self.post_process_all()
		entry = {"for_user": AGENT, "document_name": lead.name, "read": 0}
		self.assertTrue(frappe.db.exists("Notification Log", entry))
		with self.a_worker_writes_after(record_notifications, "_unread"):
			answer = Panel(AGENT).post("chat.mark_read", conversation=conversation.name)
		self.assertEqual(answer.status_code, 200, answer.text)
		self.assertFalse(frappe.db.exists("Notification Log", entry))

	def test_a_file_is_uploaded_while_a_worker_writes(self):
		with self.a_worker_writes_after(disk, "write"):
			answer = Panel(AGENT).upload("denah.png", PNG)
		self.assertEqual(answer.status_code, 200, answer.text)
		url = answer.json["message"]["file_url"]
		self.assertEqual(
			frappe.get_all("File", {"file_url": url}, pluck="name"), [answer.json["message"]["name"]]
		)
		self.assertTrue(disk.path_of(url).exists())

	def test_numbers_are_normalised_anew_while_a_worker_writes(self):
		lead = self.lead(self.phone())
		frappe.db.set_value("Chat Lead", lead.name, "wa_phone", "")
		frappe.db.commit()
		with self.a_worker_writes_after(install, "phone_of"):
			install.fill_wa_phone_anew("Chat Lead")
		self.assertEqual(frappe.db.get_value("Chat Lead", lead.name, "wa_phone"), lead.wa_phone)

	def test_templates_are_synced_while_a_worker_writes(self):
		template = ContentTemplate(content_sid="HX" + "0" * 31 + "9", friendly_name="offer", body="Halo")
		with (
			patch.object(template_sync, "fetch_content_templates", return_value=[template]),
			self.a_worker_writes_after(template_sync, "_short"),
		):
			answer = Panel(ADMIN).post("templates.sync")
		self.assertEqual(answer.status_code, 200, answer.text)
		self.assertEqual((answer.json["message"]["synced"], answer.json["message"]["errors"]), (1, []))

	def test_no_webhook_is_lost_while_workers_write(self):
		forms = [[self.inbound_form(self.phone()) for _ in range(WEBHOOKS)] for _ in range(2)]
		answers = []

		def receive(some: list[dict]) -> None:
			answers.extend(self.post("inbound", form).status_code for form in some)

		self.at_once(*[lambda some=some: receive(some) for some in forms], self.post_process_all)
		self.assertEqual(answers, [200] * WEBHOOKS * 2)
		self.post_process_all()
		sids = [form["MessageSid"] for some in forms for form in some]
		done = {"message_sid": ("in", sids), "follow_up": DONE}
		self.assertEqual(frappe.db.count("Chat Message", done), len(sids))
