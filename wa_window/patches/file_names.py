"""Give files of earlier versions unguessable names.

Frappe had stored them under readable names, and equal ones under one path.
"""

import hashlib
import hmac
import os
from collections.abc import Callable
from pathlib import PurePath

import frappe
from frappe.query_builder import DocType
from frappe.utils import update_progress_bar
from frappe.utils.password import get_encryption_key

from ..frappe_host.files import disk
from ..frappe_host.files.attachments import belonging_to, file_of, insert_file
from ..frappe_host.store.tables import MEDIA, MESSAGE

BATCH = 200


def give_files_unguessable_names() -> None:
	"""Move each message's file to its new name; where other Files use the path too, create a hard link instead.

	Each batch is committed. The new name comes from the site's key and the row's name, and the file is moved before its rows
	are changed: run again after it was killed at any point, it finds the files that were moved already.
	"""
	_for_each_row("Finding files", _give_copy_its_file)
	_for_each_row("Renaming files", _rename)


def _for_each_row(label: str, work: Callable) -> None:
	total, done, after = frappe.db.count(MEDIA, {"file": ("!=", "")}), 0, ""
	while rows := _rows_after(after):
		for row in rows:
			if not disk.token_of(row.file):
				work(row, file_of(row.parent, row.file))
		frappe.db.commit()  # nosemgrep: frappe-manual-commit - a batch: moved files cannot be rolled back
		after, done = rows[-1].name, done + len(rows)
		update_progress_bar(label, min(done, total) - 1, total)


def _rows_after(name: str) -> list:
	table = DocType(MEDIA)
	query = frappe.qb.from_(table).select("name", "parent", "file", "filename", "size")
	query = query.where((table.file != "") & (table.name > name)).orderby(table.name).limit(BATCH)
	return query.run(as_dict=True)


def _give_copy_its_file(row, file: str | None) -> None:
	"""A message that was sent again had no File of its own, only the URL of the first one's file."""
	conversation = frappe.db.get_value(MESSAGE, row.parent, "conversation")
	for first in () if file else _files_at(row.file):
		if frappe.db.exists(MESSAGE, {"name": first.attached_to_name, "conversation": conversation}):
			insert_file(first.file_name, row.file, row.size, **belonging_to(row.parent))
			return


def _rename(row, file: str | None) -> None:
	new = _new_url(row)
	source, target = disk.path_of(row.file), disk.path_of(new)
	if not file or not (source.exists() or target.exists()):
		return  # the app did not write the row, or the file was missing before
	if not target.exists():
		# Pages may embed a public file by its URL.
		if row.file.startswith(disk.FOLDER) and not _is_held_by_others(row.file, file):
			os.replace(source, target)
		else:
			disk.link(row.file, new)
	own = {"file_url": new, "content_hash": disk.token_of(new), "is_private": 1}
	frappe.db.set_value("File", file, own | belonging_to(row.parent), update_modified=False)
	name = row.filename or frappe.db.get_value("File", file, "file_name")
	frappe.db.set_value(MEDIA, row.name, {"file": new, "filename": name}, update_modified=False)


def _files_at(url: str) -> list:
	of_messages = {"file_url": url, "attached_to_doctype": MESSAGE}
	return frappe.get_all("File", of_messages, ["attached_to_name", "file_name"], order_by="creation asc")


def _is_held_by_others(url: str, file: str) -> bool:
	return bool(frappe.db.exists("File", {"file_url": url, "name": ("!=", file)}))


def _new_url(row) -> str:
	token = hmac.new(get_encryption_key().encode(), row.name.encode(), hashlib.sha256).hexdigest()[:16]
	ending = PurePath(row.file).suffix[1:].lower()
	return f"{disk.FOLDER}{token}.{ending if ending.isalnum() and ending.isascii() else 'bin'}"
