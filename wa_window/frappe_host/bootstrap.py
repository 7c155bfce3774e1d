"""The composition root: the use cases on this site, with Frappe's database, realtime and jobs, and Twilio as Settings say."""

from collections.abc import Iterator
from contextlib import contextmanager

from ..chat.ports.channel import Channel
from ..chat.ports.runtime import Clock
from ..chat.service import ChatService
from ..twilio_channel.concurrent_calls import ConcurrentChannel
from .channel import twilio_channel
from .clock import SystemClock
from .events import FrappeEvents
from .shared_rate_limit import SharedRateLimit
from .store.store import FrappeStore


def chat_service(clock: Clock | None = None) -> ChatService:
	"""Cheap enough for every call: nothing is read or opened before it is used. A job passes its own clock."""
	return ChatService(FrappeStore(), FrappeEvents(), clock or SystemClock(), open_channel)


@contextmanager
def open_channel() -> Iterator[Channel]:
	"""The channel to Twilio for one run of the dispatcher. Raises NotSetUp."""
	with ConcurrentChannel(twilio_channel(), SharedRateLimit()) as channel:
		yield channel
