"""The Store port on SQLite: one file, one connection for each thread."""

import json
import random
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, fields, replace
from functools import reduce
from pathlib import Path
from typing import TypeVar

from wa_window.chat import status
from wa_window.chat.address import Customer, canonical_phone
from wa_window.chat.delivery import CLAIM_LEASE_MS, LONGEST_RETRY_MS
from wa_window.chat.media import LONGEST_RETRY_MS as LONGEST_FETCH_RETRY_MS
from wa_window.chat.message import (
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
from wa_window.chat.opt_out import keyed_hash
from wa_window.chat.ports import AlreadyStored
from wa_window.chat.reasons import Reason
from wa_window.chat.template import ContentTemplate, Variable

T = TypeVar("T")

SCHEMA = Path(__file__).with_name("schema.sql")
JSON_FIELDS = ("status_times", "raw")
UNIQUE = ("message_sid", "client_key")
MESSAGE_FIELDS = [field.name for field in fields(Message) if field.name != "media"]
FIRST_OF_ITS_CONVERSATION = """NOT EXISTS (
	SELECT 1 FROM message AS earlier
	WHERE earlier.delivery_status IN ('queued', 'sending') AND earlier.message_sid IS NULL
		AND earlier.conversation = message.conversation AND earlier.position < message.position
)"""
OF_CUSTOMER = "customer = ? OR customer_user_id = ? OR customer_parent_id = ?"
TRIES = 20
# Not a secret: the playground's customers are made up.
SECRET = b"playground"


class Conflict(Exception):
	"""A conflict with another transaction: this one has to be run again as a whole."""


class SqliteStore:
	def __init__(self, path: str | Path):
		self.path = str(path)
		self.local = threading.local()
		self.connection.executescript(SCHEMA.read_text())

	@property
	def connection(self) -> sqlite3.Connection:
		"""The connection of this thread."""
		if not hasattr(self.local, "connection"):
			connection = sqlite3.connect(self.path, timeout=15, isolation_level=None)
			connection.row_factory = sqlite3.Row
			connection.execute("PRAGMA journal_mode = WAL")
			connection.execute("PRAGMA synchronous = NORMAL")
			self.local.connection = connection
		return self.local.connection

	def transaction(self, work: Callable[[], T]) -> T:
		for tries_left in reversed(range(TRIES)):
			try:
				return self._once(work)
			except (Conflict, sqlite3.OperationalError) as error:
				if not tries_left or not (isinstance(error, Conflict) or "locked" in str(error)):
					raise
				time.sleep(random.uniform(0, 0.05))
		raise AssertionError("the last try returns or raises")

	def _once(self, work: Callable[[], T]) -> T:
		self.connection.execute("BEGIN IMMEDIATE")
		try:
			result = work()
			self.connection.execute("COMMIT")
			return result
		except BaseException:
			self.connection.execute("ROLLBACK")
			raise

	# Conversations: the transaction holds the only write lock, so that reading is locking

	def lock(self, conversation: str) -> Conversation | None:
		return self.conversation(conversation)

	def lock_pair(self, customer: Customer, business_address: str) -> list[Conversation]:
		values = (*_of_customer(customer.key, customer.user_id, customer.parent_id), business_address)
		return self._conversations(f"({OF_CUSTOMER}) AND business_address = ?", values, "rowid")

	def lock_customer(self, conversation: str) -> list[Conversation]:
		row = self.conversation(conversation)
		if row is None:
			return []
		customer = _of_customer(row.customer, row.customer_user_id, row.customer_parent_id)
		found = self._conversations(OF_CUSTOMER, customer)
		return sorted(found, key=lambda row: row.name)

	def add_conversation(self, conversation: Conversation) -> Conversation:
		added = replace(conversation, name=secrets.token_hex(10))
		try:
			self._insert("conversation", vars(added))
		except sqlite3.IntegrityError as error:
			raise Conflict from error
		return added

	def change_conversation(self, name: str, **changes: object) -> None:
		try:
			self._update("conversation", name, changes)
		except sqlite3.IntegrityError as error:
			raise Conflict from error

	def merge_into(self, kept: str, absorbed: str) -> None:
		self._run("UPDATE message SET conversation = ? WHERE conversation = ?", (kept, absorbed))
		self._run("DELETE FROM conversation WHERE name = ?", (absorbed,))

	def conversation(self, name: str) -> Conversation | None:
		return _first(self._conversations("name = ?", (name,)))

	def conversations_of(self, lead: Lead) -> list[Conversation]:
		where = "(customer = ? AND customer != '') OR (lead_doctype = ? AND lead = ?)"
		return self._conversations(where, (canonical_phone(lead.phone), lead.doctype, lead.name))

	def latest_lead(self) -> str:
		rows = self._conversations("lead != ''", ())
		return rows[0].lead if rows else ""

	def _conversations(
		self, where: str, values: Sequence, order: str = "last_message_at_ms DESC, name"
	) -> list[Conversation]:
		rows = self._run(f"SELECT * FROM conversation WHERE {where} ORDER BY {order}", values)
		return [Conversation(**dict(row) | {"opted_out": bool(row["opted_out"])}) for row in rows]

	# Messages

	def add_message(self, message: Message) -> Message:
		added = replace(message, name=secrets.token_hex(10))
		row = {field: getattr(added, field) for field in MESSAGE_FIELDS}
		try:
			self._insert("message", {key: _column(key, value) for key, value in row.items()})
		except sqlite3.IntegrityError as error:
			raise AlreadyStored from error
		return replace(added, media=tuple(self._add_media(added.name, item) for item in added.media))

	def change_message(self, name: str, **changes: object) -> None:
		self._update("message", name, {key: _column(key, value) for key, value in changes.items()})

	def message(self, name: str) -> Message | None:
		return _first(self._messages("name = ?", (name,)))

	def message_with_sid(self, message_sid: str) -> Message | None:
		return _first(self._messages("message_sid = ?", (message_sid,)))

	def message_with_client_key(self, client_key: str) -> Message | None:
		return _first(self._messages("client_key = ?", (client_key,)))

	def messages(self, conversation: str, *, before: str = "", limit: int) -> list[Message]:
		where, values = "conversation = ?", [conversation]
		if before:
			position = "(SELECT sent_at_ms, position FROM message WHERE name = ? AND conversation = ?)"
			where, values = (
				f"{where} AND (sent_at_ms, position) < {position}",
				[conversation, before, conversation],
			)
		return self._messages(where, values, f"ORDER BY sent_at_ms DESC, position DESC LIMIT {int(limit)}")[
			::-1
		]

	def answer_after(self, conversation: str, seen: str, author: str) -> Message | None:
		marks = ", ".join("?" * len(status.FAILURES))
		where = f"conversation = ? AND direction = ? AND owner != ? AND delivery_status NOT IN ({marks})"
		values = [conversation, OUTBOUND, author, *status.FAILURES]
		times = "SELECT position, sent_at_ms FROM message WHERE name = ? AND conversation = ?"
		for seen_at in self._run(times, (seen, conversation)):
			where += " AND (position > ? OR sent_at_ms > ?)"
			values += [seen_at["position"], seen_at["sent_at_ms"]]
		return _first(self._messages(where, values, "ORDER BY position DESC LIMIT 1"))

	def last_inbound_at_ms(self, conversation: str) -> int:
		latest = "SELECT coalesce(max(sent_at_ms), 0) AS latest FROM message WHERE conversation = ? AND direction = ?"
		return self._run(latest, (conversation, INBOUND))[0]["latest"]

	def times_of(self, conversations: list[str]) -> dict[str, MessageTimes]:
		refused = "error_reason = ? AND direction = ?"
		statement = (
			"SELECT conversation, max(CASE WHEN direction = ? THEN sent_at_ms ELSE 0 END), max(sent_at_ms), "
			f"max(CASE WHEN {refused} AND content_template = '' THEN sent_at_ms ELSE 0 END), "
			f"max(CASE WHEN {refused} THEN sent_at_ms ELSE 0 END) FROM message "
			f"WHERE conversation IN ({', '.join('?' * len(conversations))}) GROUP BY conversation"
		)
		values = (INBOUND, Reason.OUTSIDE_WINDOW, OUTBOUND, Reason.BLOCKED, OUTBOUND, *conversations)
		return {name: MessageTimes(*times) for name, *times in self._run(statement, values)}

	def due(self, now_ms: int, limit: int, held: Collection[str] = ()) -> list[Message]:
		where = "delivery_status = ? AND next_attempt_at_ms > 0 AND message_sid IS NULL"
		where += " AND (attempts = 0 OR next_attempt_at_ms NOT BETWEEN ? AND ?)"
		order = f"ORDER BY next_attempt_at_ms, position LIMIT {int(limit)}"
		where += " AND conversation NOT IN (SELECT name FROM conversation"
		where += f" WHERE business_address IN ({', '.join('?' * len(held))}))"
		values = (status.QUEUED, now_ms + 1, now_ms + LONGEST_RETRY_MS, *held)
		return self._messages(f"{where} AND {FIRST_OF_ITS_CONVERSATION}", values, order)

	def is_blocked_by_earlier(self, message: Message) -> bool:
		return not self._messages(f"name = ? AND {FIRST_OF_ITS_CONVERSATION}", (message.name,))

	def due_for_reconciliation(self, now_ms: int, limit: int) -> list[Message]:
		marks = ", ".join("?" * len(status.RECONCILABLE))
		where = f"delivery_status IN ({marks}) AND next_attempt_at_ms > 0"
		where += " AND (next_attempt_at_ms <= ? OR claimed_at_ms > ?)"
		where += " AND (message_sid IS NOT NULL OR delivery_status = ?)"
		values = (*status.RECONCILABLE, now_ms, now_ms + CLAIM_LEASE_MS, status.UNKNOWN)
		return self._messages(where, values, f"ORDER BY next_attempt_at_ms LIMIT {int(limit)}")

	def erased(self, message_sid: str) -> bool:
		return bool(self._run("SELECT 1 FROM erased WHERE message_sid = ?", (message_sid,)))

	def preserved_opt_out(self, keys: set[str], business_address: str) -> OptOut:
		columns = "opted_out, opt_out_changed_at_ms, blocked_at_ms"
		names = [keyed_hash(key, business_address, SECRET) for key in keys]
		rows = self._run(
			f"SELECT {columns} FROM opt_out WHERE name IN ({', '.join('?' * len(names))})", names
		)
		choices = [OptOut(**dict(row) | {"opted_out": bool(row["opted_out"])}) for row in rows]
		return reduce(OptOut.merged_with, choices, OptOut())

	def preserve_opt_out(self, keys: set[str], business_address: str, choice: OptOut) -> None:
		for name in [keyed_hash(key, business_address, SECRET) for key in keys]:
			self._run("DELETE FROM opt_out WHERE name = ?", (name,))
			if choice != OptOut():
				self._insert("opt_out", {"name": name, **vars(choice)})

	def claimed_outside(self, since_ms: int, until_ms: int, limit: int) -> list[Message]:
		where = "delivery_status = ? AND claimed_at_ms NOT BETWEEN ? AND ? AND message_sid IS NULL"
		values = (status.SENDING, since_ms, until_ms)
		return self._messages(where, values, f"ORDER BY claimed_at_ms LIMIT {int(limit)}")

	def pending(self, limit: int) -> list[Message]:
		"""Inbound messages whose post-processing is pending."""
		return self._messages("follow_up = 'pending'", (), f"ORDER BY position LIMIT {int(limit)}")

	def _messages(self, where: str, values: Sequence, order: str = "") -> list[Message]:
		columns = ", ".join(MESSAGE_FIELDS)
		rows = self._run(f"SELECT {columns} FROM message WHERE {where} {order}", values)
		return [_message(row, self._media("message = ? ORDER BY position", (row["name"],))) for row in rows]

	# Files

	def media(self, row: str) -> Media | None:
		return _first(self._media("name = ?", (row,)))

	def change_media(self, row: str, **changes: object) -> None:
		self._update("media", row, changes)

	def media_due(self, now_ms: int, limit: int) -> list[tuple[Message, Media]]:
		due = "state = ? AND next_attempt_at_ms NOT BETWEEN ? AND ?"
		rows = self._run(
			f"SELECT message, name FROM media WHERE {due} ORDER BY next_attempt_at_ms LIMIT {int(limit)}",
			(PENDING, now_ms + 1, now_ms + LONGEST_FETCH_RETRY_MS),
		)
		found = [(self.message(row["message"]), self.media(row["name"])) for row in rows]
		return [(message, media) for message, media in found if message and media]

	def keep_file(self, file_name: str, media_type: str, content: bytes) -> str:
		name = secrets.token_hex(10)
		self._insert("file", {"name": name, "file_name": file_name, "type": media_type, "content": content})
		return name

	def drop_file(self, name: str) -> None:
		self._run("DELETE FROM file WHERE name = ?", (name,))

	def file(self, name: str) -> sqlite3.Row | None:
		return _first(self._run("SELECT * FROM file WHERE name = ?", (name,)))

	def _media(self, where: str, values: Sequence) -> list[Media]:
		columns = "url, type, size, file, state, filename AS name, name AS row, attempts, next_attempt_at_ms"
		return [Media(**dict(row)) for row in self._run(f"SELECT {columns} FROM media WHERE {where}", values)]

	def _add_media(self, message: str, media: Media) -> Media:
		added = replace(media, row=secrets.token_hex(10))
		row = asdict(added) | {"name": added.row, "filename": added.name, "message": message}
		del row["row"]
		position = self._run("SELECT count(*) AS count FROM media WHERE message = ?", (message,))[0]["count"]
		self._insert("media", row | {"position": position})
		return added

	# Templates

	def template(self, content_sid: str) -> ContentTemplate | None:
		return next((template for template in self.templates() if template.content_sid == content_sid), None)

	def templates(self) -> list[ContentTemplate]:
		rows = self._run("SELECT content FROM template ORDER BY friendly_name, language")
		return [_template(json.loads(row["content"])) for row in rows]

	def replace_templates(self, templates: list[ContentTemplate]) -> None:
		def write() -> None:
			self._run("DELETE FROM template")
			for template in templates:
				row = {key: getattr(template, key) for key in ("content_sid", "friendly_name", "language")}
				self._insert("template", row | {"content": json.dumps(asdict(template))})

		self.transaction(write)

	# Leads

	def leads(self, where: str, *values) -> list[dict]:
		"""All leads, the newest first."""
		return [
			dict(row) for row in self._run(f"SELECT * FROM lead WHERE {where} ORDER BY position DESC", values)
		]

	def insert_lead(self, row: dict) -> None:
		position = self._run("SELECT coalesce(max(position), 0) + 1 AS next FROM lead")[0]["next"]
		self._insert("lead", row | {"position": position})

	def rename_lead(self, name: str, lead_name: str) -> None:
		self._update("lead", name, {"lead_name": lead_name})

	# Statements

	def _insert(self, table: str, row: dict) -> None:
		columns, marks = ", ".join(row), ", ".join("?" * len(row))
		self._run(f"INSERT INTO {table} ({columns}) VALUES ({marks})", tuple(row.values()))

	def _update(self, table: str, name: str, changes: dict) -> None:
		if changes:
			columns = ", ".join(f"{column} = ?" for column in changes)
			self._run(f"UPDATE {table} SET {columns} WHERE name = ?", (*changes.values(), name))

	def _run(self, statement: str, values: Sequence = ()) -> list[sqlite3.Row]:
		return self.connection.execute(statement, values).fetchall()


def _of_customer(key: str, user_id: str, parent_id: str) -> tuple[str, str, str]:
	"""The values of OF_CUSTOMER; an absent id is replaced by a key, which finds no other rows."""
	return key, user_id or key, parent_id or key


def _column(column: str, value):
	return json.dumps(value) if column in JSON_FIELDS else _nullable(column, value)


def _nullable(column: str, value):
	"""NULL for an empty value, since the column is unique."""
	return None if column in UNIQUE and not value else value


def _message(row: sqlite3.Row, media: list[Media]) -> Message:
	values = dict(row) | {key: row[key] or "" for key in UNIQUE}
	return Message(**values | {"media": tuple(media)} | {key: json.loads(row[key]) for key in JSON_FIELDS})


def _template(content: dict) -> ContentTemplate:
	return ContentTemplate(
		**content
		| {
			"variables": tuple(Variable(**item) for item in content["variables"]),
			"buttons": tuple(content["buttons"]),
		}
	)


def _first(rows: list):
	return rows[0] if rows else None
