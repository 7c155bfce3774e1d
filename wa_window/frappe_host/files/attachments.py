"""Files of messages on this site: private and attached to their message, so that users who may read the lead may open them.

Each has one File, whose `content_hash` is its unguessable name. Frappe lets Files of equal content share one path on disk by
that hash (File.save_file), so these are never shared with another File.
"""

import filecmp
import hmac
import mimetypes
import os
from pathlib import Path

import frappe
from frappe.utils.verified_command import get_signed_params

from ...chat.errors import InvalidMessage, NotPermitted
from ...chat.file_names import named
from ...chat.media_types import DOWNLOAD, ending_of
from ...chat.message import OUTBOUND, STORED, Media, Message
from ...chat.ports.files import FetchedFile, FetchRejected, StoredFile
from ...chat.sendable_media import require_sendable, sendable_type
from ...chat.sentences import _lt
from ..clock import SystemClock
from ..settings import public_url
from ..store import database
from ..store.raw_rows import insert, new_name
from ..store.store import FrappeStore
from ..store.tables import MEDIA, MESSAGE
from . import disk

LINK_PATH = "/api/method/wa_window.api.media.file"
# Twilio fetches a file when it sends the message, which may be queued for up to four hours:
# https://www.twilio.com/docs/messaging/guides/how-sms-queueing-works
LINK_VALID_MS = 5 * 60 * 60 * 1000
BEGINNING = 1000  # bytes, from which the type of a file is detected
NOT_HERE = _lt("File not found. Upload it, then send it.")
OF_SOMEBODY_ELSE = _lt("This file belongs to somebody else. Ask them to share it with you.")


class FrappeFiles:
	"""The Files port on this site."""

	def write(self, file_name: str, fetched: FetchedFile) -> StoredFile:
		_require_allowed(file_name, fetched.content)
		media_type, content = _readable(fetched)
		url = disk.new_url(ending_of(file_name, fetched.type))
		disk.write(url, content)
		return StoredFile(url, media_type, len(content))

	def assign(self, message: Message, file_name: str, written: StoredFile) -> None:
		insert_file(file_name, written.file, written.size, **belonging_to(message.name))

	def discard(self, written: StoredFile) -> None:
		disk.remove(written.file)

	def log_failure(self, message: Message) -> None:
		_log("WA Window: a customer's file could not be stored", message.name)


def upload(file_name: str, content: bytes) -> dict:
	"""Store a file that the session's user is going to send; returns its name and URL. Raises InvalidMessage."""
	media_type = sendable_type(file_name, content[:BEGINNING], len(content))
	require_sendable(Media(type=media_type, size=len(content)), "")
	file_name = named(file_name, media_type)
	try:
		written = FrappeFiles().write(file_name, FetchedFile(media_type, content))
	except FetchRejected:
		raise InvalidMessage(_lt("This site does not accept this type of file.")) from None
	disk.remove_on_rollback(written.file)
	return {"name": insert_file(file_name, written.file, written.size), "file_url": written.file}


def attachment(file: str) -> Media:
	"""A file that the session's user may read, to be sent. Raises NotPermitted or InvalidMessage."""
	doc = frappe.get_doc("File", file) if frappe.db.exists("File", file) else None
	if doc and not doc.has_permission("read"):
		raise NotPermitted
	if doc is None or doc.is_folder or doc.is_remote_file or not doc.exists_on_disk():
		raise InvalidMessage(NOT_HERE)
	require_right_to(doc.name, doc.file_url)
	path = Path(doc.get_full_path())
	size = path.stat().st_size
	with path.open("rb") as opened:
		media_type = sendable_type(doc.file_name, opened.read(BEGINNING), size)
	return Media(
		type=media_type,
		size=size,
		file=doc.file_url,
		state=STORED,
		name=doc.file_name,
	)


def require_right_to(file: str, url: str) -> None:
	"""Raise NotPermitted or InvalidMessage unless the session's user has the right to the content at this URL, which the File `file`
	has.

	Frappe creates a File with any URL that a user enters, and its owner may read it (File.before_insert, has_permission): only
	the oldest File of a path on disk gives permission to the content.
	"""
	if os.path.normpath(url) != url:
		raise InvalidMessage(NOT_HERE)
	of_url = {"file_url": url}
	for oldest in frappe.get_all("File", of_url, order_by="creation asc, name asc", limit=1, pluck="name"):
		if oldest != file and not frappe.get_doc("File", oldest).has_permission("read"):
			raise NotPermitted(OF_SOMEBODY_ELSE)


def attach(message: Message, source: str = "") -> None:
	"""Attach a file to a new message: the uploaded one, else a hard link to an existing file.

	`source`: the message that this one is a copy of. Raises InvalidMessage where that message has no such file.
	"""
	for media in message.media:
		if source and not _own_file_of(source, media.file):
			raise InvalidMessage(NOT_HERE)
		uploaded = _uploaded(media.file)
		if uploaded:
			frappe.db.set_value("File", uploaded, belonging_to(message.name), update_modified=False)
		else:
			url = disk.new_url(ending_of(media.name, media.type))
			disk.link(media.file, url)
			disk.remove_on_rollback(url)
			insert_file(media.name, url, media.size, **belonging_to(message.name))
			FrappeStore().change_media(media.row, file=url)


def has_same_content(one: Media, other: Media) -> bool:
	"""A message's file may be a hard link to the file that was sent (see `attach`), or a copy of it.

	File.content_hash cannot be compared: for the app's Files it holds their unguessable name.
	"""
	try:
		return one.file == other.file or filecmp.cmp(
			disk.path_of(one.file), disk.path_of(other.file), shallow=False
		)
	except OSError:
		return False


