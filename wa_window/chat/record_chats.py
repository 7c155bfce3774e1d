"""The chats that a record shows: those of its number, those linked to it, and those of its contacts, as far as a user may see them."""

from dataclasses import dataclass, replace

from . import conversations, read_state, serializers
from .address import canonical_phone
from .errors import NoNumber
from .hosts import Host
from .message import Conversation, Lead

# Of a record's contacts: each one's permission is asked for by itself, whenever the panel asks for anything.
MOST_OF_PEOPLE = 50


@dataclass(frozen=True)
class Chats:
	"""A record's `own` chats, of its number or linked to it, and its contacts'; each the latest first."""

	own: list[Conversation]
	of_people: list[Conversation]

	@property
	def all(self) -> list[Conversation]:
		return self.own + self.of_people


def chats_of(lead: Lead, host: Host) -> Chats:
	"""Raises NoNumber where there are none, nor a number to begin one with."""
	own = host.chat.store.conversations_of(lead)
	known = {row.name for row in own}
	found = Chats(own, [row for row in _of_people(lead, host) if row.name not in known])
	if not (lead.phone or found.all):
		raise NoNumber
	return found


def choose(lead: Lead, chats: Chats, requested: str = "") -> Conversation | None:
	"""As `conversations.choose`. Without a request a record with a number is never answered in a contact's chat: what is meant for the
	number would go to somebody else."""
	return conversations.choose(lead, chats.own if lead.phone and not requested else chats.all, requested)


def _of_people(lead: Lead, host: Host) -> list[Conversation]:
	"""The latest chats of the lead's contacts, as far as the user may read them: who may read a deal may not read each of them."""
	found = host.chat.store.conversations_of_people(lead.people) if lead.people else []
	return [row for row in found[:MOST_OF_PEOPLE] if host.has_chat_permission(row, "read")]


def subject(lead: Lead, chosen: Conversation | None, host: Host) -> tuple[str, str]:
	"""The record whose fields fill in a text for this chat: with a contact's, a deal's would greet somebody else. Who may not read
	that one has the chat from the lead."""
	if chosen is None or not chosen.lead or conversations.is_of(chosen, lead):
		return lead.doctype, lead.name
	own = (chosen.lead_doctype, chosen.lead)
	return own if host.has_lead_permission(*own, "read") else (lead.doctype, lead.name)


def window_to_dict(lead: Lead, chosen: Conversation | None, host: Host) -> dict[str, object]:
	"""The window of a chat, or of the one that the lead's first message would begin."""
	row = chosen or conversations.unsaved_conversation(
		lead, host.default_sender().address, store=host.chat.store
	)
	now = conversations.window(row, host.chat.clock.now_ms(), closing_ms=host.closing_ms())
	return serializers.window_to_dict(now, row.customer_address, row.business_address, host.locale())


def menu(lead: Lead, chats: Chats, host: Host) -> list[dict[str, object]]:
	"""What the panel's menu of chats lists, with whose each one is; first the one to begin, where the lead's number has none."""
	rows = chats.all
	readable = [row for row in rows if host.has_chat_permission(row, "read")]
	unread = read_state.unread_counts(host.chat, host.user, readable)
	locale = host.locale()
	listed = [
		serializers.conversation_to_dict(
			replace(row, earlier_number=conversations.has_earlier_number(row, lead)),
			host.label_of(row.business_address),
			row in readable,
			unread.get(row.name, 0),
			locale,
			next((person.title for person in lead.people if conversations.is_of(row, person)), ""),
		)
		for row in rows
	]
	if not rows or choose(lead, chats):
		return listed
	number = canonical_phone(lead.phone)
	person = next((each.title for each in lead.people if conversations.has_number(each, number)), "")
	has_changed = any(conversations.has_earlier_number(row, lead) for row in rows)
	return [serializers.chat_to_begin_to_dict(person, locale, has_changed=has_changed), *listed]
