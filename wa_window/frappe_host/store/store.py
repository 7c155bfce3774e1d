"""The Store port on Frappe's database.

Messages and conversations are written without the document layer: other apps' document events run afterwards, in
post-processing (jobs/post_processing.py).
"""

import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import fields, replace
from functools import lru_cache, reduce
from typing import TypeVar

import frappe
from frappe.query_builder import Criterion, DocType, Order
from frappe.query_builder.functions import Coalesce, Max
from frappe.utils.password import get_encryption_key
from pypika.terms import Case, ExistsCriterion, Parameter

from ...chat import status
from ...chat.address import Customer, canonical_phone
from ...chat.delivery import CLAIM_LEASE_MS, LONGEST_RETRY_MS
from ...chat.media import LONGEST_RETRY_MS as LONGEST_FETCH_RETRY_MS
from ...chat.message import (
	INBOUND,
	OUTBOUND,
	PENDING,
	Conversation,
	Lead,
	Media,
	Message,
	MessageTimes,
	OptOut,
)
from ...chat.opt_out import keyed_hash
from ...chat.ports import AlreadyStored
from ...chat.reasons import Reason
from ...chat.template import ContentTemplate
from ..clock import site_datetime
from . import database
from .raw_rows import insert, new_name, update
from .templates import content_template, content_templates

T = TypeVar("T")

CONVERSATION = "Chat Conversation"
MESSAGE = "Chat Message"
MEDIA = "Chat Message Media"
ERASED = "Erased Message"
OPT_OUT = "Erased Opt Out"

CONVERSATION_FIELDS = [field.name for field in fields(Conversation)]
MESSAGE_FIELDS = [field.name for field in fields(Message) if field.name not in ("media", "raw")]
JSON_FIELDS = ("status_times", "raw")
OPT_OUT_FIELDS = [field.name for field in fields(OptOut)]
MEDIA_FIELDS = ["name", "type", "size", "file", "state", "filename", "url", "attempts", "next_attempt_at_ms"]
VALUE = Parameter("%s")
# The provider's clock differs by less: an answer is not sorted further before the message that it answers.
CLOCK_SKEW_MS = 60 * 60 * 1000

# Conditions by which conversations are found, and their values.
BY_NAME = "name"
BY_NAMES = "names from one to another"
OF_PAIR = "customer, business_address"
OF_CUSTOMER = "customer or an id, business_address"
OF_CUSTOMER_ANYWHERE = "customer or an id"
LINKED = "lead_doctype, lead"
LINKED_OR_OF_NUMBER = "customer or lead_doctype, lead"
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


