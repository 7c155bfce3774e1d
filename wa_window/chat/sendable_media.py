"""Which files WhatsApp accepts from us: by type, content and size."""

from .errors import InvalidMessage
from .media_types import ENDINGS, media_kind, type_of
from .message import Media
from .sentences import Locale, _lt

KB = 1000
MB = 1000 * KB
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
			_lt("WhatsApp accepts OGG audio with the Opus codec only. Send it as MP3 or Opus.")
		)
	return by_name


def require_sendable(media: Media, body: str) -> None:
	"""Raise InvalidMessage unless WhatsApp accepts this file with this text as its caption."""
	if media.type not in ENDINGS or media.type in NOT_SENT:
		raise InvalidMessage(
			_lt(
				"WhatsApp does not accept this type of file. Send a photo (JPEG, PNG), audio, video (MP4), PDF, text or Office document."
			)
		)
	largest = LARGEST_IMAGE_SENT if media_kind(media.type) == "image" else LARGEST_SENT
	if media.size > largest:
		raise InvalidMessage(_lt("The file is too large: WhatsApp accepts {0} MB."), largest // MB)
	if body.strip() and media.type not in CAPTIONED:
		raise InvalidMessage(
			_lt("WhatsApp shows no caption for this type of file. Send the text as its own message.")
		)


def offered(media: Media, locale: Locale) -> dict[str, object]:
	"""A stored file that may be chosen, as JSON: `name` at the host, `file_name`, `type`, `size` (bytes) and `problem`: why WhatsApp
	does not accept it, None where it does."""
	return {
		"name": media.row,
		"file_name": media.name,
		"type": media.type,
		"size": media.size,
		"problem": _problem(media, locale),
	}


def _problem(media: Media, locale: Locale) -> str | None:
	try:
		require_sendable(media, "")
	except InvalidMessage as error:
		return error.sentence.render(locale)
	return None


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
			_lt("WebP is sent as a sticker of at most {0} kB. Send a JPEG or PNG instead."),
			largest // KB,
		)


def _is_animated(webp: bytes) -> bool:
	"""By a flag of the extended file format: https://developers.google.com/speed/webp/docs/riff_container#extended_file_format"""
	return webp[12:16] == b"VP8X" and len(webp) > 20 and bool(webp[20] & 0x02)
