"""Walking through all conversations, to compute anew what they know of their messages."""

from collections.abc import Iterator
from functools import partial

import frappe
from frappe.query_builder import DocType, Order

from ...chat.message import Times
from ...chat.recompute import Difference, differences, recompute
from ..settings import kept_since_ms
from . import database
from .store import FrappeStore

BATCH = 1000
# Set right in one transaction: so many chats wait for it at most, and a commit for each would take most of the time.
AT_ONCE = 100


def verify(*, fix: bool = False) -> Iterator[list[Difference]]:
	"""The differences of a batch of conversations at a time; with `fix` they are set right."""
	store, kept_since = FrappeStore(), kept_since_ms()
	for names in batches():
		found = database.transaction(partial(_differences, names, store, kept_since))
		yield found
		if fix:
			_set_right(list(dict.fromkeys(difference.name for difference in found)), store, kept_since)


def recompute_all() -> None:
	for _found in verify(fix=True):
		pass


def batches() -> Iterator[list[str]]:
	"""The names of all conversations."""
	after = ""
	while names := _after(after):
		yield names
		after = names[-1]


def _differences(names: list[str], store: FrappeStore, kept_since: int) -> list[Difference]:
	"""Seen without a lock, so that no chat waits for the walk."""
	times = store.times_of(names)
	return [
		difference
		for row in store.conversations_between(names[0], names[-1])
		for difference in differences(row, times.get(row.name, Times()), kept_since_ms=kept_since)
	]


def _set_right(names: list[str], store: FrappeStore, kept_since: int) -> None:
	"""Computed anew under a lock: what was seen may have changed."""
	for first in range(0, len(names), AT_ONCE):
		database.transaction(partial(_recompute, names[first : first + AT_ONCE], store, kept_since))


def _recompute(names: list[str], store: FrappeStore, kept_since: int) -> None:
	for name in names:
		recompute(name, store, kept_since_ms=kept_since)


def _after(name: str) -> list[str]:
	table = DocType("Chat Conversation")
	query = frappe.qb.from_(table).select(table.name).where(table.name > name)
	return query.orderby(table.name, order=Order.asc).limit(BATCH).run(pluck=True)
