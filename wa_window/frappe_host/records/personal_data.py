"""Chats in Frappe's own Personal Data Download Request and Personal Data Deletion Request.

Both are about the user of an email address, and its hook `user_data_fields` finds rows by a column with that address. A chat has none:
it is found by its record, whose email it is. The email of a record of several people, such as a deal, is that of whoever is its primary
contact today, and says nothing about its chats: of these, a person's are those with the number of their Contact.
"""

import json
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import frappe
from frappe import _
from frappe.utils import get_url

from ...chat.file_names import named
from ...chat.message import Conversation, Media, Message
from ..files import disk
from ..files.attachments import insert_file
from ..store import batch_rows, chat_records
from ..store.store import FrappeStore
from ..store.tables import BATCH_ROW, CONVERSATION
from . import erase
from .leads import find_lead
from .people import CONTACT, people_of
from .permissions import has_chat_permission
from .record_types import existing_record_types

DOWNLOAD = "Personal Data Download Request"
WRITE_ARCHIVE = "wa_window.frappe_host.records.personal_data.write_archive"
ARCHIVE = "WhatsApp"
PAGE = 200


def chats_of_email(email: str) -> list[Conversation]:
	"""The chats of the person with this email address."""
	found = _records_of_email(email)
	names: set[str] = set()
	for doctype, records in found.items():
		linked = {"lead_doctype": doctype, "lead": ("in", records)}
		names |= {*frappe.get_all(CONVERSATION, linked, pluck="name")}
		# A chat that has moved to what this record was converted to.
		names |= {
			row.conversation for row in chat_records.of_records(doctype, records) if not row.from_doctype
		}
	names |= {*_beside_others(CONVERSATION, "lead_doctype", "lead", found.get(CONTACT, []))}
	store = FrappeStore()
	customers = {chat.customer for chat in store.conversations_named(sorted(names))}
	# Their chats with our other numbers that could not be linked. One that is linked to somebody else is not theirs.
	of_no_record = {"customer": ("in", customers), "lead": ("is", "not set")}
	names |= {*frappe.get_all(CONVERSATION, of_no_record, pluck="name")} if customers else set()
	return store.conversations_named(sorted(names))


def _records_of_email(email: str) -> dict[str, list[str]]:
	"""The records of one person each with this email address, by DocType."""
	found: dict[str, set[str]] = {}
	for doctype in [row.doctype for row in existing_record_types() if not row.has_people] if email else ():
		fields = [field.fieldname for field in frappe.get_meta(doctype).fields if field.options == "Email"]
		of_type = {name for field in fields for name in frappe.get_all(doctype, {field: email}, pluck="name")}
		if doctype == CONTACT:
			# The Contact itself has its primary address only.
			its = {"parenttype": CONTACT, "email_id": email}
			of_type |= {*frappe.get_all("Contact Email", its, pluck="parent")}
		found[doctype] = of_type
	return {doctype: sorted(names) for doctype, names in found.items() if names}


def _beside_others(table: str, doctype: str, record: str, contacts: list[str]) -> list[str]:
	"""The rows of `table` with the number of one of these Contacts and a record of several people, which the columns `doctype` and `record`
	name, where it is one of that record's contacts and none of the others has the number.

	The number alone is no proof: anybody may make a Contact with any number, and Frappe makes one of what a website user enters
	(frappe/core/doctype/user/user.py, create_contact).
	"""
	named = {"name": ("in", contacts), "wa_phone": ("is", "set")}
	numbers = frappe.get_all(CONTACT, named, pluck="wa_phone") if contacts else []
	of_several = [row.doctype for row in existing_record_types() if row.has_people]
	if not (numbers and of_several):
		return []
	theirs = {"customer": ("in", numbers), doctype: ("in", of_several)}
	rows = frappe.get_all(table, theirs, ["name", "customer", doctype, record])
	return [row.name for row in rows if _is_of_these_alone(contacts, row.customer, row[doctype], row[record])]


def _is_of_these_alone(contacts: list[str], number: str, doctype: str, record: str) -> bool:
	doc = find_lead(doctype, record)
	who = {person.name for person in people_of(doc) if person.phone == number} if doc else set()
	return bool(who) and who <= {*contacts}


def add_chats(doc, method: str | None = None) -> None:
	"""Document event of a download request: an archive with the user's chats follows.

	Anybody may enter an email address in a lead, or ask for their own data: so it has only the chats that the user who makes the request
	may read, who vouches for the person.
	"""
	names = [chat.name for chat in chats_of_email(doc.user) if has_chat_permission(chat, "read")]
	if names:
		how = {"queue": "long", "enqueue_after_commit": True}
		frappe.enqueue(WRITE_ARCHIVE, request=doc.name, conversations=names, **how)


