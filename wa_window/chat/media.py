"""Files of messages: which types and sizes are taken, and fetching those that customers sent."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import PurePath

from .errors import InvalidMessage
from .message import ELSEWHERE, FAILED, PENDING, REFUSED, STORED, Media, Message
from .ports import Announcer, Clock, Fetched, FetchElsewhere, Fetcher, FetchFailed, FetchRefused, Files, Store
from .words import _lt

KB = 1000
MB = 1000 * KB
# What is known by its type, and the ending of its file name; nothing that a browser would run.
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
# All other files that customers send are downloads. These keep an ending by which a program for them opens; no program is
# among them, nor a page or a document that runs one.
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

# WhatsApp takes none of these, though Twilio's table (see CAPTIONED) names two of them:
# https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media#supported-media-types
NOT_SENT = ("image/gif", "application/zip", "text/x-vcard")
# https://www.twilio.com/docs/whatsapp/guidance-whatsapp-media-messages
LARGEST_SENT = 16 * MB
LARGEST_IMAGE_SENT = 5 * MB
OGG = "audio/ogg"
# An image/webp becomes a sticker, which may be larger where it moves:
# https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/sticker-messages
STICKER = "image/webp"
LARGEST_STICKER_SENT = 100 * KB
LARGEST_MOVING_STICKER_SENT = 500 * KB
# What "can combine with text in" WhatsApp: https://www.twilio.com/docs/messaging/guides/accepted-mime-types
# That table names OGG, MPEG, 3GP and AMR audio and stickers too. WhatsApp itself has no text beside those ("Do not use with
# audio or sticker media": https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages#media-object), and no page
# says where it would go: it has to be a message of its own.
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
# In letters: Frappe's File holds 140. In UTF-8 bytes: the disks that people save it on take 255.
LONGEST_NAME = 100
LONGEST_NAME_BYTES = 180


def media_kind(media_type: str) -> str:
	"""The kind of a message with such a file. A contact arrives as text/vcard; whatever else is a file is a document."""
	if media_type.startswith(("text/vcard", "text/x-vcard")):
		return "contact"
	return KINDS.get(media_type.split("/", maxsplit=1)[0], "document")


def type_of(file_name: str) -> str:
	"""The media type by a file's ending, the same on every server; empty where it is none that is taken."""
	return TYPES.get(PurePath(file_name).suffix.lower().removeprefix("."), "")


def is_shown(file_name: str) -> bool:
	"""Whether a browser shows or plays a file with such a name safely; it downloads all others."""
	media_type = type_of(file_name)
	return media_type.split("/")[0] in KINDS or media_type == "application/pdf"


def ending_of(file_name: str, media_type: str) -> str:
	"""The ending that a file gets: that of its type, else its name's own where that is harmless."""
	own = PurePath(file_name).suffix.lower().removeprefix(".")
	if media_type in ENDINGS:
		return ENDINGS[media_type]
	return own if own in HARMLESS else DOWNLOAD_ENDINGS.get(media_type, OTHER_ENDING)


def sendable_type(file_name: str, beginning: bytes, size: int) -> str:
	"""The media type of a file to be sent, of which `beginning` has the first 64 bytes or more; empty where it is none.

	OGG is known by its content. Raises InvalidMessage where it holds anything but Opus, which WhatsApp takes alone
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
	"""Raise InvalidMessage unless WhatsApp takes this file, with this text beside it."""
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


def fetch_files(
	*,
	store: Store,
	fetcher: Fetcher,
	files: Files,
	announcer: Announcer,
	clock: Clock,
	largest: int,
	until_ms: int,
) -> int:
	"""Fetch files that wait, of at most `largest` bytes each; tells how many were looked at.

	One that cannot be fetched is tried again later, a few times; one that is not taken says so. None is begun from
	`until_ms` (epoch ms, UTC) on.
	"""
	looked_at = 0
	for message, media in store.media_due(clock.now_ms(), BATCH):
		if clock.now_ms() >= until_ms:
			break
		looked_at += 1
		counted = store.transaction(lambda m=message, f=media: _count_attempt(m, f, store, clock.now_ms()))
		if counted:
			_fetch(message, counted, store=store, fetcher=fetcher, files=files, largest=largest)
		announcer.conversation_changed(message.conversation)
	return looked_at


def fetch_again(message: Message, *, store: Store, announcer: Announcer) -> None:
	"""Have the files of a message fetched that could not be."""

	def write() -> None:
		store.lock(message.conversation)
		for media in message.media:
			if media.state in (FAILED, ELSEWHERE, REFUSED):  # the limits may be others now
				store.change_media(media.row, state=PENDING, attempts=0, next_attempt_at_ms=0)

	store.transaction(write)
	announcer.files_waiting()
	announcer.conversation_changed(message.conversation)


def file_name(message: Message, media: Media) -> str:
	"""The customer's own name for the file, or the moment it was sent."""
	moment = datetime.fromtimestamp(message.sent_at_ms / 1000, timezone.utc)
	return named(media.name or f"whatsapp-{moment:%Y%m%d-%H%M%S}", media.type)


