"""Conversations in the database: locks, which every change of a chat begins with, and finding them."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache

import frappe
from frappe.query_builder import Criterion, DocType, Field, Order

from ...chat.address import Customer, canonical_phone
from ...chat.message import Conversation, Lead
from . import batch_rows, chat_records, database, read_states, record_conversions
from .database import VALUE, locking
from .raw_rows import insert, insert_all, new_name, present, update, update_all
from .tables import CHAT_RECORD, CONVERSATION, CONVERSATION_FIELDS, MESSAGE
from .waiting import with_needs_reply

# Conditions by which conversations are found, and their values.
BY_NAME = "name"
BY_NAMES = "names from one to another"
OF_PAIR = "customer, business_address"
OF_CUSTOMER = "customer or an id, business_address"
OF_CUSTOMER_ANYWHERE = "customer or an id"
LINKED = "lead_doctype, lead"
LINKED_OR_OF_NUMBER = "customer or lead_doctype, lead"
# With those of which it is a further record.
OF_LEAD = (LINKED, LINKED_OR_OF_NUMBER)
CONDITIONS: dict[str, Callable[..., Criterion]] = {
	BY_NAME: lambda table: table.name == VALUE,
	BY_NAMES: lambda table: (table.name >= VALUE) & (table.name <= VALUE),
	OF_PAIR: lambda table: (table.customer == VALUE) & (table.business_address == VALUE),
	OF_CUSTOMER: lambda table: CONDITIONS[OF_CUSTOMER_ANYWHERE](table) & (table.business_address == VALUE),
	OF_CUSTOMER_ANYWHERE: lambda table: (
		(table.customer == VALUE) | (table.customer_user_id == VALUE) | (table.customer_parent_id == VALUE)
	),
	LINKED: lambda table: (table.lead_doctype == VALUE) & (table.lead == VALUE),
	LINKED_OR_OF_NUMBER: lambda table: (
		(table.customer == VALUE) | ((table.lead_doctype == VALUE) & (table.lead == VALUE))
	),
}


class ConversationStore:
	def lock(self, conversation: str) -> Conversation | None:
		rows = _locked(BY_NAME, (conversation,))
		return rows[0] if rows else None

	def lock_pair(self, customer: Customer, business_address: str) -> list[Conversation]:
		pair = (customer.key, business_address)
		if not (customer.user_id or customer.parent_id):
			return _locked(OF_PAIR, pair)
		of_customer = _of_customer(customer.key, customer.user_id, customer.parent_id)
		rows = _locked_in_turn(OF_CUSTOMER, (*of_customer, business_address)) or _locked(OF_PAIR, pair)
		return _oldest_first(rows) if len(rows) > 1 else rows

	def lock_numbers(self, numbers: Collection[str], business_address: str) -> list[Conversation]:
		table = DocType(CONVERSATION)
		theirs = table.customer.isin([VALUE] * len(numbers)) & (table.business_address == VALUE)
		values = (*numbers, business_address)
		if frappe.db.db_type == "sqlite":
			database.run(frappe.qb.update(table).set(table.idx, table.idx).where(theirs), values)
		return _conversations_where(theirs, values, lock=True)

	def lock_customer(self, conversation: str) -> list[Conversation]:
		row = self.conversation(conversation)
		if row is None:
			return []
		of_customer = _of_customer(row.customer, row.customer_user_id, row.customer_parent_id)
		return _locked_in_turn(OF_CUSTOMER_ANYWHERE, of_customer)

	def add_conversation(self, conversation: Conversation) -> Conversation:
		added = replace(conversation, name=new_name())
		with database.duplicate_is_conflict():
			insert(CONVERSATION, with_needs_reply(vars(added)))
		if added.lead:
			record_conversions.follow(added.name, added.lead_doctype, added.lead)
		return added

	def add_conversations(self, conversations: list[Conversation]) -> list[Conversation]:
		added = [replace(conversation, name=new_name()) for conversation in conversations]
		with database.duplicate_is_conflict():
			insert_all(CONVERSATION, [with_needs_reply(vars(each)) for each in added])
		linked = {each.name: (each.lead_doctype, each.lead) for each in added if each.lead}
		converted = record_conversions.converted(set(linked.values()))
		for name, record in linked.items():
			if record in converted:
				record_conversions.follow(name, *record)
		return added

	def change_conversations(self, changes: Mapping[str, Mapping[str, object]]) -> None:
		update_all(CONVERSATION, {name: with_needs_reply({**each}) for name, each in changes.items()})

	def change_conversation(self, name: str, **changes) -> None:
		with database.duplicate_is_conflict():
			update(CONVERSATION, name, with_needs_reply(changes))
		if changes.get("lead") and "lead_doctype" in changes:
			record_conversions.follow(name, changes["lead_doctype"], changes["lead"])

	def merge_into(self, kept: str, absorbed: str) -> None:
		message, conversation = DocType(MESSAGE), DocType(CONVERSATION)
		moving = (
			frappe.qb.update(message).set(message.conversation, VALUE).where(message.conversation == VALUE)
		)
		database.run(moving, (kept, absorbed))
		read_states.merge_into(kept, absorbed)
		chat_records.merge_into(kept, absorbed)
		batch_rows.merge_into(kept, absorbed)
		database.run(frappe.qb.from_(conversation).delete().where(conversation.name == VALUE), (absorbed,))

	def conversation(self, name: str) -> Conversation | None:
		rows = _conversations(BY_NAME, (name,))
		return rows[0] if rows else None

	def conversations_between(self, first: str, last: str) -> list[Conversation]:
		"""Conversations whose names are in this range, inclusive."""
		return _conversations(BY_NAMES, (first, last))

	def conversations_of(self, lead: Lead) -> list[Conversation]:
		if lead.conversation:
			return _conversations(BY_NAME, (lead.conversation,))
		record = (lead.doctype, lead.name)
		if not lead.phone:
			return _conversations(LINKED, record * 2)
		rows = _conversations(LINKED_OR_OF_NUMBER, (canonical_phone(lead.phone), *record * 2))
		# One of its number is found a second time, with another `earlier_number`, where it is a further record of it.
		return [*{row.name: row for row in rows}.values()]

	def conversations_of_people(self, people: Collection[Lead]) -> list[Conversation]:
		numbers = [canonical_phone(person.phone) for person in people if person.phone]
		found = {row.name: row for row in self.conversations_of_leads("", [], numbers)}
		for doctype in {person.doctype for person in people}:
			names = [person.name for person in people if person.doctype == doctype]
			found |= {row.name: row for row in self.conversations_of_leads(doctype, names, [])}
		return sorted(found.values(), key=lambda row: (-row.last_message_at_ms, row.name))

	def conversations_named(self, names: list[str]) -> list[Conversation]:
		table = DocType(CONVERSATION)
		return _conversations_where(table.name.isin([VALUE] * len(names)), names) if names else []

	def conversations_of_leads(
		self, doctype: str, names: list[str], customers: list[str]
	) -> list[Conversation]:
		"""Conversations linked to one of these leads, or of one of these customers."""
		table = DocType(CONVERSATION)
		linked = (table.lead_doctype == VALUE) & table.lead.isin([VALUE] * len(names))
		of_number = table.customer.isin([VALUE] * len(customers))
		found = _conversations_where(linked, (doctype, *names)) if names else []
		return found + (_conversations_where(of_number, customers) if customers else [])


def _of_customer(key: str, user_id: str, parent_id: str) -> tuple[str, str, str]:
	"""The values of OF_CUSTOMER; an absent id is replaced by a key, which finds no other rows."""
	return key, user_id or key, parent_id or key


def _locked(which: str, values: tuple) -> list[Conversation]:
	"""Lock and read, in one statement; SQLite, which has no row locks, by an UPDATE before it."""
	if frappe.db.db_type == "sqlite":
		table = DocType(CONVERSATION)
		database.run(
			frappe.qb.update(table).set(table.idx, table.idx).where(CONDITIONS[which](table)), values
		)
	return sorted(_conversations(which, values, lock=True), key=lambda row: row.name)


def _locked_in_turn(which: str, values: tuple) -> list[Conversation]:
	"""Lock several one after the other, in the order of their names, as every transaction does."""
	names = sorted(row.name for row in _conversations(which, values))
	# Nothing was written yet, and a lock must be the first statement of its transaction, also where the caller locks.
	frappe.db.rollback()
	if not names:
		return []
	rows = [row for name in names for row in _locked(BY_NAME, (name,))]
	if sorted(row.name for row in _conversations(which, values)) != [row.name for row in rows]:
		raise database.Conflict
	return rows


def _oldest_first(rows: list[Conversation]) -> list[Conversation]:
	table = DocType(CONVERSATION)
	query = frappe.qb.from_(table).select(table.name).where(table.name.isin([VALUE] * len(rows)))
	names = database.run(query.orderby(table.creation).orderby(table.name), [row.name for row in rows])
	by_name = {row.name: row for row in rows}
	return [by_name[name] for (name,) in names]


def _conversations(which: str, values: tuple, *, lock: bool = False) -> list[Conversation]:
	statement = _conversation_statement(frappe.db.db_type, which, lock)
	return [_conversation(row) for row in database.run(statement, values, as_dict=True)]


@lru_cache
def _conversation_statement(db_type: str, which: str, lock: bool) -> str:
	"""Built once, since building costs as much as running."""
	table, record = DocType(CONVERSATION), DocType(CHAT_RECORD)
	query = frappe.qb.from_(table).select(*CONVERSATION_FIELDS).where(CONDITIONS[which](table))
	if which in OF_LEAD:
		# As one condition with "or", the database would read all chats.
		of_record = (record.record_doctype == VALUE) & (record.record == VALUE)
		further = frappe.qb.from_(table).join(record).on(record.conversation == table.name)
		columns = {field: table[field] for field in CONVERSATION_FIELDS}
		columns["earlier_number"] += record.earlier_number
		query = query.union(further.select(*columns.values()).where(of_record))
		latest, name = Field("last_message_at_ms"), Field("name")
	else:
		latest, name = table.last_message_at_ms, table.name
	query = query.orderby(latest, order=Order.desc).orderby(name)
	return (locking(query) if lock else query).get_sql()


def _conversations_where(condition: Criterion, values: Iterable, *, lock: bool = False) -> list[Conversation]:
	query = frappe.qb.from_(DocType(CONVERSATION)).select(*CONVERSATION_FIELDS).where(condition)
	rows = database.run(locking(query) if lock else query, tuple(values), as_dict=True)
	return [_conversation(row) for row in rows]


def _conversation(row: dict) -> Conversation:
	flags = {flag: bool(row[flag]) for flag in ("opted_out", "earlier_number")}
	return Conversation(**present(row) | flags)
