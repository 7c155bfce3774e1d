"""How fast a sender of this site may send: one budget for all workers, in Redis."""

import frappe
from redis.exceptions import RedisError

from ..twilio_channel.pace import PER_SECOND, Pace
from .settings import settings

# Without Redis no worker knows of the others: each takes a share, as if there were so many.
WORKERS_WITHOUT_REDIS = 4
SECOND_MS = 1000


class SitePace:
	def __init__(self):
		self.per_second = settings().messages_per_second or PER_SECOND
		self.share = Pace(max(1, self.per_second // WORKERS_WITHOUT_REDIS))

	def __call__(self, business_address: str) -> bool:
		"""Whether one more message of this sender may go now; then it is counted."""
		try:
			return self._counted(business_address) <= self.per_second
		except RedisError:
			return self.share(business_address)

	def _counted(self, business_address: str) -> int:
		"""How many there are in this second, which begins with its first message and ends by Redis' own clock. Where that was set
		back the second would last until it is as late again: it ends a second from now."""
		key = frappe.cache.make_key(f"wa_window_pace:{business_address}")
		with frappe.cache.pipeline() as all_at_once:
			all_at_once.set(key, 0, nx=True, px=SECOND_MS)
			all_at_once.incr(key)
			all_at_once.pttl(key)
			_, counted, left_ms = all_at_once.execute()
		if left_ms > SECOND_MS:
			frappe.cache.pexpire(key, SECOND_MS)
		return counted
