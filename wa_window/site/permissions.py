"""Who may see and answer a chat: whoever may read the Lead reads its chat, whoever may write the Lead replies.

A conversation without a Lead is the managers'.
"""

from collections.abc import Callable

import frappe
from frappe.model.db_query import DatabaseQuery
from frappe.model.document import Document

from ..chat.errors import NotPermitted
from ..chat.message import Conversation
from .leads import CONVERSATION, LEAD_TYPES, lead_types
from .settings import SETTINGS

MANAGER = "WA Window Manager"
AGENT = "WA Window Agent"

FindLead = Callable[[str, str], Document | None]

READING = ("read", "select", "report", "export", "print", "email")


def find_lead(doctype: str, name: str) -> Document | None:
	"""A lead's document, whoever asks; None where there is none, or the DocType is none of leads."""
	if not (doctype in LEAD_TYPES and name):
		return None
	try:
		return frappe.get_doc(doctype, name)
	except frappe.DoesNotExistError:
		frappe.clear_last_message()
		return None


def may_lead(doctype: str, name: str, ptype: str, find: FindLead = find_lead) -> bool:
	"""Whether the session's user may read or write this lead, or this conversation that stands for itself."""
	if doctype == CONVERSATION:
		row = frappe.db.get_value(CONVERSATION, name, ["lead_doctype", "lead"], as_dict=True)
		return bool(row) and may(row, ptype, find=find)
	lead = find(doctype, name)
	return bool(lead) and _permitted(lead, ptype, frappe.session.user)


def require_chat(conversation: Conversation | None, ptype: str) -> None:
	"""Raise NotPermitted unless the session's user has `ptype` on the conversation's own lead."""
	if conversation is None or not may(conversation, ptype):
		raise NotPermitted


def may(conversation, ptype: str, user: str | None = None, find: FindLead = find_lead) -> bool:
	"""Whether a user may read or write a conversation (a value or a document) by its own lead."""
	user = user or frappe.session.user
	lead = find(conversation.lead_doctype, conversation.lead)
	return _permitted(lead, ptype, user) if lead else _is_manager(user)


def require_manager() -> None:
	if not _is_manager(frappe.session.user):
		raise NotPermitted


def require_settings() -> None:
	"""Raise NotPermitted: only who may change Settings may test the connection, sync the templates and catch up."""
	if not frappe.has_permission(SETTINGS, "write"):
		raise NotPermitted


def has_conversation_permission(doc, ptype: str, user: str, debug: bool = False) -> bool:
	"""Hook: it can only deny; writing (linking a lead) and deleting are granted to managers by the role's permissions."""
	return not doc.get("name") or may(doc, "read", user)


def has_message_permission(doc, ptype: str, user: str, debug: bool = False) -> bool:
	"""Hook: reading needs to read the lead, everything else to write it."""
	if not doc.get("conversation"):
		return True
	conversation = frappe.db.get_value(CONVERSATION, doc.conversation, ["lead_doctype", "lead"], as_dict=True)
	return bool(conversation) and may(conversation, "read" if ptype in READING else "write", user)


def conversation_query(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook: the condition that lists only conversations whose lead the user may read."""
	user = user or frappe.session.user
	conditions = [_of_readable_leads(lead_type.doctype, user) for lead_type in lead_types()]
	if _is_manager(user):
		conditions.append("coalesce(`tabChat Conversation`.`lead`, '') = ''")
	return f"({' or '.join(filter(None, conditions)) or '1 = 0'})"


def message_query(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook: messages of the conversations that the user may list."""
	return (
		"exists (select 1 from `tabChat Conversation` "
		"where `tabChat Conversation`.`name` = `tabChat Message`.`conversation` "
		f"and {conversation_query(user)})"
	)


def media_query(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook: media of the messages that the user may list."""
	return (
		"exists (select 1 from `tabChat Message` where `tabChat Message`.`name` = `tabChat Message Media`.`parent` "
		f"and {message_query(user)})"
	)


def as_listed(doctype: str, filters: list, fields: list[str], *, ignore_permissions: bool = False) -> str:
	"""The statement by which Frappe lists what the session's user may see, in no order and without an end."""
	return frappe.get_list(
		doctype,
		filters=filters,
		fields=fields,
		order_by=None,
		limit=0,
		ignore_permissions=ignore_permissions,
		run=False,
	)


def _of_readable_leads(doctype: str, user: str) -> str:
	try:
		readable = DatabaseQuery(doctype, user=user).build_match_conditions()
	except frappe.PermissionError:
		frappe.clear_last_message()
		return ""
	return (
		f"(`tabChat Conversation`.`lead_doctype` = {frappe.db.escape(doctype)} and exists (select 1 from `tab{doctype}` "
		f"where `tab{doctype}`.`name` = `tabChat Conversation`.`lead`{f' and ({readable})' if readable else ''}))"
	)


def _permitted(lead: Document, ptype: str, user: str) -> bool:
	return bool(frappe.has_permission(lead.doctype, ptype, doc=lead, user=user))


def _is_manager(user: str) -> bool:
	return user == "Administrator" or MANAGER in frappe.get_roles(user)
