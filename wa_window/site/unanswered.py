"""Which customers wrote last and got no answer while their window was open: so that a manager sees what was missed."""

from datetime import date, timedelta

import frappe
from frappe.utils import get_datetime, getdate

from ..chat.window import WINDOW_MS
from .clock import SystemClock, epoch_ms, site_datetime
from .permissions import CONVERSATION

SHOWN = [
	"name as conversation",
	"lead_doctype",
	"lead",
	"lead_title",
	"lead_owner",
	"profile_name",
	"last_inbound_at_ms",
	"last_message_at_ms",
	"last_message_preview",
]


def rows(from_date: str | date, to_date: str | date) -> list[dict]:
	"""The chats that the user may see whose window closed in these days (of the site's time, both included) with the
	customer's message as the last one; the longest unanswered first."""
	now_ms = SystemClock().now_ms()
	begins_ms = epoch_ms(get_datetime(getdate(from_date)))
	ends_ms = epoch_ms(get_datetime(getdate(to_date) + timedelta(days=1)))
	found = frappe.get_list(
		CONVERSATION,
		[
			["last_inbound_at_ms", ">=", begins_ms - WINDOW_MS],
			["last_inbound_at_ms", "<=", min(ends_ms, now_ms) - WINDOW_MS],
		],
		SHOWN,
		order_by="last_inbound_at_ms asc",
		limit=0,
	)
	return [_row(each, now_ms) for each in found if each.last_message_at_ms <= each.last_inbound_at_ms]


def _row(each: dict, now_ms: int) -> dict:
	return {
		**each,
		"lead_title": each.lead_title or each.profile_name,
		"last_inbound_at": site_datetime(each.last_inbound_at_ms),
		"unanswered_for": (now_ms - each.last_inbound_at_ms) // 1000,
	}
