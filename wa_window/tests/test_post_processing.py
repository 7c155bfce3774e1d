"""What happens after a customer's message is stored: the lead, other apps' document events."""

import threading
from unittest.mock import call as call_of
from unittest.mock import patch

import frappe
from frappe.model.document import Document
from rq.timeouts import JobTimeoutException

from wa_window.chat.message import OUTBOUND, TWILIO, Message
from wa_window.frappe_host.events import POST_PROCESS, enqueue_once, release_claim, shard_of
from wa_window.frappe_host.jobs import post_processing, sweep
from wa_window.tests.contract import new_sid
from wa_window.tests.site_case import (
	ACCOUNT_SID,
	HOUR_MS,
	SiteCase,
	with_own_connection,
)
from wa_window.tests.test_time_limit import as_job, notify


def fails():
	raise RuntimeError


class TestPostProcessing(SiteCase):
	def test_an_unknown_number_becomes_a_lead_named_by_its_profile(self):
		phone = self.phone()
		self.written_by(phone, ProfileName="Siti Rahma")
		self.post_process_all()
		conversation = self.conversation_of(phone)
		lead = frappe.get_doc(conversation.lead_doctype, conversation.lead)
		self.assertEqual((lead.doctype, lead.lead_name, lead.phone), ("Chat Lead", "Siti Rahma", phone))

	def test_a_known_number_is_linked_however_it_is_written(self):
		phone = self.phone()
		local = "0" + phone.removeprefix("+62")
		lead = self.lead(f"{local[:4]}-{local[4:8]}-{local[8:]}")
		self.written_by(phone)
		self.post_process_all()
		self.assertEqual(self.conversation_of(phone).lead, lead.name)

	def test_a_mexican_number_with_or_without_its_1_is_the_same_lead(self):
		short = "+5255" + self.phone()[-8:]
		lead = self.lead(short)
		self.written_by(short.replace("+52", "+521"))
		self.post_process_all()
		conversation = self.conversation_of(short.replace("+52", "+521"))
		self.assertEqual(conversation.lead, lead.name)
		self.assertEqual(conversation.customer_address, "whatsapp:" + short.replace("+52", "+521"))

	def test_of_several_leads_the_most_recently_created_is_linked(self):
		phone = self.phone()
		self.lead(phone)
		newer = self.lead(phone)
		self.written_by(phone)
		self.post_process_all()
		self.assertEqual(self.conversation_of(phone).lead, newer.name)

	def test_a_placeholder_name_is_replaced_by_the_profile_name_and_a_real_one_never(self):
		phone = self.phone()
		placeholder = self.lead(phone, lead_name=phone)
		self.written_by(phone, ProfileName="")
		self.post_process_all()
		self.written_by(phone, ProfileName="Siti Rahma")
		self.post_process_all()
		self.assertEqual(frappe.db.get_value("Chat Lead", placeholder.name, "lead_name"), "Siti Rahma")
		listed_as = frappe.db.get_value("Chat Conversation", {"lead": placeholder.name}, "lead_title")
		self.assertEqual(listed_as, "Siti Rahma")
		self.written_by(phone, ProfileName="Another Name")
		self.post_process_all()
		self.assertEqual(frappe.db.get_value("Chat Lead", placeholder.name, "lead_name"), "Siti Rahma")

	def test_where_no_lead_is_wanted_the_conversation_waits_without_one(self):
		phone = self.phone()
		frappe.db.set_single_value("WA Window Settings", "create_leads", 0)
		frappe.clear_document_cache("WA Window Settings", "WA Window Settings")
		try:
			self.written_by(phone)
			self.post_process_all()
			self.assertFalse(self.conversation_of(phone).lead)
		finally:
			frappe.db.set_single_value("WA Window Settings", "create_leads", 1)
			frappe.clear_document_cache("WA Window Settings", "WA Window Settings")

	def test_a_lead_that_cannot_be_created_leaves_the_words_why(self):
		phone = self.phone()
		self.written_by(phone)
		error = frappe.MandatoryError("[Chat Lead, x]: territory")
		with patch("wa_window.wa_window.doctype.chat_lead.chat_lead.ChatLead.insert", side_effect=error):
			self.post_process_all()
		conversation = self.conversation_of(phone)
		self.assertFalse(conversation.lead)
		self.assertIn("territory", conversation.lead_problem)

	def test_other_apps_document_events_run_once_and_a_failing_one_is_tried_again(self):
		phone = self.phone()
		conversation = self.written_by(phone)
		(message,) = self.messages(conversation.name)
		seen = []

		def on_event(doc, method, *args, **kwargs):
			if doc.doctype != "Chat Message":
				return
			seen.append(method)
			if len(seen) == 1:
				raise RuntimeError("the first attempt fails")

		with patch("frappe.model.document.Document.run_method", autospec=True, side_effect=on_event):
			post_processing.post_process(message.name)
			frappe.db.rollback()
			self.assertEqual(frappe.db.get_value("Chat Message", message.name, "follow_up"), "pending")
			post_processing.post_process(message.name)
			post_processing.post_process(message.name)
		self.assertEqual(
			[event for event in seen if event == "after_insert"], ["after_insert", "after_insert"]
		)
		self.assertEqual(frappe.db.get_value("Chat Message", message.name, "follow_up"), "done")

	def test_while_another_apps_event_takes_long_the_customer_writes_on_and_reports_come_in(self):
		phone = self.phone()
		form = self.inbound_form(phone)
		self.post("inbound", form)
		conversation = self.conversation_of(phone).name
		(message,) = self.messages(conversation)
		sent = {"conversation": conversation, "direction": OUTBOUND, "kind": "text", "body": "Masih ada."}
		sent |= {"sent_at_ms": self.now_ms, "sent_at_source": TWILIO, "delivery_status": "sent"}
		sent = self.store.add_message(Message(**sent, message_sid=new_sid()))
		self.store.change_message(message.name, sent_at_source=TWILIO)
		frappe.db.commit()
		report = {"MessageSid": sent.message_sid, "MessageStatus": "delivered", "AccountSid": ACCOUNT_SID}
		answers = []

		def posts():
			for endpoint, posted in (
				("inbound", self.inbound_form(phone)),
				("inbound", form),
				("status", report),
			):
				answers.append(self.post(endpoint, posted).status_code)

		with self.slow_event(message.name, posts):
			post_processing.post_process(message.name)
		self.assertEqual(answers, [200] * 3)
		self.assertEqual(self.states(message.name), ["done"])
		self.assertEqual(frappe.db.get_value("Chat Message", sent.name, "delivery_status"), "delivered")

	def test_of_two_jobs_at_the_same_message_the_slower_one_leaves_nothing_behind(self):
		if frappe.db.db_type == "sqlite":
			self.skipTest("SQLite has one writer: the other job waits until the event that has written ends")
		conversation = self.written_by(self.phone())
		(message,) = self.messages(conversation.name)
		with self.slow_event(message.name, lambda: post_processing.post_process(message.name), leaves="ToDo"):
			post_processing.post_process(message.name)
		self.assertEqual(self.states(message.name), ["done"])
		self.assertEqual(frappe.db.count("ToDo", {"description": message.name}), 1)

	def test_an_event_that_commits_is_not_run_again_for_what_fails_after_it(self):
		conversation = self.written_by(self.phone())
		(message,) = self.messages(conversation.name)
		runs = []

		def commits():
			runs.append(1)
			frappe.db.commit()
			raise RuntimeError

		with self.events(fail=[message.name], happens=commits):
			for _ in range(2):
				post_processing.post_process(message.name)
		self.assertEqual((self.states(message.name), len(runs)), (["done"], 1))

	def test_what_failed_is_put_off_and_holds_nothing_up(self):
		failing, healthy = self.two_messages()
		with patch.object(post_processing, "BATCH", 1), self.events(fail=[failing]):
			self.post_process_all()
		self.assertEqual(self.states(failing, healthy), ["pending", "done"])
		frappe.db.set_value("Chat Message", failing, "next_attempt_at_ms", 1)
		frappe.db.commit()
		self.post_process_all()
		self.assertEqual(self.states(failing), ["done"])

	def test_a_message_that_was_erased_meanwhile_is_no_failure(self):
		erased, _other = self.two_messages()
		frappe.delete_doc("Chat Message", erased)
		frappe.db.commit()
		with patch.object(frappe, "log_error") as logged:
			post_processing.post_process(erased)
		logged.assert_not_called()

	def test_what_was_put_off_before_the_clock_was_set_back_does_not_wait_until_it_is_as_late_again(self):
		first, _second = self.two_messages()
		self.store.change_message(first, next_attempt_at_ms=self.now_ms + 2 * HOUR_MS)
		frappe.db.commit()
		post_processing.post_process_messages(self.shard)
		self.assertEqual(self.states(first), ["done"])

	def test_a_job_whose_time_is_up_ends_and_no_message_is_blamed(self):
		slow, _other = self.two_messages()
		with self.events(fail=[slow], happens=notify):
			self.assertRaises(
				JobTimeoutException, as_job, lambda: post_processing.post_process_messages(self.shard)
			)
		self.assertEqual(self.states(slow), ["pending"])
		self.assertEqual(frappe.db.get_value("Chat Message", slow, "attempts"), 0)

	def test_the_time_limit_is_checked_before_each_message_and_another_worker_continues(self):
		first, second = self.two_messages()
		over = patch("wa_window.frappe_host.time_limit.JobClock.is_over", side_effect=[False, True])
		with over, patch("frappe.enqueue") as enqueue:
			post_processing.post_process_messages(self.shard)
		self.assertEqual(self.states(first, second), ["done", "pending"])
		enqueue.assert_called_once_with(POST_PROCESS, queue="short", shard=self.shard)

	def test_no_other_job_is_enqueued_between_two_messages_of_a_running_job(self):
		self.two_messages()
		awake = []

		def is_at_work(doc, method, *args, **kwargs):
			if (doc.doctype, method) == ("Chat Message", "after_insert"):
				with patch("frappe.enqueue") as enqueue:
					enqueue_once(POST_PROCESS, shard=self.shard)
				awake.append(not enqueue.called)
				release_claim(POST_PROCESS, shard=self.shard)  # as if the claim had expired

		with patch("frappe.model.document.Document.run_method", autospec=True, side_effect=is_at_work):
			post_processing.post_process_messages(self.shard)
		self.assertEqual(awake, [True, True])

	def test_the_sweep_only_enqueues_jobs(self):
		first, second = self.two_messages()
		release_claim(POST_PROCESS, shard=self.shard)
		with patch("frappe.enqueue") as enqueue:
			sweep.sweep()
		self.assertIn(call_of(POST_PROCESS, queue="short", shard=self.shard), enqueue.call_args_list)
		self.assertEqual(self.states(first, second), ["pending", "pending"])

	def two_messages(self) -> list[str]:
		"""Two messages of one customer, the only pending ones of this shard."""
		self.post_process_all()
		phone = self.phone()
		self.written_by(phone)
		conversation = self.written_by(phone)
		self.shard = shard_of(conversation.name)
		return [message.name for message in self.messages(conversation.name)]

	def slow_event(self, message: str, meanwhile, leaves: str = ""):
		"""Another app's document event of a message, which calls something else the first time, in a connection of its own."""
		run_method, begun = Document.run_method, []

		def on_event(doc, method, *args, **kwargs):
			if (doc.name, method) != (message, "after_insert"):
				run_method(doc, method, *args, **kwargs)
				return
			if leaves:
				frappe.get_doc({"doctype": leaves, "description": message}).insert()
			if not begun:
				begun.append(threading.Thread(target=with_own_connection(meanwhile)))
				begun[0].start()
				begun[0].join(20)
				self.assertFalse(begun[0].is_alive())

		return patch("frappe.model.document.Document.run_method", autospec=True, side_effect=on_event)

	def states(self, *messages: str) -> list[str]:
		frappe.db.rollback()
		return [frappe.db.get_value("Chat Message", name, "follow_up") for name in messages]

	def events(self, *, fail: list[str], happens=fails):
		"""Other apps' document events, which fail for some messages."""

		def on_event(doc, method, *args, **kwargs):
			if doc.name in fail:
				happens()

		return patch("frappe.model.document.Document.run_method", autospec=True, side_effect=on_event)
