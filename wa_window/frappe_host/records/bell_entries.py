"""Where people of this site are told of a lead: by the Desk's bell, and by Frappe CRM's own for its leads and deals.

Each keeps one unread entry of ours for a user and a lead, which tells the latest.
"""

from collections.abc import Callable
from dataclasses import dataclass

import frappe
from frappe.desk.doctype.notification_log.notification_log import set_notifications_as_unseen
from frappe.utils import get_absolute_url, now

from .record_types import record_types

LINK_TO_CHAT = "#wa_tab"


@dataclass(frozen=True)
class Bell:
	"""The DocType of its entries, the field for the words, the event that its pages wait for, and what makes an entry ours.

	`reloads`: on the event its pages read all entries anew; the Desk's show the newest one beside those they know.
	"""

	doctype: str
	words: str
	event: str
	reloads: bool
	ours: Callable[[str, str, str], dict]


def _desk_entry(user: str, doctype: str, lead: str) -> dict:
	"""The link has no host: a worker does not know by which one the user comes."""
	return {
		"for_user": user,
		"type": "Alert",
		"document_type": doctype,
		"document_name": lead,
		"link": f"{get_absolute_url(doctype, lead)}{LINK_TO_CHAT}",
	}


def _crm_entry(user: str, doctype: str, lead: str) -> dict:
	"""frappe_whatsapp's entries are of a WhatsApp Message."""
	return {
		"to_user": user,
		"type": "WhatsApp",
		"notification_type_doctype": doctype,
		"notification_type_doc": lead,
		"reference_doctype": doctype,
		"reference_name": lead,
	}


DESK = Bell("Notification Log", "subject", "notification", False, _desk_entry)
CRM = Bell("CRM Notification", "notification_text", "crm_notification", True, _crm_entry)


def notify(user: str, doctype: str, lead: str, words: str) -> None:
	"""Tell a user something about a lead; `words` are HTML."""
	for bell in _bells(doctype):
		known = _unread(bell, user, doctype, lead)
		if known:
			frappe.db.set_value(bell.doctype, known, {bell.words: words, "creation": now()})
			if bell is DESK:
				set_notifications_as_unseen(user)
		else:
			entry = {"doctype": bell.doctype, bell.words: words, **bell.ours(user, doctype, lead)}
			frappe.get_doc(entry).insert(ignore_permissions=True)
		frappe.publish_realtime(bell.event, user=user, after_commit=True)


def mark_read_for(user: str, doctype: str, lead: str) -> None:
	"""The user knows: what told of the lead is read."""
	for bell in _bells(doctype):
		known = _unread(bell, user, doctype, lead)
		if known:
			frappe.db.set_value(bell.doctype, known, "read", 1, update_modified=False)
			if bell.reloads:
				frappe.publish_realtime(bell.event, user=user, after_commit=True)


def delete_for_document(doc, method: str | None = None) -> None:
	"""Document event: Frappe CRM's entries would not let their lead be deleted."""
	delete_for_lead(doc.doctype, doc.name)


def delete_for_lead(doctype: str, lead: str) -> None:
	"""Delete what told of a lead, for everybody: an entry has the customer's name in it."""
	desk = {key: value for key, value in _desk_entry("", doctype, lead).items() if key != "for_user"}
	frappe.db.delete(DESK.doctype, desk | {"link": ("like", f"%{LINK_TO_CHAT}")})
	if CRM in _bells(doctype):
		entry = _crm_entry("", doctype, lead)
		frappe.db.delete(CRM.doctype, {key: value for key, value in entry.items() if key != "to_user"})


def delete_all_entries() -> None:
	"""Delete all that told of chats."""
	frappe.db.delete(DESK.doctype, {"type": "Alert", "link": ("like", f"%{LINK_TO_CHAT}")})
	if frappe.db.exists("DocType", CRM.doctype):
		in_crm = ("in", [row.doctype for row in record_types().values() if row.in_crm])
		frappe.db.delete(CRM.doctype, {"type": "WhatsApp", "notification_type_doctype": in_crm})


def _bells(doctype: str) -> list[Bell]:
	known = record_types().get(doctype)
	return [DESK, CRM] if known and known.in_crm and frappe.db.exists("DocType", CRM.doctype) else [DESK]


def _unread(bell: Bell, user: str, doctype: str, lead: str) -> str | None:
	return frappe.db.get_value(bell.doctype, bell.ours(user, doctype, lead) | {"read": 0})
