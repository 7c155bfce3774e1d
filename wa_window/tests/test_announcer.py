from unittest.mock import patch

import frappe
from redis.exceptions import ConnectionError as RedisConnectionError
from rq.timeouts import JobTimeoutException

from wa_window.site import announcer
from wa_window.site.announcer import SYNC, SiteAnnouncer, at_work, may_be_woken, part_of, wake
from wa_window.tests.site_case import SiteCase, forget_jobs

JOB = "wa_window.tests.test_announcer.nothing"


def nothing() -> None:
	"""A job."""


class TestWakingWorkers(SiteCase):
	def setUp(self):
		super().setUp()
		may_be_woken(JOB)
		for part in range(2):
			may_be_woken(JOB, part=part)

	def woken(self) -> int:
		with patch("frappe.enqueue") as enqueue:
			wake(JOB)
		return enqueue.call_count

	def test_where_the_clock_was_set_back_a_job_that_was_lost_is_waited_for_no_longer_than_before(self):
		self.assertEqual(self.woken(), 1)
		frappe.cache.expire(announcer._key(JOB, {}), 3600)
		self.assertEqual((self.woken(), self.woken()), (1, 0))

	def test_a_job_that_waits_to_start_is_not_enqueued_again(self):
		self.assertEqual([self.woken(), self.woken()], [1, 0])
		may_be_woken(JOB)
		self.assertEqual(self.woken(), 1)

	def test_a_job_at_work_looks_once_more_and_need_not_be_woken_until_it_has_rested(self):
		at_work(JOB)
		self.assertEqual(self.woken(), 0)
		may_be_woken(JOB)
		self.assertEqual(self.woken(), 1)

	def test_jobs_of_a_test_that_were_forgotten_keep_no_later_message_waiting(self):
		self.assertEqual(self.woken(), 1)
		forget_jobs()
		self.assertEqual(self.woken(), 1)

	def test_each_part_of_the_conversations_has_a_worker_of_its_own(self):
		with patch("frappe.enqueue") as enqueue:
			for part in (0, 1, 1):
				wake(JOB, part=part)
		self.assertEqual([call.kwargs["part"] for call in enqueue.call_args_list], [0, 1])
		self.assertEqual([part_of(name) for name in ("0a", "3f", "4", "b9", "c0", "ff")], [0, 0, 1, 2, 3, 3])

	def test_a_template_that_was_refused_has_the_templates_synced_once(self):
		may_be_woken(SYNC)
		with patch("frappe.enqueue") as enqueue:
			for _ in range(3):
				SiteAnnouncer().templates_outdated()
		self.assertEqual([call.args for call in enqueue.call_args_list], [(SYNC,)])
		self.assertTrue(callable(frappe.get_attr(SYNC)))

	def test_without_redis_nothing_is_raised_and_the_next_one_tries_again(self):
		with patch("frappe.enqueue", side_effect=ConnectionError):
			wake(JOB)
		self.assertEqual(self.woken(), 1)

	def test_without_the_cache_workers_are_woken_all_the_same(self):
		with patch.object(frappe.cache, "pipeline", side_effect=RedisConnectionError):
			self.assertEqual([self.woken(), self.woken()], [1, 1])

	def test_a_job_whose_time_is_up_is_not_held_by_what_cannot_be_told(self):
		with patch("frappe.enqueue", side_effect=JobTimeoutException):
			self.assertRaises(JobTimeoutException, wake, JOB)
