"""Files of messages: which types and sizes are taken, and fetching those that customers sent."""

import re
from datetime import datetime, timezone
from pathlib import PurePath

from .errors import InvalidMessage
from .message import FAILED, PENDING, REFUSED, STORED, Media, Message
from .ports import Announcer, Clock, Fetched, Fetcher, FetchFailed, FetchRefused, Files, Store
from .words import _lt

MB = 1000 * 1000
# What is taken, and the ending of its file name; nothing that a browser would run.
ENDINGS = {
	"image/jpeg": "jpg",
	"image/png": "png",
	"image/webp": "webp",
	"image/gif": "gif",
	"audio/ogg": "ogg",
	"audio/mpeg": "mp3",
	"audio/mp4": "m4a",
	"audio/aac": "aac",
	"audio/amr": "amr",
	"audio/3gpp": "3gp",
	"video/mp4": "mp4",
	"video/3gpp": "3gp",
	"application/pdf": "pdf",
	"application/msword": "doc",
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
	"application/vnd.ms-excel": "xls",
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
	"application/vnd.ms-powerpoint": "ppt",
	"application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
	"application/zip": "zip",
	"text/plain": "txt",
	"text/csv": "csv",
	"text/vcard": "vcf",
	"text/x-vcard": "vcf",
}
TYPES = {ending: media_type for media_type, ending in reversed(ENDINGS.items())} | {"jpeg": "image/jpeg"}
# https://www.twilio.com/docs/whatsapp/guidance-whatsapp-media-messages
NOT_SENT = ("image/gif", "application/zip", "text/x-vcard")
LARGEST_SENT = 16 * MB
LARGEST_IMAGE_SENT = 5 * MB
# The part before the slash of a media type; a sticker is an image (image/webp).
KINDS = {"image": "image", "audio": "audio", "video": "video"}

BATCH = 20
MAX_ATTEMPTS = 5
FIRST_RETRY_MS = 60 * 1000
NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f<>\"'&/\\:*?|]")
LONGEST_NAME = 100


def media_kind(media_type: str) -> str:
	"""The kind of a message with such a file. A contact arrives as text/vcard; whatever else is a file is a document."""
	if media_type.startswith(("text/vcard", "text/x-vcard")):
		return "contact"
	return KINDS.get(media_type.split("/")[0], "document")


def type_of(file_name: str) -> str:
	"""The media type by a file's ending, the same on every server; empty where it is none that is taken."""
	return TYPES.get(PurePath(file_name).suffix.lower().removeprefix("."), "")


def require_sendable(media: Media, body: str) -> None:
	"""Raise InvalidMessage unless WhatsApp takes this file, with this text beside it."""
	if media.type not in ENDINGS or media.type in NOT_SENT:
		raise InvalidMessage(
			_lt(
				"WhatsApp takes no file of this type: send a photo (JPEG, PNG), audio, video (MP4), PDF, text or Office document."
			)
		)
	is_image = media_kind(media.type) == "image"
	largest = LARGEST_IMAGE_SENT if is_image else LARGEST_SENT
	if media.size > largest:
		raise InvalidMessage(
			_lt("The file is bigger than the {0} MB that WhatsApp takes: send a smaller one."), largest // MB
		)
	if body.strip() and not is_image:
		raise InvalidMessage(
			_lt("WhatsApp shows no text beside this type of file: send the text as a message of its own.")
		)


def fetch_files(
	*, store: Store, fetcher: Fetcher, files: Files, announcer: Announcer, clock: Clock, largest: int
) -> int:
	"""Fetch files that wait, of at most `largest` bytes each; tells how many were looked at.

	One that cannot be fetched is tried again later, a few times; one that is not taken says so.
	"""
	waiting = store.media_due(clock.now_ms(), BATCH)
	for message, media in waiting:
		changes = _fetched(media, fetcher, largest, clock.now_ms())
		try:
			store.transaction(lambda m=message, f=media, c=changes: _keep(m, f, c, store, files))
		except Exception:
			# Such as an image that cannot be read: it must not keep the files behind it from being fetched.
			later = _later(media, clock.now_ms())
			store.transaction(lambda f=media, c=later: store.change_media(f.row, **c))
		announcer.conversation_changed(message.conversation)
	return len(waiting)


def fetch_again(message: Message, *, store: Store, announcer: Announcer) -> None:
	"""Have the files of a message fetched that could not be."""

	def write() -> None:
		store.lock(message.conversation)
		for media in message.media:
			if media.state == FAILED:
				store.change_media(media.row, state=PENDING, attempts=0, next_attempt_at_ms=0)

	store.transaction(write)
	announcer.files_waiting()
	announcer.conversation_changed(message.conversation)


def file_name(message: Message, media: Media) -> str:
	"""The customer's own name for the file, or the moment it was sent; its ending is that of its type."""
	name = NOT_IN_NAMES.sub(" ", media.name).strip(" .")
	ending = ENDINGS[media.type]
	if PurePath(name).suffix.lower() in (f".{ending}", ".jpeg"):
		name = PurePath(name).stem
	moment = datetime.fromtimestamp(message.sent_at_ms / 1000, timezone.utc)
	return f"{name[:LONGEST_NAME] or f'whatsapp-{moment:%Y%m%d-%H%M%S}'}.{ending}"


def _fetched(media: Media, fetcher: Fetcher, largest: int, now_ms: int) -> Fetched | dict:
	try:
		fetched = fetcher.fetch(media.url, largest)
	except FetchRefused:
		return {"state": REFUSED}
	except FetchFailed:
		return _later(media, now_ms)
	return fetched if fetched.type in ENDINGS else {"state": REFUSED}


def _later(media: Media, now_ms: int) -> dict:
	attempts = media.attempts + 1
	if attempts >= MAX_ATTEMPTS:
		return {"state": FAILED, "attempts": attempts}
	return {"attempts": attempts, "next_attempt_at_ms": now_ms + FIRST_RETRY_MS * 3 ** (attempts - 1)}


def _keep(message: Message, media: Media, outcome: Fetched | dict, store: Store, files: Files) -> None:
	store.lock(message.conversation)
	current = store.media(media.row)
	if current is None or current.state != PENDING:
		return  # erased meanwhile, or fetched by another worker
	if isinstance(outcome, Fetched):
		outcome = _kept(message, media, outcome, files)
	store.change_media(media.row, **outcome)


def _kept(message: Message, media: Media, fetched: Fetched, files: Files) -> dict:
	typed = Media(type=fetched.type, name=media.name)
	try:
		url = files.keep(message, file_name(message, typed), fetched)
	except FetchRefused:
		return {"state": REFUSED}
	return {"state": STORED, "file": url, "type": fetched.type, "size": len(fetched.content)}
