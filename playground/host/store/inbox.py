"""The InboxStore port on SQLite."""

from wa_window.chat.chat_list import MINE, UNASSIGNED, Column, Query
from wa_window.chat.message import Conversation, Message
from wa_window.chat.search import Search

from .batches import ANSWERED
from .store import SqliteStore

TITLES = "SELECT lead.lead_name FROM lead WHERE lead.name = conversation.lead"
ANSWERED_BATCH = f"name IN (SELECT conversation FROM batch_row WHERE batch = ? AND name IN ({ANSWERED}))"


class SqliteInboxStore:
	"""`assigned`: by conversation, whom it is assigned to. Its user may read all chats."""

	def __init__(self, store: SqliteStore, assigned: dict[str, str]):
		self.store = store
		self.assigned = assigned

	def chats(self, query: Query, *, after: tuple[object, ...] = (), limit: int) -> list[Conversation]:
		return self._first(query, ("1 = 1", []), after, limit)

	def _first(
		self,
		query: Query,
		condition: tuple[str, list[object]],
		after: tuple[object, ...],
		limit: int,
	) -> list[Conversation]:
		"""The first chats of a query that also fulfil this condition with its values."""
		where, values = self._where(query)
		where, values = f"{where} AND {condition[0]}", values + condition[1]
		columns, (operator, direction) = (
			query.order.columns,
			("<", "DESC") if query.order.descending else (">", "ASC"),
		)
		if after:
			where += f" AND ({', '.join(columns)}) {operator} ({_marks(after)})"
			values += after
		order = ", ".join(f"{column} {direction}" for column in columns)
		return self.store.conversations_where(where, values, f"{order} LIMIT {int(limit)}")

	def found(
		self, query: Query, search: Search, *, after: tuple[object, ...] = (), limit: int
	) -> tuple[list[Conversation], tuple[object, ...]]:
		return self._first(query, _found(search), after, limit), ()

	def count(self, query: Query, most: int) -> int:
		where, values = self._where(query)
		counted = f"SELECT 1 FROM conversation WHERE {where} LIMIT {int(most)}"
		return self.store.connection.execute(f"SELECT count(*) FROM ({counted})", values).fetchone()[0]

	def newest(self, conversations: list[str]) -> dict[str, Message]:
		found = {name: self.store.messages(name, limit=1) for name in conversations}
		return {name: messages[0] for name, messages in found.items() if messages}

	def _where(self, query: Query) -> tuple[str, list[object]]:
		wanted = ["1 = 1"]
		values: list[object] = []
		for each in query.conditions:
			if isinstance(each.value, Column):
				wanted.append(f"{each.column} {each.operator} {each.value.name}")
			else:
				wanted.append(f"{each.column} {each.operator} ?")
				values.append(each.value)
		if query.sender:
			wanted.append("business_address = ?")
			values.append(query.sender)
		if query.whose in (MINE, UNASSIGNED):
			names = [
				name
				for name, user in self.assigned.items()
				if query.whose == UNASSIGNED or user == query.user
			]
			wanted.append(f"name {'IN' if query.whose == MINE else 'NOT IN'} ({_marks(names)})")
			values += names
		if query.names is not None:
			wanted.append(f"name IN ({_marks(query.names)})")
			values += query.names
		if query.batch:
			wanted.append(ANSWERED_BATCH)
			values.append(query.batch)
		return " AND ".join(wanted), values


def _found(search: Search) -> tuple[str, list[object]]:
	"""By the number, by names, or by words of one message."""
	named = f"(coalesce(({TITLES}), '') || ' ' || profile_name) LIKE ?"
	said = " AND ".join(["body LIKE ?"] * len(search.words))
	ways = [
		*["customer LIKE ?"] * len(search.numbers),
		" AND ".join([named] * len(search.words)),
		f"EXISTS (SELECT 1 FROM message WHERE conversation = conversation.name AND sent_at_ms >= ? AND {said})",
	]
	words = [f"%{word}%" for word in search.words]
	numbers = [f"{number}%" for number in search.numbers]
	return f"({' OR '.join(ways)})", [*numbers, *words, search.since_ms, *words]


def _marks(values) -> str:
	return ", ".join("?" * len(values))
