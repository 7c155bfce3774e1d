"""When and how a customer agreed to be written to, on their conversation. It is a record, and decides nothing: what may be sent
depends on the window and on opt-outs."""

from dataclasses import dataclass, fields, replace
from typing import Any

from .errors import InvalidArgument, InvalidMessage
from .message import Conversation
from .sentences import Sentence, _lt
from .service import ChatService

WROTE = _lt("Wrote to Us")
# In the order in which they are offered.
SOURCES = (
	WROTE,
	_lt("Ticked a Box"),
	_lt("Told an Agent"),
	_lt("Imported"),
	_lt("Other"),
)
LABELS = {source: Sentence(source) for source in SOURCES}
LONGEST_NOTE = 500


@dataclass(frozen=True)
class Consent:
	"""`at_ms`: epoch ms, UTC. `by`: the user who recorded it, empty where the customer's own message did."""

	source: str = ""
	at_ms: int = 0
	note: str = ""
	by: str = ""

	@property
	def columns(self) -> dict[str, Any]:
		"""The values of a conversation."""
		return {f"consent_{name}": value for name, value in vars(self).items()}


NONE = Consent()


def of(conversation: Conversation) -> Consent:
	"""That of a conversation."""
	return Consent(
		**{field.name: getattr(conversation, f"consent_{field.name}") for field in fields(Consent)}
	)


def by_writing(conversation: Conversation, sent_at_ms: int) -> dict[str, object]:
	"""The changes by an inbound message: the first one is a consent where none is recorded."""
	known = of(conversation)
	is_earlier = known.source == WROTE and not known.by and sent_at_ms < known.at_ms
	return Consent(WROTE, sent_at_ms).columns if not known.source or is_earlier else {}


def merged(kept: Conversation, absorbed: Conversation) -> dict[str, Any]:
	"""The consent of two conversations of one customer: the one that a user recorded, else the earlier one."""
	both = [each for each in (of(kept), of(absorbed)) if each.source]
	return min(both, key=lambda each: (not each.by, each.at_ms), default=NONE).columns


def record(chat: ChatService, conversation: str, given: Consent) -> None:
	"""Record what a user knows; an empty `source` removes what is recorded. Raises InvalidArgument or InvalidMessage."""
	if given.source and given.source not in SOURCES:
		raise InvalidArgument(_lt("Choose how the customer agreed."))
	if given.source and not 0 < given.at_ms <= chat.clock.now_ms():
		raise InvalidMessage(_lt("Enter when the customer agreed: not in the future."))
	if len(given.note) > LONGEST_NOTE:
		raise InvalidMessage(_lt("Write up to {0} characters."), LONGEST_NOTE)
	consent = replace(given, note=given.note.strip()) if given.source else NONE

	def write() -> bool:
		row = chat.store.lock(conversation)
		if row is not None:
			chat.store.change_conversation(row.name, **consent.columns)
		return row is not None

	if chat.store.transaction(write):
		chat.events.conversation_changed(conversation)
