"""Templates to many where a right was taken away, or another app's code fails: no name is shown, and nobody else is held up."""

import secrets
from contextlib import contextmanager
from unittest.mock import patch

import frappe

from wa_window.frappe_host.records import recipients
from wa_window.tests.chat_case import ScriptedChannel
from wa_window.tests.site_case import MANAGER
from wa_window.tests.test_batches import CHAT, LEAD, ROW, BatchCase, run_job


class TestRightsThatWereTaken(BatchCase):
	def test_a_row_that_is_refused_does_not_name_its_record(self):
		batch = self.prepared()
		values = {"user": MANAGER, "allow": LEAD, "for_value": self.leads[1]}
		frappe.get_doc({"doctype": "User Permission", **values}).insert()
		name = frappe.db.get_value(ROW, {"batch": batch, "record": self.leads[0]})
		answer = self.manager.resource("GET", f"{ROW}/{name}")
		frappe.db.delete("User Permission", {"user": MANAGER})
		frappe.clear_cache(user=MANAGER)
		frappe.db.commit()
		self.assertEqual(answer.status_code, 403)
		self.assertNotIn(self.leads[0], answer.text)

	@contextmanager
	def without_reading_leads(self):
		"""An administrator takes the managers' right to read these records."""
		from frappe.permissions import setup_custom_perms

		setup_custom_perms(LEAD)
		frappe.db.delete("Custom DocPerm", {"parent": LEAD, "role": "WA Window Manager"})
		frappe.clear_cache(doctype=LEAD)
		frappe.db.commit()
		try:
			yield
		finally:
			frappe.db.delete("Custom DocPerm", {"parent": LEAD})
			frappe.clear_cache(doctype=LEAD)
			frappe.db.commit()

	def test_records_that_may_not_be_read_any_more_are_skipped_and_hold_up_nobody(self):
		batch = self.prepared()
		self.send(batch)
		phone = self.phone()
		self.written_by(phone)
		chat = self.conversation_of(phone)
		with self.without_reading_leads():
			channel = ScriptedChannel()
			run_job(channel)
			self.assertEqual(channel.sent, [])
			prepared = self.prepare(record_doctype=CHAT, records=[chat.name])
		self.assertEqual(self.reasons(batch), ["no_right"])
		self.assertEqual(prepared.status_code, 200, prepared.text[-300:])

	def test_an_error_in_a_batch_holds_up_no_reply(self):
		batch = self.prepared()
		self.send(batch)
		phone = self.phone()
		self.written_by(phone)
		chat = {"lead_doctype": CHAT, "lead": self.conversation_of(phone).name}
		replied = self.manager.post("chat.reply", **chat, body="Ada, Pak.", client_key=secrets.token_hex(8))
		self.assertEqual(replied.status_code, 200, replied.text[-300:])
		channel = ScriptedChannel()
		with patch.object(recipients, "of_rows", side_effect=KeyError):
			run_job(channel)
		(sent,) = channel.sent
		self.assertEqual(sent.customer_address, f"whatsapp:{phone}")
		self.assertTrue(frappe.db.get_value("Chat Message", sent.message, "message_sid"))
		self.assertEqual(frappe.session.user, "Administrator")
