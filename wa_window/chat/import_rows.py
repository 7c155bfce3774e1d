"""Rows of a chat history from elsewhere, in JSON Lines or CSV: read one after the other, and checked.

A file may hold anything: what is wrong with a row is a sentence, and the rows after it are read.
"""

import csv
import json
import re
from calendar import timegm
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import BinaryIO

from .address import Customer, business_address, customer_at
from .message import INBOUND, OUTBOUND

REQUIRED = ("direction", "sent_at", "from", "to")
FIELDS = (*REQUIRED, "body", "media", "sid", "author")
DIRECTIONS = {direction.lower(): direction for direction in (INBOUND, OUTBOUND)}
# Bytes: bounds the memory for a line that does not end. A field of a CSV file may have 131,072 characters (csv.field_size_limit).
LONGEST_LINE = 64 * 1024
LONGEST_BODY = 64 * 1024
SKIPPED_AT_ONCE = 64 * 1024
# A time without an offset could be meant in any zone.
SENT_AT = re.compile(
	r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d{1,9}))?(?:([Zz])|([+-])(\d\d):?(\d\d))", re.ASCII
)
WITHOUT_ZONE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,9})?)?", re.ASCII)
SID = re.compile(r"[A-Za-z0-9._:=+/-]{1,140}")
LONGEST_AUTHOR = 140
OF_CONTENT = "import-"


class RowError(Exception):
	"""Why a row is not imported: a sentence for an administrator."""


class NotReadable(Exception):
	"""Why a whole file is not imported: a sentence for an administrator."""


@dataclass(frozen=True)
class HistoryMessage:
	"""A message of the history. `sent_at_ms`: epoch ms, UTC. `media`: the path of its file, or empty. `sid`: as given, else made of its
	content, so that the same message is the same in the next run."""

	direction: str
	sent_at_ms: int
	customer: Customer
	business_address: str
	body: str
	media: str
	sid: str
	author: str


@dataclass(frozen=True)
class Row:
	"""A row of the file, which begins in line `number`: its bytes from `begins` to before `ends`, and its message or what is wrong with
	it."""

	number: int
	begins: int
	ends: int
	message: HistoryMessage | None = None
	problem: str = ""


def read_rows(file: BinaryIO, *, is_csv: bool) -> Iterator[Row]:
	"""All rows of a file, in constant memory. Raises NotReadable where a CSV file does not begin with the names of the fields."""
	lines = _Lines(file)
	next_record = _csv_records(lines) if is_csv else lambda: _object(next(lines))
	while True:
		lines.begin_record()
		try:
			record = next_record()
			if record:
				yield lines.row(_message(record))
		except StopIteration:
			return
		except RowError as error:
			yield lines.row(problem=str(error))
		except csv.Error as error:
			yield lines.row(problem=f"This is not CSV: {error}.")


class _Lines:
	"""The lines of a file as text; bytes that are not UTF-8 stay marked (surrogateescape). Raises RowError for a line that is too
	long, and continues after it. `number` and `at`: the lines and bytes until now; `first` and `begins`: the line and byte at which the
	current record begins."""

	def __init__(self, file: BinaryIO):
		self.file, self.number, self.at, self.first, self.begins = file, 0, 0, 0, 0

	def __iter__(self) -> "_Lines":
		return self

	def begin_record(self) -> None:
		self.first, self.begins = self.number + 1, self.at

	def row(self, message: HistoryMessage | None = None, problem: str = "") -> Row:
		return Row(self.first, self.begins, self.at, message, problem)

	def __next__(self) -> str:
		raw = self.file.readline(LONGEST_LINE)
		if not raw:
			raise StopIteration
		self.number += 1
		self.at += len(raw)
		text = raw.decode("utf-8-sig" if self.number == 1 else "utf-8", "surrogateescape")
		if len(raw) == LONGEST_LINE and not raw.endswith(b"\n"):
			self._skip_to_next()
			raise RowError(f"This line is longer than {LONGEST_LINE // 1024} KB.")
		return text

	def _skip_to_next(self) -> None:
		part = b""
		while not part.endswith(b"\n") and (part := self.file.readline(SKIPPED_AT_ONCE)):
			self.at += len(part)


def _object(line: str) -> dict[str, object]:
	"""The record of a line of JSON; empty for an empty line."""
	if not line.strip():
		return {}
	try:
		found = json.loads(line, object_pairs_hook=_each_once)
	except (ValueError, RecursionError):
		raise RowError("This line is not JSON.") from None
	if not isinstance(found, dict):
		raise RowError("This line is not a JSON object with the fields of a message.")
	return found


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
	found = dict(pairs)
	if len(found) < len(pairs):
		raise RowError("A field stands in this row twice.")
	return found


