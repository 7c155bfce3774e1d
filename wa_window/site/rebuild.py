"""Walking through all conversations, to compute anew what they know of their messages."""

from collections.abc import Iterator

import frappe
from frappe.query_builder import DocType, Order

from ..chat.rebuild import Difference, differences, rebuild
from . import database
from .settings import kept_since_ms
from .store import FrappeStore

BATCH = 1000


def verify(*, fix: bool = False) -> Iterator[list[Difference]]:
	"""The differences of each conversation in turn; with `fix` they are set right, each in a transaction of its own."""
	store, kept_since = FrappeStore(), kept_since_ms()
	for name in conversations():
		if fix:
			yield database.transaction(lambda name=name: rebuild(name, store, kept_since_ms=kept_since))
		else:
			yield database.transaction(lambda name=name: _differences(name, store, kept_since))


def _differences(name: str, store: FrappeStore, kept_since: int) -> list[Difference]:
	"""In a transaction of its own: what is read under a lock must not be held for the rest of the walk."""
	row = store.conversation(name)
	return differences(row, store, kept_since_ms=kept_since) if row else []


def rebuild_all() -> None:
	for _found in verify(fix=True):
		pass


def conversations() -> Iterator[str]:
	"""The names of all conversations, a batch at a time."""
	after = ""
	while names := _after(after):
		yield from names
		after = names[-1]


def _after(name: str) -> list[str]:
	table = DocType("Chat Conversation")
	query = frappe.qb.from_(table).select(table.name).where(table.name > name)
	return query.orderby(table.name, order=Order.asc).limit(BATCH).run(pluck=True)
