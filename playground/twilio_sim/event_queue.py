"""The event queue of the simulator: actions with due times."""

import heapq
import itertools
import threading
from collections.abc import Callable


class EventQueue:
	"""Actions with due times (simulator's clock). `take` is atomic, so several workers may share a queue."""

	def __init__(self):
		self._heap: list[tuple[int, int, Callable[[], None]]] = []
		self._order = itertools.count()
		self._lock = threading.Lock()

	def add(self, due_ms: int, action: Callable[[], None]) -> None:
		with self._lock:
			heapq.heappush(self._heap, (due_ms, next(self._order), action))

	def pop_due(self, now_ms: int) -> Callable[[], None] | None:
		"""Remove and return the earliest due action, if any; actions with the same due time in the order in which they were
		added."""
		with self._lock:
			if not self._heap or self._heap[0][0] > now_ms:
				return None
			return heapq.heappop(self._heap)[2]

	def clear(self) -> None:
		with self._lock:
			self._heap.clear()

	def __len__(self) -> int:
		return len(self._heap)
