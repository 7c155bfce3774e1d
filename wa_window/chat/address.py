"""WhatsApp addresses and phone numbers: what Twilio sends, what people type, and when two are the same customer."""

import re
import unicodedata
from dataclasses import dataclass, replace

import phonenumbers

CHANNEL = "whatsapp:"
E164 = re.compile(r"\+[1-9][0-9]{4,14}")
# Meta's ids of a user, by country and up to 128 letters and digits: at one business, and at all of its owner's who have them
# linked: https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids
USER_ID = re.compile(r"[A-Z]{2}\.[A-Za-z0-9]{1,128}")
PARENT_ID = re.compile(r"[A-Z]{2}\.ENT\.[A-Za-z0-9]{1,128}")

# What a person does not see in a text: control and format characters, marks that join the character before them, and
# letters that are blank (https://www.unicode.org/reports/tr44/#General_Category_Values). Line breaks and tabs do separate.
UNSEEN = ("Cc", "Cf", "Mn", "Mc", "Me")
BLANK_LETTERS = "\u115f\u1160\u3164\uffa0"
SEPARATING = "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029"
MINUS = "\u2212"
PLAIN = {"\uff0b": "+", "\ufe62": "+", "\uff08": "(", "\uff09": ")", "\uff0e": ".", "\uff0f": "/"}
# Digits, and the signs by which people group them.
NUMBER = re.compile(r"[+(]*[0-9](?:[0-9 ().+-]*[0-9])?")
EXTENSION = re.compile(r"[\s,;]*(?:\bext(?:ension)?\b[.:=]?|\bx|#)\s*[0-9]{1,6}$", re.IGNORECASE)
# "0171/1234567": a slash after a few digits ends an area code; after more, a whole number.
AREA_CODE = re.compile(r"^(\+[0-9 ]{1,6}|\(?0[0-9 )]{1,5})/(?=[^/]{5,}$)")
# A spreadsheet keeps a number as a decimal: 6281234567890.0, in some countries with a comma.
DECIMAL_COMMA = re.compile(r"(?<=[0-9]),(?=0{1,2}(?![0-9]))")
WHOLE = re.compile(r"(\+?[0-9]{7,})\.0{1,2}")
# "0812 345 OO": who types such letters means digits.
LOOKS_LIKE_A_DIGIT = re.compile(r"^[ ().+-]*[OoIl]+(?![^\W\d_])")
GROUPING = re.compile(r"[ ().-]+")
LONGEST = 250  # characters: phonenumbers reads no longer ones either
# Two numbers one after the other have at least so many digits.
TWO_NUMBERS = 14
DECIMAL = re.compile(r"[^.]*\.0{1,2}")

# The same number is written in two ways in these countries, and folded to one of them. Mexico, Argentina and Brazil: to the
# shorter one. Brazil's ninth digit goes only from numbers that once were without it: they began with 6 to 9, landlines begin
# with 2 to 5.
# Benin: since 30 November 2024 all numbers have 01 before their old eight digits (https://fr.allafrica.com/stories/202411300249.html).
# Ivory Coast: since 31 January 2021 the operator's two digits, which follow from the old first two (the regulator's table, as
# communicated to the ITU: https://github.com/guyaristide/numerotation). Both to the new form: without its first digits a new
# number could be that of another operator's customer.
FOLDS = tuple(
	(re.compile(variant, re.ASCII), folded)
	for variant, folded in (
		(r"\+521(\d{10})", r"+52\1"),
		(r"\+549(\d{10})", r"+54\1"),
		(r"\+55(\d{2})9([6-9]\d{7})", r"+55\1\2"),
		(r"\+229(\d{8})", r"+22901\1"),
		(r"\+225((?:0[1-3]|[457][0-3])\d{6})", r"+22501\1"),
		(r"\+225([04-9][4-6]\d{6})", r"+22505\1"),
		(r"\+225((?:[04-8][7-9]|9[78])\d{6})", r"+22507\1"),
		(r"\+225(2[0-3]8\d{5})", r"+22521\1"),
		(r"\+225((?:2[0-4]|3[0-6])0\d{5})", r"+22525\1"),
		(r"\+225((?:20[23]|21[2357]|22[45]|23[45]|24[345]|306|31[69]|3[23]7|347|359|368)\d{5})", r"+22527\1"),
	)
)
# Numbers whose old form was without two digits.
EXTENDED = re.compile(r"(\+229|\+225)(?:0[157]|2[157])(\d{8})", re.ASCII)


@dataclass(frozen=True)
class Customer:
	"""Who is on the other side: the exact address to answer to, and whatever identifies them."""

	address: str
	phone: str = ""
	user_id: str = ""
	parent_id: str = ""

	@property
	def key(self) -> str:
		"""What identifies the customer in a number pair: the folded phone number, else an id."""
		return fold(self.phone) or self.user_id or self.parent_id

	@property
	def keys(self) -> set[str]:
		"""All by which the customer may be known: also the number as it is written, and as it was written before its country's
		numbers got longer, since what is folded may change."""
		return {self.key, self.phone, *former(self.phone), self.user_id, self.parent_id} - {""}

	def completed_by(self, other: "Customer") -> "Customer":
		"""The same customer, with what the other one knows beyond it."""
		return replace(
			self,
			phone=self.phone or other.phone,
			user_id=self.user_id or other.user_id,
			parent_id=self.parent_id or other.parent_id,
		)


