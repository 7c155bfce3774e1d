"""Types of files by name and content."""

import time

import pytest

from wa_window.chat.errors import InvalidMessage
from wa_window.chat.file_names import file_name, named
from wa_window.chat.media_types import is_shown
from wa_window.chat.message import INBOUND, RECEIPT, Media, Message
from wa_window.chat.sendable_media import sendable_type


def ogg(codec: bytes, segments: int = 1) -> bytes:
	"""The first page of an OGG file, by RFC 3533."""
	return b"OggS\x00\x02" + bytes(20) + bytes([segments]) + bytes(segments) + codec + bytes(11)


OPUS, VORBIS = ogg(b"OpusHead"), ogg(b"\x01vorbis")


@pytest.mark.parametrize(
	"name", ["suara.ogg", "suara.opus", "suara.oga", "PTT-20261125-WA0001.OPUS", "suara"]
)
@pytest.mark.parametrize("content", [OPUS, ogg(b"OpusHead", segments=2)])
def test_ogg_with_opus_may_be_sent_whatever_its_ending(name, content):
	assert sendable_type(name, content, 1000) == "audio/ogg"


@pytest.mark.parametrize(
	"content",
	[VORBIS, ogg(b"\x80theora"), ogg(b"\x7fFLAC"), b"OggS", OPUS[:28], b"", b"OpusHead", b"x" * 100],
)
def test_ogg_with_anything_else_is_rejected_with_a_sentence(content):
	for name in ("suara.ogg", "suara.opus"):
		with pytest.raises(InvalidMessage, match="Opus codec only"):
			sendable_type(name, content, 1000)


def test_vorbis_under_another_name_is_refused_too():
	with pytest.raises(InvalidMessage, match="Opus codec only"):
		sendable_type("suara.mp3", VORBIS, 1000)


@pytest.mark.parametrize(
	("name", "media_type"),
	[("a.JPEG", "image/jpeg"), ("a.webp", "image/webp"), ("a.exe", ""), ("a", ""), ("opus", "")],
)
def test_other_files_are_known_by_their_ending(name, media_type):
	assert sendable_type(name, b"content", 1000) == media_type


def webp(flags: int | None = None) -> bytes:
	"""A WebP file's beginning: https://developers.google.com/speed/webp/docs/riff_container"""
	extended = b"VP8X\x0a\x00\x00\x00" + bytes([flags or 0, 0, 0, 0])
	return b"RIFF\x00\x10\x00\x00WEBP" + (b"VP8L" if flags is None else extended) + bytes(20)


@pytest.mark.parametrize(
	("content", "largest"),
	[(webp(), 100), (webp(0x10), 100), (webp(0x02), 500), (webp(0x12), 500), (b"", 100), (b"RIFF", 100)],
)
def test_a_sticker_is_as_large_as_meta_takes_it_and_larger_where_it_moves(content, largest):
	assert sendable_type("halo.webp", content, largest * 1000) == "image/webp"
	with pytest.raises(InvalidMessage, match=f"at most {largest} kB"):
		sendable_type("halo.webp", content, largest * 1000 + 1)


def test_a_name_keeps_one_ending():
	assert named("suara.opus", "audio/ogg") == "suara.ogg"
	assert named("rumah.jpeg", "image/jpeg") == "rumah.jpg"
	assert named("denah.DWG", "application/octet-stream") == "denah.dwg"
	assert named("rumah.png", "image/jpeg") == "rumah.png.jpg"


@pytest.fixture
def in_jakarta(monkeypatch):
	monkeypatch.setenv("TZ", "Asia/Jakarta")
	time.tzset()
	yield
	monkeypatch.undo()
	time.tzset()


@pytest.mark.usefixtures("in_jakarta")
def test_a_file_without_a_name_is_named_by_its_time_in_utc_on_every_server():
	message = Message("c", INBOUND, "image", "", 1_795_400_000_000, RECEIPT, "received")
	assert file_name(message, Media(type="image/jpeg")) == "whatsapp-20261123-021320.jpg"


def test_only_pictures_sound_films_and_pdf_are_shown_in_a_browser():
	shown = [name for name in ("a.jpg", "a.webp", "a.ogg", "a.mp4", "a.pdf") if is_shown(name)]
	assert len(shown) == 5
	for name in ("a.html", "a.svg", "a.bin", "a.heic", "a.txt", "a.csv", "a.vcf", "a.zip", "a.docx", "a"):
		assert not is_shown(name)