class FrappeStore:
	def transaction(self, work: Callable[[], T]) -> T:
		return database.transaction(work)

	# Conversations

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

	def lock_customer(self, conversation: str) -> list[Conversation]:
		row = self.conversation(conversation)
		if row is None:
			return []
		of_customer = _of_customer(row.customer, row.customer_user_id, row.customer_parent_id)
		return _locked_in_turn(OF_CUSTOMER_ANYWHERE, of_customer)

	def add_conversation(self, conversation: Conversation) -> Conversation:
		added = replace(conversation, name=new_name())
		try:
			insert(CONVERSATION, vars(added))
		except Exception as error:
			if database.is_duplicate(error):
				raise database.Conflict from error
			raise
		return added

	def change_conversation(self, name: str, **changes) -> None:
		try:
			update(CONVERSATION, name, changes)
		except Exception as error:
			if database.is_duplicate(error):
				raise database.Conflict from error
			raise

	def merge_into(self, kept: str, absorbed: str) -> None:
		message, conversation = DocType(MESSAGE), DocType(CONVERSATION)
		moving = (
			frappe.qb.update(message).set(message.conversation, VALUE).where(message.conversation == VALUE)
		)
		database.run(moving, (kept, absorbed))
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
		if not lead.phone:
			return _conversations(LINKED, (lead.doctype, lead.name))
		return _conversations(LINKED_OR_OF_NUMBER, (canonical_phone(lead.phone), lead.doctype, lead.name))

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

	# Messages

	def add_message(self, message: Message) -> Message:
		added = replace(message, name=new_name(), owner=message.owner or frappe.session.user)
		row = {field: getattr(added, field) for field in (*MESSAGE_FIELDS, "raw")}
		try:
			insert(MESSAGE, _columns(row))
		except Exception as error:
			if database.is_duplicate(error):
				raise AlreadyStored from error
			raise
		rows = [
			_add_media(added.name, position, media) for position, media in enumerate(added.media, start=1)
		]
		return replace(added, media=tuple(rows))

	def change_message(self, name: str, **changes) -> None:
		update(MESSAGE, name, _columns(changes))

	def message(self, name: str) -> Message | None:
		return _message_by("name", name)

	def message_with_sid(self, message_sid: str) -> Message | None:
		return _message_by("message_sid", message_sid)

	def message_with_client_key(self, client_key: str) -> Message | None:
		return _message_by("client_key", client_key)

	def messages(self, conversation: str, *, before: str = "", limit: int) -> list[Message]:
		table = DocType(MESSAGE)
		condition, values = table.conversation == VALUE, [conversation]
		if before:
			older, older_values = _older_than(table, conversation, before)
			condition, values = condition & older, [*values, *older_values]
		order = (table.sent_at_ms, table.creation, table.name)
		return _messages(condition, tuple(values), limit=limit, order=order, descending=True)[::-1]

	def answer_after(self, conversation: str, seen: str, author: str) -> Message | None:
		table = DocType(MESSAGE)
		of_colleagues = (
			(table.conversation == VALUE)
			& (table.direction == VALUE)
			& (table.owner != VALUE)
			& table.delivery_status.notin([VALUE] * len(status.FAILURES))
		)
		values = [conversation, OUTBOUND, author, *status.FAILURES]
		times = frappe.qb.from_(table).select(table.creation, table.sent_at_ms)
		times = times.where((table.name == VALUE) & (table.conversation == VALUE))
		for stored_at, sent_at_ms in database.run(times, (seen, conversation)):
			# The condition on `sent_at_ms` alone bounds what is read of a long chat.
			of_colleagues &= (table.sent_at_ms > VALUE) & (
				(table.creation > VALUE) | (table.sent_at_ms > VALUE)
			)
			values += [sent_at_ms - CLOCK_SKEW_MS, stored_at, sent_at_ms]
		order = (table.creation, table.name)
		return next(
			iter(_messages(of_colleagues, tuple(values), limit=1, order=order, descending=True)), None
		)

	def last_inbound_at_ms(self, conversation: str) -> int:
		table = DocType(MESSAGE)
		inbound = (table.conversation == VALUE) & (table.direction == VALUE)
		query = frappe.qb.from_(table).select(table.sent_at_ms).where(inbound)
		query = query.orderby(table.sent_at_ms, order=Order.desc).limit(1).for_update()
		return _only(database.run(query, (conversation, INBOUND)))

	def times_of(self, conversations: list[str]) -> dict[str, MessageTimes]:
		table = DocType(MESSAGE)
		inbound = table.direction == VALUE
		refused = (table.error_reason == VALUE) & (table.direction == VALUE)
		freeform = Coalesce(table.content_template, "") == ""
		query = frappe.qb.from_(table).select(
			table.conversation,
			Max(Case().when(inbound, table.sent_at_ms).else_(0)),
			Max(table.sent_at_ms),
			Max(Case().when(refused & freeform, table.sent_at_ms).else_(0)),
			Max(Case().when(refused, table.sent_at_ms).else_(0)),
		)
		query = query.where(table.conversation.isin([VALUE] * len(conversations))).groupby(table.conversation)
		values = (INBOUND, Reason.OUTSIDE_WINDOW, OUTBOUND, Reason.BLOCKED, OUTBOUND, *conversations)
		return {name: MessageTimes(*times) for name, *times in database.run(query, values)}

	def due(self, now_ms: int, limit: int, held: Collection[str] = ()) -> list[Message]:
		table = DocType(MESSAGE)
		come = (
			(table.attempts == 0) | (table.next_attempt_at_ms <= VALUE) | (table.next_attempt_at_ms > VALUE)
		)
		waiting = (
			(table.delivery_status == VALUE)
			& (table.next_attempt_at_ms > 0)
			& come
			& table.message_sid.isnull()
		)
		first, of_conversation = _first_of_its_conversation(table)
		if held:
			waiting &= _of_none_of(held, table)
		values = (status.QUEUED, now_ms, now_ms + LONGEST_RETRY_MS, *held, *of_conversation)
		# In the order of the index: with any other the whole outbox would be sorted for a few rows.
		order = (table.next_attempt_at_ms, table.name)
		return _messages(waiting & first, values, limit=limit, order=order)

	def is_blocked_by_earlier(self, message: Message) -> bool:
		values = (message.name, status.QUEUED, status.SENDING)
		return not database.run(_first_statement(frappe.db.db_type), values)

	def due_for_reconciliation(self, now_ms: int, limit: int) -> list[Message]:
		table = DocType(MESSAGE)
		to_look_up = (
			table.delivery_status.isin([VALUE] * len(status.RECONCILABLE))
			& (table.next_attempt_at_ms > 0)
			& ((table.next_attempt_at_ms <= VALUE) | (table.claimed_at_ms > VALUE))
			& (table.message_sid.isnotnull() | (table.delivery_status == VALUE))
		)
		values = (*status.RECONCILABLE, now_ms, now_ms + CLAIM_LEASE_MS, status.UNKNOWN)
		return _messages(to_look_up, values, limit=limit, order=(table.next_attempt_at_ms, table.name))

	def erased(self, message_sid: str) -> bool:
		return bool(database.run(_erased_statement(frappe.db.db_type), (message_sid,)))

	def preserved_opt_out(self, keys: set[str], business_address: str) -> OptOut:
		table, names = DocType(OPT_OUT), _keyed_hash(keys, business_address)
		query = frappe.qb.from_(table).select(*OPT_OUT_FIELDS).where(table.name.isin([VALUE] * len(names)))
		rows = database.run(query, tuple(names))
		return reduce(
			OptOut.merged_with, [OptOut(bool(opted_out), *times) for opted_out, *times in rows], OptOut()
		)

	def preserve_opt_out(self, keys: set[str], business_address: str, choice: OptOut) -> None:
		names = _keyed_hash(keys, business_address)
		frappe.db.delete(OPT_OUT, {"name": ("in", names)})
		for name in names if choice != OptOut() else ():
			insert(OPT_OUT, {"name": name, **vars(choice)})

	def claimed_outside(self, since_ms: int, until_ms: int, limit: int) -> list[Message]:
		table = DocType(MESSAGE)
		claimed = (table.delivery_status == VALUE) & table.message_sid.isnull()
		outside = (table.claimed_at_ms < VALUE) | (table.claimed_at_ms > VALUE)
		values = (status.SENDING, since_ms, until_ms)
		return _messages(claimed & outside, values, limit=limit, order=(table.claimed_at_ms, table.name))

	# Files

	def media(self, row: str) -> Media | None:
		table = DocType(MEDIA)
		query = frappe.qb.from_(table).select(*MEDIA_FIELDS).where(table.name == VALUE)
		rows = database.run(query, (row,), as_dict=True)
		return _media(rows[0]) if rows else None

	def change_media(self, row: str, **changes) -> None:
		update(MEDIA, row, changes)

	def media_due(self, now_ms: int, limit: int) -> list[tuple[Message, Media]]:
		table = DocType(MEDIA)
		come = (table.next_attempt_at_ms <= VALUE) | (table.next_attempt_at_ms > VALUE)
		due = (table.state == VALUE) & come
		query = frappe.qb.from_(table).select("parent", *MEDIA_FIELDS).where(due)
		query = query.orderby(table.next_attempt_at_ms).orderby(table.creation).limit(limit)
		rows = database.run(query, (PENDING, now_ms, now_ms + LONGEST_FETCH_RETRY_MS), as_dict=True)
		found = [(self.message(row.pop("parent")), _media(row)) for row in rows]
		return [(message, media) for message, media in found if message]

	# Templates

	def template(self, content_sid: str) -> ContentTemplate | None:
		return content_template(content_sid)

	def templates(self) -> list[ContentTemplate]:
		return content_templates()


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
	table = DocType(CONVERSATION)
	query = frappe.qb.from_(table).select(*CONVERSATION_FIELDS).where(CONDITIONS[which](table))
	query = query.orderby(table.last_message_at_ms, order=Order.desc).orderby(table.name)
	return (query.for_update() if lock and db_type != "sqlite" else query).get_sql()


