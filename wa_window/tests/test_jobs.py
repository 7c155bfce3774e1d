"""All background jobs check their deadline before each item, and let RQ's timeout pass."""

import ast
import importlib
import re
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import frappe
from rq.timeouts import JobTimeoutException

from wa_window import hooks
from wa_window.chat import outbound
from wa_window.frappe_host.bootstrap import chat_service
from wa_window.frappe_host.events import SHARDS_BEGIN
from wa_window.frappe_host.jobs import catch_up, post_processing
from wa_window.tests.contract import EventPublisher
from wa_window.tests.site_case import AGENT, fill_in_settings, reconnect
from wa_window.tests.test_catch_up import CatchUpCase
from wa_window.tests.test_time_limit import PHOTO, as_job, notify, out_of_time

APP = Path(hooks.__file__).parent
JOB = re.compile(r"wa_window\.frappe_host\.\w+\.\w+\.\w+")
# The function that each job calls for an item; a job without items only enqueues others.
BEGINS = {
	"wa_window.frappe_host.jobs.dispatch.dispatch_messages": "wa_window.twilio_channel.concurrent_calls.ConcurrentChannel.begin",
	"wa_window.frappe_host.jobs.post_processing.post_process_messages": "wa_window.frappe_host.jobs.post_processing.post_process",
	"wa_window.frappe_host.jobs.fetch_files.fetch_media_files": "wa_window.twilio_channel.media.TwilioMedia.fetch",
	"wa_window.frappe_host.jobs.sweep.sweep": None,
	"wa_window.frappe_host.jobs.catch_up.catch_up_messages": "wa_window.chat.catch_up.receive",
	"wa_window.frappe_host.jobs.catch_up.catch_up_for_admin": "wa_window.chat.catch_up.receive",
	"wa_window.frappe_host.jobs.template_approvals.follow": "wa_window.frappe_host.template_drafts.following.look",
	"wa_window.frappe_host.desk.notifications.remind_of_closing_windows": "wa_window.frappe_host.desk.notifications._remind",
	"wa_window.frappe_host.jobs.template_sync.sync_daily": "wa_window.twilio_channel.content._page",
	"wa_window.frappe_host.records.erase.delete_expired_messages": "wa_window.frappe_host.records.erase._expire",
	"wa_window.frappe_host.setup.install.fill_wa_phone_anew": "wa_window.frappe_host.setup.install._fill_batch",
}
# Jobs that do one thing, once: RQ's timeout ends them, and nothing is left to be done by another one.
DO_ONE_THING = {
	"wa_window.frappe_host.records.personal_data.write_archive",
	"wa_window.frappe_host.jobs.fill_batch.fill_batch",
}
ARGUMENTS = {
	"wa_window.frappe_host.jobs.catch_up.catch_up_for_admin": {"days": 1},
	"wa_window.frappe_host.setup.install.fill_wa_phone_anew": {"doctype": "Chat Lead"},
}


class Reached(BaseException):
	"""Raised where the job begins an item; no `except Exception` catches it."""


def all_jobs() -> set[str]:
	"""The jobs of the scheduler, and all whose dotted path is a string in the app's source, by which jobs are enqueued."""
	scheduled = [
		events if isinstance(events, list) else [name for names in events.values() for name in names]
		for events in hooks.scheduler_events.values()
	]
	sources = [
		file for folder in ("frappe_host", "api", "wa_window") for file in (APP / folder).rglob("*.py")
	]
	texts = [
		node.value
		for file in sources
		for node in ast.walk(ast.parse(file.read_text()))
		if isinstance(node, ast.Constant) and isinstance(node.value, str)
	]
	return {name for names in scheduled for name in names} | set(filter(JOB.fullmatch, texts))


def job(name: str):
	module, function = name.rsplit(".", 1)
	work = getattr(importlib.import_module(module), function)
	return lambda: work(**ARGUMENTS.get(name, {}))


class TestJobs(CatchUpCase):
	def test_each_job_is_in_the_table(self):
		self.assertEqual(all_jobs(), {*BEGINS, *DO_ONE_THING})

	def test_the_alarm_reaches_the_end_of_each_job_whoever_catches_all_exceptions(self):
		for name in BEGINS:
			with self.subTest(name):
				run, frappe.db.sql = frappe.db.sql, swallowing
				try:
					self.assertRaises(JobTimeoutException, as_job, job(name))
				finally:
					frappe.db.sql = run
					self.connect_anew()

	def test_no_job_begins_an_item_after_its_deadline(self):
		for name, item in BEGINS.items():
			if not item:
				continue
			with self.subTest(name):
				self.something_for_each_job()
				over = patch.object(catch_up, "ADMIN_RUN_S", catch_up.SPARE_S)
				with out_of_time(), over, patch(item, side_effect=Reached) as begun:
					self.run_parts(name)
				begun.assert_not_called()
				with patch(item, side_effect=Reached) as begun, suppress(Reached):
					self.run_parts(name)
				begun.assert_called()
				self.connect_anew()

	def connect_anew(self) -> None:
		"""An interrupted job leaves its transaction open."""
		frappe.db.close()
		reconnect(frappe.local.site, "Administrator")

	def run_parts(self, name: str) -> None:
		if name == "wa_window.frappe_host.jobs.post_processing.post_process_messages":
			for shard in range(len(SHARDS_BEGIN)):
				post_processing.post_process_messages(shard)
		else:
			job(name)()

	def something_for_each_job(self) -> None:
		fill_in_settings(remind_before_closing=1, keep_days=30)
		phone = self.phone()
		self.lead(phone, lead_owner=AGENT)
		old = self.written_by(phone, hours_ago=23)
		self.post_process_all()
		(message,) = self.messages(old.name)
		frappe.db.set_value("Chat Message", message.name, "creation", frappe.utils.add_days(None, -31))
		chat = self.written_by(self.phone(), body="", **PHOTO)
		self.reply(chat.name)
		self.twilio_has(self.listed(self.phone()))
		written = {"template_name": "order_update", "language": "en", "category": "UTILITY", "body": "Halo"}
		draft = frappe.get_doc({"doctype": "Content Template Draft", **written}).insert()
		frappe.db.set_value(draft.doctype, draft.name, {"status": "Submitted", "next_look_at_ms": 1})
		frappe.db.commit()

	def reply(self, conversation: str) -> None:
		outbound.reply(
			replace(chat_service(), events=EventPublisher()),
			conversation,
			"Baik.",
			outbound.SendRequest(frappe.generate_hash(), "Administrator"),
		)


def swallowing(*_, **__):
	"""A library that catches every Exception, also the timeout."""
	try:
		notify()
	except Exception:
		return []
