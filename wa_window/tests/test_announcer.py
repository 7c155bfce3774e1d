from unittest.mock import patch

from wa_window.site.announcer import at_work, may_be_woken, wake
from wa_window.tests.site_case import SiteCase

JOB = "wa_window.tests.test_announcer.nothing"


def nothing() -> None:
	"""A job."""


class TestWakingWorkers(SiteCase):
	def setUp(self):
		super().setUp()
		may_be_woken(JOB)

	def woken(self) -> int:
		with patch("frappe.enqueue") as enqueue:
			wake(JOB)
		return enqueue.call_count

	def test_a_job_that_waits_to_start_is_not_enqueued_again(self):
		self.assertEqual([self.woken(), self.woken()], [1, 0])
		may_be_woken(JOB)
		self.assertEqual(self.woken(), 1)

	def test_a_job_at_work_looks_once_more_and_need_not_be_woken_until_it_has_rested(self):
		at_work(JOB)
		self.assertEqual(self.woken(), 0)
		may_be_woken(JOB)
		self.assertEqual(self.woken(), 1)

	def test_without_redis_nothing_is_raised(self):
		with patch("frappe.enqueue", side_effect=ConnectionError):
			wake(JOB)
