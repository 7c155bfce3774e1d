"""Who may see and answer a chat.

It takes a role, WA Window Agent or WA Window Manager, and the right on the chat's own lead: read to read, write to send.
A conversation without a lead is the managers'. The right is asked of the lead that is stored, never of one that a request
brings: Frappe's `Document.save` asks the permission hooks about the document as it was changed.

The state of a window alone (`may_lead`) needs no role, only the right to read the lead.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import frappe
from frappe import _
from frappe.model.db_query import DatabaseQuery
from frappe.model.document import Document
from frappe.utils import cint

from ..chat.errors import NotPermitted
from ..chat.message import Conversation
from ..chat.words import _lt
from .doctypes import DOCTYPES
from .leads import CONVERSATION, is_lead_type, lead_types
from .settings import SETTINGS

MANAGER = "WA Window Manager"
AGENT = "WA Window Agent"
MESSAGE = "Chat Message"
# What people find in lists, where they tag it.
TAGGED = (CONVERSATION, MESSAGE, "Chat Lead", "Content Template")
# Files of messages, what the bell says of them, and what people note beside them.
FRAPPES_WITH_CHATS = ("File", "Notification Log", "Comment")

FindLead = Callable[[str, str], Document | None]

# "Nothing against it": version 15 goes on asking after None alone, version 16 takes None for a refusal
# (frappe/permissions.py, has_controller_permissions).
NO_OBJECTION = True if cint(frappe.__version__.split(".")[0]) >= 16 else None
READING = ("read", "select", "report", "export", "print", "email")
REASONS = "has_permission_check_logs"


def find_lead(doctype: str, name: str) -> Document | None:
	"""A lead's document, whoever asks; None where there is none, or the DocType is none of leads."""
	if not (name and is_lead_type(doctype)):
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
	"""Whether a user may read or write a conversation (a value or a row) by their role and its own lead."""
	user = user or frappe.session.user
	if not has_role(user):
		return False
	lead = find(conversation.lead_doctype, conversation.lead)
	return _permitted(lead, ptype, user) if lead else _is_manager(user)


def has_role(user: str) -> bool:
	"""Whether a user has one of the roles without which nobody reads or answers chats."""
	return _is_manager(user) or AGENT in frappe.get_roles(user)


def require_role() -> None:
	"""Raise NotPermitted, which names the missing role, unless the session's user has one of ours."""
	if not has_role(frappe.session.user):
		raise NotPermitted(_lt("Chats need the role {0}: ask your administrator for it."), _(AGENT))


def require_lead(doctype: str, name: str, ptype: str) -> None:
	"""Raise NotPermitted unless the session's user has `ptype` on this lead."""
	if not may_lead(doctype, name, ptype):
		raise NotPermitted


def require_manager() -> None:
	if not _is_manager(frappe.session.user):
		raise NotPermitted


def require_settings() -> None:
	"""Raise NotPermitted: only who may change Settings may test the connection, sync the templates and catch up."""
	if not frappe.has_permission(SETTINGS, "write"):
		raise NotPermitted


def has_conversation_permission(doc, ptype: str, user: str, debug: bool = False) -> bool:
	"""Hook, which can only deny: a stored conversation by its stored lead. What is new is refused by its controller."""
	row = _stored_lead(doc.get("name"))
	return row is None or may(row, _right(ptype), user)


def has_message_permission(doc, ptype: str, user: str, debug: bool = False) -> bool:
	"""Hook, which can only deny: a stored message by its stored conversation, a new one by the conversation it is to join."""
	name = doc.get("name")
	stored = frappe.db.get_value(MESSAGE, name, "conversation") if name else None
	conversation = stored or doc.get("conversation")
	row = _stored_lead(conversation)
	return row is not None and may(row, _right(ptype), user)


def has_tag_permission(doc, ptype: str, user: str, debug: bool = False) -> bool | None:
	"""Hook: a Tag Link holds the title of what is tagged, and every login may read that DocType."""
	if doc.document_type not in DOCTYPES:
		return NO_OBJECTION
	return bool(frappe.has_permission(doc.document_type, "read", doc.document_name, user=user))


def refuse_share(doc, method: str | None = None) -> None:
	"""Document event of DocShare: a share would pass the hooks by (frappe.permissions.has_permission asks for one where
	they deny), and an assignment makes one."""
	if doc.share_doctype in (CONVERSATION, MESSAGE):
		frappe.throw(
			_("A chat is seen by whoever may read its lead: share or assign the lead instead."),
			frappe.PermissionError,
		)


