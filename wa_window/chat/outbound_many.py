"""Queue a template for many customers in one transaction: the rules of `outbound.send_template`, in few statements."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from .errors import ChatError
from .message import Conversation, Lead, Message
from .outbound import changes_by, template_message
from .ports.store import Store
from .template import ContentTemplate

# They are due at once, as all that was never tried, but behind what a person writes meanwhile: the outbox is in the order of this time.
AFTER_REPLIES_MS = 60 * 1000


@dataclass(frozen=True)
class ToOne:
	"""A template for one customer: in their chat, or a new one of this lead where `chat` is not saved."""

	lead: Lead
	chat: Conversation
	variables: Mapping[str, object]
	client_key: str


def queue_many(
	store: Store, items: list[ToOne], template: ContentTemplate, now_ms: int, *, author: str
) -> dict[str, Message]:
	"""Inside a transaction: by its key, the queued message of each; those are left out whose chat has changed so that they may not be sent
	now. All are of one sender, and no customer is among them twice."""
	if not items:
		return {}
	numbers, sender = {item.chat.customer for item in items}, items[0].chat.business_address
	locked = {row.customer: row for row in store.lock_numbers(numbers, sender)}
	# Those of an erased chat, which the first examination has not seen yet.
	opted_out = store.preserved_opt_outs(numbers - {*locked}, sender)
	new: list[tuple[Conversation, Message]] = []
	known: list[tuple[Conversation, Message]] = []
	for item in items:
		row = locked.get(item.chat.customer)
		chat = _chat_of(item, row) if item.chat.customer not in opted_out else None
		message = _composed(chat, item, template, now_ms) if chat else None
		if chat and message:
			(known if row else new).append((chat, replace(message, owner=author, client_key=item.client_key)))
	begun = store.add_conversations([replace(chat, **changes_by(message, chat)) for chat, message in new])
	store.change_conversations({chat.name: changes_by(message, chat) for chat, message in known})
	messages = [message for _chat, message in known]
	messages += [
		replace(message, conversation=chat.name) for chat, (_unsaved, message) in zip(begun, new, strict=True)
	]
	return {message.client_key: message for message in store.add_messages(messages)} if messages else {}


def _chat_of(item: ToOne, row: Conversation | None) -> Conversation | None:
	"""The locked chat, or the one that begins; None where another one is there than the one for which the permission was checked."""
	if row is None:
		new = replace(item.chat, lead_doctype=item.lead.doctype, lead=item.lead.name)
		return None if item.chat.name else new
	is_of_lead = (row.lead_doctype, row.lead) == (item.lead.doctype, item.lead.name)
	return row if row.name == item.chat.name or (not item.chat.name and is_of_lead) else None


def _composed(chat: Conversation, item: ToOne, template: ContentTemplate, now_ms: int) -> Message | None:
	try:
		message = template_message(chat, template, item.variables, now_ms)
	except ChatError:
		return None
	return replace(message, next_attempt_at_ms=now_ms + AFTER_REPLIES_MS)
