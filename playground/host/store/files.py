"""Files: a row for each file of a message, and the contents."""

import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, replace

from wa_window.chat.message import Media

from .database import Database, first


class FileStore(Database):
	def media(self, row: str) -> Media | None:
		return first(self._media("name = ?", (row,)))

	def change_media(self, row: str, **changes: object) -> None:
		self._update("media", row, changes)

	def keep_file(self, file_name: str, media_type: str, content: bytes) -> str:
		name = secrets.token_hex(10)
		self._insert("file", {"name": name, "file_name": file_name, "type": media_type, "content": content})
		return name

	def drop_file(self, name: str) -> None:
		self._run("DELETE FROM file WHERE name = ?", (name,))

	def file(self, name: str) -> sqlite3.Row | None:
		return first(self._run("SELECT * FROM file WHERE name = ?", (name,)))

	def _media(self, where: str, values: Sequence) -> list[Media]:
		columns = "url, type, size, file, state, filename AS name, name AS row, attempts, next_attempt_at_ms"
		return [Media(**dict(row)) for row in self._run(f"SELECT {columns} FROM media WHERE {where}", values)]

	def _add_media(self, message: str, media: Media) -> Media:
		added = replace(media, row=secrets.token_hex(10))
		row = asdict(added) | {"name": added.row, "filename": added.name, "message": message}
		del row["row"]
		position = self._run("SELECT count(*) AS count FROM media WHERE message = ?", (message,))[0]["count"]
		self._insert("media", row | {"position": position})
		return added
