import re

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wa_window.chat.address import (
	Customer,
	business_address,
	canonical_phone,
	customer_at,
	customer_with,
	parse_phone,
)


@pytest.mark.parametrize(
	"typed",
	[
		"0812-3456-7890",
		"+62 812 3456 7890",
		"62 812-3456-7890",
		"(0812) 3456.7890",
		"whatsapp:+6281234567890",
		" 081234567890 ",
	],
)
def test_a_number_written_in_any_usual_way_is_the_same(typed):
	assert parse_phone(typed, "id") == "+6281234567890"


@pytest.mark.parametrize(
	"typed",
	[
		"6281234567890.0",
		"6281234567890.00",
		"+6281234567890.0",
		"6281234567890,0",
		"'6281234567890.0",
		"081234567890.0",
		"\u202a+62 812\u20113456\u20117890\u202c",
		"\ufeff0812\u200b3456\u00ad7890",
		"0812\ufe0f3456\u20e37890",
		"0812\u00a03456\u202f7890",
		"٠٨١٢٣٤٥٦٧٨٩٠",
		"+۶۲ ۸۱۲ ۳۴۵۶ ۷۸۹۰",
		"+62८१२३४५६७८९०",
		"\uff0b\uff16\uff12 812 3456 7890",
		"0812\u22123456\u20127890",
		"+62 (0)812-3456-7890",
		"\uff080812\uff093456-7890",
		"(+62) 812 3456 7890",
		"WA: 0812-3456-7890",
		"0812-3456-7890 (istri)",
		"0812-3456-7890 Budi",
		"0812-3456-7890 ext. 12",
		"tel:+62-812-3456-7890;ext=12",
		"62.812.3456.7890",
	],
)
def test_a_number_is_read_as_a_person_reads_it(typed):
	assert parse_phone(typed, "id") == "+6281234567890"


@pytest.mark.parametrize(
	"typed",
	[
		"0812-3456-7890 / 0813-4567-8901",
		"0812-3456-7890/0813-4567-8901",
		"0812-3456-7890 / 91",
		"08123456789/0",
		"0812-3456-7890 atau 0813-4567-8901",
		"0812-3456-7890, 0813-4567-8901",
		"0812-3456-7890; 0813-4567-8901",
		"0812-3456-7890\n0813-4567-8901",
		"081234567\n890",
		"+6281234567890 +6281345678901",
		"+6281234567890+6281345678901",
		"++6281234567890",
		"0812345678 atau 90",
		"0812345678Bud",
		"08123456789O",
		"O81234567890",
		"0812345678\u00b290",
		"08123456789\u00b2",
		"0812345678\u2460",
		"6.28123E+12",
		"6.28123456789E+12",
		"62 81234567.00",
		"6281234567,890",
		"5551234 / 5559876",
		"Rp 0812345678,-/9012345",
		"0812 3456 78 OO",
		"l 812 3456 7890",
	],
)
def test_what_may_be_two_numbers_or_another_one_is_none(typed):
	assert parse_phone(typed, "id") == ""


@pytest.mark.parametrize(
	("typed", "country", "number"),
	[
		("0171/1234567", "de", "+491711234567"),
		("+49 171/1234567", "de", "+491711234567"),
		("(030)/1234567", "de", "+49301234567"),
		("06.12.34.56.00", "fr", "+33612345600"),
		("(415) 555-2671", "us", "+14155552671"),
		("415-555-2671 x12", "us", "+14155552671"),
		("3.12345678E9", "us", ""),
		("030 12345 030 67890", "de", ""),
		("030 12345 - 030 67890", "de", ""),
		("030 1234 030 5678", "de", ""),
		("+49 5223 92112382", "de", "+49522392112382"),
	],
)
def test_other_countries_ways_of_writing_are_read_too(typed, country, number):
	assert parse_phone(typed, country) == number


NUMBERS = [
	"081234567890",
	"+62 812-3456-7890",
	"6281234567890.0",
	"0171/1234567",
	"0812-3456-7890 / 0813-4567-8901",
]
CANNOT_BE_SEEN = st.characters(categories=["Cf", "Mn", "Me", "Mc"]) | st.sampled_from(
	["\u115f", "\u1160", "\u3164", "\uffa0", "\x00", "\x7f", "\x9f"]
)


