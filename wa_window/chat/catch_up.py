"""What the provider's own list knows better: messages that never arrived, and when the others were really sent."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from .conversations import summarise
from .inbound import receive
from .message import INBOUND, TWILIO, InboundMessage, Message
from .ports import ProviderList, Store
from .service import ChatService

# So many in one look are not the messages' fault but the store's, which the next look may find well again.
MAX_FAILURES = 20


@dataclass(frozen=True)
class Failure:
	"""What kept a message of this time (epoch ms, UTC) from being stored."""

	sent_at_ms: int
	reason: Exception


@dataclass
class CatchUpResult:
	"""How many messages came only now, how many got the provider's earlier time, and what kept others from being stored:
	where there are failures the same span has to be looked at again."""

	received: int = 0
	dated: int = 0
	failures: list[Failure] = field(default_factory=list)
	broken_off: bool = False

	def to_be_repeated(self, failed_since_ms: int) -> bool:
		"""Whether it was broken off, or a message of after `failed_since_ms` (epoch ms, UTC) could not be stored."""
		return self.broken_off or any(failure.sent_at_ms > failed_since_ms for failure in self.failures)


def catch_up(chat: ChatService, provider: ProviderList, since_ms: int, *, until_ms: int) -> CatchUpResult:
	"""Receive the messages listed since `since_ms` (epoch ms, UTC) that never arrived, and date those whose webhook came late.

	`sent_at` of a listed message is the provider's own time; the earlier of the two stays, so a window never gets longer.
	One message that cannot be stored keeps none of the others; after many failures the look ends, and from `until_ms` (epoch
	ms, UTC) on. Raises ChatError where the list cannot be read to its end; what was read until then is kept.
	"""
	store, result = chat.store, CatchUpResult()
	for inbound in provider.inbound_since(since_ms):
		if chat.clock.now_ms() >= until_ms:
			result.broken_off = True
			break
		known = store.message_with_sid(inbound.message_sid)
		if known is None:
			result.received += _attempted(partial(_receive, chat, inbound, provider), inbound, result)
		elif known.direction == INBOUND and inbound.sent_at_ms < known.sent_at_ms:
			result.dated += _attempted(partial(_date, known, inbound, store), inbound, result)
		if len(result.failures) > MAX_FAILURES:
			result.broken_off = True
			break
	return result


def _attempted(work: Callable[[], bool], inbound: InboundMessage, result: CatchUpResult) -> bool:
	try:
		return work()
	except Exception as reason:
		result.failures.append(Failure(inbound.sent_at_ms, reason))
		return False


def _receive(chat: ChatService, inbound: InboundMessage, provider: ProviderList) -> bool:
	if chat.store.erased(inbound.message_sid):
		return False
	return receive(chat, provider.with_media(inbound)) is not None


def _date(known: Message, inbound: InboundMessage, store: Store) -> bool:
	def write() -> bool:
		if store.lock(known.conversation) is None or store.message(known.name) is None:
			return False  # joined meanwhile: the next look finds it; or erased
		store.change_message(known.name, sent_at_ms=inbound.sent_at_ms, sent_at_source=TWILIO)
		last_inbound_at_ms = store.last_inbound_at_ms(known.conversation)
		store.change_conversation(known.conversation, last_inbound_at_ms=last_inbound_at_ms)
		summarise(known.conversation, store)
		return True

	return store.transaction(write)
