"""Who may see and answer a chat.

A user needs a role, WA Window Agent or WA Window Manager, and permission on the chat's own lead, or on another record of the chat
(conversions.py): read to read, write to send. Only the own lead's permission lets a user assign, link or erase the chat. Only managers
have access to a conversation without a lead. The stored lead is checked, never one from a request: Frappe's `Document.save` calls the
permission hooks with the changed document.

The state of a window alone (`has_lead_permission`) needs no role, only read permission on the lead.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

import frappe
from frappe import _
from frappe.model.db_query import DatabaseQuery
from frappe.model.document import Document
from frappe.query_builder import DocType
from frappe.utils import cint

from ...chat.errors import NotPermitted
from ...chat.message import Conversation, Lead
from ...chat.sentences import _lt
from ..settings import SETTINGS
from ..store import chat_records
from ..store.chat_lists import NO_CHATS, Readable
from ..store.tables import BATCH, BATCH_ROW, QUICK_REPLY
from .leads import CONVERSATION, find_lead
from .own_doctypes import DOCTYPES
from .record_types import existing_record_types

MANAGER = "WA Window Manager"
AGENT = "WA Window Agent"
MESSAGE = "Chat Message"
# DocTypes with a list view, whose documents can be tagged.
TAGGED = (CONVERSATION, MESSAGE, "Chat Lead", "Content Template")
# Files of messages, notifications of them, and comments.
FRAPPES_WITH_CHATS = ("File", "Notification Log", "CRM Notification", "Comment")

FindLead = Callable[[str, str], Document | None]

# "No objection": version 15 continues its checks only after None, version 16 treats None as a denial (frappe/permissions.py,
# has_controller_permissions).
NO_OBJECTION = True if cint(frappe.__version__.split(".")[0]) >= 16 else None
# Frappe's text of "the field is empty", for which no database uses an index.
IS_EMPTY = re.compile(r"ifnull\((`[^`]+`\.`[^`]+`), ''\)=''")
READING = ("read", "select", "report", "export", "print", "email")
REASONS = "has_permission_check_logs"


def has_lead_permission(doctype: str, name: str, ptype: str, find: FindLead = find_lead) -> bool:
	"""Whether the session's user may read or write this lead, or this conversation where it is opened on its own."""
	if doctype == CONVERSATION:
		row = _stored_chat(name)
		return bool(row) and has_chat_permission(row, ptype, find=find)
	lead = find(doctype, name)
	return bool(lead) and is_permitted(lead, ptype, frappe.session.user)


def require_chat(conversation: Conversation | None, ptype: str) -> Conversation:
	"""The conversation. Raises NotPermitted unless the session's user has `ptype` on it."""
	if conversation is None or not has_chat_permission(conversation, ptype):
		raise NotPermitted
	return conversation


def require_own_record(conversation: Conversation | None, ptype: str) -> Conversation:
	"""The conversation. Raises NotPermitted unless the session's user has `ptype` on the conversation's own lead."""
	if conversation is None or not has_own_permission(conversation, ptype):
		raise NotPermitted
	return conversation


def require_linkable(doctype: str, name: str) -> None:
	"""Raise NotPermitted unless the session's user may link a chat to this lead."""
	if not has_lead_permission(doctype, name, "write"):
		raise NotPermitted(_lt("You need write permission on the lead to link it."))


def has_chat_permission(
	conversation, ptype: str, user: str | None = None, find: FindLead = find_lead
) -> bool:
	"""Whether a user may read or write a conversation (a value or a row with `name`, `lead_doctype` and `lead`) by role and by
	one of its records."""
	user = user or frappe.session.user
	if has_own_permission(conversation, ptype, user, find):
		return True
	return has_role(user) and _further_record(conversation, ptype, user, find) is not None


def has_own_permission(conversation, ptype: str, user: str | None = None, find: FindLead = find_lead) -> bool:
	"""Whether a user may read or write a conversation by role and by its own lead."""
	user = user or frappe.session.user
	if not has_role(user):
		return False
	lead = find(conversation.lead_doctype, conversation.lead)
	return is_permitted(lead, ptype, user) if lead else is_manager(user)