def named(name: str, media_type: str) -> str:
	"""A file's name for people: nothing in it that a page or a disk would read, short enough for both, with a safe ending."""
	ending = ending_of(name, media_type)
	name = NOT_IN_NAMES.sub(" ", name).strip(" .")
	if PurePath(name).suffix.lower() == f".{ending}" or type_of(name) == TYPES.get(ending, DOWNLOAD):
		name = PurePath(name).stem
	cut = name[:LONGEST_NAME].encode(errors="ignore")[: LONGEST_NAME_BYTES - len(ending) - 1]
	# A joiner at the end, as between the emoji of a family, would join the name and its ending.
	name = cut.decode(errors="ignore").rstrip(" .\u200d")
	return f"{name or 'whatsapp'}.{ending}"


def _count_attempt(message: Message, media: Media, store: Store, now_ms: int) -> Media | None:
	"""The file that is to be fetched now, if it still is.

	The attempt is counted before it is made: else a file at which the worker dies would be the first one for ever.
	"""
	current = _waiting(message, media, store)
	if current is None or now_ms < current.next_attempt_at_ms <= now_ms + LONGEST_RETRY_MS:
		return None
	if current.attempts >= MAX_ATTEMPTS:  # the worker died at the last one
		store.change_media(media.row, state=FAILED)
		return None
	counted = {
		"attempts": current.attempts + 1,
		"next_attempt_at_ms": now_ms + FIRST_RETRY_MS * 3**current.attempts,
	}
	store.change_media(media.row, **counted)
	return replace(current, **counted)


def _fetch(
	message: Message, media: Media, *, store: Store, fetcher: Fetcher, files: Files, largest: int
) -> None:
	try:
		_keep(message, media, fetcher.fetch(media.url, largest), store, files)
		return
	except FetchRefused:
		state = REFUSED
	except FetchElsewhere:
		state = ELSEWHERE
	except FetchFailed:
		state = _after_failure(media)
	except Exception:
		# Such as a full disk: it must not keep the files behind this one from being fetched.
		files.log_failure(message)
		state = _after_failure(media)
	_change(message, media, store, lambda: store.change_media(media.row, state=state))


def _after_failure(media: Media) -> str:
	return FAILED if media.attempts >= MAX_ATTEMPTS else PENDING


def _keep(message: Message, media: Media, fetched: Fetched, store: Store, files: Files) -> None:
	"""Write the file while nobody waits for the conversation, then make it the message's."""
	media_type = SAME_TYPES.get(fetched.type, fetched.type)
	name = file_name(message, replace(media, type=media_type))
	kept = files.write(name, Fetched(media_type if media_type in ENDINGS else DOWNLOAD, fetched.content))

	def assign() -> None:
		files.assign(message, name, kept)
		values = {"file": kept.file, "type": kept.type, "size": kept.size, "filename": name}
		store.change_media(media.row, state=STORED, **values)

	if not _change(message, media, store, assign):
		files.discard(kept)


def _change(message: Message, media: Media, store: Store, write: Callable[[], None]) -> bool:
	"""Write what became of a file, unless it was erased meanwhile or fetched by another worker; tells whether."""

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
