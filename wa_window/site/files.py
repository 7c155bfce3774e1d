"""Files of messages on this site: private, attached to their message, so that whoever may read the lead may open them.

Each has one File, whose `content_hash` is the name that nobody can guess. Frappe lets Files of equal content share one place on
the disk by that hash (File.save_file): so none of these is shared, neither with what is there nor with what comes later.
"""

import filecmp
import hmac
import mimetypes
import os
from pathlib import Path

import frappe
from frappe.utils.verified_command import get_signed_params

from ..chat.errors import InvalidMessage, NotPermitted
from ..chat.media import DOWNLOAD, ending_of, named, require_sendable, sendable_type
from ..chat.message import OUTBOUND, STORED, Media, Message
from ..chat.ports import Fetched, FetchRefused, Kept
from ..chat.words import _lt
from . import database, disk
from .clock import SystemClock
from .rows import insert, new_name
from .settings import public_url
from .store import MEDIA, MESSAGE, FrappeStore

LINK_PATH = "/api/method/wa_window.api.media.file"
# Twilio fetches a file when it sends the message, which may wait up to four hours:
# https://www.twilio.com/docs/messaging/guides/how-sms-queueing-works
LINK_VALID_MS = 5 * 60 * 60 * 1000
BEGINNING = 1000  # bytes, by which the type of a file is known
NOT_HERE = _lt("This file is not on this site: upload it, then send it.")
OF_SOMEBODY_ELSE = _lt("This file is on this site as somebody else's: ask them to share it with you.")


class SiteFiles:
	"""Where files are kept on this site."""

	def write(self, file_name: str, fetched: Fetched) -> Kept:
		_require_allowed(file_name, fetched.content)
		media_type, content = _readable(fetched)
		url = disk.new_url(ending_of(file_name, fetched.type))
		disk.write(url, content)
		return Kept(url, media_type, len(content))

	def assign(self, message: Message, file_name: str, kept: Kept) -> None:
		insert_file(file_name, kept.file, kept.size, **belonging_to(message.name))

	def discard(self, kept: Kept) -> None:
		disk.remove(kept.file)

	def log_failure(self, message: Message) -> None:
		_log("WA Window: a customer's file could not be kept", message.name)


def upload(file_name: str, content: bytes) -> dict:
	"""Keep a file that the session's user is going to send; its name and URL. Raises InvalidMessage."""
	media_type = sendable_type(file_name, content[:BEGINNING], len(content))
	require_sendable(Media(type=media_type, size=len(content)), "")
	file_name = named(file_name, media_type)
	try:
		kept = SiteFiles().write(file_name, Fetched(media_type, content))
	except FetchRefused:
		raise InvalidMessage(_lt("This site takes no files of this type: send another one.")) from None
	disk.remove_on_rollback(kept.file)
	return {"name": insert_file(file_name, kept.file, kept.size), "file_url": kept.file}


def attachment(file: str) -> Media:
	"""A file that the session's user may read, to be sent. Raises NotPermitted or InvalidMessage."""
	doc = frappe.get_doc("File", file) if frappe.db.exists("File", file) else None
	if doc and not doc.has_permission("read"):
		raise NotPermitted
	if doc is None or doc.is_folder or doc.is_remote_file or not doc.exists_on_disk():
		raise InvalidMessage(NOT_HERE)
	_require_right_to(doc)
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


def attach(message: Message, source: str = "") -> None:
	"""Give a new message its file as its own: what was uploaded for it, else one more name on the disk for what is there.

	`source`: the message that it is a copy of. Raises InvalidMessage where that one has no such file.
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
	"""A message's own file may be one more name on the disk for what was sent (see `attach`), or a copy of it.

	Frappe's File.content_hash does not tell: the app's own Files have their unguessable name there.
	"""
	try:
		return one.file == other.file or filecmp.cmp(
			disk.path_of(one.file), disk.path_of(other.file), shallow=False
		)
	except OSError:
		return False


def link(row: str) -> str:
	"""The URL, valid for some hours, at which Twilio fetches a file that is being sent."""
	expires_at_ms = SystemClock().now_ms() + LINK_VALID_MS
	return f"{public_url()}{LINK_PATH}?{_signed(row, str(expires_at_ms))}"


def linked(row: str, expires_at_ms: str, signature: str) -> tuple[str, str, bytes]:
	"""Name, type and content of the outbound message's file that a signed link names. Raises NotPermitted."""
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
	"""Frappe lets the owner of a File read it (File.has_permission): only who may read the message shall."""
	return {"attached_to_doctype": MESSAGE, "attached_to_name": message, "owner": "Administrator"}


def insert_file(file_name: str, url: str, size: int, **values) -> str:
	"""Without the document, which would read the file, strip it and write it to another place (File.before_insert)."""
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
	"""Only what the app wrote: a File of a message may be made by whoever may write it, of any URL."""
	return file_of(message, url) if disk.token_of(url or "") else None


def _uploaded(url: str) -> str | None:
	"""The session's user's File of this URL, if it was uploaded to be sent and belongs to no message yet."""
	if not disk.token_of(url):
		return None
	waiting = {"file_url": url, "owner": frappe.session.user, "attached_to_doctype": ("is", "not set")}
	return frappe.db.exists("File", waiting)


def _require_right_to(doc) -> None:
	"""Frappe makes a File of any URL that somebody knows or guesses, and its owner may read it (File.before_insert,
	has_permission): only the oldest File of a place on the disk gives a right to what lies there."""
	if os.path.normpath(doc.file_url) != doc.file_url:
		raise InvalidMessage(NOT_HERE)
	same_place = {"file_url": doc.file_url}
	(oldest,) = frappe.get_all("File", same_place, order_by="creation asc, name asc", limit=1, pluck="name")
	if oldest != doc.name and not frappe.get_doc("File", oldest).has_permission("read"):
		raise NotPermitted(OF_SOMEBODY_ELSE)


def _require_allowed(file_name: str, content: bytes) -> None:
	"""As Frappe looks at what is uploaded: File.validate_file_extension, and on version 16 File.check_content."""
	allowed = frappe.get_system_settings("allowed_file_extensions")
	if allowed and _file_type(file_name) not in allowed.splitlines():
		raise FetchRefused
	if file_name.endswith(".pdf") and _runs_scripts(content):
		raise FetchRefused


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
		_log("WA Window: a PDF cannot be looked into; it is kept as it is")
		return False


def _readable(fetched: Fetched) -> tuple[str, bytes]:
	"""A file as it is kept, and the type as which it is shown: a photo that cannot be read is a download."""
	if fetched.type != "image/jpeg":
		return fetched.type, fetched.content
	try:
		return fetched.type, disk.stripped(fetched.content)
	except Exception:
		_log("WA Window: a photo cannot be read; it is kept as a download")
		return DOWNLOAD, fetched.content


def _log(title: str, message: str | None = None) -> None:
	"""In a transaction of its own. The exception that is being handled, without variables: they hold the customer's file."""
	error = {"message": frappe.get_traceback(), "reference_doctype": MESSAGE, "reference_name": message}
	database.transaction(lambda: frappe.log_error(title, **error))


def _signed(row: str, expires_at_ms: str) -> str:
	return get_signed_params({"row": row, "expires_at_ms": expires_at_ms})


def _is_signed(row: str, expires_at_ms: str, signature: str) -> bool:
	"""In place of Frappe's verify_request, which answers a forged link with a page of 300 kB."""
	try:
		signed = _signed(row, expires_at_ms).rpartition("=")[2].encode()
		return hmac.compare_digest(signed, signature.encode())
	except UnicodeEncodeError:
		return False
