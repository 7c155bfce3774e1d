"""A voice note as WhatsApp makes them, Opus in OGG, in which nobody speaks: https://www.rfc-editor.org/rfc/rfc7845"""

import struct

RATE = 48_000
FRAME_MS = 20
# One frame of silence: https://www.rfc-editor.org/rfc/rfc6716
SILENCE = b"\xf8\xff\xfe"
SERIAL = 1
FIRST, LAST = 2, 4


def voice_note(seconds: int) -> bytes:
	head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 0, RATE, 0, 0)
	tags = b"OpusTags" + struct.pack("<I", 4) + b"none" + struct.pack("<I", 0)
	a_second = [SILENCE] * (1000 // FRAME_MS)
	pages = [_page([head], 0, 0, FIRST), _page([tags], 1, 0)]
	pages += [
		_page(a_second, number + 1, number * RATE, LAST if number == seconds else 0)
		for number in range(1, seconds + 1)
	]
	return b"".join(pages)


def _page(packets: list[bytes], number: int, position: int, flags: int = 0) -> bytes:
	"""`position`: the samples until the end of this page."""
	lengths = bytes(len(packet) for packet in packets)
	header = struct.pack("<4sBBqIIIB", b"OggS", 0, flags, position, SERIAL, number, 0, len(packets)) + lengths
	page = header + b"".join(packets)
	return page[:22] + struct.pack("<I", _checksum(page)) + page[26:]


def _checksum(page: bytes) -> int:
	value = 0
	for byte in page:
		value ^= byte << 24
		for _ in range(8):
			value = (value << 1 ^ (0x04C11DB7 if value & 0x80000000 else 0)) & 0xFFFFFFFF
	return value