@lru_cache
def _erased_statement(_db_type: str) -> str:
	table = DocType(ERASED)
	return frappe.qb.from_(table).select(table.name).where(table.name == VALUE).get_sql()


def _keyed_hash(keys: set[str], business_address: str) -> list[str]:
	"""Keyed by the site's encryption key, which is not part of a database dump. If that changes, stored opt-outs cannot be
	found any more."""
	secret = get_encryption_key().encode()
	return sorted(keyed_hash(key, business_address, secret) for key in keys)


def _conversations_where(condition: Criterion, values: Iterable) -> list[Conversation]:
	query = frappe.qb.from_(DocType(CONVERSATION)).select(*CONVERSATION_FIELDS).where(condition)
	return [_conversation(row) for row in database.run(query, tuple(values), as_dict=True)]


def _conversation(row: dict) -> Conversation:
	return Conversation(**_present(row) | {"opted_out": bool(row["opted_out"])})


def _messages(
	condition: Criterion, values: tuple, *, limit: int, order=(), descending: bool = False
) -> list[Message]:
	query = frappe.qb.from_(DocType(MESSAGE)).select(*MESSAGE_FIELDS).where(condition).limit(limit)
	for field in order:
		query = query.orderby(field, order=Order.desc if descending else Order.asc)
	return _with_media(database.run(query, values, as_dict=True))


def _message_by(field: str, value: str) -> Message | None:
	rows = database.run(_message_statement(frappe.db.db_type, field), (value,), as_dict=True)
	return _first(_with_media(rows))


