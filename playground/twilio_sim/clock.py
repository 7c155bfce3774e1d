"""The playground's clock: real time, and it can be moved forward."""

import threading
import time
from collections.abc import Callable


def wall_ms() -> int:
	return time.time_ns() // 1_000_000


class Clock:
	"""Tells the time (epoch ms, UTC) when called. Share one among everything that must agree on what time it is."""

	def __init__(self, now_ms: Callable[[], int] = wall_ms):
		self._now_ms = now_ms
		self._moved_ms = 0
		self._lock = threading.Lock()

	def __call__(self) -> int:
		return self._now_ms() + self._moved_ms

	def advance(self, ms: int) -> None:
		"""Move forward by `ms`; like a real clock it never goes back."""
		if ms < 0:
			raise ValueError("the clock only moves forward")
		with self._lock:
			self._moved_ms += ms
