"""Whose chat it is: the owner of its record, and whom Frappe has assigned the record to.

Take and hand over are Frappe's own assignment of the record (frappe.desk.form.assign_to), so the CRM shows them too. Never of the
conversation: an assignment may create a share, which bypasses the permissions of chats (`permissions.refuse_share`). Nor to a
user who may not already read and change the record: Frappe would share it with them.

After Take or Hand over a chat has one assignee: the open ToDos of all others are canceled, as by Frappe's own "remove", which
notifies them. The owner of the record does not change: commissions and reports depend on it. (Frappe CRM itself makes the first
assignee of a record without an owner its owner, crm/api/todo.py.)
"""

import json
from functools import cache

import frappe
from frappe.desk.form import assign_to
from frappe.utils import escape_html

from ...chat.errors import InvalidMessage, NotPermitted
from ...chat.message import Conversation
from ...chat.sentences import _lt
from ..events import FrappeEvents
from ..store import chat_records, database
from ..store.raw_rows import lock
from ..store.store import FrappeStore
from .leads import CONVERSATION, show_on_chats
from .permissions import (
	find_lead,
	full_name,
	has_own_permission,
	record_for,
	require_chat,
	require_own_record,
	users_with_role,
)
from .record_types import is_record_type, record_types

LONGEST_NOTE = 5000
OPEN = ("not in", ("Cancelled", "Closed"))


def responsible(conversation) -> tuple[str, list[str]]:
	"""The owner of the chat's record, or an empty text, and the users whom it is assigned to. Takes a value or a row."""
	if not is_record_type(conversation.lead_doctype):
		return "", []
	owner_field = record_types()[conversation.lead_doctype].owner_field
	fields = ["_assign", owner_field] if owner_field else ["_assign"]
	row = frappe.db.get_value(conversation.lead_doctype, conversation.lead, fields, as_dict=True)
	return (row.get(owner_field) or "", json.loads(row._assign or "[]")) if row else ("", [])


def owner_of_successor(conversation) -> str:
	"""The owner of what the chat's record was last converted to, or an empty text. Takes a value or a row."""
	converted = (row for row in chat_records.of_chats([conversation.name]) if row.from_record)
	newest = next(converted, None)
	if newest is None or not is_record_type(newest.doctype):
		return ""
	owner_field = record_types()[newest.doctype].owner_field
	return (owner_field and frappe.db.get_value(newest.doctype, newest.name, owner_field)) or ""


def assignable(conversation: str) -> list[dict[str, str]]:
	"""The users to whom the session's user may hand over a chat, by name. Raises NotPermitted."""
	row, find = _own(conversation), cache(find_lead)
	users = [
		user
		for user in users_with_role()
		if all(has_own_permission(row, right, user, find) for right in ("read", "write"))
	]
	return sorted((_person(user) for user in users), key=lambda person: person["full_name"].lower())


def take(conversation: str) -> None:
	"""Assign the chat's record to the session's user. Raises NotPermitted, or InvalidMessage."""
	assign(conversation, frappe.session.user)


def assign(conversation: str, user: str, note: str = "") -> None:
	"""Assign the chat's record to one user and to nobody else, with a note for them.

	Raises NotPermitted, or InvalidMessage where the chat has no record, or the user may not chat there.
	"""
	row = _own(conversation)
	if not row.lead:
		raise InvalidMessage(_lt("No lead yet. Link or create one first."))
	if not _may_be_assigned(user, row):
		raise InvalidMessage(
			_lt("{0} cannot chat here: they need the role for chats and write permission on the lead."),
			full_name(user) or user,
		)
	words = _as_html(note) if note.strip() else ""
	database.transaction(lambda: _assign(row, user, words))


def note(conversation: str, text: str) -> None:
	"""Comment on the record by which the session's user may write the chat, or on a chat without one, which only managers may see.
	Never sent.

	Raises NotPermitted, or InvalidMessage for an empty text or one that is too long.
	"""
	row = require_chat(FrappeStore().conversation(conversation), "write")
	if not text.strip():
		raise InvalidMessage(_lt("Write a note first."))
	record, words = record_for(row, "write") or frappe.get_doc(CONVERSATION, row.name), _as_html(text)
	database.transaction(lambda: record.add_comment("Comment", words))
	FrappeEvents().conversation_changed(row.name)


def on_assignment(doc, method: str | None = None) -> None:
	"""Document event of ToDo: an assignment by whomever is shown in open chats; another app may have changed the owner with
	it."""
	if not (doc.reference_name and is_record_type(doc.reference_type)):
		return
	record = frappe.get_doc(doc.reference_type, doc.reference_name)
	show_on_chats(record, on_assignment=True)
	chats = frappe.get_all(CONVERSATION, {"lead_doctype": record.doctype, "lead": record.name}, pluck="name")
	for name in chats:
		frappe.db.after_commit.add(lambda name=name: FrappeEvents().conversation_changed(name))


def _own(conversation: str) -> Conversation:
	"""The conversation, whose own record the session's user may write."""
	return require_own_record(FrappeStore().conversation(conversation), "write")


def _may_be_assigned(user: str, row: Conversation) -> bool:
	is_enabled = frappe.db.get_value("User", user, "enabled")
	return bool(is_enabled) and all(has_own_permission(row, right, user) for right in ("read", "write"))


def _assign(row: Conversation, user: str, description: str) -> None:
	"""The record is locked first: of two agents who press at once, the later one sees the other's assignment. Not the chat: saving
	a record locks it before its chats (`leads.show_on_chats`)."""
	lock(row.lead_doctype, row.lead)
	if not frappe.db.exists(row.lead_doctype, row.lead):
		raise NotPermitted
	about = {"reference_type": row.lead_doctype, "reference_name": row.lead, "status": OPEN}
	todos = frappe.get_all("ToDo", about, ["name", "allocated_to"])
	for todo in todos:
		if todo.allocated_to != user:
			# By its name: by the user Frappe may find one that was closed before (assign_to.py, set_status).
			assign_to.set_status(
				row.lead_doctype, row.lead, todo.name, todo.allocated_to, ignore_permissions=True
			)
	if user not in [todo.allocated_to for todo in todos]:
		about = {"doctype": row.lead_doctype, "name": row.lead, "assign_to": [user]}
		assign_to.add(about | {"description": description}, ignore_permissions=True)
	elif description:
		frappe.get_doc(row.lead_doctype, row.lead).add_comment("Comment", description)


def _as_html(text: str) -> str:
	"""Plain text as the HTML of a comment. Raises InvalidMessage where it is too long."""
	if len(text) > LONGEST_NOTE:
		raise InvalidMessage(_lt("{0} characters: a note can have {1}."), len(text), LONGEST_NOTE)
	return escape_html(text.strip()).replace("\n", "<br>")


def _person(user: str) -> dict[str, str]:
	return {"user": user, "full_name": full_name(user) or user}
