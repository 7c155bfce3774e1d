"""All background jobs: each looks at its deadline before each item, and lets RQ's alarm through."""

import ast
import importlib
import re
from contextlib import suppress
from pathlib import Path
from unittest.mock import patch

import frappe
from rq.timeouts import JobTimeoutException

from wa_window import hooks
from wa_window.chat import outbound
from wa_window.site import catching_up, jobs
from wa_window.site.announcer import PARTS_BEGIN
from wa_window.site.clock import SystemClock
from wa_window.site.store import FrappeStore
from wa_window.tests.contract import Announcer
from wa_window.tests.site_case import AGENT, fill_in_settings, reconnect
from wa_window.tests.test_catch_up import CatchUpCase
from wa_window.tests.test_time_limit import PHOTO, as_job, out_of_time, ring

APP = Path(hooks.__file__).parent
JOB = re.compile(r"wa_window\.site\.\w+\.\w+")
# What each job begins for an item; one without items only wakes others.
BEGINS = {
	"wa_window.site.jobs.dispatch_messages": "wa_window.twilio_channel.side_by_side.SideBySide.begin",
	"wa_window.site.jobs.follow_up_messages": "wa_window.site.jobs.follow_up",
	"wa_window.site.jobs.fetch_media_files": "wa_window.twilio_channel.media.TwilioMedia.fetch",
	"wa_window.site.jobs.sweep": None,
	"wa_window.site.catching_up.catch_up_messages": "wa_window.chat.catch_up.receive",
	"wa_window.site.catching_up.catch_up_for_admin": "wa_window.chat.catch_up.receive",
	"wa_window.site.notifying.remind_of_closing_windows": "wa_window.site.notifying._remind",
	"wa_window.site.template_sync.sync_daily": "wa_window.twilio_channel.content._page",
	"wa_window.site.erasing.drop_old_messages": "wa_window.site.erasing._expire",
	"wa_window.site.install.fill_wa_phone_anew": "wa_window.site.install._fill",
}
ARGUMENTS = {
	"wa_window.site.catching_up.catch_up_for_admin": {"days": 1},
	"wa_window.site.install.fill_wa_phone_anew": {"doctype": "Chat Lead"},
}


class Reached(BaseException):
	"""The job begins an item; nothing stops this."""


def all_jobs() -> set[str]:
	"""Those of the scheduler, and all that the app names in a text of its source: by that a job is enqueued."""
	scheduled = [
		events if isinstance(events, list) else [name for names in events.values() for name in names]
		for events in hooks.scheduler_events.values()
	]
	sources = [file for folder in ("site", "api", "wa_window") for file in (APP / folder).rglob("*.py")]
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
		self.assertEqual(all_jobs(), set(BEGINS))

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
				over = patch.object(catching_up, "LONGEST_LOOK_S", catching_up.SPARE_S)
				with out_of_time(), over, patch(item, side_effect=Reached) as begun:
					self.run_parts(name)
				begun.assert_not_called()
				with patch(item, side_effect=Reached) as begun, suppress(Reached):
					self.run_parts(name)
				begun.assert_called()
				self.connect_anew()

	def connect_anew(self) -> None:
		"""A job that was broken off leaves its transaction open."""
		frappe.db.close()
		reconnect(frappe.local.site, "Administrator")

	def run_parts(self, name: str) -> None:
		if name == "wa_window.site.jobs.follow_up_messages":
			for part in range(len(PARTS_BEGIN)):
				jobs.follow_up_messages(part)
		else:
			job(name)()

	def something_for_each_job(self) -> None:
		fill_in_settings(remind_before_closing=1, keep_days=30)
		phone = self.phone()
		self.lead(phone, lead_owner=AGENT)
		old = self.written_by(phone, hours_ago=23)
		self.follow_up_all()
		(message,) = self.messages(old.name)
		frappe.db.set_value("Chat Message", message.name, "creation", frappe.utils.add_days(None, -31))
		chat = self.written_by(self.phone(), body="", **PHOTO)
		self.reply(chat.name)
		self.twilio_has(self.listed(self.phone()))
		frappe.db.commit()

	def reply(self, conversation: str) -> None:
		outside = {"store": FrappeStore(), "announcer": Announcer(), "clock": SystemClock()}
		outbound.reply(conversation, "Baik.", frappe.generate_hash(), author="Administrator", **outside)


def swallowing(*_, **__):
	"""A library that catches every Exception, and meets the alarm."""
	try:
		ring()
	except Exception:
		return []
