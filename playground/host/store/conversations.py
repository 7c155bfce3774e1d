"""Conversations: the transaction holds the only write lock, so that reading is locking."""

import secrets
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from wa_window.chat.address import Customer, canonical_phone
from wa_window.chat.message import Conversation, Lead

from .database import Conflict, Database, first

OF_CUSTOMER = "customer = ? OR customer_user_id = ? OR customer_parent_id = ?"


class ConversationStore(Database):
	def lock(self, conversation: str) -> Conversation | None:
		return self.conversation(conversation)

	def lock_pair(self, customer: Customer, business_address: str) -> list[Conversation]:
		values = (*_of_customer(customer.key, customer.user_id, customer.parent_id), business_address)
		return self.conversations_where(f"({OF_CUSTOMER}) AND business_address = ?", values, "rowid")

	def lock_numbers(self, numbers: Collection[str], business_address: str) -> list[Conversation]:
		marks = ", ".join("?" * len(numbers))
		return self.conversations_where(
			f"customer IN ({marks}) AND business_address = ?", (*numbers, business_address)
		)

	def lock_customer(self, conversation: str) -> list[Conversation]:
		row = self.conversation(conversation)
		if row is None:
			return []
		customer = _of_customer(row.customer, row.customer_user_id, row.customer_parent_id)
		found = self.conversations_where(OF_CUSTOMER, customer)
		return sorted(found, key=lambda row: row.name)

	def add_conversation(self, conversation: Conversation) -> Conversation:
		added = replace(conversation, name=secrets.token_hex(10))
		try:
			self._insert("conversation", vars(added))
		except sqlite3.IntegrityError as error:
			raise Conflict from error
		return added

	def add_conversations(self, conversations: list[Conversation]) -> list[Conversation]:
		return [self.add_conversation(conversation) for conversation in conversations]

	def change_conversations(self, changes: Mapping[str, Mapping[str, Any]]) -> None:
		for name, each in changes.items():
			self.change_conversation(name, **each)

	def change_conversation(self, name: str, **changes: object) -> None:
		try:
			self._update("conversation", name, changes)
		except sqlite3.IntegrityError as error:
			raise Conflict from error

	def merge_into(self, kept: str, absorbed: str) -> None:
		self._run("UPDATE message SET conversation = ? WHERE conversation = ?", (kept, absorbed))
		self._run("UPDATE batch_row SET conversation = ? WHERE conversation = ?", (kept, absorbed))
		self._merge_read_states(kept, absorbed)
		self._run("DELETE FROM conversation WHERE name = ?", (absorbed,))

	def _merge_read_states(self, kept: str, absorbed: str) -> None:
		"""What a user has not seen in one of the two is unread."""
		merged = (
			"INSERT INTO read_state SELECT user, ?, seen_until_ms FROM read_state WHERE conversation = ? "
			"ON CONFLICT DO UPDATE SET seen_until_ms = min(seen_until_ms, excluded.seen_until_ms)"
		)
		self._run(merged, (kept, absorbed))
		self._run("DELETE FROM read_state WHERE conversation = ?", (absorbed,))

	def conversation(self, name: str) -> Conversation | None:
		return first(self.conversations_where("name = ?", (name,)))

	def conversations_of(self, lead: Lead) -> list[Conversation]:
		where = "(customer = ? AND customer != '') OR (lead_doctype = ? AND lead = ?)"
		return self.conversations_where(where, (canonical_phone(lead.phone), lead.doctype, lead.name))

	def conversations_of_people(self, people: Collection[Lead]) -> list[Conversation]:
		found = {row.name: row for person in people for row in self.conversations_of(person)}
		return sorted(found.values(), key=lambda row: (-row.last_message_at_ms, row.name))

	def conversations_where(
		self, where: str, values: Sequence, order: str = "last_message_at_ms DESC, name"
	) -> list[Conversation]:
		rows = self._run(f"SELECT * FROM conversation WHERE {where} ORDER BY {order}", values)
		checks = ("opted_out", "earlier_number")
		return [Conversation(**dict(row) | {key: bool(row[key]) for key in checks}) for row in rows]


def _of_customer(key: str, user_id: str, parent_id: str) -> tuple[str, str, str]:
	"""The values of OF_CUSTOMER; an absent id is replaced by a key, which finds no other rows."""
	return key, user_id or key, parent_id or key
