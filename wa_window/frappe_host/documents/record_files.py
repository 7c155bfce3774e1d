"""The files attached to a chat's records that the session's user may read."""

import frappe

from ...chat.errors import InvalidMessage
from ...chat.media_types import type_of
from ...chat.message import Media
from ...chat.sendable_media import require_sendable
from ..clock import current_locale
from ..desk.details.listed import listed
from .linked import Records

MOST = 50
ON_THIS_SITE = ("/files/", "/private/files/")


def record_files(records: Records) -> list[dict]:
	"""The latest first: `file` (the File), `name`, `type`, `size` (bytes) and `problem`: why WhatsApp does not accept it, None
	where it does."""
	rows = [row for record in records for row in _attached(*record)]
	return [_file(row) for row in sorted(rows, key=lambda row: row.creation, reverse=True)]


def _attached(doctype: str, name: str) -> list:
	attached = {"attached_to_doctype": doctype, "attached_to_name": name, "is_folder": 0}
	columns = ["name", "file_name", "file_url", "file_size", "creation"]
	rows = listed("File", attached, columns, order_by="creation desc", limit=MOST) or []
	return [
		row
		for row in rows
		if (row.file_url or "").startswith(ON_THIS_SITE)
		and frappe.get_doc("File", row.name).has_permission("read")
	]


def _file(row) -> dict:
	media = Media(type=type_of(row.file_name or ""), size=row.file_size or 0)
	return {
		"file": row.name,
		"name": row.file_name or "",
		"type": media.type,
		"size": media.size,
		"problem": _problem(media),
	}


def _problem(media: Media) -> str | None:
	try:
		require_sendable(media, "")
	except InvalidMessage as error:
		return error.sentence.render(current_locale())
	return None
