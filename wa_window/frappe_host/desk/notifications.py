"""Notify the lead's owner and assignees of a message, and of a window that closes without an answer.

Only users of this site are notified; nothing is ever sent to a customer.
"""

from functools import partial

import frappe
from frappe import _
from frappe.desk.doctype.notification_settings.notification_settings import is_notifications_enabled
from frappe.translate import get_user_lang
from frappe.utils import escape_html
from frappe.utils.user import get_users_with_role

from ...chat.conversations import window
from ...chat.message import kind_label
from ...chat.window import closes_at
from ..clock import SystemClock
from ..events import publish_message_notified
from ..presence import RedisPresence
from ..records import record_notifications
from ..records.assignments import owner_of_successor, responsible
from ..records.permissions import CONVERSATION, chat_users, has_chat_permission, record_for
from ..settings import closing_ms, settings
from ..store import chat_records, database
from ..store.raw_rows import update
from ..time_limit import JobClock, alarm_passes
from . import unread
from .list_windows import OF_A_WINDOW, closing_between

FIELDS = ["name", "lead_doctype", "lead", "lead_title", "profile_name", "customer_phone"]
PREVIEW_LENGTH = 80


def message_received(message: str) -> None:
	"""One notification for all messages of a chat that a user has not read, with the text of the last one; it is updated while it
	is unread. Who is looking at the chat gets none."""
	text, kind, conversation = frappe.db.get_value("Chat Message", message, ["body", "kind", "conversation"])
	row = frappe.db.get_value(CONVERSATION, conversation, [*FIELDS, "last_inbound_at_ms"], as_dict=True)
	if not (row and settings().notify_agents):
		return
	looking = {present.user for present in RedisPresence().present(row.name)}
	for user in recipients(row):
		count = unread.counts([row], user)[row.name]
		if count and user not in looking:
			lang = get_user_lang(user)
			preview = _shortened(text or _(kind_label(kind), lang=lang))
			words = _('{0}: "{1}" ({2} new)', lang=lang)
			words = words.format(_title(row), escape_html(preview), count)
			record_notifications.notify(user, *_document(row, user), words)
			alert = {"message": message, "conversation": row.name, "title": _name(row), "text": preview}
			publish_message_notified(user, alert)
	if not row.lead:
		_notify_named(row)


def mark_read(conversation: str) -> None:
	"""Mark the chat's notifications of the session's user as read, also those from before it had a lead."""
	row = frappe.db.get_value(CONVERSATION, conversation, ["name", "lead_doctype", "lead"], as_dict=True)
	if not row:
		return
	own = {(row.lead_doctype, row.lead)} if row.lead else set()
	further = {(record.doctype, record.name) for record in chat_records.of_chats([row.name])}
	for document in {(CONVERSATION, row.name)} | own | further:
		mark = partial(record_notifications.mark_read_for, frappe.session.user, *document)
		database.transaction(mark)


@alarm_passes()
def remind_of_closing_windows() -> None:
	"""Scheduler: notify once where a chat needs a reply, is not snoozed, and its window closes soon."""
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
	"""The owner and assignees of the chat's lead (any user may assign themselves by a ToDo), and the owner of what it was converted to;
	where none of them may read the chat, all agents who may. A chat without a lead reaches the managers. Only users who have notifications
	enabled."""
	owner, assigned = responsible(row)
	chosen = [
		user
		for user in dict.fromkeys([owner, *assigned, owner_of_successor(row)])
		if user and _may_read(user, row)
	]
	if not set(chosen) - {"Administrator"}:  # which owns what jobs create, and is nobody's own desk
		chosen += [user for user in chat_users(row, "read") if user not in chosen]
	return [user for user in chosen if is_notifications_enabled(user)]


def _notify_named(row) -> None:
	"""The user and the role that Settings name for chats without a lead. Those who may not read such a chat are notified without
	anything of it."""
	named, role = settings().unlinked_chats_user, settings().unlinked_chats_role
	users = dict.fromkeys([*([named] if named else []), *(get_users_with_role(role) if role else [])])
	for user in users:
		enabled = frappe.db.get_value("User", user, "enabled") and is_notifications_enabled(user)
		if enabled and not has_chat_permission(row, "read", user):
			words = _(
				"New customer on WhatsApp. Ask a manager to link the chat to a lead.",
				lang=get_user_lang(user),
			)
			record_notifications.notify(user, CONVERSATION, "", words)


def _document(row, user: str) -> tuple[str, str]:
	"""What a user's notifications of a chat refer to: the record by which they read it, else the chat itself."""
	record = record_for(row, "read", user)
	return (record.doctype, record.name) if record else (CONVERSATION, row.name)


def _title(row) -> str:
	"""As HTML."""
	return escape_html(_name(row))


def _name(row) -> str:
	return row.lead_title or row.profile_name or row.customer_phone or row.lead or "WhatsApp"


def _shortened(text: str) -> str:
	text = " ".join(text.split())
	return text if len(text) <= PREVIEW_LENGTH else text[: PREVIEW_LENGTH - 1] + "…"


def _may_read(user: str, row) -> bool:
	return bool(frappe.db.get_value("User", user, "enabled")) and has_chat_permission(row, "read", user)


def _waiting() -> list:
	now_ms = SystemClock().now_ms()
	rows = frappe.get_all(
		CONVERSATION,
		[
			*closing_between(now_ms, now_ms + closing_ms()),
			["needs_reply", "=", 1],
			["snoozed_until_ms", "<=", now_ms],
			["lead", "is", "set"],
			["opted_out", "=", 0],
		],
		[*FIELDS, *OF_A_WINDOW, "reminded_for_ms"],
	)
	open_ones = [row for row in rows if window(row, now_ms).freeform_allowed]
	return [row for row in open_ones if row.reminded_for_ms != row.last_inbound_at_ms]


def _remind(row) -> None:
	for user in recipients(row):
		lang = get_user_lang(user)
		words = _("{0} is waiting; {1} left to reply", lang=lang).format(_title(row), _time_left(row, lang))
		record_notifications.notify(user, *_document(row, user), words)
	update(CONVERSATION, row.name, {"reminded_for_ms": row.last_inbound_at_ms})


def _time_left(row, lang: str) -> str:
	minutes = (closes_at(row.last_inbound_at_ms) - SystemClock().now_ms()) // 60_000
	if minutes < 60:
		return _("{0} min", lang=lang).format(minutes)
	return _("{0} h {1} min", lang=lang).format(*divmod(minutes, 60))


def _note_failure(conversation: str) -> None:
	frappe.log_error(
		"WA Window: a reminder failed", reference_doctype=CONVERSATION, reference_name=conversation
	)
