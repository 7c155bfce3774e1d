"""The app's files on this site's disk: private, and under names that nobody can guess."""

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
# Frappe 15 strips a JPEG by a list of all its pixels in Python, of some 80 bytes each (frappe/utils/image.py).
LARGEST_STRIPPED = 25_000_000


def new_url(ending: str) -> str:
	"""Where a new file with this ending, such as `jpg`, may be written."""
	return f"{FOLDER}{secrets.token_hex(8)}.{ending}"


def token_of(url: str) -> str:
	"""The part of the app's own file's name that nobody can guess; empty for every other URL, however it is written."""
	own = OWN_NAME.fullmatch(Path(url).name)
	return own[1] if own else ""


def original_of(url: str) -> str:
	"""The URL of the app's file of which Frappe would name a copy like this (file/utils.py, generate_file_name); else empty."""
	copy = COPYS_NAME.fullmatch(Path(url).name)
	return f"{FOLDER}{copy[1]}{copy[2]}" if copy else ""


def path_of(url: str) -> Path:
	"""Where Frappe keeps the private or public file that has such a URL (File.get_full_path)."""
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
			path.unlink()  # a full disk leaves a part of it
			raise


def link(url: str, new: str) -> None:
	"""Give a file another name on the disk, where both take the room of one; a copy where the disk knows no such thing."""
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
	"""Without what tells of place and camera, where System Settings say so; a very large one as it is.

	Raises what Pillow raises where it cannot read it.
	"""
	if not frappe.get_system_settings("strip_exif_metadata_from_uploaded_images"):
		return jpeg
	return jpeg if _pixels(jpeg) > LARGEST_STRIPPED else strip_exif_data(jpeg, "image/jpeg")


def _pixels(image: bytes) -> int:
	"""Read from the header alone; Pillow refuses to open what is larger still."""
	try:
		with Image.open(BytesIO(image)) as opened:
			return opened.width * opened.height
	except (Image.DecompressionBombError, Image.DecompressionBombWarning):
		return LARGEST_STRIPPED + 1
