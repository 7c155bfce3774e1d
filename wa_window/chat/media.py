"""Files of messages: accepted types and sizes, and fetching files that customers sent."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timezone
from functools import partial
from pathlib import PurePath

from .errors import InvalidMessage
from .message import FAILED, PENDING, REDIRECTED, REJECTED, STORED, Media, Message
from .ports import (
	Clock,
	FetchedFile,
	Fetcher,
	FetchFailed,
	FetchRedirected,
	FetchRejected,
	Files,
	Store,
)
from .sentences import _lt
from .service import ChatService

KB = 1000
MB = 1000 * KB
# Accepted media types and their file extensions; none that a browser would run.
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
TYPES = {ending: media_type for media_type, ending in reversed(ENDINGS.items())} | {
	"jpeg": "image/jpeg",
	"oga": "audio/ogg",
	"opus": "audio/ogg",
}
SAME_TYPES = {
	"image/jpg": "image/jpeg",
	"audio/mp3": "audio/mpeg",
	"audio/m4a": "audio/mp4",
	"audio/x-m4a": "audio/mp4",
	"audio/amr-nb": "audio/amr",
	"video/mpeg4": "video/mp4",
}
# All other files that customers send are downloads. These keep an extension by which an application opens them; none is an
# executable, nor a page or document that runs code.
DOWNLOAD = "application/octet-stream"
DOWNLOAD_ENDINGS = {
	"image/heic": "heic",
	"image/heif": "heif",
	"image/tiff": "tif",
	"image/bmp": "bmp",
	"image/vnd.dwg": "dwg",
	"image/vnd.dxf": "dxf",
	"audio/flac": "flac",
	"audio/wav": "wav",
	"audio/x-wav": "wav",
	"audio/vnd.wave": "wav",
	"video/quicktime": "mov",
	"video/webm": "webm",
	"video/mpeg": "mpg",
	"video/x-msvideo": "avi",
	"video/x-matroska": "mkv",
	"text/rtf": "rtf",
	"text/calendar": "ics",
	"application/rtf": "rtf",
	"application/vnd.oasis.opendocument.text": "odt",
	"application/vnd.oasis.opendocument.spreadsheet": "ods",
	"application/vnd.oasis.opendocument.presentation": "odp",
	"application/vnd.rar": "rar",
	"application/x-rar-compressed": "rar",
	"application/x-7z-compressed": "7z",
	"application/gzip": "gz",
	"application/x-tar": "tar",
}
HARMLESS = {*TYPES, *DOWNLOAD_ENDINGS.values()} | {
	*("3g2", "m4v", "mpeg", "wma", "wmv"),
	*("ai", "cdr", "psd", "tiff"),
	*("ifc", "rvt", "skp"),
	*("gpx", "kml", "kmz"),
	*("epub", "key", "numbers", "pages"),
}
OTHER_ENDING = "bin"

# WhatsApp accepts none of these, though Twilio's table (see CAPTIONED) names two of them:
# https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media#supported-media-types
NOT_SENT = ("image/gif", "application/zip", "text/x-vcard")
# https://www.twilio.com/docs/whatsapp/guidance-whatsapp-media-messages
LARGEST_SENT = 16 * MB
LARGEST_IMAGE_SENT = 5 * MB
OGG = "audio/ogg"
# An image/webp becomes a sticker, which may be larger if animated:
# https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/sticker-messages
STICKER = "image/webp"
LARGEST_STICKER_SENT = 100 * KB
LARGEST_MOVING_STICKER_SENT = 500 * KB
# What "can combine with text in" WhatsApp: https://www.twilio.com/docs/messaging/guides/accepted-mime-types
# That table names OGG, MPEG, 3GP and AMR audio and stickers too. WhatsApp itself has no text beside those ("Do not use with
# audio or sticker media": https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages#media-object), and no page
# says where it would go: the text has to be a message of its own.
CAPTIONED = (
	"image/jpeg",
	"image/png",
	"video/mp4",
	"application/pdf",
	"application/msword",
	"application/vnd.ms-excel",
	"application/vnd.ms-powerpoint",
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"application/vnd.openxmlformats-officedocument.presentationml.presentation",
)
# The part before the slash of a media type; a sticker is an image.
KINDS = {"image": "image", "audio": "audio", "video": "video"}

BATCH = 20
MAX_ATTEMPTS = 5
FIRST_RETRY_MS = 60 * 1000
LONGEST_RETRY_MS = FIRST_RETRY_MS * 3 ** (MAX_ATTEMPTS - 1)
NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f<>\"'&/\\:*?|]")
# In characters: Frappe's File holds 140. In UTF-8 bytes: common file systems take 255.
LONGEST_NAME = 100
LONGEST_NAME_BYTES = 180


def media_kind(media_type: str) -> str:
	"""The kind of a message with a file of this type. A contact arrives as text/vcard; every other type is a document."""
	if media_type.startswith(("text/vcard", "text/x-vcard")):
		return "contact"
	return KINDS.get(media_type.split("/", maxsplit=1)[0], "document")


def type_of(file_name: str) -> str:
	"""The media type by a file's extension, the same on every server; empty where it is not accepted."""
	return TYPES.get(PurePath(file_name).suffix.lower().removeprefix("."), "")