def write_archive(request: str, conversations: list[str]) -> None:
	"""Job: attach a ZIP file with these chats and their files to a download request, and send the user its address."""
	doc = frappe.get_doc(DOWNLOAD, request)
	url = disk.new_url("zip")
	disk.remove_on_rollback(url)
	_write(disk.path_of(url), FrappeStore().conversations_named(conversations))
	belonging = {"attached_to_doctype": DOWNLOAD, "attached_to_name": request, "owner": doc.user}
	insert_file(f"{ARCHIVE}-{request}.zip", url, disk.path_of(url).stat().st_size, **belonging)
	args = {
		"user": doc.user,
		"user_name": doc.user_name,
		"link": get_url(url),
		"host_name": frappe.local.site,
	}
	title = _("Download Your Data")
	frappe.sendmail(
		recipients=doc.user, subject=title, template="download_data", args=args, header=[title, "green"]
	)


def erase_chats(doc, method: str | None = None) -> None:
	"""Document event of a deletion request: erase the chats as Frappe begins to delete, before it removes addresses by which they are
	found. Only System Managers may make it begin."""
	if not doc.deletion_steps or "System Manager" not in frappe.get_roles():
		return
	for chat in chats_of_email(doc.email):
		erase.erase_conversation(chat.name)
	# Who was chosen for a template to many, and has no chat.
	found = _records_of_email(doc.email)
	for doctype, names in found.items():
		for name in names:
			batch_rows.delete_of_record(doctype, name)
	batch_rows.delete_without_chat(
		_beside_others(BATCH_ROW, "record_doctype", "record", found.get(CONTACT, []))
	)
	of_requests = frappe.get_all(DOWNLOAD, {"user": doc.email}, pluck="name")
	archives = {"attached_to_doctype": DOWNLOAD, "attached_to_name": ("in", ["", *of_requests])}
	for file in frappe.get_all("File", archives | {"file_name": ("like", f"{ARCHIVE}-%")}, pluck="name"):
		frappe.delete_doc("File", file, ignore_permissions=True, delete_permanently=True)


def _write(path: Path, chats: list[Conversation]) -> None:
	"""Message by message: neither a long chat nor a large file is held in memory."""
	with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as archive:
		for number, chat in enumerate(chats, start=1):
			with archive.open(f"chat-{number}.jsonl", "w", force_zip64=True) as file:
				file.write(_line(_chat(chat)))
				for message in _messages(chat.name):
					file.write(_line(_message(message)))
		chosen = {row["name"]: row for chat in chats for row in batch_rows.of_chat(chat.name, chat.customer)}
		if chosen:
			archive.writestr(
				"templates-to-many.jsonl", b"".join([_line(_chosen(row)) for row in chosen.values()])
			)
		for message in (message for chat in chats for message in _messages(chat.name)):
			for media in message.media:
				with suppress(OSError, ValueError):  # a file that is not here
					archive.write(disk.path_of(media.file), _name_of(media))


def _line(row: dict[str, Any]) -> bytes:
	return json.dumps(row, ensure_ascii=False).encode(errors="replace") + b"\n"


def _messages(conversation: str) -> Iterator[Message]:
	"""The newest first."""
	before = ""
	while page := FrappeStore().messages(conversation, before=before, limit=PAGE):
		yield from reversed(page)
		before = page[0].name


def _chat(chat: Conversation) -> dict[str, Any]:
	return {
		"customer": chat.customer,
		"our_number": chat.business_address.removeprefix("whatsapp:"),
		"profile_name": chat.profile_name,
		"consent": chat.consent_source,
		"consent_at": _iso(chat.consent_at_ms),
		"consent_note": chat.consent_note,
		"opted_out": chat.opted_out,
	}


def _message(message: Message) -> dict[str, Any]:
	return {
		"direction": message.direction,
		"sent_at": _iso(message.sent_at_ms),
		"kind": message.kind,
		"body": message.body,
		"files": [_name_of(media) for media in message.media if media.file],
	}


def _chosen(row: dict[str, Any]) -> dict[str, Any]:
	"""Who was chosen for a template to many: what was sent, or why nothing was."""
	return {
		"name": row["record_title"],
		"phone": row["phone"],
		"state": row["state"],
		"reason": row["reason"],
		"text": row["body"],
		"sent_at": _iso(row["handed_over_at_ms"]),
	}


def _name_of(media: Media) -> str:
	return f"files/{media.row}-{named(media.name, media.type)}"


def _iso(at_ms: int) -> str | None:
	return datetime.fromtimestamp(at_ms / 1000, timezone.utc).isoformat() if at_ms else None
