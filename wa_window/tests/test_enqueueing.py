from unittest.mock import patch

import frappe
from redis.exceptions import ConnectionError as RedisConnectionError
from rq.timeouts import JobTimeoutException

from wa_window.frappe_host import events
from wa_window.frappe_host.events import (
	SYNC,
	FrappeEvents,
	enqueue_once,
	extend_claim,
	release_claim,
	shard_of,
)
from wa_window.tests.site_case import SiteCase, forget_jobs

JOB = "wa_window.tests.test_enqueueing.nothing"


def nothing() -> None:
	"""A job."""


class TestEnqueueOnce(SiteCase):
	def setUp(self):
		super().setUp()
		release_claim(JOB)
		for shard in range(2):
			release_claim(JOB, shard=shard)

	def enqueued(self) -> int:
		with patch("frappe.enqueue") as enqueue:
			enqueue_once(JOB)
		return enqueue.call_count

	def test_where_the_clock_was_set_back_a_job_that_was_lost_is_waited_for_no_longer_than_before(self):
		self.assertEqual(self.enqueued(), 1)
		frappe.cache.expire(events._key(JOB, {}), 3600)
		self.assertEqual((self.enqueued(), self.enqueued()), (1, 0))

	def test_a_job_that_waits_to_start_is_not_enqueued_again(self):
		self.assertEqual([self.enqueued(), self.enqueued()], [1, 0])
		release_claim(JOB)
		self.assertEqual(self.enqueued(), 1)

	def test_a_running_job_checks_once_more_and_is_not_enqueued_until_its_claim_is_released(self):
		extend_claim(JOB)
		self.assertEqual(self.enqueued(), 0)
		release_claim(JOB)
		self.assertEqual(self.enqueued(), 1)

	def test_jobs_of_a_test_that_never_ran_delay_no_later_message(self):
		self.assertEqual(self.enqueued(), 1)
		forget_jobs()
		self.assertEqual(self.enqueued(), 1)

	def test_each_part_of_the_conversations_has_a_worker_of_its_own(self):
		with patch("frappe.enqueue") as enqueue:
			for shard in (0, 1, 1):
				enqueue_once(JOB, shard=shard)
		self.assertEqual([call.kwargs["shard"] for call in enqueue.call_args_list], [0, 1])
		self.assertEqual([shard_of(name) for name in ("0a", "3f", "4", "b9", "c0", "ff")], [0, 0, 1, 2, 3, 3])

	def test_a_template_that_was_refused_has_the_templates_synced_once(self):
		release_claim(SYNC)
		with patch("frappe.enqueue") as enqueue:
			for _ in range(3):
				FrappeEvents().templates_outdated()
		self.assertEqual([call.args for call in enqueue.call_args_list], [(SYNC,)])
		self.assertTrue(callable(frappe.get_attr(SYNC)))

	def test_without_redis_nothing_is_raised_and_the_next_one_tries_again(self):
		with patch("frappe.enqueue", side_effect=ConnectionError):
			enqueue_once(JOB)
		self.assertEqual(self.enqueued(), 1)

	def test_without_the_cache_jobs_are_enqueued_all_the_same(self):
		with patch.object(frappe.cache, "pipeline", side_effect=RedisConnectionError):
			self.assertEqual([self.enqueued(), self.enqueued()], [1, 1])

	def test_a_job_whose_time_is_up_is_not_held_by_an_event_that_cannot_be_published(self):
		with patch("frappe.enqueue", side_effect=JobTimeoutException):
			self.assertRaises(JobTimeoutException, enqueue_once, JOB)
