"""The files attached to a chat's records that the session's user may read."""

import frappe

from ...chat.errors import ChatError
from ...chat.message import Media
from ...chat.sendable_media import offered
from ..clock import current_locale
from ..desk.details.listed import listed
from ..files.attachments import require_right_to
from ..files.offered import COLUMNS, on_this_site
from .linked import Records

MOST = 50


def record_files(records: Records) -> list[dict]:
	"""The latest first, each as `offered` has it; `problem` says also where another user's file has the same content."""
	rows = [row for record in records for row in _attached(*record)]
	rows.sort(key=lambda row: row.creation, reverse=True)
	return [_file(media) for media in on_this_site(rows)]


def _attached(doctype: str, name: str) -> list:
	attached = {"attached_to_doctype": doctype, "attached_to_name": name, "is_folder": 0}
	rows = listed("File", attached, [*COLUMNS, "creation"], order_by="creation desc", limit=MOST) or []
	return [row for row in rows if frappe.get_doc("File", row.name).has_permission("read")]


def _file(media: Media) -> dict:
	file = offered(media, current_locale())
	return file | {"problem": file["problem"] or _refusal(media)}


def _refusal(media: Media) -> str | None:
	try:
		require_right_to(media.row, media.file)
	except ChatError as error:
		return error.sentence.render(current_locale())
	return None
