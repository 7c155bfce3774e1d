"""The files of messages in the database: one row each, below their message."""

from dataclasses import replace

import frappe
from frappe.query_builder import DocType

from ...chat.message import Media
from . import database
from .database import VALUE
from .raw_rows import insert, new_name, present, update
from .tables import MEDIA, MEDIA_FIELDS, MESSAGE


class MediaStore:
	def media(self, row: str) -> Media | None:
		table = DocType(MEDIA)
		query = frappe.qb.from_(table).select(*MEDIA_FIELDS).where(table.name == VALUE)
		rows = database.run(query, (row,), as_dict=True)
		return media_from(rows[0]) if rows else None

	def change_media(self, row: str, **changes) -> None:
		update(MEDIA, row, changes)


def delete_files(messages: list[str]) -> None:
	"""Delete the files of these messages."""
	attached = {"attached_to_doctype": MESSAGE, "attached_to_name": ("in", messages)}
	for name in frappe.get_all("File", attached, pluck="name"):
		frappe.delete_doc("File", name, ignore_permissions=True, delete_permanently=True)


def media_of(messages: list[str]) -> dict[str, list[Media]]:
	if not messages:
		return {}
	table = DocType(MEDIA)
	query = (
		frappe.qb.from_(table)
		.select("parent", *MEDIA_FIELDS)
		.where(table.parent.isin([VALUE] * len(messages)))
	)
	media: dict[str, list[Media]] = {}
	for row in database.run(query.orderby(table.parent).orderby(table.idx), messages, as_dict=True):
		media.setdefault(row.pop("parent"), []).append(media_from(row))
	return media


def media_from(row: dict) -> Media:
	row = present(row)
	return Media(row=row.pop("name"), name=row.pop("filename", ""), **row)


def add_media(message: str, position: int, media: Media) -> Media:
	added = replace(media, row=new_name())
	row = {
		"name": added.row,
		"parent": message,
		"parenttype": MESSAGE,
		"parentfield": "media",
		"idx": position,
	}
	row |= {
		"type": media.type,
		"size": media.size,
		"file": media.file,
		"state": media.state,
		"url": media.url,
		"attempts": media.attempts,
		"next_attempt_at_ms": media.next_attempt_at_ms,
	}
	insert(MEDIA, row | {"filename": media.name})
	return added
