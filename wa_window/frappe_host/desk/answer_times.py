"""How long customers waited for an answer, by day, agent or sender: for the report."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter

import frappe
from frappe.query_builder import DocType
from frappe.utils import create_batch

from ...chat.answer_times import (
	LONGEST_WAIT_MS,
	End,
	Event,
	Spent,
	Summary,
	Wait,
	WorkingHours,
	summarise,
	waits,
)
from ...chat.errors import InvalidArgument
from ...chat.message import has_author
from ...chat.sentences import _lt
from ...chat.template_batch import is_of_batch
from ..clock import SystemClock
from ..settings import label_of
from ..store import database
from ..store.database import VALUE
from ..store.tables import MESSAGE
from . import readable_chats
from .dates import day, require_order, span_ms
from .working_hours import working_hours

MOST_DAYS = 366
# Chats whose messages are read at once.
AT_A_TIME = 500
DAY, AGENT, SENDER = GROUPS = ("Day", "Agent", "Sender")
READ = (
	"conversation",
	"direction",
	"delivery_status",
	"sent_at_ms",
	"stored_at_ms",
	"owner",
	"sent_outside",
	"no_answer_needed",
	"client_key",
)


def rows(
	from_date: str | date | None,
	to_date: str | date | None,
	group_by: str | None = None,
	agent: str | None = None,
	sender: str | None = None,
) -> list[dict]:
	"""For each day, agent or sender, the waits that began in this date range (site's time zone, inclusive) in the chats that the
	user may see; times are averages, in seconds. With `agent`, only those that this user answered. Raises InvalidArgument."""
	first, last = day(from_date), day(to_date)
	require_order(first, last)
	if (last - first).days >= MOST_DAYS:
		raise InvalidArgument(_lt("Choose {0} days at most."), MOST_DAYS)
	group_by = group_by or DAY
	if group_by not in GROUPS:
		raise InvalidArgument(_lt("Choose one of these groups: {0}."), ", ".join(GROUPS))
	hours = working_hours(first, last + timedelta(milliseconds=LONGEST_WAIT_MS))
	found = (
		(_key(group_by, business_address, wait, hours), wait)
		for business_address, wait in _waits(first, last, sender)
		if not agent or wait.author == agent
	)
	groups = summarise(found, hours)
	return [_row(group_by, key, groups[key]) for key in sorted(groups)]


def _key(group_by: str, business_address: str, wait: Wait, hours: WorkingHours) -> str:
	if group_by == DAY:
		return str(hours.day_of(wait.began_at_ms))
	return wait.author if group_by == AGENT else business_address


def _waits(first: date, last: date, sender: str | None) -> Iterator[tuple[str, Wait]]:
	"""The waits that began on these days, each with the number of ours that the customer wrote to.

	A wait depends on the messages before it and after it: those of one longest wait are read on both sides. Where a customer waited
	when the first day began, the whole chat is: whether that wait ends within these days, and another begins, depends on when it
	began. Each chat's messages are a range of the index on conversation and time, and those of few chats are in memory at once.
	"""
	begins_ms, ends_ms = span_ms(first, last)
	filters: list[list] = [["last_message_at_ms", ">=", begins_ms]]
	if sender:
		filters.append(["business_address", "=", str(sender)])
	for rows in readable_chats.batches(filters, ["business_address"]):
		for some in create_batch(rows, AT_A_TIME):
			addresses = {chat.name: chat.business_address for chat in some}
			for name, wait in _waits_of([*addresses], begins_ms, ends_ms):
				yield addresses[name], wait


def _waits_of(names: list[str], begins_ms: int, ends_ms: int) -> Iterator[tuple[str, Wait]]:
	"""Those of these chats, each with the name of its chat."""
	now_ms = SystemClock().now_ms()
	messages = _messages(names, begins_ms - LONGEST_WAIT_MS, ends_ms + LONGEST_WAIT_MS)
	for name, of_chat in groupby(messages, key=itemgetter(0)):
		found = _found(of_chat, now_ms)
		if any(wait.began_at_ms < begins_ms and not wait.is_over(begins_ms) for wait in found):
			found = _found(_messages([name], 0, ends_ms + LONGEST_WAIT_MS), now_ms)
		for wait in found:
			if begins_ms <= wait.began_at_ms < ends_ms:
				yield name, wait


def _found(messages: Iterable[tuple], now_ms: int) -> list[Wait]:
	"""The waits of one chat with these messages."""
	return list(waits((_event(message) for message in messages), now_ms))


def _messages(names: list[str], from_ms: int, to_ms: int) -> list[tuple]:
	table = DocType(MESSAGE)
	between = (table.sent_at_ms >= VALUE) & (table.sent_at_ms < VALUE)
	query = (
		frappe.qb.from_(table).select(*READ).where(table.conversation.isin([VALUE] * len(names)) & between)
	)
	return database.run(query.orderby(table.conversation), (*names, from_ms, to_ms))


def _event(row: tuple) -> Event:
	message = frappe._dict(zip(READ, row, strict=True))
	return Event(
		message.direction,
		message.delivery_status,
		message.sent_at_ms,
		message.stored_at_ms or message.sent_at_ms,
		message.owner if has_author(message) else "",
		bool(message.no_answer_needed),
		is_of_batch(message.client_key or ""),
	)


def _row(group_by: str, key: str, summary: Summary) -> dict:
	return {
		"group": label_of(key) if group_by == SENDER else key,
		"answered": summary.ends[End.ANSWERED],
		"no_answer_needed": summary.ends[End.NO_ANSWER_NEEDED],
		"waiting": summary.ends[End.WAITING],
		"unanswered": summary.ends[End.UNANSWERED],
		"first_answers": summary.first.count,
		**_averages("first", summary.first),
		**_averages("answer", summary.every),
	}


def _averages(name: str, spent: Spent) -> dict[str, int | None]:
	"""In seconds; none where nothing was answered by a user."""

	def average(total_ms: int) -> int | None:
		return round(total_ms / spent.count / 1000) if spent.count else None

	return {
		f"{name}_time": average(spent.within_ms + spent.outside_ms),
		f"{name}_within": average(spent.within_ms),
		f"{name}_outside": average(spent.outside_ms),
	}
