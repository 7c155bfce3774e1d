"""The Datetime column beside a message's `sent_at_ms`, for filters and charts.

Frappe stores it in the site's time zone and does not update it when the time zone changes: then it is wrong by hours.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial

import frappe
from frappe.query_builder import DocType
from pypika.terms import Case

from ...chat.recompute import Difference
from ..clock import site_datetime
from . import database
from .database import VALUE
from .tables import MESSAGE

BATCH = 5000
# Rows for one UPDATE: a statement for each row takes many times as long.
AT_ONCE = 100


def compare(*, fix: bool = False, on_progress: Callable[[int, float], None]) -> Difference | None:
	"""The messages whose `sent_at` differs from `sent_at_ms`, as one difference with an example; with `fix` they are fixed.

	Reads by name in batches and commits each: it may be interrupted and run again.
	"""
	total, read, count, example, after = max(1, frappe.db.count(MESSAGE)), 0, 0, None, ""
	while rows := database.transaction(partial(_after, after)):
		wrong = [row for row in rows if row.sent_at != site_datetime(row.sent_at_ms)]
		if fix:
			_fix(wrong)
		count, example = count + len(wrong), example or next(iter(wrong), None)
		after, read = rows[-1].name, read + len(rows)
		on_progress(read, min(1, read / total))
	if example is None:
		return None
	what = f"{count} messages, such as {example.name}"
	return Difference(what, "sent_at", str(example.sent_at), str(site_datetime(example.sent_at_ms)))


def _after(name: str) -> list:
	table = DocType(MESSAGE)
	query = frappe.qb.from_(table).select(table.name, table.sent_at, table.sent_at_ms)
	query = query.where((table.name > VALUE) & (table.sent_at_ms > 0)).orderby(table.name).limit(BATCH)
	return database.run(query, (name,), as_dict=True)


def _fix(rows: list) -> None:
	for first in range(0, len(rows), AT_ONCE):
		some = rows[first : first + AT_ONCE]
		times = {row.sent_at_ms: site_datetime(row.sent_at_ms) for row in some}
		database.transaction(partial(_write, [row.name for row in some], times))


def _write(names: list[str], times: dict[int, datetime]) -> None:
	"""By a current read of each row."""
	table, right = DocType(MESSAGE), Case()
	for _time in times:
		right = right.when(table.sent_at_ms == VALUE, VALUE)
	of_these = table.name.isin([VALUE] * len(names)) & table.sent_at_ms.isin([VALUE] * len(times))
	values = [part for pair in times.items() for part in pair]
	database.run(frappe.qb.update(table).set(table.sent_at, right).where(of_these), (*values, *names, *times))
