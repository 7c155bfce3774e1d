"""The playground's leads: a name and a number, on SQLite."""

import secrets
from collections.abc import Callable

from wa_window.chat.address import fold, typed_number
from wa_window.chat.message import Conversation, Lead

from .store import SqliteStore

DOCTYPE = "Chat Lead"
COUNTRY = "ID"


class SqliteLeads:
	def __init__(self, store: SqliteStore):
		self.store = store

	def add(self, lead_name: str, phone: str = "") -> str:
		name = secrets.token_hex(5)
		row = {
			"name": name,
			"lead_name": lead_name,
			"phone": phone,
			"wa_phone": fold(typed_number(phone, COUNTRY)),
		}
		self.store.insert_lead(row)
		return name

	def all(self) -> list[dict]:
		return self.store.leads("1 = 1")

	def row(self, name: str) -> dict | None:
		return next(iter(self.store.leads("name = ?", name)), None)

	def lead(self, name: str) -> Lead:
		row = self.row(name)
		return Lead(DOCTYPE, name, typed_number(row["phone"], COUNTRY))

	def values(self, name: str) -> Callable[[str], object]:
		return self.row(name).get

	# What the use cases need

	def exists(self, lead: Lead) -> bool:
		return self.row(lead.name) is not None

	def find(self, phone: str) -> list[Lead]:
		return [Lead(DOCTYPE, row["name"], phone) for row in self.store.leads("wa_phone = ?", fold(phone))]

	def known_before(self, lead: Lead, conversation: Conversation) -> bool:
		"""The playground has one user, to whom all leads and chats belong."""
		return True

	def create(self, phone: str, profile_name: str, linked: Callable[[Callable[[], Lead]], Lead]) -> Lead:
		return linked(lambda: Lead(DOCTYPE, self.add(profile_name or phone, phone), phone))

	def introduce(self, lead: Lead, phone: str, profile_name: str) -> None:
		row = self.row(lead.name)
		if phone and profile_name and row and row["lead_name"] == phone:
			self.store.rename_lead(lead.name, profile_name)

	def translate(self, text: str) -> str:
		return text
