"""Customers who got no answer while their window was open: for the report."""

from datetime import date
from operator import itemgetter

import frappe
from frappe.query_builder import Criterion, DocType
from frappe.utils import create_batch

from ...chat.message import INBOUND
from ...chat.window import closes_at
from ..clock import SystemClock, site_datetime
from ..store import database
from ..store.database import VALUE
from ..store.tables import MESSAGE
from ..store.waiting import ANSWER_VALUES, arrival, is_answer
from . import readable_chats
from .dates import day, require_order, span_ms
from .list_windows import closing_between

AT_A_TIME = 100
SHOWN = [
	"lead_doctype",
	"lead",
	"lead_title",
	"lead_owner",
	"profile_name",
	"last_inbound_at_ms",
	"blocked_at_ms",
	"needs_reply",
	"done_until_ms",
	"last_message_preview",
]


def rows(from_date: str | date | None, to_date: str | date | None) -> list[dict]:
	"""The chats that the user may see whose window closed in this date range (site's time zone, inclusive) without an
	answer; the longest unanswered first. Raises InvalidArgument."""
	first, last = day(from_date), day(to_date)
	require_order(first, last)
	now_ms = SystemClock().now_ms()
	begins_ms, ends_ms = span_ms(first, last)
	filters = [*closing_between(begins_ms - 1, min(ends_ms, now_ms)), ["opted_out", "=", 0]]
	missed = [
		_row(chat, now_ms) for chats in readable_chats.batches(filters, SHOWN) for chat in _unanswered(chats)
	]
	return sorted(missed, key=itemgetter("last_inbound_at_ms"))


def _unanswered(chats: list[frappe._dict]) -> list[frappe._dict]:
	"""Those in whose latest window no answer was sent without failing, whose last message needed an answer, and whose customer has
	not blocked us."""
	waiting = [chat for chat in chats if chat.blocked_at_ms < chat.last_inbound_at_ms]
	batches = create_batch(waiting, AT_A_TIME)
	ended = {name for some in batches for name in (*_answered(some), *_done(some))}
	return [chat for chat in waiting if chat.name not in ended]


def _answered(chats: list[frappe._dict]) -> list[str]:
	"""Each window is a range of the index on conversation and time, so only its messages are read."""
	table = DocType(MESSAGE)
	window = (table.conversation == VALUE) & (table.sent_at_ms > VALUE) & (table.sent_at_ms < VALUE)
	query = frappe.qb.from_(table).select(table.conversation).distinct()
	query = query.where(Criterion.any([window] * len(chats))).where(is_answer(table))
	windows = [(chat.name, chat.last_inbound_at_ms, closes_at(chat.last_inbound_at_ms)) for chat in chats]
	values = (*(value for window in windows for value in window), *ANSWER_VALUES)
	return [name for (name,) in database.run(query, values)]


def _done(chats: list[frappe._dict]) -> list[str]:
	"""Those with Done pressed after their last message from the customer had arrived."""
	done = [chat for chat in chats if chat.done_until_ms and not chat.needs_reply]
	if not done:
		return []
	table = DocType(MESSAGE)
	last = (table.conversation == VALUE) & (table.sent_at_ms == VALUE) & (arrival(table) <= VALUE)
	query = frappe.qb.from_(table).select(table.conversation).distinct()
	query = query.where(Criterion.any([last] * len(done)) & (table.direction == VALUE))
	values = [value for chat in done for value in (chat.name, chat.last_inbound_at_ms, chat.done_until_ms)]
	return [name for (name,) in database.run(query, (*values, INBOUND))]


def _row(chat: frappe._dict, now_ms: int) -> dict:
	return {
		**chat,
		"conversation": chat.name,
		"lead_title": chat.lead_title or chat.profile_name,
		"last_inbound_at": site_datetime(chat.last_inbound_at_ms),
		"unanswered_for": (now_ms - chat.last_inbound_at_ms) // 1000,
	}
