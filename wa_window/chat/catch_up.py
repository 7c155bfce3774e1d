"""Compare with the provider's own list: receive messages that never arrived, and correct the times of the others."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from . import work_state
from .conversations import summarise
from .inbound import receive
from .message import INBOUND, InboundMessage, Message, dated
from .ports.provider_list import ProviderList
from .ports.store import Store
from .service import ChatService

# So many failures in one run are caused by the store, not by the messages; the next run may find it working again.
MAX_FAILURES = 20


@dataclass(frozen=True)
class Failure:
	"""Why a message sent at this time (epoch ms, UTC) could not be stored."""

	sent_at_ms: int
	reason: Exception


@dataclass
class CatchUpResult:
	"""How many messages were received, how many got the provider's earlier time, and the failures: where there are any, the
	same span has to be read again."""

	received: int = 0
	dated: int = 0
	failures: list[Failure] = field(default_factory=list)
	interrupted: bool = False

	def needs_repeat(self, failed_since_ms: int) -> bool:
		"""Whether the run was interrupted, or a message sent after `failed_since_ms` (epoch ms, UTC) could not be stored."""
		return self.interrupted or any(failure.sent_at_ms > failed_since_ms for failure in self.failures)


def catch_up(chat: ChatService, provider: ProviderList, since_ms: int, *, until_ms: int) -> CatchUpResult:
	"""Receive the messages listed since `since_ms` (epoch ms, UTC) that never arrived, and correct `sent_at_ms` of those whose
	webhook came late.

	`sent_at` of a listed message is the provider's own time; the earlier of the two stays, so a window never gets longer.
	A message that cannot be stored does not stop the others; the run ends after many failures, and at `until_ms` (epoch ms,
	UTC). Raises ChatError where the list cannot be read to its end; messages read until then stay stored.
	"""
	store, result = chat.store, CatchUpResult()
	for inbound in provider.inbound_since(since_ms):
		if chat.clock.now_ms() >= until_ms:
			result.interrupted = True
			break
		stored = store.message_with_sid(inbound.message_sid)
		if stored is None:
			receiving = partial(_receive, chat, inbound, provider)
			result.received += attempted(receiving, inbound.sent_at_ms, result)
		elif stored.direction == INBOUND and inbound.sent_at_ms < stored.sent_at_ms:
			dating = partial(_correct_sent_at, stored, inbound, store)
			result.dated += attempted(dating, inbound.sent_at_ms, result)
		if len(result.failures) > MAX_FAILURES:
			result.interrupted = True
			break
	return result


def attempted(work: Callable[[], bool], sent_at_ms: int, result: CatchUpResult) -> bool:
	"""What `work` returns; False where it failed, which the result notes for a message sent at that time (epoch ms, UTC)."""
	try:
		return work()
	except Exception as reason:
		result.failures.append(Failure(sent_at_ms, reason))
		return False


def _receive(chat: ChatService, inbound: InboundMessage, provider: ProviderList) -> bool:
	if chat.store.erased(inbound.message_sid):
		return False
	return receive(chat, provider.with_media(inbound)) is not None


def _correct_sent_at(stored: Message, inbound: InboundMessage, store: Store) -> bool:
	def write() -> bool:
		conversation, message = store.lock(stored.conversation), store.message(stored.name)
		if conversation is None or message is None:
			return False  # merged meanwhile: the next run finds it; or erased
		store.change_message(message.name, **dated(message, inbound.sent_at_ms))
		last_inbound_at_ms = store.last_inbound_at_ms(stored.conversation)
		store.change_conversation(stored.conversation, last_inbound_at_ms=last_inbound_at_ms)
		newest = summarise(stored.conversation, store)
		work_state.after_date(conversation, inbound.sent_at_ms, newest, store)
		return True

	return store.transaction(write)
