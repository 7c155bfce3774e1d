"""Transactions and statements on Frappe's database, the same on MariaDB and on SQLite."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import frappe
from pypika.terms import Parameter

T = TypeVar("T")

# The placeholder of a value, see `run`.
VALUE = Parameter("%s")
TRIES = 20
LONGEST_PAUSE_S = 0.2
SNAPSHOT_CONFLICT = 1020  # MariaDB: "Record has changed since last read", with innodb_snapshot_isolation


class Conflict(Exception):
	"""A conflict with another transaction: this one has to be run again as a whole."""


def transaction(work: Callable[[], T]) -> T:
	"""Run `work` in a fresh transaction and commit; on a conflict, roll back and run it again."""
	if _is_begun():
		frappe.db.rollback()
	for tries_left in reversed(range(TRIES)):
		try:
			result = work()
			frappe.db.commit()
			return result
		except Exception as error:
			frappe.db.rollback()
			if not tries_left or not _is_conflict(error):
				raise
			time.sleep(random.uniform(0, LONGEST_PAUSE_S))  # noqa: S311 - a pause, not a secret
	raise AssertionError("the last try returns or raises")


def reconnect() -> None:
	"""Reconnect after a timeout, which may have interrupted a statement: the connection is unusable, and callbacks for its
	commit must not run at a later commit."""
	frappe.db.close()
	frappe.connect(set_admin_as_user=False)


def run(query, values: Sequence[object] = (), **how):
	"""Run a `frappe.qb` statement, or the text of one that was built once, with VALUE as placeholders.

	Values are bound by position: on SQLite Frappe interpolates named values into the statement, which changes a text with a
	quote and a percent sign.
	"""
	statement = query if isinstance(query, str) else query.get_sql()
	# nosemgrep: frappe-using-db-sql - frappe.qb's own `run` uses named values, see above
	return frappe.db.sql(statement, tuple(values), **how)


def locking(query):
	"""A query that locks what it reads, and reads what is stored now; SQLite has no row locks."""
	return query if frappe.db.db_type == "sqlite" else query.for_update()


def run_locking(query, values: Sequence[object] = (), **how):
	"""Lock rows and read what is stored now, also where that is newer than the snapshot of a transaction that is not ours to run again.

	MariaDB refuses that since version 11.6 (error 1020) unless it is asked not to:
	https://mariadb.com/docs/server/server-usage/storage-engines/innodb/innodb-system-variables#innodb_snapshot_isolation
	"""
	statement = locking(query).get_sql()
	if frappe.db.db_type == "mariadb":
		statement = f"/*M!110600 SET STATEMENT innodb_snapshot_isolation=OFF FOR */ {statement}"
	return run(statement, values, **how)


def run_literal(query, **how):
	"""Run a `frappe.qb` statement without placeholders, in which a percent sign stands for itself."""
	statement = query.get_sql()
	if frappe.db.db_type == "sqlite":
		# Frappe takes these two characters for a placeholder, also inside of a literal (sqlite/database.py, execute_query).
		statement = statement.replace("%s", "%' || 's")
	# nosemgrep: frappe-using-db-sql - frappe.qb's own `run` replaces literals by placeholders
	return frappe.db.sql(statement, **how)


def holds_nul() -> bool:
	"""Whether a text with a NUL character can be stored: PostgreSQL cannot."""
	return frappe.db.db_type != "postgres"


@contextmanager
def duplicate_is_conflict() -> Iterator[None]:
	"""Raise Conflict where another transaction has added the row meanwhile: run again, this one finds it."""
	try:
		yield
	except Exception as error:
		if is_duplicate(error):
			raise Conflict from error
		raise


def is_duplicate(error: Exception) -> bool:
	return isinstance(error, frappe.UniqueValidationError | frappe.DuplicateEntryError) or (
		bool(error.args) and frappe.db.is_duplicate_entry(error)
	)


def _is_begun() -> bool:
	"""Whether the first statement will begin the transaction: Frappe connects with a request's first statement, which
	begins one except on SQLite; a webhook that has read nothing yet saves two statements."""
	return bool(frappe.db._conn) or frappe.db.db_type == "sqlite"


def _is_conflict(error: Exception) -> bool:
	if isinstance(error, Conflict | frappe.QueryDeadlockError | frappe.QueryTimeoutError):
		return True
	return bool(error.args) and (
		error.args[0] == SNAPSHOT_CONFLICT or "database is locked" in str(error.args[0])
	)
