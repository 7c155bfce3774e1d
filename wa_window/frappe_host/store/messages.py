"""Messages in the database: writing and reading them, with their files."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from operator import ge, gt, le, lt

import frappe
from frappe.query_builder import Criterion, DocType, Order
from frappe.query_builder.functions import Coalesce, Max
from pypika.terms import Case

from ...chat import status
from ...chat.message import INBOUND, OUTBOUND, TEXT, Media, Message, MessageTimes
from ...chat.ports.store import MOST_SEARCHED, AlreadyStored
from ...chat.reasons import Reason
from ...twilio_channel.received import AD_PICTURE
from ..clock import site_datetime
from . import database
from .database import VALUE
from .media_rows import add_media, delete_files, media_of
from .raw_rows import insert, insert_all, new_name, present, update
from .tables import MEDIA, MESSAGE, MESSAGE_FIELDS
from .waiting import OF_BATCHES, arrivals_around, is_single, waiting_since

Compare = Callable[..., Criterion]

JSON_FIELDS = ("status_times", "raw")
# Of messages that may be shown: `raw` says what they brought besides text.
SHOWN_FIELDS = (*MESSAGE_FIELDS, "raw")
# The owner of what another program sent: Frappe's user for who is not known.
NOBODY = "Guest"
# The provider's clock differs by less: an answer is not sorted further before the message that it answers.
CLOCK_SKEW_MS = 60 * 60 * 1000


class MessageStore:
	def add_message(self, message: Message) -> Message:
		return self._add([_new(message)], lambda rows: insert(MESSAGE, rows[0]))[0]

	def add_messages(self, messages: list[Message]) -> list[Message]:
		return self._add([_new(message) for message in messages], lambda rows: insert_all(MESSAGE, rows))

	def _add(self, messages: list[Message], insert_rows: Callable[[list[dict]], None]) -> list[Message]:
		try:
			insert_rows(
				[_columns({field: getattr(each, field) for field in SHOWN_FIELDS}) for each in messages]
			)
		except Exception as error:
			if database.is_duplicate(error):
				raise AlreadyStored from error
			raise
		return [replace(message, media=_media_added(message)) for message in messages]

	def change_message(self, name: str, **changes) -> None:
		update(MESSAGE, name, _columns(changes))

	def delete_message(self, name: str) -> None:
		delete_files([name])
		frappe.db.delete(MEDIA, {"parent": name})
		frappe.db.delete(MESSAGE, {"name": name})

	def message(self, name: str, *, with_media: bool = True) -> Message | None:
		return message_by("name", name, with_media=with_media)

	def message_with_sid(self, message_sid: str) -> Message | None:
		"""Mostly there is none: then the columns, whose descriptions take most of the time, are not read."""
		found = database.run(_name_statement(frappe.db.db_type), (message_sid,))
		return message_by("name", found[0][0]) if found else None

	def message_with_client_key(self, client_key: str) -> Message | None:
		return message_by("client_key", client_key)

	def messages(self, conversation: str, *, before: str = "", after: str = "", limit: int) -> list[Message]:
		table = DocType(MESSAGE)
		condition, values = _in_chat(table, conversation, before=before, after=after)
		found = messages_where(
			condition, values, limit=limit, order=_order(table), descending=not after, fields=SHOWN_FIELDS
		)
		return found if after else found[::-1]

	def search_messages(
		self, conversation: str, words: tuple[str, ...], *, before: str = "", limit: int
	) -> tuple[list[Message], str]:
		table = DocType(MESSAGE)
		condition, values = _in_chat(table, conversation, before=before)
		order = _order(table)
		ends = frappe.qb.from_(table).select(table.name).where(condition)
		for field in order:
			ends = ends.orderby(field, order=Order.desc)
		# By the index alone: the last one to be looked at, and the first one that is not.
		ends = database.run(ends.limit(2).offset(MOST_SEARCHED - 1), values)
		if len(ends) == 2:
			condition, values = _in_chat(table, conversation, before=before, after=ends[1][0])
		said = Criterion.all([table.body.like(VALUE) for _word in words])
		found = messages_where(
			condition & said,
			(*values, *(f"%{word}%" for word in words)),
			limit=limit,
			order=order,
			descending=True,
			fields=SHOWN_FIELDS,
		)
		if len(found) == limit:
			return found, found[-1].name
		return found, ends[0][0] if len(ends) == 2 else ""

	def answer_after(self, conversation: str, seen: str, author: str) -> Message | None:
		table = DocType(MESSAGE)
		of_colleagues = (
			(table.conversation == VALUE)
			& (table.direction == VALUE)
			& (table.owner != VALUE)
			& table.delivery_status.notin([VALUE] * len(status.FAILURES))
			& is_single(table)
		)
		values = [conversation, OUTBOUND, author, *status.FAILURES, OF_BATCHES]
		times = frappe.qb.from_(table).select(table.creation, table.sent_at_ms)
		times = times.where((table.name == VALUE) & (table.conversation == VALUE))
		for stored_at, sent_at_ms in database.run(times, (seen, conversation)):
			# The condition on `sent_at_ms` alone bounds what is read of a long chat.
			of_colleagues &= (table.sent_at_ms > VALUE) & (
				(table.creation > VALUE) | (table.sent_at_ms > VALUE)
			)
			values += [sent_at_ms - CLOCK_SKEW_MS, stored_at, sent_at_ms]
		order = (table.creation, table.name)
		return _first(messages_where(of_colleagues, tuple(values), limit=1, order=order, descending=True))

	def last_inbound_at_ms(self, conversation: str) -> int:
		table = DocType(MESSAGE)
		inbound = (table.conversation == VALUE) & (table.direction == VALUE)
		query = frappe.qb.from_(table).select(table.sent_at_ms).where(inbound)
		query = query.orderby(table.sent_at_ms, order=Order.desc).limit(1).for_update()
		return _only(database.run(query, (conversation, INBOUND)))

	def arrivals_around(self, conversation: str, at_ms: int) -> tuple[int, int]:
		return arrivals_around(conversation, at_ms)

	def times_of(self, conversations: list[str]) -> dict[str, MessageTimes]:
		table = DocType(MESSAGE)
		inbound = table.direction == VALUE
		refused = (table.error_reason == VALUE) & (table.direction == VALUE)
		freeform = (Coalesce(table.content_template, "") == "") & (table.sent_outside == 0)
		failed = (table.direction == VALUE) & table.delivery_status.isin([VALUE] * len(status.FAILURES))
		failed &= table.sent_outside == 0
		query = frappe.qb.from_(table).select(
			table.conversation,
			Max(Case().when(inbound, table.sent_at_ms).else_(0)),
			Max(table.sent_at_ms),
			Max(Case().when(refused & freeform, table.sent_at_ms).else_(0)),
			Max(Case().when(refused, table.sent_at_ms).else_(0)),
			Max(Case().when(failed, table.sent_at_ms).else_(0)),
		)
		query = query.where(table.conversation.isin([VALUE] * len(conversations))).groupby(table.conversation)
		refusals = (INBOUND, Reason.OUTSIDE_WINDOW, OUTBOUND, Reason.BLOCKED, OUTBOUND)
		values = (*refusals, OUTBOUND, *status.FAILURES, *conversations)
		waiting = waiting_since(conversations)
		return {
			name: MessageTimes(*[*times, waiting.get(name, 0)])
			for name, *times in database.run(query, values)
		}


def _new(message: Message) -> Message:
	author = NOBODY if message.sent_outside else frappe.session.user
	return replace(message, name=new_name(), owner=message.owner or author)


def _media_added(message: Message) -> tuple[Media, ...]:
	return tuple(
		add_media(message.name, position, media) for position, media in enumerate(message.media, start=1)
	)


def messages_where(
	condition: Criterion,
	values: tuple,
	*,
	limit: int,
	order=(),
	descending: bool = False,
	fields: Iterable[str] = MESSAGE_FIELDS,
) -> list[Message]:
	query = frappe.qb.from_(DocType(MESSAGE)).select(*fields).where(condition).limit(limit)
	for field in order:
		query = query.orderby(field, order=Order.desc if descending else Order.asc)
	return _with_media(database.run(query, values, as_dict=True))


def message_by(field: str, value: str, *, with_media: bool = True) -> Message | None:
	rows = database.run(_message_statement(frappe.db.db_type, field), (value,), as_dict=True)
	return _first(_with_media(rows) if with_media else [message_value(row, ()) for row in rows])


@lru_cache
def _name_statement(_db_type: str) -> str:
	table = DocType(MESSAGE)
	return frappe.qb.from_(table).select(table.name).where(table.message_sid == VALUE).limit(1).get_sql()


@lru_cache
def _message_statement(_db_type: str, field: str) -> str:
	table = DocType(MESSAGE)
	fields = SHOWN_FIELDS if field == "name" else MESSAGE_FIELDS
	return frappe.qb.from_(table).select(*fields).where(table[field] == VALUE).limit(1).get_sql()


def _with_media(rows: list[frappe._dict]) -> list[Message]:
	"""A text has a file only where it came by an ad, whose picture that is."""
	with_files = [row.name for row in rows if row.kind != TEXT or AD_PICTURE in (row.get("raw") or "")]
	media = media_of(with_files)
	return [message_value(row, media.get(row.name, ())) for row in rows]


def message_value(row: dict, media: Iterable[Media]) -> Message:
	"""The message of a row with MESSAGE_FIELDS, with `raw` or without."""
	parsed = {field: _parsed(row.pop(field, None)) for field in JSON_FIELDS}
	return Message(**{"body": ""} | present(row) | parsed, media=tuple(media))


def _parsed(text: str | None) -> dict:
	"""An earlier version stored whatever it got: a message is shown without what cannot be read of it."""
	try:
		value = json.loads(text or "{}")
	except ValueError:
		return {}
	return value if isinstance(value, dict) else {}


def _order(table) -> tuple:
	return table.sent_at_ms, table.creation, table.name


def _in_chat(table, conversation: str, *, before: str = "", after: str = "") -> tuple[Criterion, tuple]:
	"""The messages of a conversation that are older than one message and newer than another, where these are given."""
	condition, values = table.conversation == VALUE, [conversation]
	for name, further, at_most in ((before, lt, le), (after, gt, ge)):
		if name:
			beyond, more = _beyond(table, conversation, name, further, at_most)
			condition, values = condition & beyond, [*values, *more]
	return condition, tuple(values)


def _beyond(
	table, conversation: str, name: str, further: Compare, at_most: Compare
) -> tuple[Criterion, list]:
	"""Keyset paging by (sent_at_ms, creation, name); nothing is beyond a message of another conversation."""
	position = frappe.db.get_value(
		MESSAGE, {"name": name, "conversation": conversation}, ["sent_at_ms", "creation"], as_dict=True
	)
	if not position:
		return table.name.isnull(), []
	at, created = position.sent_at_ms, position.creation
	same_moment = further(table.creation, VALUE) | ((table.creation == VALUE) & further(table.name, VALUE))
	beyond = further(table.sent_at_ms, VALUE) | ((table.sent_at_ms == VALUE) & same_moment)
	return at_most(table.sent_at_ms, VALUE) & beyond, [at, at, at, created, created, name]


def _columns(values: dict) -> dict:
	"""The column values of a message: times also as Datetime, dicts as JSON."""
	columns = values | {field: _json(values[field]) for field in JSON_FIELDS if field in values}
	if "sent_at_ms" in values:
		columns["sent_at"] = site_datetime(values["sent_at_ms"])
	return columns


def _json(value: dict) -> str | None:
	return json.dumps(value) if value else None


def _only(rows) -> int:
	return (rows[0][0] if rows else 0) or 0


def _first(messages: list[Message]) -> Message | None:
	return messages[0] if messages else None
