"""Compare all conversations with their messages; recompute those that differ."""

from collections.abc import Iterator
from functools import partial

import frappe
from frappe.query_builder import DocType, Order

from ...chat.message import MessageTimes
from ...chat.recompute import Difference, differences, recompute_locked
from . import assignments, database, waiting
from .raw_rows import update
from .store import FrappeStore
from .tables import CONVERSATION

BATCH = 1000
# Conversations fixed in one transaction: so many are locked at once; a commit for each would take most of the time.
AT_ONCE = 100


def compare_all(*, kept_since_ms: int, fix: bool = False) -> Iterator[list[Difference]]:
	"""The differences of a batch of conversations at a time; with `fix` they are fixed.

	`kept_since_ms` (epoch ms, UTC): see chat/recompute.py.
	"""
	store = FrappeStore()
	for names in batches():
		found = database.transaction(partial(_differences, names, store, kept_since_ms))
		yield found
		if fix:
			_fix(sorted({difference.name for difference in found}), store, kept_since_ms)


def recompute_all(*, kept_since_ms: int) -> None:
	"""Fix all conversations."""
	for _found in compare_all(kept_since_ms=kept_since_ms, fix=True):
		pass


def recompute_since(at_ms: int, *, kept_since_ms: int) -> None:
	"""Recompute the conversations with a message since `at_ms` (epoch ms, UTC)."""
	store, after = FrappeStore(), ""
	while names := _written_since(at_ms, after):
		database.transaction(partial(_recompute, names, store, kept_since_ms))
		after = names[-1]


def batches() -> Iterator[list[str]]:
	"""The names of all conversations."""
	after = ""
	while names := _after(after):
		yield names
		after = names[-1]


def _differences(names: list[str], store: FrappeStore, kept_since_ms: int) -> list[Difference]:
	"""Without a lock, so that no chat waits."""
	times = store.times_of(names)
	return _wrong_columns(names[0], names[-1]) + [
		difference
		for row in store.conversations_between(names[0], names[-1])
		for difference in differences(row, times.get(row.name, MessageTimes()), kept_since_ms=kept_since_ms)
	]


def _wrong_columns(first: str, last: str) -> list[Difference]:
	"""Of the columns that are for lists alone."""
	return waiting.wrong_columns(first, last) + assignments.wrong_columns(first, last)


def _fix(names: list[str], store: FrappeStore, kept_since_ms: int) -> None:
	"""Recomputed under a lock: the messages may have changed meanwhile."""
	for first in range(0, len(names), AT_ONCE):
		database.transaction(partial(_recompute, names[first : first + AT_ONCE], store, kept_since_ms))


def _recompute(names: list[str], store: FrappeStore, kept_since_ms: int) -> None:
	rows = [row for name in names if (row := store.lock(name))]
	if not rows:
		return
	locked = {row.name for row in rows}
	for difference in _wrong_columns(rows[0].name, rows[-1].name):
		if difference.name in locked:
			update(CONVERSATION, difference.name, {difference.field: difference.computed})
	recompute_locked(rows, store, kept_since_ms=kept_since_ms)


def _written_since(at_ms: int, after: str) -> list[str]:
	filters = {"last_message_at_ms": (">=", at_ms), "name": (">", after)}
	return frappe.get_all(CONVERSATION, filters, order_by="name asc", limit=AT_ONCE, pluck="name")


def _after(name: str) -> list[str]:
	table = DocType(CONVERSATION)
	query = frappe.qb.from_(table).select(table.name).where(table.name > name)
	return query.orderby(table.name, order=Order.asc).limit(BATCH).run(pluck=True)
