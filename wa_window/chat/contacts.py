"""The contacts that a customer has sent, and the leads with their numbers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from .address import E164
from .contact_cards import Contact, ContactNumber, read_contacts, with_few_numbers
from .errors import InvalidMessage, NotPermitted
from .media_types import media_kind
from .message import STORED, Lead, Media, Message
from .sentences import _lt


@dataclass(frozen=True)
class FoundLead:
	"""A lead of the host; `readable`: the user may read it."""

	doctype: str
	name: str
	title: str
	readable: bool


class ContactsHost(Protocol):
	"""What contact cards need of the host."""

	def content_of(self, media: Media) -> bytes:
		"""The content of a stored file. Raises OSError where it is not there."""

	def default_country(self) -> str:
		"""ISO code of the country of numbers without a country code; empty where none is set."""

	def leads_with(self, phones: Collection[str]) -> dict[str, list[FoundLead]]:
		"""By each of these E.164 numbers, the leads that have it, whatever variant it is written in: first those that the user may read,
		of these the most recently created first."""

	def may_create_leads(self) -> bool: ...

	def may_merge(self, lead: Lead, other: FoundLead) -> bool:
		"""Whether the user may merge another lead of the same DocType into this one, by the host's own merge."""

	def insert_lead(self, lead_name: str, phone: str) -> FoundLead:
		"""Create a lead with the user's own permissions. An error of the host's own says why it cannot be saved."""


def of_message(message: Message, host: ContactsHost) -> list[Contact]:
	"""The contacts in a message's files, in their order, up to MOST_NUMBERS numbers; a file that is gone or too large has none."""
	cards = [each for each in message.media if each.state == STORED and media_kind(each.type) == "contact"]
	return with_few_numbers(contact for media in cards for contact in _of_file(media, host))


def _of_file(media: Media, host: ContactsHost) -> list[Contact]:
	try:
		return read_contacts(host.content_of(media), host.default_country())
	except OSError:
		return []


def to_dict(contacts: list[Contact], host: ContactsHost) -> dict[str, object]:
	"""`contacts` as JSON, each number with its `lead` or null, and `may_create`, whether the user may create one."""
	found = host.leads_with({number.phone for contact in contacts for number in contact.numbers} - {""})
	return {
		"contacts": [
			{
				"name": contact.name,
				"organisation": contact.organisation,
				"emails": list(contact.emails),
				"numbers": [_number_to_dict(number, found) for number in contact.numbers],
			}
			for contact in contacts
		],
		"may_create": host.may_create_leads(),
	}


def create_lead(lead_name: str, phone: str, host: ContactsHost) -> dict[str, str]:
	"""The lead with this number, created where there is none. Raises InvalidMessage or NotPermitted."""
	if not E164.fullmatch(phone):
		raise InvalidMessage(_lt("This is no valid phone number."))
	if not host.may_create_leads():
		raise NotPermitted
	found = next(iter(host.leads_with([phone])[phone]), None) or host.insert_lead(lead_name, phone)
	if not found.readable:
		raise InvalidMessage(
			_lt("This number belongs to a lead that you may not read: ask a manager for access.")
		)
	return _lead_to_dict(found)


def others_with(phone: str, lead: Lead, host: ContactsHost) -> list[dict[str, object]]:
	"""The records of a lead's DocType with this number that the user may read, but for itself; `merge_into` is its name where the user may
	merge the other one into it, else null. A lead's own contact or deal is no other one."""
	others = [found for found in host.leads_with([phone])[phone] if found.readable] if phone else []
	return [
		{**_lead_to_dict(found), "merge_into": lead.name if host.may_merge(lead, found) else None}
		for found in others
		if found.doctype == lead.doctype and found.name != lead.name
	]


def _number_to_dict(number: ContactNumber, leads: Mapping[str, list[FoundLead]]) -> dict[str, object]:
	found = leads.get(number.phone, [])
	return {
		"number": number.number,
		"label": number.label,
		"phone": number.phone or None,
		"is_lead": bool(found),
		"lead": _lead_to_dict(found[0]) if found and found[0].readable else None,
	}


def _lead_to_dict(lead: FoundLead) -> dict[str, str]:
	return {"doctype": lead.doctype, "name": lead.name, "title": lead.title}
