"""The InboxStore port on SQLite."""

from wa_window.chat.message import Message

from .store import SqliteStore


class SqliteInboxStore:
	def __init__(self, store: SqliteStore):
		self.store = store

	def newest(self, conversations: list[str]) -> dict[str, Message]:
		found = {name: self.store.messages(name, limit=1) for name in conversations}
		return {name: messages[0] for name, messages in found.items() if messages}
