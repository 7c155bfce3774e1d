"""Notifications of a lead: Frappe's Notification Log, and CRM Notification for Frappe CRM's leads and deals.

Each has at most one unread entry of ours for a user and a lead, which is updated.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import frappe
from frappe.desk.doctype.notification_log.notification_log import set_notifications_as_unseen
from frappe.utils import get_absolute_url, now

from .permissions import CONVERSATION

LINK_TO_CHAT = "#wa_tab"
# What CRM's bell can open: it takes all else for a lead (crm/api/notifications.py, get_notifications).
IN_CRMS_BELL = ("CRM Lead", "CRM Deal")


@dataclass(frozen=True)
class NotificationType:
	"""A DocType of notifications: the field for the text, the realtime event, and the values by which an entry is ours.

	`reloads`: on the event its pages read all entries again; the Desk only adds the newest one.
	"""

	doctype: str
	text_field: str
	event: str
	reloads: bool
	ours: Callable[[str, str, str], dict]


def _desk_entry(user: str, doctype: str, lead: str) -> dict:
	"""The link has no host: a worker does not know the host name that the user uses. A chat without a lead is opened in the
	inbox, the Desk page `whatsapp`."""
	page = "whatsapp" if doctype == CONVERSATION and lead else doctype
	return {
		"for_user": user,
		"type": "Alert",
		"document_type": doctype,
		"document_name": lead,
		"link": f"{get_absolute_url(page, lead)}{LINK_TO_CHAT}",
	}


def _crm_entry(user: str, doctype: str, lead: str) -> dict:
	"""The entries of the app frappe_whatsapp refer to a WhatsApp Message."""
	return {
		"to_user": user,
		"type": "WhatsApp",
		"notification_type_doctype": doctype,
		"notification_type_doc": lead,
		"reference_doctype": doctype,
		"reference_name": lead,
	}


DESK = NotificationType("Notification Log", "subject", "notification", False, _desk_entry)
CRM = NotificationType("CRM Notification", "notification_text", "crm_notification", True, _crm_entry)


def notify(user: str, doctype: str, lead: str, words: str) -> None:
	"""Notify a user about a lead; `words` is HTML."""
	for kind in _notification_types(doctype):
		unread = _unread(kind, user, doctype, lead)
		if unread:
			frappe.db.set_value(kind.doctype, unread, {kind.text_field: words, "creation": now()})
			if kind is DESK:
				set_notifications_as_unseen(user)
		else:
			entry = {"doctype": kind.doctype, kind.text_field: words, **kind.ours(user, doctype, lead)}
			frappe.get_doc(entry).insert(ignore_permissions=True)
		frappe.publish_realtime(kind.event, user=user, after_commit=True)


def mark_read_for(user: str, doctype: str, lead: str) -> None:
	"""Mark a user's notification of a lead as read."""
	for kind in _notification_types(doctype):
		unread = _unread(kind, user, doctype, lead)
		if unread:
			frappe.db.set_value(kind.doctype, unread, "read", 1, update_modified=False)
			if kind.reloads:
				frappe.publish_realtime(kind.event, user=user, after_commit=True)


def delete_for_document(doc, method: str | None = None) -> None:
	"""Document event: CRM Notifications that refer to a lead would prevent its deletion."""
	delete_for_lead(doc.doctype, doc.name)


def delete_for_lead(doctype: str, lead: str) -> None:
	"""Delete the notifications of a lead, of all users: they hold the customer's name."""
	desk = {key: value for key, value in _desk_entry("", doctype, lead).items() if key != "for_user"}
	frappe.db.delete(DESK.doctype, _whatever_link(desk))
	if CRM in _notification_types(doctype):
		entry = _crm_entry("", doctype, lead)
		frappe.db.delete(CRM.doctype, {key: value for key, value in entry.items() if key != "to_user"})


def delete_all_entries() -> None:
	"""Delete all notifications of chats."""
	_delete_entries({})


def delete_older_than(before: datetime) -> None:
	"""Delete the notifications of chats that were written before this time: they quote messages."""
	_delete_entries({"creation": ("<", before)})


def _delete_entries(which: dict) -> None:
	frappe.db.delete(DESK.doctype, {"type": "Alert", "link": ("like", f"%{LINK_TO_CHAT}")} | which)
	if frappe.db.exists("DocType", CRM.doctype):
		# Frappe CRM empties it where it unlinks what is about a record (crm/api/doc.py, remove_doc_link).
		for doctypes in (("in", IN_CRMS_BELL), ("is", "not set")):
			ours = {"type": "WhatsApp", "notification_type_doctype": doctypes}
			frappe.db.delete(CRM.doctype, ours | which)


def _notification_types(doctype: str) -> list[NotificationType]:
	in_crm = doctype in IN_CRMS_BELL and frappe.db.exists("DocType", CRM.doctype)
	return [DESK, CRM] if in_crm else [DESK]


def _unread(kind: NotificationType, user: str, doctype: str, lead: str) -> str | None:
	return frappe.db.get_value(kind.doctype, _whatever_link(kind.ours(user, doctype, lead)) | {"read": 0})


def _whatever_link(entry: dict) -> dict:
	"""Filters that find an entry, also one that an earlier version or a Frappe with other routes has linked."""
	return entry | ({"link": ("like", f"%{LINK_TO_CHAT}")} if "link" in entry else {})
