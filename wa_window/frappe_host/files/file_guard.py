"""Permissions of the files of messages and quick replies: a file can be read only with permission on its message or quick reply, and
changed only with that to write it, whatever Frappe's File allows. So each has a path of its own, and no user as its owner.

These hooks run for all Files of the site; they do not change the permissions of other Files.
"""

from pathlib import Path
from urllib.parse import unquote

import frappe
from frappe import _
from frappe.utils import cint, cstr

from ...chat.errors import ChatError
from ...chat.media_types import ending_of, is_shown, type_of
from ..clock import current_locale
from ..records.permissions import NO_OBJECTION, message_query
from ..records.quick_replies import quick_reply_query
from ..records.report_permissions import is_on_chats
from ..store.tables import MESSAGE, QUICK_REPLY
from . import disk
from .attachments import require_right_to
from .offered import ON_THIS_SITE

WITH_OWN_FILES = (MESSAGE, QUICK_REPLY)


def has_file_permission(doc, ptype: str, user: str, debug: bool = False) -> bool | None:
	"""Hook: a File that is created with the URL of one of these files would hold a copy of it (File.before_insert)."""
	if ptype == "create":
		if not _may_read(_own_file(_url_of(doc), doc.name), user):
			return False
		# Once it is validated that cannot be told any more: Frappe has read the content at the URL, or found it at another one.
		doc.flags.wa_window_url_given = bool(doc.file_url)
	return NO_OBJECTION


def file_query(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook: list only files of messages and quick replies that the user may list. Frappe's own condition lists all files of a DocType that
	the user's roles may read (file.py, get_permission_query_conditions)."""
	user = user or frappe.session.user
	if user == "Administrator":
		return ""
	return " and ".join(
		f"(coalesce(`tabFile`.`attached_to_doctype`, '') != {frappe.db.escape(doctype)} or exists ("  # noqa: S608 - a condition of our own
		f"select 1 from `tab{doctype}` where `tab{doctype}`.`name` = `tabFile`.`attached_to_name`{condition}))"
		for doctype, condition in (
			(MESSAGE, f" and {message_query(user)}"),
			(QUICK_REPLY, _and(quick_reply_query(user))),
		)
	)


def validate_file(doc, method: str | None = None) -> None:
	"""Hook: raise PermissionError where a File would get the URL of one of these files, or one would be detached or made public. A
	quick reply's File gets its own path."""
	before = doc.get_doc_before_save()
	if _own_file(_url_of(doc), doc.name) or (before and _is_ours(before) and _is_moved(before, doc)):
		_refuse()
	if not before and not _may_read(_own_file(disk.original_of(_url_of(doc))), frappe.session.user):
		# These create Files without a permission check: a document's Attach field (file/utils.py, attach_files_to_document),
		# an email.
		if not frappe.db.exists("File", {"file_url": doc.file_url}):
			disk.remove(doc.file_url)
		_refuse()
	if doc.attached_to_doctype in WITH_OWN_FILES and not (before and _is_attached_to(before, doc)):
		frappe.get_doc(doc.attached_to_doctype, doc.attached_to_name).check_permission("write")
		if doc.attached_to_doctype == QUICK_REPLY:
			_move_to_own_path(doc)
	if not before and doc.attached_to_doctype == "Report" and is_on_chats(doc.attached_to_name):
		_keep_from_others(doc)


def may_use(file: str) -> bool:
	"""Whether the File is neither a message's nor a quick reply's, or is one that the session's user may read."""
	of_ours = {"name": cstr(file), "attached_to_doctype": ("in", WITH_OWN_FILES)}
	return _may_read(frappe.db.exists("File", of_ours), frappe.session.user)


def add_headers(response=None, request=None) -> None:
	"""Hook after each request: the browser does not sniff the type of a message's file, and downloads a file that it cannot
	display safely.

	Where nginx serves it (X-Accel-Redirect), its own nosniff counts: https://github.com/frappe/bench,
	config/templates/nginx.conf; Content-Disposition is passed on:
	https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ignore_headers
	"""
	if response is None or not (request.path.startswith(disk.FOLDER) and disk.token_of(request.path)):
		return
	response.headers["X-Content-Type-Options"] = "nosniff"
	if not is_shown(request.path):
		response.headers["Content-Disposition"] = "attachment"


def _keep_from_others(doc) -> None:
	"""Frappe 16 attaches what is exported in the background to its Report, which all users of the Desk may read, and deletes it after
	some days (desk/utils.py, send_report_email, delete_old_exported_report_files): attached to a Report that does not exist it is its
	owner's alone (file.py, has_permission)."""
	doc.attached_to_name = f"{doc.attached_to_name} ({frappe.session.user})"


def _move_to_own_path(doc) -> None:
	"""Move the new File of a quick reply. Frappe has given it the path of an earlier File of equal content (File.save_file), which
	may be another user's."""
	if not doc.is_new():
		_refuse()
	earlier = cstr(doc.file_url)
	given = doc.flags.wa_window_url_given or doc.flags.ignore_permissions
	is_upload = not given and earlier.startswith(ON_THIS_SITE)
	if not is_upload:
		_require_right_to(doc.name, earlier)
	url = disk.new_url(ending_of(doc.file_name, type_of(doc.file_name)))
	disk.link(earlier, url)
	disk.remove_on_rollback(url)
	if is_upload and not frappe.db.exists("File", {"file_url": earlier}):
		disk.remove(earlier)
	# Frappe lets the owner of a File do everything with it (File.has_permission).
	own = {"content_hash": disk.token_of(url), "is_private": 1, "owner": "Administrator"}
	doc.update({"file_url": url, **own})


def _require_right_to(file: str, url: str) -> None:
	try:
		require_right_to(file, url)
	except ChatError as error:
		frappe.throw(error.sentence.render(current_locale()), frappe.PermissionError)


def _and(condition: str) -> str:
	return f" and {condition}" if condition else ""


def _url_of(doc) -> str:
	"""The URL of a File, unquoted as Frappe does before it is saved."""
	return unquote(cstr(doc.file_url or doc.file_name))


def _own_file(url: str, but: str | None = None) -> str | None:
	"""The app's File, other than `but`, at the path on disk to which the URL leads, in whichever form it is written."""
	token = disk.token_of(url)
	place = {"file_url": disk.FOLDER + Path(url).name, "content_hash": token}
	return frappe.db.exists("File", place | {"name": ("!=", cstr(but))}) if token else None


def _may_read(file: str | None, user: str) -> bool:
	return not file or frappe.get_doc("File", file).has_permission("read", user=user)


def _refuse() -> None:
	frappe.throw(
		_("This file belongs to a WhatsApp message or quick reply and cannot be changed."),
		frappe.PermissionError,
	)


def _is_ours(doc) -> bool:
	return doc.attached_to_doctype in WITH_OWN_FILES and doc.content_hash == disk.token_of(doc.file_url) != ""


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
