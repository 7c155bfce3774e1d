"""Events for open pages, without content: each page requests what it may read."""

import json
import queue
import threading
from collections.abc import Iterator

KEEP_ALIVE_S = 15


class ServerSentEvents:
	"""Server-sent events for all connected pages."""

	def __init__(self):
		self._listeners: set[queue.SimpleQueue] = set()
		self._lock = threading.Lock()

	def publish(self, conversation: str = "", about: str = "chat") -> None:
		"""Publish that a conversation has changed; without a name, that any may have. `about`: chat, read_state or presence."""
		with self._lock:
			for listener in self._listeners:
				listener.put({"conversation": conversation, "about": about})

	def stream(self) -> Iterator[str]:
		listener: queue.SimpleQueue = queue.SimpleQueue()
		with self._lock:
			self._listeners.add(listener)
		try:
			yield ": connected\n\n"
			while True:
				try:
					event = listener.get(timeout=KEEP_ALIVE_S)
					yield f"data: {json.dumps(event)}\n\n"
				except queue.Empty:
					yield ": still here\n\n"
		finally:
			with self._lock:
				self._listeners.discard(listener)