def content_of(media: Media) -> bytes:
	"""The content of a message's file. Raises OSError where it is not there."""
	return disk.path_of(media.file).read_bytes()


def link_address() -> str:
	"""How every `link` begins."""
	return f"{public_url()}{LINK_PATH}?"


def link(row: str) -> str:
	"""The URL, valid for some hours, at which Twilio fetches a file that is being sent.

	It has a name, which nobody reads here: a template's media URL "must contain the file type"
	(https://www.twilio.com/docs/content/twilio-media).
	"""
	expires_at_ms = SystemClock().now_ms() + LINK_VALID_MS
	name, media_type = frappe.db.get_value(MEDIA, row, ["filename", "type"])
	named_as = f"name=file.{ending_of(name or '', media_type or '')}"
	return f"{link_address()}{named_as}&{_signed(row, str(expires_at_ms))}"


def read_signed(row: str, expires_at_ms: str, signature: str) -> tuple[str, str, bytes]:
	"""Name, type and content of an outbound message's file, by a signed link. Raises NotPermitted."""
	if not _is_signed(row, expires_at_ms, signature) or SystemClock().now_ms() > int(expires_at_ms):
		raise NotPermitted
	media = frappe.db.get_value(MEDIA, row, ["parent", "filename", "type", "file"], as_dict=True)
	if not media or frappe.db.get_value(MESSAGE, media.parent, "direction") != OUTBOUND:
		raise NotPermitted
	if not _own_file_of(media.parent, media.file):
		raise NotPermitted
	return media.filename or "", media.type, disk.path_of(media.file).read_bytes()


def file_of(message: str, url: str) -> str | None:
	"""The File of this URL that belongs to a message."""
	here = {"attached_to_doctype": MESSAGE, "attached_to_name": message, "file_url": url}
	return frappe.db.exists("File", here)


def belonging_to(message: str) -> dict:
	"""Set the owner to Administrator: Frappe lets the owner of a File read it (File.has_permission), but reading needs
	permission on the message."""
	return {"attached_to_doctype": MESSAGE, "attached_to_name": message, "owner": "Administrator"}


def insert_file(file_name: str, url: str, size: int, **values) -> str:
	"""Insert the row without the document, which would read the file, strip it and write it to another path
	(File.before_insert)."""
	name = new_name()
	row = {
		"name": name,
		"file_name": file_name,
		"file_url": url,
		"file_size": size,
		"file_type": _file_type(file_name),
		"content_hash": disk.token_of(url),
		"folder": frappe.db.get_value("File", {"is_attachments_folder": 1}),
		"is_private": 1,
	}
	insert("File", row | values)
	return name


def _own_file_of(message: str, url: str) -> str | None:
	"""Only a file that the app wrote: a user who may write the message may create a File of it with any URL."""
	return file_of(message, url) if disk.token_of(url or "") else None


def _uploaded(url: str) -> str | None:
	"""The File with this URL that the session's user has uploaded for sending, if it belongs to no message yet."""
	if not disk.token_of(url):
		return None
	waiting = {"file_url": url, "owner": frappe.session.user, "attached_to_doctype": ("is", "not set")}
	return frappe.db.exists("File", waiting)


def _require_allowed(file_name: str, content: bytes) -> None:
	"""Frappe's own checks of an upload: File.validate_file_extension, and on version 16 File.check_content."""
	allowed = frappe.get_system_settings("allowed_file_extensions")
	if allowed and _file_type(file_name) not in allowed.splitlines():
		raise FetchRejected
	if file_name.endswith(".pdf") and _runs_scripts(content):
		raise FetchRejected


def _file_type(file_name: str) -> str:
	"""As File.set_file_type."""
	ending = mimetypes.guess_extension(mimetypes.guess_type(file_name)[0] or "")
	return (ending or "").lstrip(".").upper()


def _runs_scripts(pdf: bytes) -> bool:
	try:
		from frappe.utils.pdf import pdf_contains_js  # noqa: PLC0415 - version 15 has none
	except ImportError:
		return False
	try:
		return pdf_contains_js(pdf)
	except Exception:
		_log("WA Window: a PDF could not be parsed; it is stored unchanged")
		return False


def _readable(fetched: FetchedFile) -> tuple[str, bytes]:
	"""The content to store and its media type for display: a photo that cannot be read is a download."""
	if fetched.type != "image/jpeg":
		return fetched.type, fetched.content
	try:
		return fetched.type, disk.stripped(fetched.content)
	except Exception:
		_log("WA Window: a photo could not be read; it is stored as a download")
		return DOWNLOAD, fetched.content


def _log(title: str, message: str | None = None) -> None:
	"""Log the exception that is being handled, in a transaction of its own, without variables: they hold the customer's
	file."""
	error = {"message": frappe.get_traceback(), "reference_doctype": MESSAGE, "reference_name": message}
	database.transaction(lambda: frappe.log_error(title, **error))


def _signed(row: str, expires_at_ms: str) -> str:
	return get_signed_params({"row": row, "expires_at_ms": expires_at_ms})


def _is_signed(row: str, expires_at_ms: str, signature: str) -> bool:
	"""Used in place of Frappe's verify_request, which answers a forged link with a page of 300 kB."""
	try:
		signed = _signed(row, expires_at_ms).rpartition("=")[2].encode()
		return hmac.compare_digest(signed, signature.encode())
	except UnicodeEncodeError:
		return False
