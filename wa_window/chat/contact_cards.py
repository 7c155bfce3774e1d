"""The contacts that a customer has sent: vCard 2.1 to 4.0 (RFC 2426, RFC 6350), by vobject.

vobject ends at the first line that it cannot read, and takes seconds for a few megabytes of photo. So it gets one card at a time,
and of that only the properties that are shown.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import vobject
from vobject.base import Component

from .address import CHANNEL, E164, customer_at, parse_phone

LARGEST = 1_000_000  # bytes of a file
MOST_CONTACTS = 50
MOST_NUMBERS = 50  # of a message
MOST_VALUES = 20
LONGEST = 250  # characters of one value
MOST_LINES = 200
LONGEST_LINE = 2000
# vobject's own pattern takes forever for parameters that are malformed (https://github.com/py-vobject/vobject, base.py, `line_re`).
VALUE = r'(?:"[^"\n]*"|[^";:,\n]*)'
SHOWN = re.compile(
	rf"(?:[\w-]+\.)?(?:FN|N|NICKNAME|ORG|TEL|EMAIL|X-ABLABEL)(?:;[\w-]+(?:={VALUE}(?:,{VALUE})*)?)*:",
	re.IGNORECASE | re.ASCII,
)
LINE_END = re.compile(r"\r\n|\n|\r")
QUOTED_PRINTABLE = re.compile(r"^[^:]*QUOTED-PRINTABLE[^:]*:", re.IGNORECASE)
TEL_URI = re.compile(r"^tel:", re.IGNORECASE)
# Apple's own labels: _$!<Mobile>!$_
APPLE_LABEL = re.compile(r"_\$!<(.*)>!\$_")


@dataclass(frozen=True)
class ContactNumber:
	"""A number as it was written, with its label; `phone` is E.164, empty where it is no valid number."""

	number: str
	phone: str = ""
	label: str = ""


@dataclass(frozen=True)
class Contact:
	"""What is shown of one card."""

	name: str = ""
	organisation: str = ""
	numbers: tuple[ContactNumber, ...] = ()
	emails: tuple[str, ...] = ()


def read_contacts(content: bytes, default_country: str = "") -> list[Contact]:
	"""The contacts of a vCard file, in its order, up to MOST_NUMBERS numbers; cards that cannot be read, or say nothing, are left out, and
	so are all of a file that is too large.

	`default_country` (ISO code) is that of numbers without a country code.
	"""
	if len(content) > LARGEST:
		return []
	cards = (_read(lines) for lines in islice(_cards(_text(content)), MOST_CONTACTS))
	contacts = (_contact(card, default_country) for card in cards if card)
	return with_few_numbers(contact for contact in contacts if contact != Contact())


def with_few_numbers(contacts: Iterable[Contact]) -> list[Contact]:
	"""The contacts up to the one that has the last of MOST_NUMBERS numbers: each costs time to read and to look up."""
	found: list[Contact] = []
	left = MOST_NUMBERS
	for contact in contacts:
		found.append(replace(contact, numbers=contact.numbers[:left]))
		left -= len(contact.numbers)
		if left <= 0:
			break
	return found


def _text(content: bytes) -> str:
	try:
		return content.decode("utf-8-sig").replace("\x00", "")
	except UnicodeDecodeError:
		return content.decode("latin-1").replace("\x00", "")


def _cards(text: str) -> Iterator[list[str]]:
	"""The lines of each card that are shown."""
	lines: list[str] | None = None
	for whole in _whole_lines(text):
		line = whole[:LONGEST_LINE]
		mark = line[:20].strip().upper()
		if mark == "BEGIN:VCARD":
			lines = []
		elif mark == "END:VCARD" and lines is not None:
			yield lines
			lines = None
		elif lines is not None and len(lines) < MOST_LINES and SHOWN.match(line):
			lines.append(line)


def _whole_lines(text: str) -> Iterator[str]:
	"""The lines, each with those that continue it: they begin with a blank, or follow a quoted-printable line that ends with "="."""
	whole = ""
	for line in LINE_END.split(text):
		if line[:1] in (" ", "\t"):
			whole = _joined(whole, line[1:])
		elif whole.endswith("=") and QUOTED_PRINTABLE.search(whole):
			whole = _joined(whole[:-1], line)
		else:
			yield whole
			whole = line
	yield whole


def _joined(line: str, more: str) -> str:
	return line + more[: max(0, LONGEST_LINE - len(line))]


def _read(lines: list[str]) -> Component | None:
	card = "\n".join(("BEGIN:VCARD", *lines, "END:VCARD", ""))
	try:
		return vobject.readOne(card, allowQP=True)
	except Exception:  # any: a hostile card reaches each of its parsers
		return None


def _contact(card: Component, default_country: str) -> Contact:
	return Contact(
		name=_name(card),
		organisation=_line(" · ".join(part for part in _first(card, "org", []) if part)),
		numbers=tuple(islice(_numbers(card, default_country), MOST_VALUES)),
		emails=tuple(dict.fromkeys(text for text in _texts(card, "email") if text))[:MOST_VALUES],
	)


def _name(card: Component) -> str:
	name = next((text for text in _texts(card, "fn") if text), "") or _line(str(_first(card, "n", "")))
	return name or next((text for text in _texts(card, "nickname") if text), "")


def _numbers(card: Component, default_country: str) -> Iterator[ContactNumber]:
	labels = {row.group: _line(row.value) for row in card.contents.get("x-ablabel", []) if row.group}
	seen = {""}
	for row in card.contents.get("tel", []):
		number = TEL_URI.sub("", _line(row.value)).split(";")[0].strip()
		if number not in seen:
			seen.add(number)
			yield ContactNumber(
				number, _phone(row.params, number, default_country), _label(row, labels.get(row.group, ""))
			)


def _phone(params: dict[str, list[str]], number: str, default_country: str) -> str:
	"""WhatsApp adds the number of the account, `waid`, which is beyond doubt."""
	account = "+" + "".join(params.get("WAID", [])[:1])
	if E164.fullmatch(account) and customer_at(CHANNEL + account):
		return account
	return parse_phone(number, default_country)


def _label(row: Component, label: str) -> str:
	apples = APPLE_LABEL.fullmatch(label)
	if label:
		return apples[1] if apples else label
	# Version 2.1 has the types without "TYPE=".
	given = [*row.params.get("TYPE", []), *row.singletonparams]
	types = [part for value in given for part in value.split(",")]
	return _line(", ".join(part.capitalize() for part in types if part.lower() not in ("pref", "voice")))


def _texts(card: Component, name: str) -> list[str]:
	return [_line(str(row.value)) for row in card.contents.get(name, [])]


def _first(card: Component, name: str, default: Any) -> Any:
	rows = card.contents.get(name, [])
	return rows[0].value if rows else default


def _line(text: str) -> str:
	"""A value in one line."""
	return " ".join(text.split())[:LONGEST]
