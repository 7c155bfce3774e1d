"""The file of a content template: one whose media URL ends in a variable.

"For WhatsApp, the URL up to the domain name must be static" (https://www.twilio.com/docs/content/faqs-and-troubleshooting): the variable
is the rest of a URL. A file of this host can be sent where that URL begins as the links to this host's files do; where it begins
as another site's, the rest of an address there is asked for. A variable that is the whole URL takes any file.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from .errors import InvalidMessage
from .media_types import media_kind, type_of
from .message import Media
from .sendable_media import require_sendable
from .sentences import _lt

MEDIA_URL = re.compile(r"([^{}]*)\{\{\s*([A-Za-z0-9_]+)\s*\}\}")
# "WhatsApp classifies approved templates into 1 of 3 types of media headers (Image, Video, Document) based on the sample that was
# submitted. Once the content template has been approved another type of media header can't be sent":
# https://www.twilio.com/docs/content/twilio-media. The types of each are Meta's:
# https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media#supported-media-types
TYPES = {
	"image": ("image/jpeg", "image/png"),
	"video": ("video/mp4", "video/3gpp"),
	"document": (
		"application/pdf",
		"application/msword",
		"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
		"application/vnd.ms-excel",
		"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		"application/vnd.ms-powerpoint",
		"application/vnd.openxmlformats-officedocument.presentationml.presentation",
		"text/plain",
	),
}
WANTED = {
	"image": _lt("This template takes a photo (JPEG, PNG)."),
	"video": _lt("This template takes a video (MP4)."),
	"document": _lt("This template takes a document, such as a PDF."),
	"": _lt("This template takes a photo, a video or a document."),
}


@dataclass(frozen=True)
class FileVariable:
	"""The variable `name` at the end of a media URL that begins with `address`; `kind` is image, video or document, empty where
	the sample does not say."""

	name: str
	address: str
	kind: str = ""

	@property
	def types(self) -> tuple[str, ...]:
		"""The media types that the template takes."""
		return TYPES.get(self.kind) or tuple(each for types in TYPES.values() for each in types)

	def takes(self, link: str) -> bool:
		"""Whether its media URL can be `link`."""
		return link.startswith(self.address)

	def value(self, link: str) -> str:
		"""The variable's value with which the media URL is `link`."""
		return link.removeprefix(self.address)

	def require_fitting(self, media: Media) -> None:
		"""Raise InvalidMessage unless the template takes this file."""
		if media.type not in self.types:
			raise InvalidMessage(WANTED[self.kind])
		require_sendable(media, "")


def file_variable(media_url: str, sample: str = "") -> FileVariable | None:
	"""The variable for the file of a template with this media URL; None where it has none, or several."""
	found = MEDIA_URL.fullmatch(media_url)
	if not found:
		return None
	kind = media_kind(type_of(urlsplit(sample).path)) if sample else ""
	return FileVariable(found[2], found[1], kind if type_of(urlsplit(sample).path) and kind in TYPES else "")
