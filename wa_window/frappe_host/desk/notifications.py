"""Notify the lead's owner and assignees of a message, and of a window that closes without an answer.

Only users of this site are notified; nothing is ever sent to a customer.
"""

import json
from functools import partial

import frappe
from frappe import _
from frappe.desk.doctype.notification_settings.notification_settings import is_notifications_enabled
from frappe.translate import get_user_lang
from frappe.utils import escape_html

from ...chat.conversations import window
from ..clock import SystemClock
from ..records import record_notifications
from ..records.permissions import CONVERSATION, has_chat_permission
from ..records.record_types import is_record_type, record_types
from ..settings import closing_ms, settings
from ..store import database
from ..store.raw_rows import update
from ..time_limit import JobClock, alarm_passes
from .list_windows import OF_A_WINDOW, closing_between
from .missed_windows import unanswered

FIELDS = ["name", "lead_doctype", "lead", "lead_title", "unread_count"]


def message_received(conversation: str) -> None:
	"""One notification for all unread messages of a lead; its count is updated while it is unread."""
	row = frappe.db.get_value(CONVERSATION, conversation, FIELDS, as_dict=True)
	if not (row and row.lead and row.unread_count and settings().notify_agents):
		return
	for user in recipients(row):
		words = _("{0} wrote on WhatsApp: {1} unread", lang=get_user_lang(user))
		words = words.format(escape_html(row.lead_title or row.lead), row.unread_count)
		record_notifications.notify(user, row.lead_doctype, row.lead, words)


def mark_read(conversation: str) -> None:
	"""Mark the chat's notifications of the session's user as read."""
	row = frappe.db.get_value(CONVERSATION, conversation, ["lead_doctype", "lead"], as_dict=True)
	if row and row.lead:
		mark = partial(record_notifications.mark_read_for, frappe.session.user, row.lead_doctype, row.lead)
		database.transaction(mark)


@alarm_passes()
def remind_of_closing_windows() -> None:
	"""Scheduler: notify once where a customer waits for an answer and the window closes soon."""
	clock = JobClock()
	if not settings().remind_before_closing:
		return
	for row in _waiting():
		if clock.is_over():
			return  # the next job continues
		try:
			database.transaction(partial(_remind, row))
		except Exception:
			database.transaction(partial(_note_failure, row.name))


def recipients(row) -> list[str]:
	"""The owner and assignees of the chat's lead (any user may assign themselves by a ToDo) who are enabled, may read the
	chat and have notifications enabled."""
	if not is_record_type(row.lead_doctype):
		return []
	owner_field = record_types()[row.lead_doctype].owner_field
	lead = frappe.db.get_value(row.lead_doctype, row.lead, [owner_field, "_assign"], as_dict=True) or {}
	users = dict.fromkeys([lead.get(owner_field), *json.loads(lead.get("_assign") or "[]")])
	return [user for user in users if user and _is_recipient(user, row)]


def _is_recipient(user: str, row) -> bool:
	return (
		bool(frappe.db.get_value("User", user, "enabled"))
		and has_chat_permission(row, "read", user)
		and is_notifications_enabled(user)
	)


def _waiting() -> list:
	now_ms = SystemClock().now_ms()
	rows = frappe.get_all(
		CONVERSATION,
		[
			*closing_between(now_ms, now_ms + closing_ms()),
			["lead", "is", "set"],
			["opted_out", "=", 0],
		],
		[*FIELDS, *OF_A_WINDOW, "reminded_for_ms"],
	)
	open_ones = [row for row in rows if window(row, now_ms).freeform_allowed]
	return unanswered([row for row in open_ones if row.reminded_for_ms != row.last_inbound_at_ms])


def _remind(row) -> None:
	for user in recipients(row):
		words = _("{0} waits for an answer, and the WhatsApp window closes soon", lang=get_user_lang(user))
		record_notifications.notify(
			user, row.lead_doctype, row.lead, words.format(escape_html(row.lead_title or row.lead))
		)
	update(CONVERSATION, row.name, {"reminded_for_ms": row.last_inbound_at_ms})


def _note_failure(conversation: str) -> None:
	frappe.log_error(
		"WA Window: a reminder failed", reference_doctype=CONVERSATION, reference_name=conversation
	)
