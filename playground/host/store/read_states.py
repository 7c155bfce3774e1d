"""The ReadStates port on SQLite, in the store's own transactions."""

import sqlite3

from wa_window.chat.message import INBOUND
from wa_window.chat.read_state import MOST_COUNTED

from .store import SqliteStore


class SqliteReadStates:
	def __init__(self, store: SqliteStore):
		self.store = store

	def first_opening_ms(self, user: str) -> int:
		rows = self._run("SELECT at_ms FROM first_opening WHERE user = ?", (user,))
		return rows[0]["at_ms"] if rows else 0

	def set_first_opening(self, user: str, at_ms: int) -> None:
		self._run("INSERT OR IGNORE INTO first_opening VALUES (?, ?)", (user, at_ms))

	def seen_until_ms(self, user: str, conversations: list[str]) -> dict[str, int]:
		marks = ", ".join("?" * len(conversations))
		where = f"user = ? AND conversation IN ({marks})"
		rows = self._run(
			f"SELECT conversation, seen_until_ms FROM read_state WHERE {where}", (user, *conversations)
		)
		return {row["conversation"]: row["seen_until_ms"] for row in rows}

	def set_seen_until(self, user: str, conversation: str, at_ms: int) -> None:
		self._run("INSERT OR REPLACE INTO read_state VALUES (?, ?, ?)", (user, conversation, at_ms))

	def inbound_after(self, times: dict[str, int]) -> dict[str, int]:
		newer = "conversation = ? AND sent_at_ms > ? AND direction = ?"
		count = f"SELECT count(*) AS count FROM (SELECT 1 FROM message WHERE {newer} LIMIT {MOST_COUNTED})"
		return {name: self._run(count, (name, at_ms, INBOUND))[0]["count"] for name, at_ms in times.items()}

	def _run(self, statement: str, values: tuple) -> list[sqlite3.Row]:
		return self.store.connection.execute(statement, values).fetchall()