@given(
	st.sampled_from(NUMBERS),
	st.sampled_from(["ID", "DE"]),
	st.lists(st.tuples(st.integers(0, 40), CANNOT_BE_SEEN), max_size=12),
)
def test_whatever_is_added_that_cannot_be_seen_changes_nothing(written, country, added):
	text = written
	for place, character in added:
		text = text[:place] + character + text[place:]
	assert parse_phone(text, country) == parse_phone(written, country)


@given(
	st.sampled_from(["ID", "US", "DE", "FR"]),
	st.lists(
		st.text("0123456789", min_size=1, max_size=8) | st.sampled_from([*" ()-.,/;+eEO\n", " / ", " e "])
	),
)
def test_what_is_read_is_all_that_was_written_up_to_its_end(country, parts):
	"""Except for the decimals of a spreadsheet."""
	text = "".join(parts)
	phone = parse_phone(text, country)
	if phone:
		all_digits = re.sub(r"[^0-9]", "", text)
		national = str(phonenumbers.parse(phone).national_number)
		is_whole = re.search(r"[0-9]{7}[.,](0{1,2})[^0-9]*$", text)
		assert all_digits.endswith(national) or (is_whole and all_digits.endswith(national + is_whole[1]))


def test_a_text_of_any_length_is_read_at_once():
	for text in (
		"0" * 100_000,
		"0" + " " * 100_000 + "#",
		"1 ," * 100_000,
		"+1 " * 100_000,
		"\u200b" * 100_000,
	):
		assert parse_phone(text, "ID") == ""


@pytest.mark.parametrize("address", ["whatsapp:+٦٢٨١٢٣٤٥٦٧٨٩٠", "whatsapp:+6281234567\u0668"])
def test_an_address_is_in_plain_digits(address):
	assert customer_at(address) is None
	assert business_address(address) is None


@pytest.mark.parametrize("typed", ["", None, "ask his wife", "12", "+", "whatsapp:", "0812-3456-7890"])
def test_what_is_no_number_or_lacks_its_country_is_none(typed):
	assert parse_phone(typed) == ""


SAME = [
	("Mexico with and without the 1", "+5215512345678", "+525512345678"),
	("Argentina with and without the 9", "+5491123456789", "+541123456789"),
	("a Brazilian mobile with and without the ninth digit", "+5511987654321", "+551187654321"),
	("Benin with and without the 01", "+2290197123456", "+22997123456"),
	("Ivory Coast, Moov", "+2250140123456", "+22540123456"),
	("Ivory Coast, MTN", "+2250505123456", "+22505123456"),
	("Ivory Coast, Orange", "+2250798123456", "+22598123456"),
	("Ivory Coast, a landline of Moov", "+2252120812345", "+22520812345"),
	("Ivory Coast, a landline of MTN", "+2252536012345", "+22536012345"),
	("Ivory Coast, a landline of Orange", "+2252722412345", "+22522412345"),
]


@pytest.mark.parametrize(("one", "other"), [row[1:] for row in SAME], ids=[row[0] for row in SAME])
def test_variants_of_one_number_have_one_canonical_form(one, other):
	assert canonical_phone(one) == canonical_phone(other)
	assert customer_with(one).key == customer_with(other).key
	assert customer_with(one).address == f"whatsapp:{one}", "a reply goes to the exact number"


@pytest.mark.parametrize(
	("one", "other"),
	[
		("+2250512345678", "+2250712345678"),
		("+2250112345678", "+2250712345678"),
		("+2250540123456", "+22540123456"),
		("+2290597123456", "+22997123456"),
	],
)
def test_numbers_of_two_operators_are_two_customers(one, other):
	assert canonical_phone(one) != canonical_phone(other)
	assert not customer_with(one).keys & customer_with(other).keys


@pytest.mark.parametrize(
	("typed", "country"),
	[("97 12 34 56", "bj"), ("01 97 12 34 56", "bj"), ("+229 97123456", ""), ("+2290197123456", "")],
)
def test_a_number_of_benin_is_read_in_both_its_forms(typed, country):
	assert canonical_phone(parse_phone(typed, country)) == "+2290197123456"


