"""The playground's leads."""

from .database import Database


class LeadStore(Database):
	def leads(self, where: str, *values) -> list[dict]:
		"""All leads, the newest first."""
		return [
			dict(row) for row in self._run(f"SELECT * FROM lead WHERE {where} ORDER BY position DESC", values)
		]

	def insert_lead(self, row: dict) -> None:
		position = self._run("SELECT coalesce(max(position), 0) + 1 AS next FROM lead")[0]["next"]
		self._insert("lead", row | {"position": position})

	def change_lead(self, name: str, changes: dict) -> None:
		self._update("lead", name, changes)
