"""Quick replies: each of one agent, or of everybody."""

import json
import secrets

from wa_window.chat.message import STORED, Media
from wa_window.chat.quick_reply import QuickReply

from .files import FileStore


class QuickReplyStore(FileStore):
	def quick_replies(self, user: str) -> list[QuickReply]:
		"""The user's own and everybody's, by title."""
		rows = self._run("SELECT * FROM quick_reply WHERE owner IN ('', ?) ORDER BY title", (user,))
		return [
			QuickReply(
				row["name"],
				row["title"],
				row["text"],
				row["shortcut"],
				tuple(self._kept(name) for name in json.loads(row["files"])),
			)
			for row in rows
		]

	def add_quick_reply(
		self, title: str, text: str, shortcut: str, *, owner: str = "", files: tuple[str, ...] = ()
	) -> str:
		"""Without an `owner` it is everybody's; `files` are names of stored files. Returns its name."""
		name = secrets.token_hex(5)
		row = {"name": name, "owner": owner, "title": title, "shortcut": shortcut, "text": text}
		self._insert("quick_reply", row | {"files": json.dumps(files)})
		return name

	def _kept(self, name: str) -> Media:
		columns = "file_name, type, length(content) AS size"
		(row,) = self._run(f"SELECT {columns} FROM file WHERE name = ?", (name,))
		return Media(type=row["type"], size=row["size"], state=STORED, name=row["file_name"], row=name)
