"""The simulator's log, in order: an independent record for comparison with an app's own."""

import threading
from collections.abc import Callable


class Log:
	"""Entries `{seq, at_ms, event, …}`; `event` is inbound, outbound, status, webhook, refused or fault."""

	def __init__(self, now_ms: Callable[[], int]):
		self._now_ms = now_ms
		self._entries: list[dict] = []
		self._lock = threading.Lock()

	def add(self, event: str, **facts) -> None:
		with self._lock:
			self._entries.append(
				{"seq": len(self._entries) + 1, "at_ms": self._now_ms(), "event": event, **facts}
			)

	def entries(self, event: str = "", after: int = 0) -> list[dict]:
		"""Entries after the number `after`, of one kind of event or of all."""
		return [entry for entry in self._entries[after:] if event in ("", entry["event"])]

	def clear(self) -> None:
		with self._lock:
			self._entries.clear()
