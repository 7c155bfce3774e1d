"""Fetch the files that customers sent."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from .file_names import file_name
from .media_types import DOWNLOAD, ENDINGS, SAME_TYPES
from .message import FAILED, PENDING, REDIRECTED, REJECTED, STORED, Media, Message
from .ports.files import FetchedFile, Fetcher, FetchFailed, FetchRedirected, FetchRejected, Files
from .ports.runtime import Clock
from .ports.store import Store
from .service import ChatService

BATCH = 20
MAX_ATTEMPTS = 5
FIRST_RETRY_MS = 60 * 1000
LONGEST_RETRY_MS = FIRST_RETRY_MS * 3 ** (MAX_ATTEMPTS - 1)


def fetch_files(chat: ChatService, fetcher: Fetcher, files: Files, *, largest: int, until_ms: int) -> int:
	"""Fetch pending files, of at most `largest` bytes each; returns how many were processed.

	A file that cannot be fetched is retried later, a few times; one that is not accepted becomes `refused`. None is begun after
	`until_ms` (epoch ms, UTC).
	"""
	store, clock, processed = chat.store, chat.clock, 0
	for message, media in store.media_due(clock.now_ms(), BATCH):
		if clock.now_ms() >= until_ms:
			break
		processed += 1
		counted = store.transaction(partial(_count_attempt, message, media, store, clock))
		if counted:
			_fetch(message, counted, store=store, fetcher=fetcher, files=files, largest=largest)
		chat.events.conversation_changed(message.conversation)
	return processed


def fetch_again(chat: ChatService, message: Message) -> None:
	"""Fetch those files of a message again that could not be fetched."""
	store = chat.store

	def write() -> None:
		store.lock(message.conversation)
		for media in message.media:
			if media.state in (FAILED, REDIRECTED, REJECTED):  # the limits may have changed
				store.change_media(media.row, state=PENDING, attempts=0, next_attempt_at_ms=0)

	store.transaction(write)
	chat.events.files_waiting()
	chat.events.conversation_changed(message.conversation)


def _count_attempt(message: Message, media: Media, store: Store, clock: Clock) -> Media | None:
	"""Count an attempt to fetch the file; returns it, or None where it is not due any more.

	The attempt is counted before it is made: else a file that kills the worker would always be the first one.
	"""
	now_ms, current = clock.now_ms(), _waiting(message, media, store)
	if current is None or now_ms < current.next_attempt_at_ms <= now_ms + LONGEST_RETRY_MS:
		return None
	if current.attempts >= MAX_ATTEMPTS:  # the worker died at the last one
		store.change_media(media.row, state=FAILED)
		return None
	attempts, next_attempt_at_ms = current.attempts + 1, now_ms + FIRST_RETRY_MS * 3**current.attempts
	store.change_media(media.row, attempts=attempts, next_attempt_at_ms=next_attempt_at_ms)
	return replace(current, attempts=attempts, next_attempt_at_ms=next_attempt_at_ms)


def _fetch(
	message: Message, media: Media, *, store: Store, fetcher: Fetcher, files: Files, largest: int
) -> None:
	try:
		_store(message, media, fetcher.fetch(media.url, largest), store, files)
		return
	except FetchRejected:
		state = REJECTED
	except FetchRedirected:
		state = REDIRECTED
	except FetchFailed:
		state = _after_failure(media)
	except Exception:
		# Such as a full disk: the files behind this one must still be fetched.
		files.log_failure(message)
		state = _after_failure(media)
	_change(message, media, store, lambda: store.change_media(media.row, state=state))


def _after_failure(media: Media) -> str:
	return FAILED if media.attempts >= MAX_ATTEMPTS else PENDING


def _store(message: Message, media: Media, fetched: FetchedFile, store: Store, files: Files) -> None:
	"""Write the file while the conversation is not locked, then assign it to the message."""
	media_type = SAME_TYPES.get(fetched.type, fetched.type)
	name = file_name(message, replace(media, type=media_type))
	written = files.write(
		name, FetchedFile(media_type if media_type in ENDINGS else DOWNLOAD, fetched.content)
	)

	def assign() -> None:
		files.assign(message, name, written)
		values = {"file": written.file, "type": written.type, "size": written.size, "filename": name}
		store.change_media(media.row, state=STORED, **values)

	if not _change(message, media, store, assign):
		files.discard(written)


def _change(message: Message, media: Media, store: Store, write: Callable[[], None]) -> bool:
	"""Run `write` unless the file was erased meanwhile, or fetched by another worker; returns whether it ran."""

	def change() -> bool:
		if _waiting(message, media, store) is None:
			return False
		write()
		return True

	return store.transaction(change)


def _waiting(message: Message, media: Media, store: Store) -> Media | None:
	store.lock(message.conversation)
	current = store.media(media.row)
	return current if current and current.state == PENDING else None
