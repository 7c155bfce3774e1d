"""Customers who got no answer while their window was open: for reminders and for the report."""

from datetime import date, timedelta

import frappe
from frappe.query_builder import Criterion, DocType
from frappe.utils import create_batch, get_datetime

from ...chat.window import closes_at
from ..clock import SystemClock, epoch_ms, site_datetime
from ..records.permissions import CONVERSATION
from ..store import database
from ..store.database import VALUE
from ..store.tables import MESSAGE
from ..store.waiting import ANSWER_VALUES, is_answer
from .dates import day, require_order
from .list_windows import closing_between

AT_A_TIME = 100
SHOWN = [
	"name",
	"lead_doctype",
	"lead",
	"lead_title",
	"lead_owner",
	"profile_name",
	"last_inbound_at_ms",
	"blocked_at_ms",
	"last_message_preview",
]


def rows(from_date: str | date | None, to_date: str | date | None) -> list[dict]:
	"""The chats that the user may see whose window closed in this date range (site's time zone, inclusive) without an
	answer; the longest unanswered first. Raises InvalidArgument."""
	first, last = day(from_date), day(to_date)
	require_order(first, last)
	now_ms = SystemClock().now_ms()
	begins_ms = epoch_ms(get_datetime(first))
	ends_ms = epoch_ms(get_datetime(last + timedelta(days=1)))
	found = frappe.get_list(
		CONVERSATION,
		[
			*closing_between(begins_ms - 1, min(ends_ms, now_ms)),
			["opted_out", "=", 0],
		],
		SHOWN,
		order_by="last_inbound_at_ms asc",
		limit=0,
	)
	return [_row(each, now_ms) for each in unanswered(found)]


def unanswered(chats: list[frappe._dict]) -> list[frappe._dict]:
	"""Of these chats (name, last_inbound_at_ms, blocked_at_ms), those in whose latest window no answer was sent without
	failing, and whose customer has not blocked us."""
	waiting = [chat for chat in chats if chat.blocked_at_ms < chat.last_inbound_at_ms]
	answered = {name for some in create_batch(waiting, AT_A_TIME) for name in _answered(some)}
	return [chat for chat in waiting if chat.name not in answered]


def _answered(chats: list[frappe._dict]) -> list[str]:
	"""Each window is a range of the index on conversation and time, so only its messages are read."""
	table = DocType(MESSAGE)
	window = (table.conversation == VALUE) & (table.sent_at_ms > VALUE) & (table.sent_at_ms < VALUE)
	query = frappe.qb.from_(table).select(table.conversation).distinct()
	query = query.where(Criterion.any([window] * len(chats))).where(is_answer(table))
	windows = [(chat.name, chat.last_inbound_at_ms, closes_at(chat.last_inbound_at_ms)) for chat in chats]
	values = (*(value for window in windows for value in window), *ANSWER_VALUES)
	return [name for (name,) in database.run(query, values)]


def _row(chat: frappe._dict, now_ms: int) -> dict:
	return {
		**chat,
		"conversation": chat.name,
		"lead_title": chat.lead_title or chat.profile_name,
		"last_inbound_at": site_datetime(chat.last_inbound_at_ms),
		"unanswered_for": (now_ms - chat.last_inbound_at_ms) // 1000,
	}
