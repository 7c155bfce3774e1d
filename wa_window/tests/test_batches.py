"""Templates to many on a site: whom Frappe's permissions let a user choose, see and write to."""

import secrets
from contextlib import contextmanager, nullcontext
from unittest.mock import patch

import frappe

from wa_window.chat.template_batch import Batch, Value
from wa_window.frappe_host.batch_host import FrappeBatchHost
from wa_window.frappe_host.events import FrappeEvents
from wa_window.frappe_host.jobs import fill_batch
from wa_window.frappe_host.jobs.dispatch import dispatch_messages
from wa_window.frappe_host.records import erase, leads, recipients
from wa_window.frappe_host.store import chat_records, database
from wa_window.frappe_host.store.record_conversions import RecordConversion, convert
from wa_window.tests.chat_case import ScriptedChannel
from wa_window.tests.site_case import (
	AGENT,
	BUSINESS,
	MANAGER,
	OTHER_BUSINESS,
	TEMPLATE,
	Panel,
	SiteCase,
	fill_in_settings,
	sentences,
)

VALUES = {"1": {"field": "lead_name", "text": "Bapak/Ibu"}, "2": {"text": "rumah"}}
TITLES = [f"Orang {number}" for number in range(3)]
LEAD, CHAT, BATCH, ROW = "Chat Lead", "Chat Conversation", "Template Batch", "Template Batch Row"


def run_job(channel) -> None:
	frappe.db.commit()
	with patch("wa_window.frappe_host.bootstrap.open_channel", lambda: nullcontext(channel)):
		dispatch_messages()


