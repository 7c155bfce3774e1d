"""The playground's clock: real time plus an offset that can be increased."""

import threading
import time
from collections.abc import Callable


def wall_ms() -> int:
	return time.time_ns() // 1_000_000


class Clock:
	"""Returns the time (epoch ms, UTC) when called. Components that must agree on the time share one clock; those in
	`on_advance` are called after each advance."""

	def __init__(self, now_ms: Callable[[], int] = wall_ms):
		self._now_ms = now_ms
		self._moved_ms = 0
		self.on_advance: list[Callable[[], None]] = []
		self._lock = threading.Lock()

	def __call__(self) -> int:
		return self._now_ms() + self._moved_ms

	def advance(self, ms: int) -> None:
		"""Move forward by `ms`, never back."""
		if ms < 0:
			raise ValueError("the clock only moves forward")
		with self._lock:
			self._moved_ms += ms
		for call in self.on_advance:
			call()
