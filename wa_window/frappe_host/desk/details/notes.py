"""Notes about a customer: Frappe's comments, and the notes of Frappe CRM and ERPNext."""

import frappe
from frappe.utils import get_datetime

from ....chat.message import Conversation
from ...clock import epoch_ms
from ...records.permissions import CONVERSATION, full_name
from .listed import listed
from .text import as_text

MOST = 20


def notes(chat: Conversation, doc) -> list[dict]:
	"""The latest notes, the newest first: `doctype`, `name`, `author` (full name), `at_ms` (epoch ms, UTC) and `text`.

	Frappe shows a document's comments to whoever may read the document (desk/form/load.py, get_docinfo); here also those on
	the chat from the time before it was linked.
	"""
	found = [*_comments(CONVERSATION, chat.name)]
	if doc:
		found += [*_comments(doc.doctype, doc.name), *_notes_of_crm(doc), *_notes_of_erpnext(doc)]
	return sorted(found, key=lambda note: note["at_ms"], reverse=True)[:MOST]


def _comments(doctype: str, name: str) -> list[dict]:
	about = {"reference_doctype": doctype, "reference_name": name, "comment_type": "Comment"}
	columns = ["name", "owner", "creation", "content"]
	rows = frappe.get_all("Comment", about, columns, order_by="creation desc", limit=MOST)
	return [_note("Comment", row.name, row.owner, row.creation, as_text(row.content)) for row in rows]


def _notes_of_crm(doc) -> list[dict]:
	about = {"reference_doctype": doc.doctype, "reference_docname": doc.name}
	columns = ["name", "owner", "creation", "title", "content"]
	rows = listed("FCRM Note", about, columns, order_by="creation desc", limit=MOST)
	return [
		_note("FCRM Note", row.name, row.owner, row.creation, _titled(row.get("title"), row.get("content")))
		for row in rows or []
	]


def _notes_of_erpnext(doc) -> list[dict]:
	"""Rows of the record's own table."""
	field = doc.meta.get_field("notes")
	if not (field and field.fieldtype == "Table" and field.options == "CRM Note"):
		return []
	return [
		_note("CRM Note", row.name, row.added_by, row.added_on or row.creation, as_text(row.note))
		for row in doc.get("notes") or []
	]


def _titled(title: str | None, content: str | None) -> str:
	return "\n".join(part for part in (title, as_text(content)) if part)


def _note(doctype: str, name: str, author: str | None, at, text: str) -> dict:
	return {
		"doctype": doctype,
		"name": name,
		"author": full_name(author or "") or author or "",
		"is_mine": author == frappe.session.user,
		"at_ms": epoch_ms(get_datetime(at)),
		"text": text,
	}
