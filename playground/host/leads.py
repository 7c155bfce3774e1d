"""The playground's leads: a name and a number, on SQLite."""

import secrets
from collections.abc import Callable

from wa_window.chat.address import canonical_phone, parse_phone
from wa_window.chat.message import Conversation, Lead

from .store.store import SqliteStore

DOCTYPE = "Chat Lead"
COUNTRY = "ID"


class SqliteLeads:
	def __init__(self, store: SqliteStore):
		self.store = store

	def add(self, lead_name: str, phone: str = "", ad: str = "") -> str:
		name = secrets.token_hex(5)
		row = {
			"name": name,
			"lead_name": lead_name,
			"phone": phone,
			"wa_ad": ad,
			"wa_phone": canonical_phone(parse_phone(phone, COUNTRY)),
		}
		self.store.insert_lead(row)
		return name

	def change(self, name: str, field: str, value: str) -> None:
		"""Its `lead_name` or its `phone`."""
		changes = {field: value}
		if field == "phone":
			changes["wa_phone"] = canonical_phone(parse_phone(value, COUNTRY))
			self._mark_earlier_numbers(name, changes["wa_phone"])
		self.store.change_lead(name, changes)

	def _mark_earlier_numbers(self, name: str, new: str) -> None:
		"""Before the change: as a site does it (frappe_host/records/leads.py)."""
		old = self._known(name)["wa_phone"]
		for chat in self.store.conversations_of(Lead(DOCTYPE, name)):
			if old != new and chat.customer in (old, new):
				self.store.change_conversation(chat.name, earlier_number=chat.customer == old)

	def all(self) -> list[dict]:
		return self.store.leads("1 = 1")

	def row(self, name: str) -> dict | None:
		return next(iter(self.store.leads("name = ?", name)), None)

	def lead(self, name: str) -> Lead:
		return Lead(DOCTYPE, name, parse_phone(self._known(name)["phone"], COUNTRY))

	def values(self, name: str) -> Callable[[str], object]:
		return self._known(name).get

	def _known(self, name: str) -> dict:
		row = self.row(name)
		if row is None:
			raise LookupError(name)
		return row

	# The Leads port

	def exists(self, lead: Lead) -> bool:
		return self.row(lead.name) is not None

	def find(self, phone: str) -> list[Lead]:
		return [
			Lead(DOCTYPE, row["name"], phone)
			for row in self.store.leads("wa_phone = ?", canonical_phone(phone))
		]

	def had_number_before(self, lead: Lead, conversation: Conversation) -> bool:
		"""Always true: the playground has one user, who owns all leads and chats."""
		return True

	def create(
		self, phone: str, profile_name: str, ad: str, linked: Callable[[Callable[[], Lead]], Lead]
	) -> Lead:
		return linked(lambda: Lead(DOCTYPE, self.add(profile_name or phone, phone, ad), phone))

	def fill_placeholder_name(self, lead: Lead, phone: str, profile_name: str) -> None:
		row = self.row(lead.name)
		if phone and profile_name and row and row["lead_name"] == phone:
			self.store.change_lead(lead.name, {"lead_name": profile_name})

	def translate(self, text: str) -> str:
		return text
