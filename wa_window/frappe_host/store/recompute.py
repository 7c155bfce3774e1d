"""Compare all conversations with their messages; recompute those that differ."""

from collections.abc import Iterator
from functools import partial

import frappe
from frappe.query_builder import DocType, Order

from ...chat.message import MessageTimes
from ...chat.recompute import Difference, differences, recompute
from . import database
from .store import FrappeStore

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
			_fix(list(dict.fromkeys(difference.name for difference in found)), store, kept_since_ms)


def recompute_all(*, kept_since_ms: int) -> None:
	"""Fix all conversations."""
	for _found in compare_all(kept_since_ms=kept_since_ms, fix=True):
		pass


def batches() -> Iterator[list[str]]:
	"""The names of all conversations."""
	after = ""
	while names := _after(after):
		yield names
		after = names[-1]


def _differences(names: list[str], store: FrappeStore, kept_since_ms: int) -> list[Difference]:
	"""Without a lock, so that no chat waits."""
	times = store.times_of(names)
	return [
		difference
		for row in store.conversations_between(names[0], names[-1])
		for difference in differences(row, times.get(row.name, MessageTimes()), kept_since_ms=kept_since_ms)
	]


def _fix(names: list[str], store: FrappeStore, kept_since_ms: int) -> None:
	"""Recomputed under a lock: the messages may have changed meanwhile."""
	for first in range(0, len(names), AT_ONCE):
		database.transaction(partial(_recompute, names[first : first + AT_ONCE], store, kept_since_ms))


def _recompute(names: list[str], store: FrappeStore, kept_since_ms: int) -> None:
	for name in names:
		recompute(name, store, kept_since_ms=kept_since_ms)


def _after(name: str) -> list[str]:
	table = DocType("Chat Conversation")
	query = frappe.qb.from_(table).select(table.name).where(table.name > name)
	return query.orderby(table.name, order=Order.asc).limit(BATCH).run(pluck=True)
