"""A sender's rate limit: one budget for all workers in Redis, a share for each without Redis."""

from unittest.mock import patch

import frappe
from redis.exceptions import ConnectionError as RedisIsAway

from wa_window.frappe_host.shared_rate_limit import WORKERS_WITHOUT_REDIS, SharedRateLimit
from wa_window.tests.contract import new_phone
from wa_window.tests.site_case import SiteCase, fill_in_settings


class TestRateLimit(SiteCase):
	def setUp(self):
		super().setUp()
		self.sender = f"whatsapp:{new_phone()}"
		self.key = frappe.cache.make_key(f"wa_window_pace:{self.sender}")

	def allowed(self, limits: list[SharedRateLimit], times: int) -> int:
		"""How many messages may be sent in one second, however slow this machine is."""
		return sum(self.asked(limit) for _ in range(times) for limit in limits)

	def asked(self, limit: SharedRateLimit) -> bool:
		allowed = limit(self.sender)
		frappe.cache.persist(self.key)
		return allowed

	def test_all_workers_have_one_budget_and_each_sender_its_own(self):
		fill_in_settings(messages_per_second=7)
		self.assertEqual(self.allowed([SharedRateLimit(), SharedRateLimit(), SharedRateLimit()], 5), 7)
		self.assertTrue(SharedRateLimit()(f"whatsapp:{new_phone()}"))

	def test_a_second_ends_by_redis_own_clock(self):
		SharedRateLimit()(self.sender)
		self.assertTrue(0 < frappe.cache.pttl(self.key) <= 1000)
		SharedRateLimit()(self.sender)
		self.assertTrue(0 < frappe.cache.pttl(self.key) <= 1000)

	def test_where_the_clock_was_set_back_a_second_lasts_no_hour(self):
		frappe.cache.set(self.key, 80, px=3_600_000)
		self.assertFalse(SharedRateLimit()(self.sender))
		self.assertTrue(0 < frappe.cache.pttl(self.key) <= 1000)

	def test_without_a_setting_it_is_twilios_own_limit(self):
		fill_in_settings(messages_per_second=0)
		self.assertEqual(SharedRateLimit().per_second, 80)

	def test_without_redis_each_worker_takes_a_share(self):
		fill_in_settings(messages_per_second=8)
		limit = SharedRateLimit()
		limit.share.seconds = lambda: 1000.0
		with patch.object(frappe.cache.__class__, "pipeline", side_effect=RedisIsAway):
			allowed = sum(limit(self.sender) for _ in range(20))
		self.assertEqual(allowed, 8 // WORKERS_WITHOUT_REDIS)
