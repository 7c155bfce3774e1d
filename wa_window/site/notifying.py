"""Telling people: the lead's owner and assignees hear of a message, and of a window that closes without an answer.

Only people of this site are told; nothing is ever written to a customer.
"""

import json

import frappe
from frappe import _
from frappe.desk.doctype.notification_settings.notification_settings import is_notifications_enabled
from frappe.utils import escape_html, get_url_to_form, now

from ..chat.window import WINDOW_MS
from .clock import SystemClock
from .leads import LEAD_TYPES
from .permissions import CONVERSATION
from .rows import update
from .settings import closing_ms, settings

LOG = "Notification Log"
SHOWN = ["name", "lead_doctype", "lead", "lead_title", "unread_count", "last_inbound_at_ms"]


def message_received(conversation: str) -> None:
	"""One notification for all that a lead has written and nobody has read; it counts on while it is unread."""
	row = frappe.db.get_value(CONVERSATION, conversation, SHOWN, as_dict=True)
	if not (row and row.lead and row.unread_count and settings().notify_agents):
		return
	for user in recipients(row.lead_doctype, row.lead):
		words = _("{0} wrote on WhatsApp: {1} unread", lang=_language(user))
		_tell(user, row, words.format(escape_html(row.lead_title or row.lead), row.unread_count))


def seen(conversation: str) -> None:
	"""The session's user has the chat open: what told of it is read."""
	row = frappe.db.get_value(CONVERSATION, conversation, ["lead_doctype", "lead"], as_dict=True)
	known = _unread(frappe.session.user, row) if row and row.lead else None
	if known:
		frappe.db.set_value(LOG, known, "read", 1, update_modified=False)


def remind_of_closing_windows() -> None:
	"""Scheduler: where a customer waits for an answer and the window closes soon, say so once."""
	if not settings().remind_before_closing:
		return
	for row in _waiting():
		for user in recipients(row.lead_doctype, row.lead):
			words = _("{0} waits for an answer, and the WhatsApp window closes soon", lang=_language(user))
			_tell(user, row, words.format(escape_html(row.lead_title or row.lead)))
		update(CONVERSATION, row.name, {"reminded_for_ms": row.last_inbound_at_ms})
		frappe.db.commit()


def recipients(doctype: str, lead: str) -> list[str]:
	"""The lead's owner and whom it is assigned to: those of them who can log in and want notifications."""
	owner_field = LEAD_TYPES[doctype].owner_field
	row = frappe.db.get_value(doctype, lead, [owner_field, "_assign"], as_dict=True) or {}
	users = dict.fromkeys([row.get(owner_field), *json.loads(row.get("_assign") or "[]")])
	return [
		user
		for user in users
		if user and frappe.db.get_value("User", user, "enabled") and is_notifications_enabled(user)
	]


def _waiting() -> list:
	closes_ms = SystemClock().now_ms() - WINDOW_MS
	rows = frappe.get_all(
		CONVERSATION,
		[
			["last_inbound_at_ms", ">", closes_ms],
			["last_inbound_at_ms", "<=", closes_ms + closing_ms()],
			["lead", "is", "set"],
			["opted_out", "=", 0],
		],
		[*SHOWN, "last_message_at_ms", "reminded_for_ms"],
	)
	return [
		row
		for row in rows
		if row.last_message_at_ms <= row.last_inbound_at_ms and row.reminded_for_ms != row.last_inbound_at_ms
	]


def _tell(user: str, row, subject: str) -> None:
	known = _unread(user, row)
	if known:
		frappe.db.set_value(LOG, known, {"subject": subject, "creation": now()})
		frappe.publish_realtime("notification", after_commit=True, user=user)
		return
	log = {
		"doctype": LOG,
		"for_user": user,
		"type": "Alert",
		"document_type": row.lead_doctype,
		"document_name": row.lead,
		"subject": subject,
		"link": f"{get_url_to_form(row.lead_doctype, row.lead)}#wa_tab",
	}
	frappe.get_doc(log).insert(ignore_permissions=True)


def _unread(user: str, row) -> str | None:
	ours = {"for_user": user, "type": "Alert", "read": 0}
	return frappe.db.get_value(LOG, ours | {"document_type": row.lead_doctype, "document_name": row.lead})


def _language(user: str) -> str:
	return frappe.db.get_value("User", user, "language") or frappe.local.lang
