"""Import a chat history from a file on this server: the command `wa-window import`."""

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import lru_cache
from pathlib import Path
from typing import TextIO

import frappe
from frappe.utils import get_bench_path

from ..chat.address import canonical_phone
from ..chat.conversations import link_existing
from ..chat.import_history import Imported, Importing, check_history, import_history
from ..chat.import_rows import NotReadable, Row, read_rows
from ..chat.message import Conversation
from .clock import SystemClock
from .files.attachments import FrappeFiles
from .files.history_folder import HistoryFolder
from .jobs.post_processing import fill_lead_name
from .records.leads import FrappeLeads
from .settings import kept_since_ms, media_limit_bytes
from .store.store import FrappeStore

FORMATS = {".csv": True, ".jsonl": False, ".ndjson": False}
# Characters of a row that the file of bad rows quotes.
QUOTED = 2000
PROGRESS_EVERY = 1000


OnProgress = Callable[[int, float], None]


def import_file(path: Path, *, write: bool, on_rows: OnProgress, on_chats: OnProgress) -> Imported:
	"""Import a history in JSON Lines or CSV, by its extension; without `write` only check it. `on_rows` and `on_chats` are called with
	how many rows were read, and chats computed, and which part that is. Rows that are not imported are
	written to `bad_rows_of(path)`. Raises NotReadable or OSError where the file cannot be read."""
	is_csv = FORMATS.get(path.suffix.lower())
	if is_csv is None:
		raise NotReadable(f"The file must end in {', '.join(FORMATS)}.")
	store, folder = (
		FrappeStore(),
		HistoryFolder(path.parent, media_limit_bytes(), Path(get_bench_path(), "sites")),
	)
	with path.open("rb") as file, _BadRows(bad_rows_of(path)) as bad_rows:
		size = max(1, os.fstat(file.fileno()).st_size)

		def rows() -> Iterator[Row]:
			for number, row in enumerate(read_rows(file, is_csv=is_csv)):
				if number % PROGRESS_EVERY == 0:
					on_rows(number, file.tell() / size)
				yield row

		importing = Importing(
			folder,
			FrappeFiles(),
			lru_cache(_user),
			_link,
			bad_rows.add,
			on_chats,
			Distinct(),
			Distinct(),
			kept_since_ms(),
		)
		work = import_history if write else check_history
		return work(store, rows(), importing, SystemClock().now_ms())


def bad_rows_of(path: Path) -> Path:
	"""The file beside it for the rows that were not imported."""
	return path.with_name(f"{path.name}.bad.jsonl")


class Distinct:
	"""Different texts in a temporary database, which SQLite keeps on disk where it grows (https://www.sqlite.org/inmemorydb.html)."""

	def __init__(self) -> None:
		self.database = sqlite3.connect("", isolation_level=None)
		self.database.execute("PRAGMA journal_mode = OFF")
		self.database.execute("CREATE TABLE texts (text TEXT PRIMARY KEY) WITHOUT ROWID")
		self.database.execute("BEGIN")

	def add(self, text: str) -> bool:
		return self.database.execute("INSERT OR IGNORE INTO texts VALUES (?)", (text,)).rowcount > 0

	def __iter__(self) -> Iterator[str]:
		return (text for (text,) in self.database.execute("SELECT text FROM texts ORDER BY text"))

	def __len__(self) -> int:
		return self.database.execute("SELECT count(*) FROM texts").fetchone()[0]


class _BadRows(AbstractContextManager):
	"""Created with the first bad row, in place of that of an earlier run; readable for its owner alone: it holds customers' texts."""

	def __init__(self, path: Path):
		self.path = path
		self.file: TextIO | None = None

	def __enter__(self) -> "_BadRows":
		self.path.unlink(missing_ok=True)
		return self

	def add(self, row: Row) -> None:
		if self.file is None:
			self.file = os.fdopen(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w")
		quoted = {"line": row.number, "reason": row.problem, "row": row.text[:QUOTED]}
		self.file.write(json.dumps(quoted) + "\n")

	def __exit__(self, *_error: object) -> None:
		if self.file:
			self.file.close()


def _user(author: str) -> str:
	"""The name of the user; empty where this site has none."""
	return (author and frappe.db.get_value("User", author)) or ""


def _link(chats: list[Conversation]) -> None:
	"""Most numbers of a history may be nobody's: those are found at once."""
	leads = FrappeLeads()
	known = leads.known_numbers({chat.customer_phone for chat in chats if chat.customer_phone})
	for chat in chats:
		if not chat.customer_phone or canonical_phone(chat.customer_phone) in known:
			link_existing(chat.name, FrappeStore(), leads)
			fill_lead_name(chat.name)