class BatchCase(SiteCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		fill_in_settings(batch_per_day=0, batch_per_week=0, batch_marketing_days=0)
		frappe.db.commit()

	def setUp(self):
		super().setUp()
		self.template()
		self.manager, self.agent = Panel(MANAGER), Panel(AGENT)
		self.leads = [self.lead(self.phone(), lead_name=title, lead_owner=None).name for title in TITLES]

	def prepare(self, panel=None, **asked):
		asked = {
			"content_sid": TEMPLATE,
			"record_doctype": LEAD,
			"records": self.leads,
			"values": VALUES,
		} | asked
		return (panel or self.manager).post("batches.prepare", **asked)

	def prepared(self, panel=None, **asked) -> str:
		response = self.prepare(panel, **asked)
		self.assertEqual(response.status_code, 200, response.text[-1500:])
		return response.json["message"]["batch"]

	def progress(self, batch: str) -> dict:
		return self.manager.get("batches.progress", batch=batch).json["message"]

	def rows(self, batch: str, panel=None, **asked) -> list[dict]:
		response = (panel or self.manager).get("batches.rows", batch=batch, **asked)
		self.assertEqual(response.status_code, 200, response.text[-1500:])
		return response.json["message"]["rows"]

	def counts(self, batch: str) -> dict:
		return {kind: count for kind, count in self.progress(batch)["counts"].items() if count}

	def reasons(self, batch: str) -> list[str]:
		return [each["reason"] for each in self.progress(batch)["skipped_by_reason"]]

	def send(self, batch: str, count: int = 3):
		return self.manager.post("batches.send", batch=batch, count=count)

	def limit_to(self, user: str, leads: list[str]) -> None:
		for lead in leads:
			values = {"user": user, "allow": LEAD, "for_value": lead}
			frappe.get_doc({"doctype": "User Permission", **values}).insert()
		frappe.db.commit()
		self.addCleanup(
			lambda: (
				frappe.db.delete("User Permission", {"user": user}),
				frappe.clear_cache(user=user),
				frappe.db.commit(),
			)
		)

	@contextmanager
	def given_to_agents(self, **rights):
		"""An administrator gives a DocType to the agents' role, as by Frappe's Role Permission Manager."""
		from frappe.permissions import add_permission, update_permission_property

		add_permission(BATCH, "WA Window Agent")
		for right in ("read", "create"):
			update_permission_property(BATCH, "WA Window Agent", 0, right, rights.get(right, 1))
		frappe.db.commit()
		try:
			yield
		finally:
			frappe.db.delete("Custom DocPerm", {"parent": BATCH})
			frappe.clear_cache(doctype=BATCH)
			frappe.db.commit()


class TestPreparing(BatchCase):
	def test_the_rows_show_each_record_with_its_text(self):
		rows = self.rows(self.prepared())
		self.assertEqual([row["record"] for row in rows], self.leads)
		self.assertEqual(rows[1]["text"], "Halo Orang 1, apakah masih berminat dengan rumah?")
		self.assertEqual({row["state"] for row in rows}, {"to_send"})

	def test_a_lists_filters_choose_what_the_list_shows(self):
		filters = [[LEAD, "name", "in", self.leads[:2]]]
		self.assertEqual(self.counts(self.prepared(records=None, filters=filters)), {"to_send": 2})
		named = {"name": ["in", self.leads]}
		self.assertEqual(self.counts(self.prepared(records=None, filters=named)), {"to_send": 3})

	def test_filters_cannot_ask_what_stands_in_chats(self):
		filters = [["Chat Message", "body", "like", "%a%"]]
		self.assertEqual(self.prepare(records=None, filters=filters).status_code, 403)

	def test_many_are_prepared_in_a_job_as_the_user(self):
		with patch("wa_window.chat.batches.AT_ONCE", 1), patch("wa_window.chat.batches.PAGE", 2):
			batch = self.prepared()
			self.assertEqual(self.progress(batch)["status"], "Preparing")
			choice = {"doctype": LEAD, "names": tuple(self.leads), "filters": ()}
			fill_batch.fill_batch(batch, MANAGER, choice)
		self.assertEqual(frappe.session.user, "Administrator")
		self.assertEqual(self.counts(batch), {"to_send": 3})
		self.assertEqual(self.progress(batch)["status"], "Draft")

	def test_records_without_a_number_or_of_another_are_skipped_with_the_reason(self):
		frappe.db.set_value(LEAD, self.leads[0], {"phone": None, "wa_phone": ""})
		twin = self.lead(frappe.db.get_value(LEAD, self.leads[1], "phone")).name
		batch = self.prepared(records=[*self.leads, twin, "no such lead"])
		self.assertEqual(sorted(self.reasons(batch)), ["no_number", "no_right", "twice"])

	def test_a_chat_of_another_record_is_not_written_to_by_who_may_not_write_to_that_record(self):
		phone = frappe.db.get_value(LEAD, self.leads[0], "phone")
		self.written_by(phone)
		self.post_process_all()
		chat = self.conversation_of(phone)
		self.age(chat.name, 30)
		other = self.lead(None).name
		self.store.change_conversation(chat.name, lead_doctype=LEAD, lead=other)
		frappe.db.commit()
		self.assertEqual(self.counts(self.prepared()), {"to_send": 3})
		self.limit_to(MANAGER, self.leads)
		self.assertEqual(self.reasons(self.prepared()), ["other_chat"])

	def test_a_chat_is_chosen_in_the_inbox(self):
		phone = self.phone()
		self.written_by(phone)
		chat = self.conversation_of(phone)
		self.age(chat.name, 30)
		batch = self.prepared(record_doctype=CHAT, records=[chat.name])
		(row,) = self.rows(batch)
		self.assertEqual((row["conversation"], row["state"]), (chat.name, "to_send"))
		other = self.prepared(record_doctype=CHAT, records=[chat.name], sender=OTHER_BUSINESS)
		self.assertEqual(self.reasons(other), ["other_sender"])

	def test_a_customer_who_was_erased_and_had_opted_out_stays_opted_out(self):
		phone = frappe.db.get_value(LEAD, self.leads[0], "phone")
		self.written_by(phone)
		chat = self.conversation_of(phone)
		self.store.change_conversation(chat.name, opted_out=True, opt_out_changed_at_ms=self.now_ms)
		frappe.db.commit()
		erase.erase_customer(chat.name)
		self.assertEqual(self.reasons(self.prepared()), ["opted_out"])

	def test_a_template_that_is_not_approved_or_a_wrong_request_is_answered_with_a_sentence(self):
		rejected = self.template("HX" + "9" * 32, approval_status="rejected")
		self.assertEqual(self.prepare(content_sid=rejected).status_code, 409)
		for wrong in (
			{"records": []},
			{"values": {"9": {"text": "x"}}},
			{"record_doctype": "User", "records": ["Administrator"]},
			{"records": None, "filters": "x"},
			{"sender": "whatsapp:+999"},
		):
			response = self.prepare(**wrong)
			self.assertEqual(response.status_code, 417, wrong)
			self.assertTrue(sentences(response), wrong)


class TestManyInFewStatements(BatchCase):
	def statements(self, names: list[str]) -> int:
		made, run = [], frappe.db.sql
		batch = Batch(TEMPLATE, BUSINESS, MANAGER, values={"1": Value("lead_name")})
		frappe.db.sql = lambda *args, **how: made.append(args[0]) or run(*args, **how)
		try:
			self.assertEqual(len(recipients.of_names(LEAD, names, batch)), len(names))
		finally:
			del frappe.db.sql
		return len(made)

	def test_many_recipients_are_examined_by_as_many_statements_as_few(self):
		more = [self.lead(self.phone()).name for _ in range(9)]
		for lead in (*self.leads, *more):
			self.written_by(frappe.db.get_value(LEAD, lead, "phone"))
		self.post_process_all()
		frappe.set_user(MANAGER)
		self.statements(self.leads)
		self.assertEqual(self.statements([*self.leads, *more]), self.statements(self.leads))


class TestPermissions(BatchCase):
	def test_only_who_may_create_a_batch_may_send_to_many(self):
		self.assertEqual(self.prepare(self.agent).status_code, 403)
		with self.given_to_agents():
			batch = self.prepared(self.agent)
			self.assertEqual(self.agent.post("batches.send", batch=batch, count=3).status_code, 200)
		self.assertEqual(self.agent.get("batches.progress", batch=batch).status_code, 403)

	def test_who_may_only_look_may_not_send(self):
		batch = self.prepared()
		with self.given_to_agents(create=0):
			self.assertEqual(len(self.rows(batch, self.agent)), 3)
			for call in ("send", "stop", "resume"):
				asked = {"count": 3} if call == "send" else {}
				self.assertEqual(self.agent.post(f"batches.{call}", batch=batch, **asked).status_code, 403)

	def test_a_user_sees_the_rows_of_records_that_they_may_read(self):
		batch = self.prepared()
		values = {"user": AGENT, "allow": LEAD, "for_value": self.leads[1]}
		frappe.get_doc({"doctype": "User Permission", **values}).insert()
		with self.given_to_agents(create=0):
			self.assertEqual([row["record"] for row in self.rows(batch, self.agent)], [self.leads[1]])
			listed = self.agent.resource("GET", f'{BATCH}?fields=["name"]').json["data"]
			self.assertIn(batch, [row["name"] for row in listed])
			names = frappe.get_all(ROW, {"batch": batch}, pluck="name")
			statuses = {self.agent.resource("GET", f"{ROW}/{name}").status_code for name in names}
			self.assertEqual(statuses, {403})  # the role may not read rows as documents
		frappe.db.delete("User Permission", {"user": AGENT})
		frappe.clear_cache(user=AGENT)
		frappe.db.commit()

	def test_a_right_that_is_taken_away_pauses_what_was_begun(self):
		with self.given_to_agents():
			batch = self.prepared(self.agent)
			self.agent.post("batches.send", batch=batch, count=3)
		channel = ScriptedChannel()
		run_job(channel)
		self.assertEqual(channel.sent, [])
		self.assertEqual(self.progress(batch)["status"], "Paused")


class TestSending(BatchCase):
	def test_each_gets_it_once_in_the_name_of_who_pressed(self):
		for lead, owner in zip(self.leads, (AGENT, None, None), strict=True):
			frappe.db.set_value(LEAD, lead, "lead_owner", owner)
		batch = self.prepared()
		with patch.object(FrappeEvents, "outbox_filled"):
			self.assertEqual(self.send(batch).json["message"]["status"], "Sending")
			self.send(batch)
		channel = ScriptedChannel()
		run_job(channel)
		self.assertEqual(len(channel.sent), 3)
		self.assertEqual({each.business_address for each in channel.sent}, {BUSINESS})
		self.assertEqual(self.counts(batch), {"handed_over": 3})
		names = frappe.get_all(ROW, {"batch": batch}, pluck="message")
		owners = frappe.get_all("Chat Message", {"name": ("in", names)}, pluck="owner", distinct=True)
		self.assertEqual(owners, [MANAGER])
		self.assertEqual(frappe.session.user, "Administrator")
		fields = ["lead", "lead_title", "lead_owner", "unassigned"]
		chats = frappe.get_all(CHAT, {"lead": ("in", self.leads)}, fields, order_by="lead_title asc")
		self.assertEqual(
			[(chat.lead, chat.lead_title) for chat in chats], [*zip(self.leads, TITLES, strict=True)]
		)
		self.assertEqual(
			[(chat.lead_owner, chat.unassigned) for chat in chats], [(AGENT, 0), (None, 1), (None, 1)]
		)

	def test_a_chat_that_begins_goes_along_to_what_its_record_was_converted_to(self):
		other = self.lead(None).name
		conversion = RecordConversion(LEAD, self.leads[0], LEAD, other, may_write=True)
		database.transaction(lambda: convert(conversion))
		self.send(self.prepared())
		run_job(ScriptedChannel())
		chats = frappe.get_all(CHAT, {"lead": ("in", self.leads)}, ["name", "lead"])
		further = chat_records.of_chats([chat.name for chat in chats])
		begun = next(chat.name for chat in chats if chat.lead == self.leads[0])
		self.assertEqual([(row.conversation, row.name) for row in further], [(begun, other)])

	def test_another_count_than_the_buttons_is_refused(self):
		batch = self.prepared()
		response = self.send(batch, 2)
		self.assertEqual((response.status_code, response.json["exc_type"]), (409, "ChangedMeanwhile"))
		self.assertEqual(self.progress(batch)["status"], "Draft")

	def test_a_user_who_was_disabled_sends_nothing_more(self):
		batch = self.prepared()
		self.send(batch)
		frappe.db.set_value("User", MANAGER, "enabled", 0)
		frappe.clear_cache(user=MANAGER)
		frappe.db.commit()
		channel = ScriptedChannel()
		try:
			run_job(channel)
		finally:
			frappe.db.set_value("User", MANAGER, "enabled", 1)
			frappe.clear_cache(user=MANAGER)
			frappe.db.commit()
		self.assertEqual(channel.sent, [])
		self.assertEqual(self.progress(batch)["status"], "Paused")

	def test_a_batch_that_fails_is_logged_and_does_not_hinder_another(self):
		failing, other = self.prepared(records=self.leads[:1]), self.prepared(records=self.leads[1:])
		self.send(failing, 1)
		self.send(other, 2)
		known_now = FrappeBatchHost.known_now

		def hook(host, batch, rows):
			if batch.name == failing:
				raise ValueError("another app's permission hook")
			return known_now(host, batch, rows)

		channel = ScriptedChannel()
		with patch.object(FrappeBatchHost, "known_now", hook):
			run_job(channel)
		self.assertEqual(len(channel.sent), 2)
		self.assertEqual((self.counts(failing), self.counts(other)), ({"to_send": 1}, {"handed_over": 2}))
		logged = frappe.get_all("Error Log", {"error": ("like", "%another app's permission hook%")})
		self.assertTrue(logged)
		self.assertIn("Nothing more is sent for some minutes", self.progress(failing)["paused"])
		frappe.db.set_value(BATCH, failing, "held_until_ms", 0)
		run_job(channel)
		self.assertEqual(len(channel.sent), 3)

	def test_a_record_that_may_not_be_written_any_more_is_skipped(self):
		batch = self.prepared()
		self.send(batch)
		self.limit_to(MANAGER, self.leads[1:])
		channel = ScriptedChannel()
		run_job(channel)
		self.assertEqual(len(channel.sent), 2)
		self.assertEqual(self.reasons(batch), ["no_right"])

	def test_a_record_that_was_deleted_gets_nothing_and_leaves_no_row(self):
		batch = self.prepared()
		self.send(batch)
		frappe.delete_doc(LEAD, self.leads[0], force=True)
		frappe.db.commit()
		run_job(ScriptedChannel())
		self.assertEqual(self.counts(batch), {"handed_over": 2})

	def test_another_text_than_the_one_that_was_shown_is_not_sent(self):
		batch = self.prepared()
		self.send(batch)
		body = frappe.db.get_value("Content Template", TEMPLATE, "body")
		frappe.db.set_value("Content Template", TEMPLATE, "body", "Promo {{1}} {{2}}")
		self.addCleanup(frappe.db.commit)
		self.addCleanup(frappe.db.set_value, "Content Template", TEMPLATE, "body", body)
		channel = ScriptedChannel()
		run_job(channel)
		self.assertEqual(channel.sent, [])
		self.assertEqual(self.reasons(batch), ["changed"])

	def test_answers_are_listed_with_their_times_and_in_the_inbox(self):
		batch = self.prepared()
		self.send(batch)
		run_job(ScriptedChannel())
		phone = frappe.db.get_value(LEAD, self.leads[1], "phone")
		self.written_by(phone)
		self.assertEqual(self.counts(batch), {"handed_over": 3, "answered": 1})
		(row,) = self.rows(batch, kind="answered")
		self.assertEqual(row["record"], self.leads[1])
		self.assertGreaterEqual(row["answered_at_ms"], row["handed_over_at_ms"])
		listed = self.manager.get("inbox.chats", queue="all", batch=batch).json["message"]["chats"]
		self.assertEqual([chat["lead"] for chat in listed], [self.leads[1]])
		self.assertEqual(self.agent.get("inbox.chats", queue="all", batch=batch).status_code, 403)

	def test_a_test_goes_to_one_record(self):
		batch, lead = self.prepared(), self.lead(self.phone(), lead_name="Saya")
		asked = {"record_doctype": LEAD, "record": lead.name, "client_key": secrets.token_hex(8)}
		tried = self.manager.post("batches.test", batch=batch, **asked).json["message"]
		self.assertEqual(tried["text"], "Halo Saya, apakah masih berminat dengan rumah?")
		channel = ScriptedChannel()
		run_job(channel)
		self.assertEqual([each.customer_address for each in channel.sent], [f"whatsapp:{lead.phone}"])

	def test_stopping_keeps_the_rest(self):
		batch = self.prepared()
		self.send(batch)
		self.assertEqual(self.manager.post("batches.stop", batch=batch).json["message"]["status"], "Stopped")
		channel = ScriptedChannel()
		run_job(channel)
		self.assertEqual(channel.sent, [])


class TestKeeping(BatchCase):
	def test_a_draft_that_nobody_sent_is_deleted_after_a_day(self):
		old, new, sent = self.prepared(), self.prepared(), self.prepared()
		self.send(sent)
		for batch in (old, sent):
			frappe.db.set_value(BATCH, batch, "creation", "2026-11-01 10:00:00", update_modified=False)
		frappe.db.commit()
		erase.delete_expired_messages()
		self.assertEqual(
			[frappe.db.exists(BATCH, name) is not None for name in (old, new, sent)], [False, True, True]
		)
		self.assertEqual(frappe.db.count(ROW, {"batch": old}), 0)

	def test_erasing_a_customer_erases_them_in_batches(self):
		batch = self.prepared()
		self.send(batch)
		run_job(ScriptedChannel())
		chat = frappe.db.get_value(CHAT, {"lead": self.leads[0]})
		erase.erase_customer(chat)
		self.assertEqual(self.counts(batch), {"handed_over": 2})

	def test_a_record_that_is_renamed_or_merged_keeps_its_rows(self):
		batch, kept = self.prepared(), self.lead(None)
		leads.move_chats(kept, "after_rename", self.leads[0], kept.name)
		frappe.db.commit()
		self.assertIn(kept.name, [row["record"] for row in self.rows(batch)])
