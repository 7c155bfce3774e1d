"""WhatsApp addresses and phone numbers: what Twilio sends, what people type, and when two are the same customer."""

import re
from dataclasses import dataclass

import phonenumbers

CHANNEL = "whatsapp:"
E164 = re.compile(r"\+[1-9]\d{4,14}")
# Meta's business-scoped user id: country, an optional ".ENT", up to 128 letters and digits.
USER_ID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")

# The same mobile number is written in two ways in these countries; both are folded to the shorter one. Brazil's ninth
# digit goes only from numbers that once were without it: they began with 6 to 9, landlines begin with 2 to 5.
FOLDS = (
	(re.compile(r"\+521(\d{10})"), r"+52\1"),
	(re.compile(r"\+549(\d{10})"), r"+54\1"),
	(re.compile(r"\+55(\d{2})9([6-9]\d{7})"), r"+55\1\2"),
)


@dataclass(frozen=True)
class Customer:
	"""Who is on the other side: the exact address to answer to, and whatever identifies them."""

	address: str
	phone: str = ""
	user_id: str = ""

	@property
	def key(self) -> str:
		"""What identifies the customer in a number pair: the folded phone number, else the user id."""
		return fold(self.phone) or self.user_id

	@property
	def keys(self) -> set[str]:
		"""All by which the customer may be known: also the number as it is written, since what is folded may change."""
		return {self.key, self.phone, self.user_id} - {""}


def customer_at(address: str, user_id: str = "") -> Customer | None:
	"""Read the `From` of an inbound message; `user_id` is its ExternalUserId, with or without `whatsapp:`.

	None where the address is neither an E.164 number nor a business-scoped user id.
	"""
	bare, user_id = bare_address(address), bare_address(user_id)
	user_id = user_id if USER_ID.fullmatch(user_id) else ""
	if E164.fullmatch(bare):
		return Customer(CHANNEL + bare, phone=bare, user_id=user_id)
	if USER_ID.fullmatch(bare):
		return Customer(CHANNEL + bare, user_id=bare)
	return None


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


def typed_number(text: str | None, default_country: str = "") -> str:
	"""The E.164 number that a person typed ("0812-3456-7890", "+62 812 …"); empty where there is none.

	`default_country` is the ISO code ("ID") by which a number without a country code is read.
	"""
	text = bare_address(text or "")
	try:
		number = phonenumbers.parse(text, default_country.upper() or None)
	except phonenumbers.NumberParseException:
		return ""
	phone = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
	return phone if _reachable(phone, international=text.startswith("+")) else ""


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
