"""What the provider's own list knows better: messages that never arrived, and when the others were really sent."""

from collections.abc import Iterable
from dataclasses import dataclass

from .inbound import receive
from .message import INBOUND, TWILIO, InboundMessage
from .ports import Announcer, Store


@dataclass
class CaughtUp:
	"""How many inbound messages were received only now, and how many got the provider's earlier time."""

	received: int = 0
	corrected: int = 0


def catch_up(listed: Iterable[InboundMessage], *, store: Store, announcer: Announcer) -> CaughtUp:
	"""Receive the listed messages that never arrived, and date those whose webhook came late.

	`sent_at` of a listed message is the provider's own time; the earlier of the two stays, so a window never gets longer.
	"""
	result = CaughtUp()
	for inbound in listed:
		if store.message_with_sid(inbound.message_sid) is None and receive(
			inbound, store=store, announcer=announcer
		):
			result.received += 1
		elif _date(inbound, store):
			result.corrected += 1
	return result


def _date(inbound: InboundMessage, store: Store) -> bool:
	known = store.message_with_sid(inbound.message_sid)
	if known is None or known.direction != INBOUND or known.sent_at_ms <= inbound.sent_at_ms:
		return False

	def write() -> None:
		if store.lock(known.conversation) is None:
			return  # joined meanwhile: the next look finds it
		store.change_message(known.name, sent_at_ms=inbound.sent_at_ms, sent_at_source=TWILIO)
		last_inbound_at_ms = store.last_inbound_at_ms(known.conversation)
		store.change_conversation(known.conversation, last_inbound_at_ms=last_inbound_at_ms)

	store.transaction(write)
	return True