@lru_cache
def _message_statement(_db_type: str, field: str) -> str:
	table = DocType(MESSAGE)
	return frappe.qb.from_(table).select(*MESSAGE_FIELDS).where(table[field] == VALUE).limit(1).get_sql()


@lru_cache
def _first_statement(_db_type: str) -> str:
	table = DocType(MESSAGE)
	first, _values = _first_of_its_conversation(table)
	return frappe.qb.from_(table).select(table.name).where((table.name == VALUE) & first).get_sql()


def _with_media(rows: list[frappe._dict]) -> list[Message]:
	media = _media_of([row.name for row in rows if row.kind not in ("text", "template")])
	return [_message(row, media.get(row.name, ())) for row in rows]


def _message(row: dict, media: Iterable[Media]) -> Message:
	times = json.loads(row.pop("status_times") or "{}")
	return Message(**{"body": ""} | _present(row), status_times=times, media=tuple(media))


def _first_of_its_conversation(table) -> tuple[Criterion, tuple]:
	"""The condition that no earlier message of the same conversation is queued or being sent."""
	earlier = DocType(MESSAGE).as_("earlier")
	same_moment = (earlier.sent_at_ms == table.sent_at_ms) & (
		(earlier.creation < table.creation)
		| ((earlier.creation == table.creation) & (earlier.name < table.name))
	)
	blocking = (
		frappe.qb.from_(earlier)
		.select(earlier.name)
		.where(earlier.delivery_status.isin([VALUE, VALUE]) & earlier.message_sid.isnull())
		.where(earlier.conversation == table.conversation)
		.where((earlier.sent_at_ms < table.sent_at_ms) | same_moment)
	)
	return ExistsCriterion(blocking).negate(), (status.QUEUED, status.SENDING)


def _of_none_of(senders: Collection[str], table) -> Criterion:
	"""By the conversation's primary key: a list of a sender's conversations would be read as a whole."""
	conversation = DocType(CONVERSATION)
	theirs = (
		frappe.qb.from_(conversation)
		.select(conversation.name)
		.where(
			(conversation.name == table.conversation)
			& conversation.business_address.isin([VALUE] * len(senders))
		)
	)
	return ExistsCriterion(theirs).negate()


def _older_than(table, conversation: str, name: str) -> tuple[Criterion, list]:
	"""Keyset paging by (sent_at_ms, creation, name); nothing is older than a message of another conversation."""
	position = frappe.db.get_value(
		MESSAGE, {"name": name, "conversation": conversation}, ["sent_at_ms", "creation"], as_dict=True
	)
	if not position:
		return table.name.isnull(), []
	at, created = position.sent_at_ms, position.creation
	same_moment = (table.creation < VALUE) | ((table.creation == VALUE) & (table.name < VALUE))
	older = (table.sent_at_ms < VALUE) | ((table.sent_at_ms == VALUE) & same_moment)
	return (table.sent_at_ms <= VALUE) & older, [at, at, at, created, created, name]


def _media_of(messages: list[str]) -> dict[str, list[Media]]:
	if not messages:
		return {}
	table = DocType(MEDIA)
	query = (
		frappe.qb.from_(table)
		.select("parent", *MEDIA_FIELDS)
		.where(table.parent.isin([VALUE] * len(messages)))
	)
	media: dict[str, list[Media]] = {}
	for row in database.run(query.orderby(table.parent).orderby(table.idx), messages, as_dict=True):
		media.setdefault(row.pop("parent"), []).append(_media(row))
	return media


def _media(row: dict) -> Media:
	row = _present(row)
	return Media(row=row.pop("name"), name=row.pop("filename", ""), **row)


def _add_media(message: str, position: int, media: Media) -> Media:
	added = replace(media, row=new_name())
	row = {
		"name": added.row,
		"parent": message,
		"parenttype": MESSAGE,
		"parentfield": "media",
		"idx": position,
	}
	row |= {
		"type": media.type,
		"size": media.size,
		"file": media.file,
		"state": media.state,
		"url": media.url,
		"attempts": media.attempts,
		"next_attempt_at_ms": media.next_attempt_at_ms,
	}
	insert(MEDIA, row | {"filename": media.name})
	return added


def _columns(values: dict) -> dict:
	"""The column values of a message: times also as Datetime, dicts as JSON."""
	columns = values | {field: _json(values[field]) for field in JSON_FIELDS if field in values}
	if "sent_at_ms" in values:
		columns["sent_at"] = site_datetime(values["sent_at_ms"])
	return columns


def _json(value: dict) -> str | None:
	return json.dumps(value) if value else None


def _present(row: dict) -> dict:
	"""Without NULL values."""
	return {key: value for key, value in row.items() if value is not None}


def _only(rows) -> int:
	return (rows[0][0] if rows else 0) or 0


def _first(messages: list[Message]) -> Message | None:
	return messages[0] if messages else None
