"""Messages, with their files."""

import json
import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import fields, replace

from wa_window.chat import status
from wa_window.chat.message import INBOUND, OUTBOUND, Media, Message, MessageTimes
from wa_window.chat.ports.store import MOST_SEARCHED, AlreadyStored
from wa_window.chat.reasons import Reason
from wa_window.chat.template_batch import KEY_PREFIX

from .database import first
from .files import FileStore

JSON_FIELDS = ("status_times", "raw")
UNIQUE = ("message_sid", "client_key")
# `Message.arrival_ms`.
ARRIVAL = "coalesce(nullif(stored_at_ms, 0), sent_at_ms)"
# Of no batch: a template to many is no answer.
SINGLE = f"coalesce(client_key, '') NOT LIKE '{KEY_PREFIX}%'"
MESSAGE_FIELDS = [field.name for field in fields(Message) if field.name != "media"]


class MessageStore(FileStore):
	def add_message(self, message: Message) -> Message:
		added = replace(message, name=secrets.token_hex(10))
		row = {field: getattr(added, field) for field in MESSAGE_FIELDS}
		try:
			self._insert("message", {key: _column(key, value) for key, value in row.items()})
		except sqlite3.IntegrityError as error:
			raise AlreadyStored from error
		return replace(added, media=tuple(self._add_media(added.name, item) for item in added.media))

	def add_messages(self, messages: list[Message]) -> list[Message]:
		return [self.add_message(message) for message in messages]

	def change_message(self, name: str, **changes: object) -> None:
		self._update("message", name, {key: _column(key, value) for key, value in changes.items()})

	def delete_message(self, name: str) -> None:
		self._run("DELETE FROM media WHERE message = ?", (name,))
		self._run("DELETE FROM message WHERE name = ?", (name,))

	def message(self, name: str, *, with_media: bool = True) -> Message | None:
		return first(self._messages("name = ?", (name,)))

	def message_with_sid(self, message_sid: str) -> Message | None:
		return first(self._messages("message_sid = ?", (message_sid,)))

	def message_with_client_key(self, client_key: str) -> Message | None:
		return first(self._messages("client_key = ?", (client_key,)))

	def messages(self, conversation: str, *, before: str = "", after: str = "", limit: int) -> list[Message]:
		where, values = _in_chat(conversation, before=before, after=after)
		order = ("ASC" if after else "DESC", int(limit))
		found = self._messages(
			where, values, "ORDER BY sent_at_ms {0}, position {0} LIMIT {1}".format(*order)
		)
		return found if after else found[::-1]

	def search_messages(
		self, conversation: str, words: tuple[str, ...], *, before: str = "", limit: int
	) -> tuple[list[Message], str]:
		where, values = _in_chat(conversation, before=before)
		newest_first = "ORDER BY sent_at_ms DESC, position DESC"
		place = f"LIMIT 2 OFFSET {MOST_SEARCHED - 1}"
		ends = self._run(f"SELECT name FROM message WHERE {where} {newest_first} {place}", values)
		if len(ends) == 2:
			where, values = _in_chat(conversation, before=before, after=ends[1]["name"])
		said = " AND ".join([where, *["body LIKE ?"] * len(words)])
		patterns = [f"%{word}%" for word in words]
		found = self._messages(said, [*values, *patterns], f"{newest_first} LIMIT {int(limit)}")
		if len(found) == limit:
			return found, found[-1].name
		return found, ends[0]["name"] if len(ends) == 2 else ""

	def answer_after(self, conversation: str, seen: str, author: str) -> Message | None:
		marks = ", ".join("?" * len(status.FAILURES))
		where = f"conversation = ? AND direction = ? AND owner != ? AND delivery_status NOT IN ({marks}) AND {SINGLE}"
		values = [conversation, OUTBOUND, author, *status.FAILURES]
		times = "SELECT position, sent_at_ms FROM message WHERE name = ? AND conversation = ?"
		for seen_at in self._run(times, (seen, conversation)):
			where += " AND (position > ? OR sent_at_ms > ?)"
			values += [seen_at["position"], seen_at["sent_at_ms"]]
		return first(self._messages(where, values, "ORDER BY position DESC LIMIT 1"))

	def last_inbound_at_ms(self, conversation: str) -> int:
		latest = "SELECT coalesce(max(sent_at_ms), 0) AS latest FROM message WHERE conversation = ? AND direction = ?"
		return self._run(latest, (conversation, INBOUND))[0]["latest"]

	def arrivals_around(self, conversation: str, at_ms: int) -> tuple[int, int]:
		before, after = (
			f"coalesce({which}(CASE WHEN sent_at_ms {than} ? THEN {ARRIVAL} END), 0)"
			for which, than in (("max", "<="), ("min", ">"))
		)
		statement = f"SELECT {before}, {after} FROM message WHERE conversation = ? AND direction = ?"
		(row,) = self._run(statement, (at_ms, at_ms, conversation, INBOUND))
		return tuple(row)

	def times_of(self, conversations: list[str]) -> dict[str, MessageTimes]:
		refused = "error_reason = ? AND direction = ?"
		failed = f"direction = ? AND NOT sent_outside AND delivery_status IN ({', '.join('?' * len(status.FAILURES))})"
		statement = (
			"SELECT conversation, max(CASE WHEN direction = ? THEN sent_at_ms ELSE 0 END), max(sent_at_ms), "
			f"max(CASE WHEN {refused} AND content_template = '' AND NOT sent_outside THEN sent_at_ms ELSE 0 END), "
			f"max(CASE WHEN {refused} THEN sent_at_ms ELSE 0 END), "
			f"max(CASE WHEN {failed} THEN sent_at_ms ELSE 0 END) FROM message "
			f"WHERE conversation IN ({', '.join('?' * len(conversations))}) GROUP BY conversation"
		)
		refusals = (INBOUND, Reason.OUTSIDE_WINDOW, OUTBOUND, Reason.BLOCKED, OUTBOUND)
		values = (*refusals, OUTBOUND, *status.FAILURES, *conversations)
		waiting = self._waiting_since(conversations)
		return {
			name: MessageTimes(*[*times, waiting.get(name, 0)])
			for name, *times in self._run(statement, values)
		}

	def _waiting_since(self, conversations: list[str]) -> dict[str, int]:
		failures = ", ".join("?" * len(status.FAILURES))
		answer = f"direction = ? AND delivery_status NOT IN ({failures}) AND {SINGLE}"
		answers = (
			f"SELECT conversation, max(CASE WHEN {answer} THEN {ARRIVAL} ELSE 0 END) AS answered_ms FROM message "
			f"WHERE conversation IN ({', '.join('?' * len(conversations))}) GROUP BY conversation"
		)
		statement = (
			f"SELECT answers.conversation, min(sent_at_ms) FROM ({answers}) AS answers "
			"JOIN conversation ON conversation.name = answers.conversation "
			"JOIN message ON message.conversation = answers.conversation "
			f"WHERE direction = ? AND {ARRIVAL} > answered_ms AND {ARRIVAL} > done_until_ms "
			"GROUP BY answers.conversation"
		)
		values = (OUTBOUND, *status.FAILURES, *conversations, INBOUND)
		return {row[0]: row[1] for row in self._run(statement, values)}

	def _messages(self, where: str, values: Sequence, order: str = "") -> list[Message]:
		columns = ", ".join(MESSAGE_FIELDS)
		rows = self._run(f"SELECT {columns} FROM message WHERE {where} {order}", values)
		return [_message(row, self._media("message = ? ORDER BY position", (row["name"],))) for row in rows]


def _in_chat(conversation: str, *, before: str = "", after: str = "") -> tuple[str, list[str]]:
	"""The condition for messages older than one and newer than another, where these are given, with its values."""
	where, values = "conversation = ?", [conversation]
	for name, operator in ((before, "<"), (after, ">")):
		if name:
			place = "(SELECT sent_at_ms, position FROM message WHERE name = ? AND conversation = ?)"
			where += f" AND (sent_at_ms, position) {operator} {place}"
			values += [name, conversation]
	return where, values


def _column(column: str, value):
	return json.dumps(value) if column in JSON_FIELDS else _nullable(column, value)


def _nullable(column: str, value):
	"""NULL for an empty value, since the column is unique."""
	return None if column in UNIQUE and not value else value


def _message(row: sqlite3.Row, media: list[Media]) -> Message:
	values = dict(row) | {key: row[key] or "" for key in UNIQUE}
	values |= {"media": tuple(media)} | {key: bool(row[key]) for key in ("sent_outside", "no_answer_needed")}
	return Message(**values | {key: json.loads(row[key]) for key in JSON_FIELDS})
