"""The SQLite database: one file, one connection for each thread; transactions and statements."""

import random
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

SCHEMA = Path(__file__).with_name("schema.sql")
TRIES = 20


class Conflict(Exception):
	"""A conflict with another transaction: this one has to be run again as a whole."""


class Database:
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

	def _insert(self, table: str, row: dict) -> None:
		columns, marks = ", ".join(row), ", ".join("?" * len(row))
		self._run(f"INSERT INTO {table} ({columns}) VALUES ({marks})", tuple(row.values()))

	def _update(self, table: str, name: str, changes: dict) -> None:
		if changes:
			columns = ", ".join(f"{column} = ?" for column in changes)
			self._run(f"UPDATE {table} SET {columns} WHERE name = ?", (*changes.values(), name))

	def _run(self, statement: str, values: Sequence = ()) -> list[sqlite3.Row]:
		return self.connection.execute(statement, values).fetchall()


def first(rows: list):
	return rows[0] if rows else None
