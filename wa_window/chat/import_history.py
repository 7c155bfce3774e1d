"""Import a chat history from elsewhere. Nothing is sent, nobody is notified, no lead is created, and each message is stored once,
however often its file is imported."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import PurePath
from typing import Protocol, TypeVar

from . import consent, status
from .address import Customer, customer_at
from .conversations import begin
from .file_names import file_name
from .import_rows import HistoryMessage, Row, RowError
from .media_types import DOWNLOAD, HARMLESS, media_kind, type_of
from .message import IMPORT, INBOUND, OUTBOUND, STORED, TEXT, Conversation, Media, Message
from .ports.files import FetchedFile, FetchRejected, Files, StoredFile
from .ports.store import Store
from .recompute import recompute_locked

T = TypeVar("T")
Pair = tuple[Customer, str]

# Rows of one transaction: as long as it takes, their chats are locked. Of the longest texts (LONGEST_BODY) MariaDB takes so many in
# one statement (max_allowed_packet, 16 MB).
BATCH = 100
FUTURE = "sent_at is in the future."
EXPIRED = "It is older than Keep Messages for (days) in Settings."
FILE_TYPE = "This type of file is not accepted."


class Folder(Protocol):
	"""The folder with the files of the history."""

	def check(self, path: str) -> None:
		"""Raise RowError where `read` would."""

	def read(self, path: str) -> bytes:
		"""The content of a file below the folder. Raises RowError where there is none, or it is too large."""


class Distinct(Protocol):
	"""A set of texts that may be larger than memory."""

	def add(self, text: str) -> bool:
		"""Add a text; returns whether it is new."""

	def __iter__(self) -> Iterator[str]: ...

	def __len__(self) -> int: ...


@dataclass
class Imported:
	"""How many rows were read, are new, were stored or deleted here before, and have a problem; and how many chats they belong to."""

	rows: int = 0
	new: int = 0
	known: int = 0
	bad: int = 0
	chats: int = 0


@dataclass(frozen=True)
class Importing:
	"""What an import needs beside the store. `author`: the name of the user whom a row names, empty where there is none. `link`
	links chats to existing records. `on_problem` is called with each row that is not imported, `on_chats` with how many chats were
	computed after all rows, and which part that is. `kept_since_ms` (epoch ms, UTC): see settings; `pairs` and `sids` are empty."""

	folder: Folder
	files: Files
	author: Callable[[str], str]
	link: Callable[[list[Conversation]], None]
	on_problem: Callable[[Row], None]
	on_chats: Callable[[int, float], None]
	pairs: Distinct
	sids: Distinct
	kept_since_ms: int = 0


def check_history(store: Store, rows: Iterable[Row], importing: Importing, now_ms: int) -> Imported:
	"""What `import_history` would do. Nothing is stored."""
	result = Imported()
	for batch in _batches(rows):
		for row, message in _readable(batch, importing, result, now_ms, store):
			if message.media:
				try:
					_check_file(message.media)
					importing.folder.check(message.media)
				except RowError as error:
					_refuse(row, str(error), importing, result)
					continue
			if importing.sids.add(message.sid.lower()):
				result.new += 1
			else:
				result.known += 1
	return replace(result, chats=len(importing.pairs))


def import_history(store: Store, rows: Iterable[Row], importing: Importing, now_ms: int) -> Imported:
	"""Store the messages that are not stored yet, and compute the windows and states of their chats from their messages.

	A run that was killed is run again: it finds what is stored.
	"""
	result = Imported()
	for batch in _batches(rows):
		for group in _lockable(
			_readable(batch, importing, result, now_ms, store), lambda item: _pair(item[1])
		):
			_store(store, group, importing, result)
	result.chats, done = len(importing.pairs), 0
	for texts in _batches(importing.pairs):
		for pairs in _lockable((_pair_of(text) for text in texts), lambda pair: pair):
			importing.link(store.transaction(partial(_recompute, store, pairs, importing.kept_since_ms)))
		done += len(texts)
		importing.on_chats(done, done / result.chats)
	return result


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
	iterator = iter(items)
	while batch := list(islice(iterator, BATCH)):
		yield batch


def _readable(
	batch: list[Row], importing: Importing, result: Imported, now_ms: int, store: Store
) -> list[tuple[Row, HistoryMessage]]:
	"""The rows with a message that is not stored yet."""
	good: dict[str, tuple[Row, HistoryMessage]] = {}
	for row in batch:
		result.rows += 1
		problem = row.problem or _time_problem(row.message, importing.kept_since_ms, now_ms)
		if problem or row.message is None:
			_refuse(row, problem, importing, result)
			continue
		importing.pairs.add("\n".join(_key(_pair(row.message))))
		# Texts that differ by case only are one to a unique index of MariaDB.
		if row.message.sid.lower() in good:
			result.known += 1
		good.setdefault(row.message.sid.lower(), (row, row.message))
	known = store.transaction(partial(_known, store, [message for _row, message in good.values()]))
	result.known += len(known)
	return [good[sid] for sid in good if sid not in known]


def _time_problem(message: HistoryMessage | None, kept_since_ms: int, now_ms: int) -> str:
	if message is None:
		return ""
	if message.sent_at_ms > now_ms:
		return FUTURE
	return EXPIRED if message.sent_at_ms < kept_since_ms else ""


def _known(store: Store, messages: list[HistoryMessage]) -> set[str]:
	"""The SIDs, in lower case, of those that were stored or deleted here before."""
	return {sid.lower() for sid in store.stored_or_erased([message.sid for message in messages])}


def _refuse(row: Row, problem: str, importing: Importing, result: Imported) -> None:
	result.bad += 1
	importing.on_problem(replace(row, problem=problem))


def _lockable(items: Iterable[T], pair: Callable[[T], Pair]) -> Iterator[list[T]]:
	"""The items that one transaction can lock: those of all customers with a number, and those of one customer with an id, whose
	chats the store locks in turn, beginning anew (`lock_pair`)."""
	groups: dict[Pair | None, list[T]] = {}
	for item in items:
		customer, ours = pair(item)
		groups.setdefault(None if customer.phone else (customer, ours), []).append(item)
	yield from groups.values()


def _pair(message: HistoryMessage) -> Pair:
	return message.customer, message.business_address


def _pair_of(text: str) -> Pair:
	key, ours = text.split("\n")
	customer = customer_at(key)
	if customer is None:
		raise AssertionError("it is the key of a customer")
	return customer, ours


def _key(pair: Pair) -> tuple[str, str]:
	return pair[0].key, pair[1]


def _locked(store: Store, pairs: Collection[Pair]) -> dict[tuple[str, str], Conversation]:
	"""Lock the chats of a group of `_lockable`, as far as they exist."""
	numbers: dict[str, set[str]] = {}
	for customer, ours in pairs:
		if not customer.phone:
			return {_key((customer, ours)): row for row in store.lock_pair(customer, ours)[:1]}
		numbers.setdefault(ours, set()).add(customer.key)
	rows = [row for ours in sorted(numbers) for row in store.lock_numbers(sorted(numbers[ours]), ours)]
	return {(row.customer, row.business_address): row for row in rows}


def _recompute(store: Store, pairs: list[Pair], kept_since_ms: int) -> list[Conversation]:
	"""Inside a transaction; returns the chats that have no record."""
	chats = list(_locked(store, pairs).values())
	recompute_locked(chats, store, kept_since_ms=kept_since_ms)
	return [chat for chat in chats if not chat.lead]


def _store(
	store: Store, group: list[tuple[Row, HistoryMessage]], importing: Importing, result: Imported
) -> None:
	"""Files are written before the chats are locked; those that did not get a message are deleted."""
	written: dict[str, tuple[str, StoredFile]] = {}
	messages, added = [], set()
	try:
		for row, message in group:
			try:
				if message.media:
					written[message.sid] = _written(message, importing)
				messages.append(message)
			except RowError as error:
				_refuse(row, str(error), importing, result)
		added = store.transaction(partial(_add, store, messages, written, importing))
	finally:
		for sid in written.keys() - added:
			importing.files.discard(written[sid][1])
	result.new += len(added)
	result.known += len(messages) - len(added)


def _written(message: HistoryMessage, importing: Importing) -> tuple[str, StoredFile]:
	"""Write its file; returns the file name and where it is stored. Raises RowError."""
	_check_file(message.media)
	name, media_type = PurePath(message.media).name, type_of(message.media) or DOWNLOAD
	name = file_name(_row(message, Conversation("", "", ""), ""), Media(type=media_type, name=name))
	try:
		content = FetchedFile(media_type, importing.folder.read(message.media))
		return name, importing.files.write(name, content)
	except FetchRejected:
		raise RowError(FILE_TYPE) from None


def _check_file(path: str) -> None:
	if PurePath(path).suffix.lower().removeprefix(".") not in HARMLESS:
		raise RowError(FILE_TYPE)


def _add(
	store: Store,
	messages: list[HistoryMessage],
	written: dict[str, tuple[str, StoredFile]],
	importing: Importing,
) -> set[str]:
	"""Inside a transaction: add the messages that are not stored by now; returns their SIDs."""
	chats = _locked(store, [_pair(message) for message in messages])
	# After the locks: a transaction that erases one of these chats has ended.
	known, rows = _known(store, messages), []
	for message in messages:
		if message.sid.lower() in known:
			continue
		key = _key(_pair(message))
		if key not in chats:
			chats[key] = begin(_conversation(message), store)
		row = _row(message, chats[key], importing.author(message.author))
		rows.append(_with_file(row, *written[message.sid]) if message.media else row)
	added = store.add_messages(rows)
	for chat in chats.values():
		written_at = [
			row.sent_at_ms for row in rows if row.conversation == chat.name and row.direction == INBOUND
		]
		if written_at:
			store.change_conversation(chat.name, **consent.by_writing(chat, min(written_at)))
	for row in added:
		if row.media:
			importing.files.assign(row, *written[row.message_sid])
	return {row.message_sid for row in added}


def _with_file(row: Message, name: str, file: StoredFile) -> Message:
	media = Media(type=file.type, size=file.size, file=file.file, state=STORED, name=name)
	return replace(row, kind=media_kind(file.type), media=(media,))


def _conversation(message: HistoryMessage) -> Conversation:
	customer = message.customer
	return Conversation(
		customer=customer.key,
		business_address=message.business_address,
		customer_address=customer.address,
		customer_phone=customer.phone,
		customer_user_id=customer.user_id,
		customer_parent_id=customer.parent_id,
	)


def _row(message: HistoryMessage, chat: Conversation, author: str) -> Message:
	"""Where no user of this host wrote an outbound one, another program sent it. Whether it was delivered is not known."""
	is_ours = message.direction == OUTBOUND
	return Message(
		conversation=chat.name,
		direction=message.direction,
		kind=TEXT,
		body=message.body,
		sent_at_ms=message.sent_at_ms,
		sent_at_source=IMPORT,
		delivery_status=status.SENT if is_ours else status.RECEIVED,
		owner=author if is_ours else "",
		message_sid=message.sid,
		sent_outside=is_ours and not author,
	)