def is_shown(file_name: str) -> bool:
	"""Whether a browser can safely display or play a file with this name; it downloads all others."""
	media_type = type_of(file_name)
	return media_type.split("/")[0] in KINDS or media_type == "application/pdf"


def ending_of(file_name: str, media_type: str) -> str:
	"""The extension for a file: that of its type, else the name's own where that is harmless."""
	own = PurePath(file_name).suffix.lower().removeprefix(".")
	if media_type in ENDINGS:
		return ENDINGS[media_type]
	return own if own in HARMLESS else DOWNLOAD_ENDINGS.get(media_type, OTHER_ENDING)


def sendable_type(file_name: str, beginning: bytes, size: int) -> str:
	"""The media type of a file to be sent, of which `beginning` has the first 64 bytes or more; empty where it is not accepted.

	OGG is recognised by its content. Raises InvalidMessage where its codec is not Opus, the only one that WhatsApp accepts
	(https://www.twilio.com/docs/whatsapp/guidance-whatsapp-media-messages), and for a sticker whose `size` (bytes) is too large.
	"""
	if _is_opus(beginning):
		return OGG
	by_name = type_of(file_name)
	if by_name == STICKER:
		_require_sticker_size(beginning, size)
	if by_name == OGG or beginning.startswith(b"OggS"):
		raise InvalidMessage(
			_lt("WhatsApp takes OGG audio with the Opus codec only: send this one as MP3, or as Opus.")
		)
	return by_name


def _is_opus(beginning: bytes) -> bool:
	"""The first page of an OGG file: 27 bytes, a byte for each segment (at 26 their number), then the codec's own header.

	https://www.rfc-editor.org/rfc/rfc3533#section-6, https://www.rfc-editor.org/rfc/rfc7845#section-5.1
	"""
	if len(beginning) < 27 or not beginning.startswith(b"OggS"):
		return False
	return beginning[27 + beginning[26] :].startswith(b"OpusHead")


def _require_sticker_size(beginning: bytes, size: int) -> None:
	largest = LARGEST_MOVING_STICKER_SENT if _is_animated(beginning) else LARGEST_STICKER_SENT
	if size > largest:
		raise InvalidMessage(
			_lt("A WebP picture becomes a sticker, of at most {0} kB: send this one as JPEG or PNG."),
			largest // KB,
		)


def _is_animated(webp: bytes) -> bool:
	"""By a flag of the extended file format: https://developers.google.com/speed/webp/docs/riff_container#extended_file_format"""
	return webp[12:16] == b"VP8X" and len(webp) > 20 and bool(webp[20] & 0x02)


def require_sendable(media: Media, body: str) -> None:
	"""Raise InvalidMessage unless WhatsApp accepts this file with this text as its caption."""
	if media.type not in ENDINGS or media.type in NOT_SENT:
		raise InvalidMessage(
			_lt(
				"WhatsApp takes no file of this type: send a photo (JPEG, PNG), audio, video (MP4), PDF, text or Office document."
			)
		)
	largest = LARGEST_IMAGE_SENT if media_kind(media.type) == "image" else LARGEST_SENT
	if media.size > largest:
		raise InvalidMessage(
			_lt("The file is bigger than the {0} MB that WhatsApp takes: send a smaller one."), largest // MB
		)
	if body.strip() and media.type not in CAPTIONED:
		raise InvalidMessage(
			_lt("WhatsApp shows no text beside this type of file: send the text as a message of its own.")
		)


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


def file_name(message: Message, media: Media) -> str:
	"""The customer's own name for the file, or one made of the time at which it was sent."""
	moment = datetime.fromtimestamp(message.sent_at_ms / 1000, timezone.utc)
	return named(media.name or f"whatsapp-{moment:%Y%m%d-%H%M%S}", media.type)


def named(name: str, media_type: str) -> str:
	"""A file name for display and for disk: without special characters, not too long, with a safe extension."""
	ending = ending_of(name, media_type)
	name = NOT_IN_NAMES.sub(" ", name).strip(" .")
	if PurePath(name).suffix.lower() == f".{ending}" or type_of(name) == TYPES.get(ending, DOWNLOAD):
		name = PurePath(name).stem
	cut = name[:LONGEST_NAME].encode(errors="ignore")[: LONGEST_NAME_BYTES - len(ending) - 1]
	# A zero-width joiner at the end, as between the emoji of a family, would join the name and its extension.
	name = cut.decode(errors="ignore").rstrip(" .\u200d")
	return f"{name or 'whatsapp'}.{ending}"


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