def customer_at(address: str, *ids: str) -> Customer | None:
	"""Read the `From` of an inbound message, and its ExternalUserId and ParentExternalUserId, with or without `whatsapp:`.

	None where the address is neither an E.164 number nor an id of WhatsApp's.
	"""
	known = [bare_address(each) for each in (address, *ids)]
	customer = Customer(
		CHANNEL + known[0],
		phone=known[0] if E164.fullmatch(known[0]) else "",
		user_id=next((key for key in known if USER_ID.fullmatch(key)), ""),
		parent_id=next((key for key in known if PARENT_ID.fullmatch(key)), ""),
	)
	return customer if known[0] in customer.keys else None


def customer_with(phone: str) -> Customer:
	"""The customer of an E.164 number, not yet heard of."""
	return Customer(CHANNEL + phone, phone=phone)


def bare_address(address: str) -> str:
	"""The address without `whatsapp:`."""
	return address.strip().removeprefix(CHANNEL)


def business_address(address: str) -> str | None:
	"""One of our senders, `whatsapp:+E164`; None where it is not a WhatsApp number."""
	bare = bare_address(address)
	return CHANNEL + bare if E164.fullmatch(bare) else None


def fold(phone: str) -> str:
	"""The one form of an E.164 number under which all its usual variants are found. Never an address to write to."""
	for variant, folded in FOLDS:
		if variant.fullmatch(phone):
			return variant.sub(folded, phone)
	return phone


def former(phone: str) -> set[str]:
	"""The form that an E.164 number had before its country's numbers got longer, if there is one."""
	shorter = EXTENDED.sub(r"\1\2", phone)
	return {shorter} if shorter != phone and fold(shorter) == phone else set()


def typed_number(text: str | None, default_country: str = "") -> str:
	"""The E.164 number that a person typed ("0812-3456-7890", "+62 812 …", "WA: 0812 …"); empty where there is none, or more
	than one, or where it is not certain which digits belong to it: never another number than a person would read.

	`default_country` is the ISO code ("ID") by which a number without a country code is read.
	"""
	written = _number(_visible(text or ""))
	return "" if _are_two(written, default_country) else _e164(written, default_country)


def _are_two(written: str, default_country: str) -> bool:
	"""Whether it is two whole numbers, one after the other, which together could be taken for a third one."""
	if len(re.sub(r"[^0-9]", "", written)) < TWO_NUMBERS:
		return False
	halves = ((written[: sign.start()], written[sign.end() :]) for sign in GROUPING.finditer(written))
	return any(all(_e164(half, default_country, exact=True) for half in pair) for pair in halves)


def _e164(written: str, default_country: str, *, exact: bool = False) -> str:
	"""A number of digits and the signs by which they are grouped; empty where no such number exists.

	One whose country code is written out may be newer than the numbering plan known here, unless `exact`.
	"""
	digits = re.sub(r"[^0-9+]", "", written)
	try:
		number = phonenumbers.parse(digits, default_country.upper() or None)
	except phonenumbers.NumberParseException:
		return ""
	phone = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
	return phone if _reachable(phone, international=digits.startswith("+") and not exact) else ""


def _visible(text: str) -> str:
	"""The text as it is seen: without format characters and marks, all digits, dashes and blanks written in one way each."""
	return "".join(_seen(character) for character in text).strip()


def _seen(character: str) -> str:
	digit, category = unicodedata.decimal(character, None), unicodedata.category(character)
	if digit is not None:
		return str(digit)
	if character in SEPARATING:
		return "\n"
	if category in UNSEEN or character in BLANK_LETTERS:
		return ""
	if category == "Zs":
		return " "
	if category == "Pd" or character == MINUS:
		return "-"
	return PLAIN.get(character, character)


def _number(text: str) -> str:
	"""The one number in a text, as it is written; empty where it is not certain which characters belong to it."""
	if len(text) > LONGEST:
		return ""
	text = DECIMAL_COMMA.sub(".", AREA_CODE.sub(r"\1-", EXTENSION.sub("", text)))
	found = list(NUMBER.finditer(text))
	if len(found) != 1:
		return ""
	before, after = text[: found[0].start()], text[found[0].end() :]
	number = found[0][0]
	whole = WHOLE.fullmatch(number)
	if whole:
		number = whole[1]
	in_a_word = before[-1:].isalnum() or after[:1].isalnum()
	beside_a_digit = LOOKS_LIKE_A_DIGIT.search(before[::-1]) or LOOKS_LIKE_A_DIGIT.search(after)
	several = "+" in number.lstrip("(")[1:]
	return "" if in_a_word or beside_a_digit or several or DECIMAL.fullmatch(number) else number


def _reachable(phone: str, *, international: bool) -> bool:
	"""Whether it can be a number: by the numbering plan, or by its length where the country code was written out."""
	for form in {phone, fold(phone)}:
		number = phonenumbers.parse(form)
		possible = (
			phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
		)
		if phonenumbers.is_valid_number(number) or (international and possible):
			return True
	return False
