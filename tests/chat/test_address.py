import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wa_window.chat.address import Customer, business_address, customer_at, customer_with, fold, typed_number


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
	assert typed_number(typed, "id") == "+6281234567890"


@pytest.mark.parametrize("typed", ["", None, "ask his wife", "12", "+", "whatsapp:", "0812-3456-7890"])
def test_what_is_no_number_or_lacks_its_country_is_none(typed):
	assert typed_number(typed) == ""


SAME = [
	("Mexico with and without the 1", "+5215512345678", "+525512345678"),
	("Argentina with and without the 9", "+5491123456789", "+541123456789"),
	("a Brazilian mobile with and without the ninth digit", "+5511987654321", "+551187654321"),
]


@pytest.mark.parametrize(("one", "other"), [row[1:] for row in SAME], ids=[row[0] for row in SAME])
def test_variants_of_one_number_are_folded(one, other):
	assert fold(one) == fold(other)
	assert customer_with(one).key == customer_with(other).key
	assert customer_with(one).address == f"whatsapp:{one}", "a reply goes to the exact number"


def test_a_brazilian_landline_is_never_taken_for_a_mobile():
	assert fold("+551132654321") == "+551132654321"
	assert fold("+5511932654321") == "+5511932654321", "a new mobile number that never was without its nine"
	assert fold("+5511932654321") != fold("+551132654321")


@pytest.mark.parametrize("phone", ["+6281234567890", "+14155238886", "+5255", "+54911"])
def test_other_numbers_stay_as_they_are(phone):
	assert fold(phone) == phone


def test_a_phone_address_keeps_its_exact_form_and_its_user_id():
	customer = customer_at("whatsapp:+5215512345678", "whatsapp:MX.20817")
	assert customer == Customer("whatsapp:+5215512345678", phone="+5215512345678", user_id="MX.20817")
	assert customer.key == "+525512345678"


@pytest.mark.parametrize("user_id", ["IN.2081", "ID.ENT.abc123", "US." + "a" * 128])
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
	assert fold(typed_number(written, country)) == fold(e164)


@given(st.from_regex(r"\+[1-9]\d{4,14}", fullmatch=True))
def test_folding_twice_is_folding_once(phone):
	assert fold(fold(phone)) == fold(phone)


@given(st.text())
def test_no_text_is_an_error(text):
	typed_number(text, "ID")
	customer_at(text, text)
	business_address(text)


def test_a_number_that_no_plan_knows_is_taken_only_with_its_country_code():
	assert typed_number("+1 555 123 4567", "US") == "+15551234567"
	assert typed_number("555 123 4567", "US") == ""
