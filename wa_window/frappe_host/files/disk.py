"""The app's files on disk: private, with unguessable names."""

import os
import re
import secrets
import shutil
from io import BytesIO
from pathlib import Path

import frappe
from frappe.utils import get_files_path
from frappe.utils.image import strip_exif_data
from PIL import Image

FOLDER = "/private/files/"
OWN_NAME = re.compile(r"([0-9a-f]{16})\.[a-z0-9]+")
COPYS_NAME = re.compile(r"([0-9a-f]{16})[0-9a-f]+(\.[a-z0-9]+)")
# Frappe 15 strips a JPEG through a Python list of all its pixels, about 80 bytes each (frappe/utils/image.py).
LARGEST_STRIPPED = 25_000_000


def new_url(ending: str) -> str:
	"""The URL for a new file with this extension, such as `jpg`."""
	return f"{FOLDER}{secrets.token_hex(8)}.{ending}"


def token_of(url: str) -> str:
	"""The unguessable part of the name of one of the app's files; empty for every other URL."""
	own = OWN_NAME.fullmatch(Path(url).name)
	return own[1] if own else ""


def original_of(url: str) -> str:
	"""The URL of the app's file whose copy Frappe would name like this (file/utils.py, generate_file_name); else empty."""
	copy = COPYS_NAME.fullmatch(Path(url).name)
	return f"{FOLDER}{copy[1]}{copy[2]}" if copy else ""


def path_of(url: str) -> Path:
	"""The path on disk of a private or public file's URL (File.get_full_path)."""
	folders = url.removeprefix("/private").removeprefix("/files/").split("/")
	return Path(get_files_path(*folders, is_private=url.startswith(FOLDER)))


def write(url: str, content: bytes) -> None:
	path = path_of(url)
	with path.open("xb") as file:
		try:
			file.write(content)
			file.flush()
			os.fsync(file.fileno())
		except BaseException:
			path.unlink()  # a full disk leaves an incomplete file
			raise


def link(url: str, new: str) -> None:
	"""Create a hard link to a file; a copy where the file system has no hard links."""
	source, target = path_of(url), path_of(new)
	try:
		os.link(source, target)
	except OSError:
		shutil.copyfile(source, target)


def remove(url: str) -> None:
	path_of(url).unlink(missing_ok=True)


def remove_on_rollback(url: str) -> None:
	frappe.db.after_rollback.add(lambda: remove(url))


def stripped(jpeg: bytes) -> bytes:
	"""The image without EXIF data (location, camera), if System Settings say so; a very large one unchanged.

	Raises Pillow's errors where it cannot read the image.
	"""
	if not frappe.get_system_settings("strip_exif_metadata_from_uploaded_images"):
		return jpeg
	return jpeg if _pixels(jpeg) > LARGEST_STRIPPED else strip_exif_data(jpeg, "image/jpeg")


def _pixels(image: bytes) -> int:
	"""From the header only; Pillow raises an error for still larger images."""
	try:
		with Image.open(BytesIO(image)) as opened:
			return opened.width * opened.height
	except (Image.DecompressionBombError, Image.DecompressionBombWarning):
		return LARGEST_STRIPPED + 1
