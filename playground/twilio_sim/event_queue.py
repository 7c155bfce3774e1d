"""What the simulator is going to do, and when by its clock."""

import heapq
import itertools
import threading
from collections.abc import Callable


class EventQueue:
	"""Actions with due times. Taking one is atomic, so several workers may share an agenda."""

	def __init__(self):
		self._heap: list[tuple[int, int, Callable[[], None]]] = []
		self._order = itertools.count()
		self._lock = threading.Lock()

	def add(self, due_ms: int, action: Callable[[], None]) -> None:
		with self._lock:
			heapq.heappush(self._heap, (due_ms, next(self._order), action))

	def take(self, now_ms: int) -> Callable[[], None] | None:
		"""The earliest action that is due, if any; what is due at the same time comes in the order it was added."""
		with self._lock:
			if not self._heap or self._heap[0][0] > now_ms:
				return None
			return heapq.heappop(self._heap)[2]

	def clear(self) -> None:
		with self._lock:
			self._heap.clear()

	def __len__(self) -> int:
		return len(self._heap)
