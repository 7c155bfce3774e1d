"""The files that were shared in a chat, and those attached to its record."""

import mimetypes

import frappe
from frappe.query_builder import DocType, Order
from frappe.utils import get_datetime

from ....chat.message import STORED, Conversation
from ...clock import epoch_ms
from ...store import database
from ...store.database import VALUE
from ...store.tables import MEDIA, MESSAGE
from .listed import listed

MOST = 12
# The messages of a chat in which files are looked for: so a long chat costs as much as a short one.
MESSAGES = 500


def files(chat: Conversation, doc) -> list[dict]:
	"""The latest files, the newest first: `name`, `url`, `type`, `size` (bytes) and `at_ms` (epoch ms, UTC)."""
	found = _of_messages(chat.name) + (_of_record(doc) if doc else [])
	return sorted(found, key=lambda file: file["at_ms"], reverse=True)[:MOST]


def _of_messages(conversation: str) -> list[dict]:
	message, media = DocType(MESSAGE), DocType(MEDIA)
	latest = (
		frappe.qb.from_(message)
		.select(message.name, message.sent_at_ms)
		.where(message.conversation == VALUE)
		.orderby(message.sent_at_ms, order=Order.desc)
		.limit(MESSAGES)
	)
	at_ms = {row.name: row.sent_at_ms for row in database.run(latest, (conversation,), as_dict=True)}
	if not at_ms:
		return []
	stored = (
		frappe.qb.from_(media)
		.select(media.parent, media.filename, media.file, media.type, media.size)
		.where(media.parent.isin([VALUE] * len(at_ms)) & (media.state == VALUE))
	)
	rows = database.run(stored, (*at_ms, STORED), as_dict=True)
	return [_file(row.filename, row.file, row.type, row.size, at_ms[row.parent]) for row in rows if row.file]


def _of_record(doc) -> list[dict]:
	attached = {"attached_to_doctype": doc.doctype, "attached_to_name": doc.name, "is_folder": 0}
	columns = ["file_name", "file_url", "file_size", "creation"]
	rows = listed("File", attached, columns, order_by="creation desc", limit=MOST) or []
	return [
		_file(
			row.get("file_name"),
			row.file_url,
			mimetypes.guess_type(row.get("file_name") or "")[0],
			row.get("file_size"),
			epoch_ms(get_datetime(row.creation)),
		)
		for row in rows
		if row.get("file_url")
	]


def _file(name: str | None, url: str, media_type: str | None, size: int | None, at_ms: int) -> dict:
	return {"name": name or "", "url": url, "type": media_type or "", "size": size or 0, "at_ms": at_ms}
