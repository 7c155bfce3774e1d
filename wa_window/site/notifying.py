"""Telling people: the lead's owner and assignees hear of a message, and of a window that closes without an answer.

Only people of this site are told; nothing is ever written to a customer.
"""

import json

import frappe
from frappe import _
from frappe.desk.doctype.notification_settings.notification_settings import is_notifications_enabled
from frappe.translate import get_user_lang
from frappe.utils import escape_html

from ..chat.conversations import window
from . import bells, database
from .clock import SystemClock
from .leads import LEAD_TYPES, is_lead_type
from .permissions import CONVERSATION, may
from .rows import update
from .settings import closing_ms, settings
from .time_limit import JobClock, alarm_passes
from .unanswered import unanswered
from .windows import OF_A_WINDOW, closing_between

SHOWN = ["name", "lead_doctype", "lead", "lead_title", "unread_count"]


def message_received(conversation: str) -> None:
	"""One notification for all that a lead has written and nobody has read; it counts on while it is unread."""
	row = frappe.db.get_value(CONVERSATION, conversation, SHOWN, as_dict=True)
	if not (row and row.lead and row.unread_count and settings().notify_agents):
		return
	for user in recipients(row):
		words = _("{0} wrote on WhatsApp: {1} unread", lang=get_user_lang(user))
		words = words.format(escape_html(row.lead_title or row.lead), row.unread_count)
		bells.ring(user, row.lead_doctype, row.lead, words)


def seen(conversation: str) -> None:
	"""The session's user has the chat open: what told of it is read."""
	row = frappe.db.get_value(CONVERSATION, conversation, ["lead_doctype", "lead"], as_dict=True)
	if row and row.lead:
		bells.hush(frappe.session.user, row.lead_doctype, row.lead)


@alarm_passes()
def remind_of_closing_windows() -> None:
	"""Scheduler: where a customer waits for an answer and the window closes soon, say so once."""
	clock = JobClock()
	if not settings().remind_before_closing:
		return
	for row in _waiting():
		if clock.is_over():
			return  # those that are left are reminded of by the next job
		try:
			database.transaction(lambda row=row: _remind(row))
		except Exception:
			database.transaction(lambda row=row: _note_failure(row.name))


def recipients(row) -> list[str]:
	"""The owner of the chat's lead and whom it is assigned to (anybody may assign themselves by a ToDo): those of them who can
	log in, may read the chat and want notifications."""
	if not is_lead_type(row.lead_doctype):
		return []
	owner_field = LEAD_TYPES[row.lead_doctype].owner_field
	lead = frappe.db.get_value(row.lead_doctype, row.lead, [owner_field, "_assign"], as_dict=True) or {}
	users = dict.fromkeys([lead.get(owner_field), *json.loads(lead.get("_assign") or "[]")])
	return [user for user in users if user and _hears(user, row)]


def _hears(user: str, row) -> bool:
	return (
		bool(frappe.db.get_value("User", user, "enabled"))
		and may(row, "read", user)
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
		[*SHOWN, *OF_A_WINDOW, "reminded_for_ms"],
	)
	open_ones = [row for row in rows if window(row, now_ms).freeform_allowed]
	return unanswered([row for row in open_ones if row.reminded_for_ms != row.last_inbound_at_ms])


def _remind(row) -> None:
	for user in recipients(row):
		words = _("{0} waits for an answer, and the WhatsApp window closes soon", lang=get_user_lang(user))
		bells.ring(user, row.lead_doctype, row.lead, words.format(escape_html(row.lead_title or row.lead)))
	update(CONVERSATION, row.name, {"reminded_for_ms": row.last_inbound_at_ms})


def _note_failure(conversation: str) -> None:
	frappe.log_error(
		"WA Window: a reminder failed", reference_doctype=CONVERSATION, reference_name=conversation
	)
