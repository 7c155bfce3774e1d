"""Files of messages on this site: private, attached to their message, so that whoever may read the lead may open them."""

from pathlib import Path

import frappe
from frappe.utils.verified_command import get_signed_params, verify_request

from ..chat.errors import InvalidMessage, NotPermitted
from ..chat.media import type_of
from ..chat.message import STORED, Media, Message
from ..chat.ports import Fetched, FetchRefused
from ..chat.words import _lt
from .clock import SystemClock
from .settings import public_url
from .store import MESSAGE, FrappeStore

LINK_PATH = "/api/method/wa_window.api.media.file"
# Twilio fetches a file when it sends the message, which may wait up to four hours:
# https://www.twilio.com/docs/messaging/guides/how-sms-queueing-works
LINK_VALID_MS = 5 * 60 * 60 * 1000


class SiteFiles:
	"""Where fetched files are kept."""

	def keep(self, message: Message, file_name: str, fetched: Fetched) -> str:
		values = {"file_name": file_name, "content": fetched.content, "is_private": 1}
		try:
			return _insert(values, message.name).file_url
		except frappe.ValidationError:
			# Such as a type that System Settings do not allow.
			frappe.clear_last_message()
			raise FetchRefused from None


def attachment(file: str) -> Media:
	"""A file that the session's user may read, to be sent. Raises NotPermitted or InvalidMessage."""
	doc = frappe.get_doc("File", file) if frappe.db.exists("File", file) else None
	if doc and not doc.has_permission("read"):
		raise NotPermitted
	if doc is None or doc.is_folder or doc.is_remote_file or not doc.exists_on_disk():
		raise InvalidMessage(_lt("This file is not on this site: upload it, then send it."))
	return Media(
		type=type_of(doc.file_name),
		size=Path(doc.get_full_path()).stat().st_size,
		file=doc.file_url,
		state=STORED,
		name=doc.file_name,
	)


def attach(file: str, message: str) -> None:
	"""A file that was uploaded for the message becomes its own; of one that belongs elsewhere it gets a reference."""
	doc = frappe.get_doc("File", file)
	here = {"attached_to_doctype": MESSAGE, "attached_to_name": message}
	if frappe.db.exists("File", here | {"file_url": doc.file_url}):
		return
	if doc.attached_to_doctype or doc.owner != frappe.session.user:
		values = {"file_name": doc.file_name, "file_url": doc.file_url, "is_private": doc.is_private}
		_insert(values, message)
	else:
		frappe.db.set_value("File", file, here, update_modified=False)


def link(row: str) -> str:
	"""The URL, valid for some hours, at which Twilio fetches a file that is being sent."""
	expires_at_ms = SystemClock().now_ms() + LINK_VALID_MS
	return f"{public_url()}{LINK_PATH}?{get_signed_params({'row': row, 'expires_at_ms': expires_at_ms})}"


def linked(row: str, expires_at_ms: str) -> tuple[str, bytes]:
	"""Type and content of the file that this request's signed link names. Raises NotPermitted."""
	if not verify_request() or SystemClock().now_ms() > int(expires_at_ms):
		raise NotPermitted
	media = FrappeStore().media(row)
	name = frappe.db.get_value("File", {"file_url": media.file}) if media and media.file else None
	if not name:
		raise NotPermitted
	return media.type, Path(frappe.get_doc("File", name).get_full_path()).read_bytes()


def _insert(values: dict, message: str):
	attached = {"attached_to_doctype": MESSAGE, "attached_to_name": message}
	return frappe.get_doc({"doctype": "File", **values, **attached}).insert(ignore_permissions=True)
