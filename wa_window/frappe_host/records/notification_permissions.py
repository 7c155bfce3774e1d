"""Who may read a notification of a chat, which quotes the customer: the user to whom it was sent.

Frappe lists each user's own entries of its Notification Log, but lets everybody read the one that a condition finds (frappe.client.get):
its hooks.py has no `has_permission` for it. Frappe CRM lets all who work with leads list all CRM Notifications, and change them
(crm_notification.json). The hooks here change nothing for entries of others.
"""

import frappe

from .own_doctypes import DOCTYPES
from .permissions import NO_OBJECTION
from .record_notifications import CRM, DESK, IN_CRMS_BELL, LINK_TO_CHAT

# Frappe CRM empties it where it unlinks what is about a record (crm/api/doc.py, remove_doc_link).
OURS = ("", *IN_CRMS_BELL)


def has_desk_permission(doc, ptype: str, user: str, debug: bool = False) -> bool | None:
	"""Hook of Notification Log."""
	row = _stored(DESK.doctype, doc, ["for_user", "link", "document_type"])
	is_ours = row and ((row.link or "").endswith(LINK_TO_CHAT) or row.document_type in DOCTYPES)
	return False if is_ours and row.for_user != user else NO_OBJECTION


def has_crm_permission(doc, ptype: str, user: str, debug: bool = False) -> bool | None:
	"""Hook of CRM Notification."""
	row = _stored(CRM.doctype, doc, ["to_user", "type", "notification_type_doctype"])
	is_ours = row and row.type == "WhatsApp" and (row.notification_type_doctype or "") in OURS
	return False if is_ours and row.to_user != user else NO_OBJECTION


def crm_query(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook: the condition that lists of ours only the user's own."""
	user = user or frappe.session.user
	if user == "Administrator":
		return ""
	table = f"`tab{CRM.doctype}`"
	ours = ", ".join(frappe.db.escape(each) for each in OURS)
	return (
		f"({table}.`to_user` = {frappe.db.escape(user)} or coalesce({table}.`type`, '') != 'WhatsApp' "
		f"or coalesce({table}.`notification_type_doctype`, '') not in ({ours}))"
	)


def _stored(doctype: str, doc, fields: list[str]):
	"""The stored values, whatever a request would change in them; None of a new one."""
	return frappe.db.get_value(doctype, doc.get("name"), fields, as_dict=True) if doc.get("name") else None
