"""The Leads port: the host's leads."""

from collections.abc import Callable
from typing import Protocol

from ..message import Conversation, Lead


class Leads(Protocol):
	"""The host's leads."""

	def exists(self, lead: Lead) -> bool: ...

	def find(self, phone: str) -> list[Lead]:
		"""The leads with this E.164 number, whatever variant it is written in; the most recently created first."""

	def had_number_before(self, lead: Lead, conversation: Conversation) -> bool:
		"""Whether the lead had its number before the conversation began, or a manager links it by hand."""

	def create(
		self, phone: str, profile_name: str, ad: str, linked: Callable[[Callable[[], Lead]], Lead]
	) -> Lead | None:
		"""A new lead, or None where the host wants none. `ad`: the ad that brought the customer, or empty. `linked` is called with a function
		that inserts it, and links the chat in the same transaction, which may be run again as a whole. Raises LeadNotCreated where it cannot
		be saved."""

	def fill_placeholder_name(self, lead: Lead, phone: str, profile_name: str) -> None:
		"""Replace a lead's name by the profile name where it is only its number; a real name stays."""

	def translate(self, text: str) -> str:
		"""Translate a text into the language in which this host stores why a chat has no lead."""


class LeadNotCreated(Exception):
	"""The host did not save a new lead, or a manager has to decide; the message says why."""


class LeadCreationInProgress(Exception):
	"""Another worker is creating this customer's lead; retry in a moment."""
