"""Names of files, for display and for disk."""

import re
from datetime import datetime, timezone
from pathlib import PurePath

from .media_types import DOWNLOAD, TYPES, ending_of, type_of
from .message import Media, Message

NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f<>\"'&/\\:*?|]")
# In characters: Frappe's File holds 140. In UTF-8 bytes: common file systems take 255.
LONGEST_NAME = 100
LONGEST_NAME_BYTES = 180


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
