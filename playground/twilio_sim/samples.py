"""Small sample files for customers' messages."""

import struct
import zlib
from base64 import b64encode
from dataclasses import dataclass

from .voice_note import voice_note


@dataclass(frozen=True)
class Upload:
	"""A file that a customer sends."""

	name: str
	content_type: str
	data: bytes


def sample(kind: str, name: str = "Budi Santoso", phone: str = "+6281234567890") -> Upload | None:
	"""A file for a message of this kind; None for kinds without a file."""
	if kind == "contact":
		return Upload("contact.vcf", "text/vcard", vcard(name, phone))
	return FILES.get(kind)


def vcard(name: str, phone: str) -> bytes:
	"""Two cards as WhatsApp writes them: the customer's own, and that of a friend."""
	return "".join(_card(*person) for person in ((name, phone), ("Siti Rahma", "+6281299990000"))).encode()


def _card(name: str, phone: str) -> str:
	lines = (
		"BEGIN:VCARD",
		"VERSION:3.0",
		f"N:;{name};;;",
		f"FN:{name}",
		f"item1.TEL;waid={phone.removeprefix('+')}:{phone}",
		"item1.X-ABLabel:Ponsel",
		"END:VCARD",
		"",
	)
	return "\r\n".join(lines)


def png(width: int, height: int) -> bytes:
	"""A picture: green below, sky above."""
	rows = b"".join(
		b"\x00" + (b"\x8e\xc5\xe8" if y < height // 2 else b"\x5d\xa1\x5b") * width for y in range(height)
	)
	header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
	return (
		b"\x89PNG\r\n\x1a\n"
		+ _chunk(b"IHDR", header)
		+ _chunk(b"IDAT", zlib.compress(rows))
		+ _chunk(b"IEND", b"")
	)


def _chunk(name: bytes, data: bytes) -> bytes:
	return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

# Cards as old phones (vCard 2.1) and some address books (4.0) write them.
OTHER_CARDS = (
	"BEGIN:VCARD",
	"VERSION:2.1",
	"N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:S=C3=A1nchez;Ana;;;",
	"FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Ana S=C3=A1nchez",
	"TEL;CELL;PREF:+62 812-1111-2222",
	"TEL;HOME:021 555 0101",
	"TEL;WORK:+62 21 555 0102",
	"EMAIL;HOME:ana@example.com",
	f"PHOTO;ENCODING=BASE64;PNG:{b64encode(png(48, 48)).decode()}",
	"",
	"END:VCARD",
	"BEGIN:VCARD",
	"VERSION:4.0",
	"FN:Zoë Wijaya",
	'TEL;VALUE=uri;TYPE="voice,cell":tel:+62-813-3333-4444',
	"KIND:individual",
	"END:VCARD",
	"",
)

FILES = {
	"contact_versions": Upload("contacts.vcf", "text/vcard", "\r\n".join(OTHER_CARDS).encode()),
	"image": Upload("rumah.png", "image/png", png(160, 120)),
	"audio": Upload("suara.ogg", "audio/ogg", voice_note(seconds=3)),
	"video": Upload("video.mp4", "video/mp4", b"\x00\x00\x00\x18ftypmp42" + bytes(64)),
	"document": Upload("KTP dan slip gaji.pdf", "application/pdf", PDF),
}
