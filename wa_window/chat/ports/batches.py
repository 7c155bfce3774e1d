"""The ports for templates to many: their storage, and who is written to."""

from collections.abc import Collection, Mapping
from typing import Protocol

from ..message import OptOut
from ..template_batch import Batch, History, Outcome, Row


class BatchStore(Protocol):
	"""Batches and their rows; part of the Store. Every change of a batch or its rows locks the batch first."""

	def add_batch(self, batch: Batch) -> Batch:
		"""Insert it and return it with its name."""

	def batch(self, name: str) -> Batch | None:
		"""Read it without a lock."""

	def lock_batch(self, name: str) -> Batch | None:
		"""Lock it until the transaction ends and read it."""

	def change_batch(self, name: str, **changes: object) -> None: ...

	def sending_batches(self) -> list[Batch]:
		"""The oldest press first."""

	def add_rows(self, rows: list[Row]) -> None: ...

	def batch_rows(self, batch: str, state: str, *, after: int = -1, limit: int) -> list[Row]:
		"""Those in this state behind the position `after`, in their order."""

	def change_rows(self, changes: Mapping[str, Mapping[str, object]]) -> None:
		"""By a row's name; all with the same fields."""

	def put_rows_back(self, batch: str) -> None:
		"""Those put aside are to be sent, in a further attempt and without their messages."""

	def row_at(self, batch: str, position: int) -> Row | None: ...

	def count_rows(self, batch: str) -> dict[str, int]:
		"""By state, without states that have none."""

	def batch_outcomes(self, batch: str) -> list[Outcome]:
		"""All its rows, counted by what became of them."""

	def in_batch(self, batch: str, customers: Collection[str]) -> set[str]:
		"""Those of these customers who have a row that is not skipped."""

	def recipients_since(self, owner: str, since_ms: int, *, lock: bool = False) -> int:
		"""To how many recipients batches of this user were handed over since `since_ms` (epoch ms, UTC), or are to be by those that are being
		sent. `lock`: no other transaction begins to send one of theirs until this one ends."""

	def in_outbox(self, batch: str, until_ms: int, most: int) -> int:
		"""How many of its messages wait for an attempt until `until_ms` (epoch ms, UTC); counting ends at `most`."""

	def histories(self, customers: Collection[str], now_ms: int) -> dict[str, History]:
		"""By customer, with all our numbers; one who got nothing and wrote nothing lately is left out."""

	def preserved_opt_outs(self, customers: Collection[str], business_address: str) -> dict[str, OptOut]:
		"""By customer, as `preserved_opt_out`; one without is left out."""
