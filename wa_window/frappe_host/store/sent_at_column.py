"""The Datetime beside a message's `sent_at_ms`, by which people filter and charts count.

Frappe keeps it in the site's time zone and rewrites nothing when that is changed: then it is hours off.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial

import frappe
from frappe.query_builder import DocType
from pypika.terms import Case, Parameter

from ...chat.recompute import Difference
from ..clock import site_datetime
from . import database
from .store import MESSAGE

BATCH = 5000
# Rows of one UPDATE: a statement for each row takes many times as long.
AT_ONCE = 100
VALUE = Parameter("%s")


def verify(*, fix: bool = False, on_progress: Callable[[int, float], None]) -> Difference | None:
	"""All messages whose `sent_at` is not what `sent_at_ms` says, as one difference with an example; with `fix` set right.

	Walks by name, a batch at a time, and commits each: it may be broken off and run again.
	"""
	total, seen, count, example, after = max(1, frappe.db.count(MESSAGE)), 0, 0, None, ""
	while rows := database.transaction(partial(_after, after)):
		wrong = [row for row in rows if row.sent_at != site_datetime(row.sent_at_ms)]
		if fix:
			_set_right(wrong)
		count, example = count + len(wrong), example or next(iter(wrong), None)
		after, seen = rows[-1].name, seen + len(rows)
		on_progress(seen, min(1, seen / total))
	if example is None:
		return None
	what = f"{count} messages, such as {example.name}"
	return Difference(what, "sent_at", str(example.sent_at), str(site_datetime(example.sent_at_ms)))


def _after(name: str) -> list:
	table = DocType(MESSAGE)
	query = frappe.qb.from_(table).select(table.name, table.sent_at, table.sent_at_ms)
	query = query.where((table.name > VALUE) & (table.sent_at_ms > 0)).orderby(table.name).limit(BATCH)
	return database.run(query, (name,), as_dict=True)


def _set_right(rows: list) -> None:
	for first in range(0, len(rows), AT_ONCE):
		some = rows[first : first + AT_ONCE]
		times = {row.sent_at_ms: site_datetime(row.sent_at_ms) for row in some}
		database.transaction(partial(_write, [row.name for row in some], times))


def _write(names: list[str], times: dict[int, datetime]) -> None:
	"""Each by the time that its row has by now."""
	table, right = DocType(MESSAGE), Case()
	for _time in times:
		right = right.when(table.sent_at_ms == VALUE, VALUE)
	of_these = table.name.isin([VALUE] * len(names)) & table.sent_at_ms.isin([VALUE] * len(times))
	values = [part for pair in times.items() for part in pair]
	database.run(frappe.qb.update(table).set(table.sent_at, right).where(of_these), (*values, *names, *times))
