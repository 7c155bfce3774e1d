"""The rate limit of a sender on this site: one budget for all workers, in Redis."""

import frappe
from redis.exceptions import RedisError

from ..twilio_channel.rate_limit import PER_SECOND, RateLimit
from .settings import settings

# Without Redis workers cannot share a budget: each uses a fixed share of it, for this number of workers.
WORKERS_WITHOUT_REDIS = 4
SECOND_MS = 1000


class SharedRateLimit:
	def __init__(self):
		self.per_second = settings().messages_per_second or PER_SECOND
		self.share = RateLimit(max(1, self.per_second // WORKERS_WITHOUT_REDIS))

	def __call__(self, business_address: str) -> bool:
		"""Whether one more message of this sender may be sent now; if so, it is counted."""
		try:
			return self._counted(business_address) <= self.per_second
		except RedisError:
			return self.share(business_address)

	def _counted(self, business_address: str) -> int:
		"""The number of messages in this second, which begins with its first message and ends by Redis' clock. If that
		clock was set back, the key would live too long: it is set to expire in a second."""
		key = frappe.cache.make_key(f"wa_window_pace:{business_address}")
		with frappe.cache.pipeline() as all_at_once:
			all_at_once.set(key, 0, nx=True, px=SECOND_MS)
			all_at_once.incr(key)
			all_at_once.pttl(key)
			_, counted, left_ms = all_at_once.execute()
		if left_ms > SECOND_MS:
			frappe.cache.pexpire(key, SECOND_MS)
		return counted
