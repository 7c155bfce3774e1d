"""The ports of the use cases in one value, composed by each host: Frappe's `bootstrap.py`, the playground, the tests."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from .ports.channel import Channel
from .ports.runtime import Clock, EventPublisher
from .ports.store import Store


@dataclass(frozen=True)
class ChatService:
	"""The first argument of every use case. `channel` opens the connection to the provider for one run of the dispatcher; it
	raises NotSetUp where no account is filled in."""

	store: Store
	events: EventPublisher
	clock: Clock
	channel: Callable[[], AbstractContextManager[Channel]]