@pytest.mark.parametrize(
	("typed", "country"), [("07 12 34 56", "ci"), ("07 07 12 34 56", "ci"), ("+225 07 12 34 56", "")]
)
def test_a_number_of_ivory_coast_is_read_in_both_its_forms(typed, country):
	assert canonical_phone(parse_phone(typed, country)) == "+2250707123456"


def test_what_was_kept_under_the_old_form_of_a_number_is_found_by_the_new_one():
	for one, other in (("+2290197123456", "+22997123456"), ("+2250798123456", "+22598123456")):
		assert customer_with(one).keys == customer_with(other).keys


def test_a_brazilian_landline_is_never_taken_for_a_mobile():
	assert canonical_phone("+551132654321") == "+551132654321"
	assert canonical_phone("+5511932654321") == "+5511932654321", (
		"a new mobile number that never was without its nine"
	)
	assert canonical_phone("+5511932654321") != canonical_phone("+551132654321")


@pytest.mark.parametrize("phone", ["+6281234567890", "+14155238886", "+5255", "+54911"])
def test_other_numbers_stay_as_they_are(phone):
	assert canonical_phone(phone) == phone


def test_a_phone_address_keeps_its_exact_form_and_its_user_id():
	customer = customer_at("whatsapp:+5215512345678", "whatsapp:MX.20817")
	assert customer == Customer("whatsapp:+5215512345678", phone="+5215512345678", user_id="MX.20817")
	assert customer.key == "+525512345678"


def test_an_id_is_known_by_its_form_whichever_parameter_brings_it():
	"""https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids"""
	both = {"user_id": "US.2081", "parent_id": "US.ENT.4081"}
	phone, ids = "whatsapp:+14155550123", ("whatsapp:US.2081", "whatsapp:US.ENT.4081")
	assert customer_at(phone, *ids) == Customer(phone, phone="+14155550123", **both)
	assert customer_at(ids[0], *ids) == customer_at(ids[0], "", ids[1]) == Customer(ids[0], **both)
	assert customer_at(ids[1], ids[0]) == customer_at(ids[1], *ids) == Customer(ids[1], **both)
	assert customer_at(ids[1]) == Customer(ids[1], parent_id="US.ENT.4081")
	assert customer_at(ids[1]).key == "US.ENT.4081"
	assert customer_at(ids[0], *ids).keys == {"US.2081", "US.ENT.4081"}


@pytest.mark.parametrize("user_id", ["IN.2081", "ID.ENT", "US." + "a" * 128])
def test_a_user_id_address_has_no_phone(user_id):
	assert customer_at(f"whatsapp:{user_id}") == Customer(f"whatsapp:{user_id}", user_id=user_id)


@pytest.mark.parametrize(
	"address", ["", "whatsapp:", "+0123", "whatsapp:IN.", "in.2081", "IN." + "a" * 129, "<script>"]
)
def test_anything_else_is_no_address(address):
	assert customer_at(address) is None
	assert business_address(address) is None


@given(
	st.sampled_from(["ID", "MX", "AR", "BR", "US", "DE", "IN"]),
	st.sampled_from(["E164", "INTERNATIONAL", "NATIONAL", "RFC3966"]),
)
def test_a_mobile_number_in_any_standard_format_finds_the_same_lead(country, form):
	number = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
	written = phonenumbers.format_number(number, getattr(phonenumbers.PhoneNumberFormat, form)).removeprefix(
		"tel:"
	)
	e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
	assert canonical_phone(parse_phone(written, country)) == canonical_phone(e164)


@given(st.from_regex(r"\+[1-9]\d{4,14}", fullmatch=True))
def test_the_canonical_form_of_a_canonical_phone_is_itself(phone):
	assert canonical_phone(canonical_phone(phone)) == canonical_phone(phone)


@given(st.text())
def test_no_text_is_an_error(text):
	parse_phone(text, "ID")
	customer_at(text, text)
	business_address(text)


def test_a_number_that_no_plan_knows_is_taken_only_with_its_country_code():
	assert parse_phone("+1 555 123 4567", "US") == "+15551234567"
	assert parse_phone("555 123 4567", "US") == ""
