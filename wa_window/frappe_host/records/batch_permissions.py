"""Who may see a template to many, and which of its rows.

A batch itself has Frappe's own permissions: whoever may create one may send to many, which an administrator gives to a role. Its rows hold
names and texts: a user sees those of records that they may list, and of chats that they may list.
"""

import frappe

from ..store.tables import BATCH, BATCH_ROW, CONVERSATION
from .leads import find_lead
from .permissions import (
	conversation_query,
	has_chat_permission,
	has_role,
	is_listed_by,
	is_permitted,
	readable_chats,
)

ROW = f"`tab{BATCH_ROW}`"


def may_send_to_many(user: str) -> bool:
	"""Also whether the user may still log in: a batch goes on for a while."""
	return bool(frappe.db.get_value("User", user, "enabled")) and _has_right("create", user)


def may_see_batches(user: str) -> bool:
	return _has_right("read", user)


def _has_right(ptype: str, user: str) -> bool:
	return has_role(user) and bool(frappe.has_permission(BATCH, ptype, user=user))


def has_batch_permission(doc, ptype: str, user: str, debug: bool = False) -> bool:
	"""Hook, which can only deny."""
	return has_role(user)


def batch_query(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook: none for a user without one of our roles."""
	return "" if has_role(user or frappe.session.user) else "(1 = 0)"


def has_row_permission(doc, ptype: str, user: str, debug: bool = False) -> bool:
	"""Hook, which can only deny: a stored row by its stored batch, record and chat."""
	fields = ["batch", "record_doctype", "record", "conversation"]
	row = frappe.db.get_value(BATCH_ROW, doc.get("name"), fields, as_dict=True)
	if row is None or not (has_role(user) and frappe.has_permission(BATCH, "read", row.batch, user=user)):
		return False
	record = find_lead(row.record_doctype, row.record)
	if row.record and not (record and is_permitted(record, "read", user)):
		return False
	if not row.conversation:
		return bool(row.record)
	chat = frappe.db.get_value(CONVERSATION, row.conversation, ["name", "lead_doctype", "lead"], as_dict=True)
	return chat is not None and has_chat_permission(chat, "read", user)


def row_query(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook: rows of batches, of records and of chats that the user may list."""
	user = user or frappe.session.user
	if not may_see_batches(user):
		return "(1 = 0)"
	records = is_listed_by(readable_chats(user).records, f"{ROW}.`record_doctype`", f"{ROW}.`record`")
	without_record = f"coalesce({ROW}.`record`, '') = '' and coalesce({ROW}.`conversation`, '') != ''"
	of_chat = (
		"exists (select 1 from `tabChat Conversation` "  # noqa: S608 - a condition of our own
		f"where `tabChat Conversation`.`name` = {ROW}.`conversation` and {conversation_query(user)})"
	)
	without_chat = f"coalesce({ROW}.`conversation`, '') = ''"
	return f"(({records or '1 = 0'} or ({without_record})) and ({without_chat} or {of_chat}))"
