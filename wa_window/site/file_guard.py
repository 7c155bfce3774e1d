"""Messages' files are read through their message alone, whatever Frappe would do with a File.

These hooks run for all Files of the site: what is not a message's gets from them what Frappe gives it.
"""

from pathlib import Path
from urllib.parse import unquote

import frappe
from frappe import _
from frappe.utils import cint, cstr

from ..chat.media import is_shown
from . import disk
from .permissions import NO_OBJECTION, message_query
from .store import MESSAGE


def has_file_permission(doc, ptype: str, user: str, debug: bool = False) -> bool | None:
	"""Hook: a File made of the URL of a message's file would hold a copy of it (File.before_insert)."""
	if ptype == "create" and not _may_read(_message_file(_url_of(doc), doc.name), user):
		return False
	return NO_OBJECTION


def file_query(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook: of messages' files, those of the messages that the user may list. Frappe's own condition lists all of a DocType
	that the user's roles may read (file.py, get_permission_query_conditions)."""
	user = user or frappe.session.user
	if user == "Administrator":
		return ""
	return (
		f"(coalesce(`tabFile`.`attached_to_doctype`, '') != {frappe.db.escape(MESSAGE)} or exists ("  # noqa: S608 - a condition of our own
		"select 1 from `tabChat Message` where `tabChat Message`.`name` = `tabFile`.`attached_to_name` "
		f"and {message_query(user)}))"
	)


def validate_file(doc, method: str | None = None) -> None:
	"""Hook: no File is pointed at a message's file, nor is a message's File taken away from it or made public."""
	before = doc.get_doc_before_save()
	if _message_file(_url_of(doc), doc.name) or (
		before and _is_message_file(before) and _is_moved(before, doc)
	):
		_refuse()
	if not before and not _may_read(_message_file(disk.original_of(_url_of(doc))), frappe.session.user):
		# Without asking for permission: a document's field of type Attach (file/utils.py, attach_files_to_document), a mail.
		if not frappe.db.exists("File", {"file_url": doc.file_url}):
			disk.remove(doc.file_url)
		_refuse()
	if doc.attached_to_doctype == MESSAGE and not (before and _is_attached_to(before, doc)):
		frappe.get_doc(MESSAGE, doc.attached_to_name).check_permission("write")


def may_use(file: str) -> bool:
	"""Whether a File of this name is no message's, or one that the session's user may read."""
	is_message_file = frappe.db.exists("File", {"name": cstr(file), "attached_to_doctype": MESSAGE})
	return _may_read(is_message_file, frappe.session.user)


def add_headers(response=None, request=None) -> None:
	"""Hook after each request: a browser takes a message's file for what it is served as, whatever it holds, and saves what
	it cannot show safely.

	Where nginx serves it (X-Accel-Redirect), its own nosniff counts: https://github.com/frappe/bench,
	config/templates/nginx.conf; Content-Disposition is passed on:
	https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ignore_headers
	"""
	if response is None or not (request.path.startswith(disk.FOLDER) and disk.token_of(request.path)):
		return
	response.headers["X-Content-Type-Options"] = "nosniff"
	if not is_shown(request.path):
		response.headers["Content-Disposition"] = "attachment"


def _url_of(doc) -> str:
	"""Where a File lies; Frappe unquotes it before it is saved."""
	return unquote(cstr(doc.file_url or doc.file_name))


def _message_file(url: str, but: str | None = None) -> str | None:
	"""The app's File, other than `but`, at the place on the disk that a URL leads to, in whatever way it is written."""
	token = disk.token_of(url)
	place = {"file_url": disk.FOLDER + Path(url).name, "content_hash": token}
	return frappe.db.exists("File", place | {"name": ("!=", cstr(but))}) if token else None


def _may_read(file: str | None, user: str) -> bool:
	return not file or frappe.get_doc("File", file).has_permission("read", user=user)


def _refuse() -> None:
	frappe.throw(_("This file belongs to a WhatsApp message: it stays there."), frappe.PermissionError)


def _is_message_file(doc) -> bool:
	return doc.attached_to_doctype == MESSAGE and doc.content_hash == disk.token_of(doc.file_url) != ""


def _is_moved(before, doc) -> bool:
	fields = ("file_url", "content_hash", "owner")
	return (
		not _is_attached_to(before, doc)
		or cint(before.is_private) != cint(doc.is_private)
		or any(before.get(field) != doc.get(field) for field in fields)
	)


def _is_attached_to(before, doc) -> bool:
	fields = ("attached_to_doctype", "attached_to_name")
	return all(cstr(before.get(field)) == cstr(doc.get(field)) for field in fields)