def record_for(
	conversation, ptype: str, user: str | None = None, find: FindLead = find_lead
) -> Document | None:
	"""The record by which a user may read or write a conversation: its own, else the newest of the others; None without one."""
	user = user or frappe.session.user
	own = find(conversation.lead_doctype, conversation.lead)
	if own and is_permitted(own, ptype, user):
		return own
	return _further_record(conversation, ptype, user, find)


def shown_records(conversations: list[Conversation], find: FindLead = find_lead) -> dict[str, Lead]:
	"""By conversation, the record by which the session's user reads it, where that is not its own."""
	with_others = {row.conversation for row in chat_records.of_chats([chat.name for chat in conversations])}
	found = {
		chat.name: record_for(chat, "read", find=find) for chat in conversations if chat.name in with_others
	}
	return {name: Lead(record.doctype, record.name) for name, record in found.items() if record}


def _further_record(conversation, ptype: str, user: str, find: FindLead) -> Document | None:
	if not conversation.lead:
		return None
	for row in chat_records.of_chats([conversation.name]):
		record = find(row.doctype, row.name) if ptype == "read" or row.may_write else None
		if record and is_permitted(record, ptype, user):
			return record
	return None


def has_role(user: str) -> bool:
	"""Whether a user has one of the roles for reading and answering chats."""
	return is_manager(user) or AGENT in frappe.get_roles(user)


def chat_users(conversation, ptype: str) -> list[str]:
	"""The enabled users with one of our roles who may read or write a conversation (a value or a row)."""
	find = cache(find_lead)
	return [user for user in users_with_role() if has_chat_permission(conversation, ptype, user, find)]


def users_with_role() -> list[str]:
	"""The enabled users who were given one of our roles."""
	user, has_role = DocType("User"), DocType("Has Role")
	roles = (has_role.parenttype == "User") & has_role.role.isin([AGENT, MANAGER])
	return (
		frappe.qb.from_(user)
		.join(has_role)
		.on(has_role.parent == user.name)
		.select(user.name)
		.distinct()
		.where(roles & (user.enabled == 1) & (user.name != "Administrator"))
		.orderby(user.name)
		.run(pluck=True)
	)


def full_name(user: str) -> str:
	"""A user's full name; empty for a guest, and for a user who does not exist any more."""
	return frappe.get_cached_value("User", user, "full_name") or "" if user not in ("", "Guest") else ""


def may_open_app() -> bool:
	"""Whether the session's user sees the app on the apps screen: the users of the workspace."""
	return bool({MANAGER, AGENT, "System Manager"} & set(frappe.get_roles()))


def require_role() -> None:
	"""Raise NotPermitted, with the name of the missing role, unless the session's user has one of ours."""
	if not has_role(frappe.session.user):
		raise NotPermitted(_lt("You need the role {0}. Ask your administrator."), _(AGENT))


def require_manager() -> None:
	if not is_manager(frappe.session.user):
		raise NotPermitted


def require_settings() -> None:
	"""Raise NotPermitted unless the session's user may change Settings: needed to test the connection, sync templates and
	catch up."""
	if not frappe.has_permission(SETTINGS, "write"):
		raise NotPermitted


def has_conversation_permission(doc, ptype: str, user: str, debug: bool = False) -> bool:
	"""Hook, which can only deny: a stored conversation by its stored records, and changing or deleting it by its own lead. The
	controller rejects new ones."""
	row, right = _stored_chat(doc.get("name")), _right(ptype)
	permitted = has_chat_permission if right == "read" else has_own_permission
	return row is None or permitted(row, right, user)


def has_message_permission(doc, ptype: str, user: str, debug: bool = False) -> bool:
	"""Hook, which can only deny: a stored message by its stored conversation, a new one by its conversation."""
	name = doc.get("name")
	stored = frappe.db.get_value(MESSAGE, name, "conversation") if name else None
	conversation = stored or doc.get("conversation")
	row = _stored_chat(conversation)
	return row is not None and has_chat_permission(row, _right(ptype), user)


