"""What happened, in order, as Twilio saw it: an independent record to compare an app's own records with."""

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
		"""Entries younger than the one numbered `after`, of one kind of event or of all."""
		return [entry for entry in self._entries[after:] if event in ("", entry["event"])]

	def clear(self) -> None:
		with self._lock:
			self._entries.clear()
