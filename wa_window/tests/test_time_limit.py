"""RQ's timeout ends a job at any point, and does not count as a message's failure."""

import signal
from unittest.mock import patch

import frappe
from rq.timeouts import JobTimeoutException, UnixSignalDeathPenalty

from wa_window.frappe_host.events import DISPATCH, FETCH
from wa_window.frappe_host.files.attachments import FrappeFiles
from wa_window.frappe_host.jobs import catch_up, dispatch, fetch_files
from wa_window.frappe_host.settings import SETTINGS
from wa_window.frappe_host.store.store import FrappeStore
from wa_window.frappe_host.time_limit import alarm_passes
from wa_window.tests.site_case import ACCOUNT_SID, SiteCase
from wa_window.tests.test_catch_up import CatchUpCase
from wa_window.twilio_channel.listing import TwilioList

URL = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/MM{'1' * 32}/Media/ME{'2' * 32}"

PHOTO = {"NumMedia": "1", "MediaUrl0": URL, "MediaContentType0": "image/jpeg", "MessageType": "image"}


def notify(*_, **__):
	signal.raise_signal(signal.SIGALRM)


def as_job(work) -> None:
	"""Run a job as RQ does (rq.worker.Worker.perform_job), with an alarm that a test raises itself."""
	with UnixSignalDeathPenalty(3600, JobTimeoutException):
		work()


def out_of_time():
	"""The deadline of a job is over when it begins."""
	return patch("wa_window.frappe_host.time_limit.LONGEST_RUN_S", 0)


class TestTimeLimit(SiteCase):
	def test_the_alarm_passes_whoever_catches_all_exceptions_and_is_rqs_own_again_at_the_end(self):
		reached = []

		@alarm_passes()
		def work():
			try:
				notify()
			except Exception:
				reached.append("swallowed")
			reached.append("went on")

		self.assertRaises(JobTimeoutException, as_job, work)
		self.assertEqual(reached, [])

	def test_outside_of_a_job_nothing_is_different(self):
		before = signal.getsignal(signal.SIGALRM)
		self.assertEqual(alarm_passes()(lambda: "done")(), "done")
		self.assertEqual(signal.getsignal(signal.SIGALRM), before)

	def test_an_alarm_during_a_download_ends_the_job_and_the_file_is_not_blamed(self):
		conversation = self.written_by(self.phone(), body="", **PHOTO).name
		with patch("requests.get", side_effect=notify):
			self.assertRaises(JobTimeoutException, as_job, fetch_files.fetch_media_files)
		frappe.db.rollback()
		message = FrappeStore().messages(conversation, limit=1)[0]
		self.assertEqual(message.media[0].state, "pending")

	def test_an_alarm_while_a_file_is_written_ends_the_job(self):
		self.written_by(self.phone(), body="", **PHOTO)
		fetched = patch("wa_window.twilio_channel.media.TwilioMedia.fetch")
		with fetched as fetch, patch.object(FrappeFiles, "write", side_effect=notify):
			fetch.return_value.type = "image/jpeg"
			self.assertRaises(JobTimeoutException, as_job, fetch_files.fetch_media_files)

	def test_where_the_time_does_not_suffice_another_job_goes_on(self):
		for job, method in ((dispatch.dispatch_messages, DISPATCH), (fetch_files.fetch_media_files, FETCH)):
			with out_of_time(), patch("frappe.enqueue") as enqueue:
				job()
			enqueue.assert_called_once_with(method, queue="short")


class TestTimeLimitOfALook(CatchUpCase):
	def test_an_alarm_while_a_message_is_stored_ends_the_run_and_the_next_one_reads_the_same_span(self):
		before = self.noted().get("caught_up_until_ms")
		self.twilio_has(self.listed(self.phone()), self.listed(self.phone()))
		with patch("wa_window.chat.catch_up.receive", side_effect=notify) as receive:
			self.assertRaises(JobTimeoutException, as_job, catch_up.catch_up_messages)
		receive.assert_called_once()
		self.assertEqual(self.noted().get("caught_up_until_ms"), before)
		self.assertFalse(frappe.get_all("Error Log", {"error": ("like", "%JobTimeoutException%")}))

	def test_an_alarm_while_twilio_is_asked_is_not_taken_for_twilios_fault(self):
		with patch.object(TwilioList, "_sent_since", side_effect=notify):
			self.assertRaises(JobTimeoutException, as_job, catch_up.catch_up_messages)

	def test_a_run_whose_time_is_up_says_so_and_the_next_one_reads_the_same_span(self):
		before = self.noted().get("caught_up_until_ms")
		self.twilio_has(self.listed(self.phone()))
		_words, complete = catch_up.catch_up_days(1, longest_s=0)
		self.assertFalse(complete)
		noted = frappe.db.get_singles_dict(SETTINGS, cast=True)
		self.assertEqual(noted.get("caught_up_until_ms"), before)
		self.assertIn("Not finished", noted.last_catch_up_result)