def conversation_query(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook: the condition that lists only conversations whose lead the user may read."""
	user = user or frappe.session.user
	if not has_role(user):
		return "(1 = 0)"
	of, name = "`tabChat Conversation`.`lead_doctype`", "`tabChat Conversation`.`lead`"
	conditions = [_is_listed(lead_type.doctype, of, name, user) for lead_type in lead_types()]
	if _is_manager(user):
		conditions.append("coalesce(`tabChat Conversation`.`lead`, '') = ''")
	return f"({_any_of(conditions) or '1 = 0'})"


def message_query(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook: messages of the conversations that the user may list."""
	return (
		"exists (select 1 from `tabChat Conversation` "  # noqa: S608 - a condition of our own
		"where `tabChat Conversation`.`name` = `tabChat Message`.`conversation` "
		f"and {conversation_query(user)})"
	)


def media_query(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook: media of the messages that the user may list."""
	return (
		"exists (select 1 from `tabChat Message` where `tabChat Message`.`name` = `tabChat Message Media`.`parent` "  # noqa: S608 - a condition of our own
		f"and {message_query(user)})"
	)


def tag_query(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook: of our documents' tags, those of the documents that the user may list."""
	user = user or frappe.session.user
	of, name = "`tabTag Link`.`document_type`", "`tabTag Link`.`document_name`"
	listed = [_is_listed(each, of, name, user) for each in TAGGED]
	not_ours = f"coalesce({of}, '') not in ({', '.join(frappe.db.escape(doctype) for doctype in DOCTYPES)})"
	return f"({_any_of([not_ours, *listed])})"


def _any_of(conditions: list[str]) -> str:
	return " or ".join(condition for condition in conditions if condition)


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


def holds_chats(doctype: str | None) -> bool:
	"""Whether a DocType is one of this app's, or one of Frappe's in which it keeps what is said in chats."""
	return doctype in DOCTYPES or doctype in FRAPPES_WITH_CHATS


def named_in(filters: list | dict | str | None) -> bool:
	"""Whether one of Frappe's filters, such as ["Chat Message", "body", "like", "a%"], is about a DocType that holds chats."""
	conditions = frappe.parse_json(filters) or []
	return any(
		isinstance(condition, list | tuple) and condition and holds_chats(str(condition[0]))
		for condition in conditions
	)


def count_listed(doctype: str, filters: list) -> int:
	"""Those that the session's user may see; as Frappe's own lists count."""
	# nosemgrep: frappe-using-db-sql - frappe.qb cannot select from the text that Frappe's get_list makes
	return frappe.db.sql(f"select count(*) from ({as_listed(doctype, filters, ['name'])}) listed")[0][0]  # noqa: S608 - Frappe's statement


def _is_listed(doctype: str, of: str, name: str, user: str) -> str:
	"""The condition that the columns `of` and `name` refer to a document of this DocType that the user may list; empty where
	they may list none."""
	try:
		listed = DatabaseQuery(doctype, user=user).build_match_conditions()
	except frappe.PermissionError:
		frappe.clear_last_message()
		return ""
	return (
		f"({of} = {frappe.db.escape(doctype)} and exists (select 1 from `tab{doctype}` "  # noqa: S608 - a DocType of ours, Frappe's condition
		f"where `tab{doctype}`.`name` = {name}{f' and ({listed})' if listed else ''}))"
	)


def _stored_lead(conversation: str | None):
	"""The lead_doctype and lead of a stored conversation; None where there is none of this name."""
	fields = ["lead_doctype", "lead"]
	return frappe.db.get_value(CONVERSATION, conversation, fields, as_dict=True) if conversation else None


def _right(ptype: str) -> str:
	return "read" if ptype in READING else "write"


def _permitted(lead: Document, ptype: str, user: str) -> bool:
	with _without_reasons():
		return bool(frappe.has_permission(lead.doctype, ptype, doc=lead, user=user))


@contextmanager
def _without_reasons() -> Iterator[None]:
	"""Frappe's message to who is refused a document would name the lead of the chat
	(frappe.permissions.push_perm_check_log)."""
	reasons = frappe.flags.pop(REASONS, None)
	try:
		yield
	finally:
		frappe.flags[REASONS] = reasons


def _is_manager(user: str) -> bool:
	return user == "Administrator" or MANAGER in frappe.get_roles(user)
