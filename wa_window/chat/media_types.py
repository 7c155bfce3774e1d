"""Accepted media types and their file extensions."""

from pathlib import PurePath

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
# The part before the slash of a media type; a sticker is an image.
KINDS = {"image": "image", "audio": "audio", "video": "video"}
# What every browser shows as a picture.
PICTURES = tuple(media_type for media_type in ENDINGS if media_type.startswith("image/"))


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
