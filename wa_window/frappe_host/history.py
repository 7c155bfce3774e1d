"""Import a chat history from a file on this server: the command `wa-window import`."""

import csv
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from functools import cached_property, lru_cache
from pathlib import Path
from typing import IO

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
PROGRESS_EVERY = 1000
COPIED_AT_ONCE = 64 * 1024


OnProgress = Callable[[int, float], None]


def import_file(path: Path, *, write: bool, on_rows: OnProgress, on_chats: OnProgress) -> Imported:
	"""Import a history in JSON Lines or CSV, by its extension; without `write` only check it. `on_rows` and `on_chats` are called with
	how many rows were read, and chats computed, and which part that is. Rows that are not imported are
	written to `bad_rows_of(path)`, why to `reasons_of(path)`. Raises NotReadable or OSError where the file cannot be read."""
	is_csv = FORMATS.get(path.suffix.lower())
	if is_csv is None:
		raise NotReadable(f"The file must end in {', '.join(FORMATS)}.")
	store, folder = (
		FrappeStore(),
		HistoryFolder(path.parent, media_limit_bytes(), Path(get_bench_path(), "sites")),
	)
	with path.open("rb") as file, _BadRows(path) as bad_rows:
		size = max(1, os.fstat(file.fileno()).st_size)

		def rows() -> Iterator[Row]:
			for number, row in enumerate(read_rows(file, is_csv=is_csv)):
				if number % PROGRESS_EVERY == 0:
					on_rows(number, file.tell() / size)
				if number == 0:
					bad_rows.header_ends = row.begins
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
	"""The file beside it for the rows that were not imported: in its own format, so that it can be corrected and imported."""
	return path.with_name(f"{path.stem}.bad{path.suffix}")


def reasons_of(path: Path) -> Path:
	"""The file beside it that says why rows were not imported."""
	return path.with_name(f"{bad_rows_of(path).name}.reasons.csv")


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
	"""Both files are created with the first bad row; readable for their owner alone: they hold customers' texts. Those of an earlier run
	may be corrected by now, and are not replaced: NotReadable. `header_ends`: the byte of the imported file before which it has the
	names of the columns."""

	def __init__(self, path: Path):
		self.path, self.header_ends, self.line = path, 0, 1
		self.opened = ExitStack()

	def __enter__(self) -> "_BadRows":
		for path in (bad_rows_of(self.path), reasons_of(self.path)):
			if path.exists():
				raise NotReadable(f"{path} is there from an earlier run. Import, move or delete it first.")
		return self

	def add(self, row: Row) -> None:
		if self.line == 1:
			self._copy(0, self.header_ends)
			self._reasons.writerow(["line", f"line of {self.path.name}", "reason"])
		self._reasons.writerow([self.line, row.number, row.problem])
		self._copy(row.begins, row.ends)

	def __exit__(self, *_error: object) -> None:
		self.opened.close()

	@cached_property
	def _source(self) -> IO[bytes]:
		return self.opened.enter_context(self.path.open("rb"))

	@cached_property
	def _rows(self) -> IO[bytes]:
		return self.opened.enter_context(open(bad_rows_of(self.path), "xb", opener=_private))

	@cached_property
	def _reasons(self):
		path = reasons_of(self.path)
		return csv.writer(
			self.opened.enter_context(open(path, "x", encoding="utf-8", newline="", opener=_private))
		)

	def _copy(self, begins: int, ends: int) -> None:
		"""The bytes as they are, and the end of the line where the file ends without one."""
		self._source.seek(begins)
		part = b"\n"
		while begins < ends and (part := self._source.read(min(ends - begins, COPIED_AT_ONCE))):
			begins += len(part)
			self._write(part)
		if not part.endswith(b"\n"):
			self._write(b"\n")

	def _write(self, part: bytes) -> None:
		self._rows.write(part)
		self.line += part.count(b"\n")


def _private(path: str, flags: int) -> int:
	return os.open(path, flags, 0o600)


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