def has_tag_permission(doc, ptype: str, user: str, debug: bool = False) -> bool | None:
	"""Hook: a Tag Link holds the title of the tagged document, and every user may read that DocType."""
	if doc.document_type not in DOCTYPES:
		return NO_OBJECTION
	return bool(frappe.has_permission(doc.document_type, "read", doc.document_name, user=user))


def refuse_share(doc, method: str | None = None) -> None:
	"""Document event of DocShare: a share would bypass the hooks (frappe.permissions.has_permission checks shares where
	they deny), and an assignment creates one."""
	if doc.share_doctype == QUICK_REPLY:
		frappe.throw(_("Choose under Visible To who sees this quick reply."), frappe.PermissionError)
	if doc.share_doctype in (CONVERSATION, MESSAGE, BATCH, BATCH_ROW):
		frappe.throw(
			_("Share or assign the lead instead: who may read it sees its chat."),
			frappe.PermissionError,
		)


def readable_chats(user: str | None = None) -> Readable:
	"""The chats that a user, else the session's user, may read."""
	user = user or frappe.session.user
	if not has_role(user):
		return NO_CHATS
	conditions = {row.doctype: _listed(row.doctype, user) for row in existing_record_types()}
	records = {doctype: condition for doctype, condition in conditions.items() if condition is not None}
	# Whoever may list all records finds each chat by its own.
	may_list_all = len(records) == len(conditions) and not any(records.values())
	also = set() if may_list_all else chat_records.doctypes() & {*records}
	further = {doctype: records[doctype] for doctype in sorted(also)}
	return Readable(records, is_manager(user), tuple(conditions), further)


def may_read_all_chats() -> bool:
	"""Whether the session's user may read every chat, those without a lead too."""
	readable = readable_chats()
	may_list_all = {*readable.records} == {*readable.doctypes} and not any(readable.records.values())
	return may_list_all and readable.without_record