def _csv_records(lines: _Lines) -> Callable[[], dict[str, object]]:
	"""A function that reads the next record, empty for an empty line."""
	reader = csv.reader(lines, strict=True)
	try:
		names = [name.strip().lower() for name in next(reader)]
	except (csv.Error, RowError, StopIteration):
		raise NotReadable("The first line must have the names of the columns.") from None
	unknown = sorted({*names} - {*FIELDS})
	missing = [name for name in REQUIRED if name not in names]
	if unknown:
		raise NotReadable(f"There is no field {unknown[0][:40]!a}. The fields are: {', '.join(FIELDS)}.")
	if missing:
		raise NotReadable(f"The column {missing[0]} is missing.")
	if len({*names}) < len(names):
		raise NotReadable("A column stands in the first line twice.")

	def next_record() -> dict[str, object]:
		cells = next(reader)
		if cells and len(cells) != len(names):
			raise RowError(f"This row has {len(cells)} columns, not {len(names)}.")
		return dict(zip(names, cells, strict=False))

	return next_record


def _message(record: dict[str, object]) -> HistoryMessage:
	values = {name: _text(name, value) for name, value in record.items()}
	missing = [name for name in REQUIRED if not values.get(name, "").strip()]
	if missing:
		raise RowError(f"{missing[0]} is missing.")
	direction = DIRECTIONS.get(values["direction"].strip().lower())
	if direction is None:
		raise RowError("direction must be Inbound or Outbound.")
	body, media = values.get("body", ""), values.get("media", "").strip()
	if not (body.strip() or media):
		raise RowError("There is neither a body nor a file.")
	if len(body.encode()) > LONGEST_BODY:
		raise RowError(f"body is longer than {LONGEST_BODY // 1024} KB.")
	is_inbound = direction == INBOUND
	customer, ours = _pair(*(values[name] for name in (("from", "to") if is_inbound else ("to", "from"))))
	sent_at_ms = _sent_at_ms(values["sent_at"].strip())
	given = values.get("sid", "").strip()
	if given and not SID.fullmatch(given):
		raise RowError("sid must be at most 140 letters, digits and signs.")
	author = values.get("author", "").strip()
	if len(author) > LONGEST_AUTHOR:
		raise RowError(f"author is longer than {LONGEST_AUTHOR} characters.")
	content = (customer.key, ours, direction, sent_at_ms, body, media)
	sid = given or OF_CONTENT + sha256(json.dumps(content).encode()).hexdigest()
	return HistoryMessage(direction, sent_at_ms, customer, ours, body, media, sid, author)


def _text(name: str, value: object) -> str:
	if name not in FIELDS:
		raise RowError(f"There is no field {name[:40]!a}.")
	if value is None:
		return ""
	if not isinstance(value, str):
		raise RowError(f"{name} is not text.")
	if "\0" in value:
		raise RowError(f"{name} has a NUL character in it.")
	try:
		value.encode()
	except UnicodeEncodeError:
		raise RowError(f"{name} is not valid UTF-8.") from None
	return value


def _pair(theirs: str, ours: str) -> tuple[Customer, str]:
	customer, business = customer_at(theirs), business_address(ours)
	if customer is None or business is None:
		wrong = (theirs if customer is None else ours).strip()
		raise RowError(f"{wrong[:40]!a} is not a number with its country code, such as +6281234567890.")
	if customer.address == business:
		raise RowError("from and to are the same number.")
	return customer, business


def _sent_at_ms(text: str) -> int:
	"""Epoch ms, UTC. Python 3.10 reads neither Z nor all fractions of a second (datetime.fromisoformat)."""
	found = SENT_AT.fullmatch(text)
	if found is None and WITHOUT_ZONE.fullmatch(text):
		raise RowError("sent_at has no time zone: add Z or an offset such as +07:00.")
	try:
		day, time, fraction, _utc, sign, hours, minutes = found.groups() if found else ()
		moment = datetime.fromisoformat(f"{day}T{time}")
	except ValueError:
		raise RowError("sent_at must be a time such as 2026-11-26T09:30:00+07:00.") from None
	offset_s = (int(hours or 0) * 60 + int(minutes or 0)) * 60 * (-1 if sign == "-" else 1)
	at_ms = (timegm(moment.timetuple()) - offset_s) * 1000 + int((fraction or "0").ljust(3, "0")[:3])
	if at_ms <= 0 or int(minutes or 0) > 59 or int(hours or 0) > 14:
		raise RowError("sent_at is not a possible time.")
	return at_ms