def conversation_query(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook: the condition that lists only conversations of which the user may read a record."""
	readable = readable_chats(user)
	conditions = [
		is_listed_by(
			readable.records, "`tabChat Conversation`.`lead_doctype`", "`tabChat Conversation`.`lead`"
		)
	]
	if readable.without_record:
		conditions.append("coalesce(`tabChat Conversation`.`lead`, '') = ''")
	if readable.further:
		conditions.append(_has_one_of(readable.further))
	return f"({_any_of(conditions) or '1 = 0'})"


def _has_one_of(further: dict[str, str]) -> str:
	listed = is_listed_by(further, "`tabChat Record`.`record_doctype`", "`tabChat Record`.`record`")
	return (
		"exists (select 1 from `tabChat Record` "  # noqa: S608 - a condition of our own
		f"where `tabChat Record`.`conversation` = `tabChat Conversation`.`name` and ({listed}))"
	)


def is_listed_by(records: dict[str, str], of: str, name: str) -> str:
	"""The SQL condition that the columns `of` and `name` refer to a record that is listed by Frappe's condition for its DocType; empty
	where there are none."""
	return _any_of([_is_one_of(doctype, listed, of, name) for doctype, listed in records.items()])


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
	"""Hook: list tags of our documents only where the user may list the document."""
	user = user or frappe.session.user
	of, name = "`tabTag Link`.`document_type`", "`tabTag Link`.`document_name`"
	listed = [_is_listed(each, of, name, user) for each in TAGGED]
	not_ours = f"coalesce({of}, '') not in ({', '.join(frappe.db.escape(doctype) for doctype in DOCTYPES)})"
	return f"({_any_of([not_ours, *listed])})"


def _any_of(conditions: list[str]) -> str:
	return " or ".join(condition for condition in conditions if condition)


def as_listed(doctype: str, filters: list, fields: list[str], *, ignore_permissions: bool = False) -> str:
	"""Frappe's SQL statement that lists the documents that the session's user may see, without order and limit."""
	return frappe.get_list(
		doctype,
		filters=filters,
		fields=fields,
		order_by=None,
		limit=0,
		ignore_permissions=ignore_permissions,
		run=False,
	)


def contains_chats(doctype: str | None) -> bool:
	"""Whether a DocType is one of this app's, or one of Frappe's that holds data of chats."""
	return doctype in DOCTYPES or doctype in FRAPPES_WITH_CHATS


def filters_on_chats(filters: list | dict | str | None) -> bool:
	"""Whether one of Frappe's filters, such as ["Chat Message", "body", "like", "a%"], is on a DocType that contains data
	of chats."""
	conditions = frappe.parse_json(filters) or []
	return any(
		isinstance(condition, list | tuple) and condition and contains_chats(str(condition[0]))
		for condition in conditions
	)


def count_listed(doctype: str, filters: list) -> int:
	"""The number of documents that the session's user may see, as in Frappe's lists."""
	# nosemgrep: frappe-using-db-sql - frappe.qb cannot select from the text that Frappe's get_list makes
	return frappe.db.sql(f"select count(*) from ({as_listed(doctype, filters, ['name'])}) listed")[0][0]  # noqa: S608 - Frappe's statement


def _is_listed(doctype: str, of: str, name: str, user: str) -> str:
	"""The SQL condition that the columns `of` and `name` refer to a document of this DocType that the user may list; empty
	where they may list none."""
	listed = _listed(doctype, user)
	return "" if listed is None else _is_one_of(doctype, listed, of, name)


def _is_one_of(doctype: str, listed: str, of: str, name: str) -> str:
	return (
		f"({of} = {frappe.db.escape(doctype)} and exists (select 1 from `tab{doctype}` "  # noqa: S608 - a DocType of ours, Frappe's condition
		f"where `tab{doctype}`.`name` = {name}{f' and ({listed})' if listed else ''}))"
	)


def _listed(doctype: str, user: str) -> str | None:
	"""Frappe's own SQL condition for the documents that a user may list; empty for all, None for none.

	Frappe's `build_match_conditions` alone is not enough for a user without a role to read the DocType: of those to whom
	documents were shared it returns no condition, but adds it to the query's own; of those with a User Permission on the
	DocType it returns none at all (frappe/model/db_query.py).
	"""
	query = DatabaseQuery(doctype, user=user)
	if frappe.permissions.get_role_permissions(frappe.get_meta(doctype), user=user).get("read"):
		return IS_EMPTY.sub(r"(\1 is null or \1='')", query.build_match_conditions())
	query.shared = frappe.share.get_shared(doctype, user)
	if not query.shared:
		return None
	conditions = query.get_share_condition(), query.get_permission_query_conditions()
	return " and ".join(condition for condition in conditions if condition)


def _stored_chat(conversation: str | None):
	"""The name, lead_doctype and lead of a stored conversation; None where it does not exist."""
	fields = ["name", "lead_doctype", "lead"]
	return frappe.db.get_value(CONVERSATION, conversation, fields, as_dict=True) if conversation else None


def _right(ptype: str) -> str:
	return "read" if ptype in READING else "write"


def is_permitted(lead: Document, ptype: str, user: str) -> bool:
	"""Whether a user has `ptype` on a lead's document; a refusal does not name it."""
	with _without_reasons():
		return bool(frappe.has_permission(lead.doctype, ptype, doc=lead, user=user))


@contextmanager
def _without_reasons() -> Iterator[None]:
	"""Suppress Frappe's message for a denied document, which would contain the name of the chat's lead
	(frappe.permissions.push_perm_check_log)."""
	reasons = frappe.flags.pop(REASONS, None)
	try:
		yield
	finally:
		frappe.flags[REASONS] = reasons


def is_manager(user: str) -> bool:
	return user == "Administrator" or MANAGER in frappe.get_roles(user)
