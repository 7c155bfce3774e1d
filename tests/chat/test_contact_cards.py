"""Contact cards as phones write them, and as nobody should."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wa_window.chat.contact_cards import Contact, ContactNumber, read_contacts


def card(*lines: str, version: str = "3.0", end: str = "\r\n") -> str:
	return end.join(("BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""))


def read(*cards: str) -> list[Contact]:
	return read_contacts("".join(cards).encode(), "ID")


# As WhatsApp writes them on Android and on an iPhone.
ANDROID = card(
	"N:Santoso;Budi;;;",
	"FN:Budi Santoso",
	"ORG:PT Melati;Penjualan",
	"TEL;type=CELL;type=VOICE;waid=6281234567890:+62 812-3456-7890",
	"TEL;type=HOME:0812 3333 4444",
	"EMAIL;type=INTERNET:budi@melati.example",
	"PHOTO;BASE64:/9j/4AAQSkZJRgABAQAAAQABAAD",
	" /2wBDAAYEBQYFBAYGBQYHBwYIChAKCgkJChQODwwQFxQYGBcU",
)
IPHONE = card(
	"N:;Siti;;;",
	"FN:Siti",
	"item1.TEL;waid=6281299990000:+62 812-9999-0000",
	"item1.X-ABLabel:Ponsel",
	"item2.TEL:021 555 0100",
	"item2.X-ABLabel:_$!<Work>!$_",
)


def test_a_card_of_whatsapp_is_read_with_its_numbers_and_their_labels():
	assert read(ANDROID) == [
		Contact(
			"Budi Santoso",
			"PT Melati · Penjualan",
			(
				ContactNumber("+62 812-3456-7890", "+6281234567890", "Cell"),
				ContactNumber("0812 3333 4444", "+6281233334444", "Home"),
			),
			("budi@melati.example",),
		)
	]
	[siti] = read(IPHONE)
	assert [(number.label, number.phone) for number in siti.numbers] == [
		("Ponsel", "+6281299990000"),
		("Work", "+62215550100"),
	]


def test_several_cards_of_one_file_keep_their_order():
	assert [contact.name for contact in read(ANDROID, IPHONE)] == ["Budi Santoso", "Siti"]


def test_version_2_1_with_quoted_printable_text():
	text = card(
		"N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=53=C3=BC;Ana;;;",
		"FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Ana =53=C3=BC=\r\n=41",
		"TEL;CELL:+52 1 55 1234 5678",
		"PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQ",
		version="2.1",
	)
	number = ContactNumber("+52 1 55 1234 5678", "+5215512345678", "Cell")
	assert read(text) == [Contact("Ana SüA", "", (number,))]


def test_the_labels_of_version_2_1_are_its_numbers_types():
	[contact] = read(card("FN:Ana", "TEL;HOME;VOICE;PREF:112", "TEL;WORK;FAX:113", version="2.1"))
	assert [number.label for number in contact.numbers] == ["Home", "Work, Fax"]


def test_version_4_0_with_numbers_as_uris():
	text = card(
		"FN:Zoë",
		'TEL;VALUE=uri;TYPE="voice,cell":tel:+33-6-12-34-56-78;ext=3',
		"KIND:individual",
		version="4.0",
	)
	assert read(text) == [Contact("Zoë", "", (ContactNumber("+33-6-12-34-56-78", "+33612345678", "Cell"),))]


def test_the_scheme_of_a_number_is_not_shown_however_it_is_written():
	[contact] = read(card("FN:Zoë", "TEL;VALUE=uri:TEL:+1-418-555-1212", version="4.0"))
	assert contact.numbers == (ContactNumber("+1-418-555-1212", "+14185551212"),)


def test_the_account_of_whatsapp_is_the_number_whatever_is_written():
	[contact] = read(card("FN:Budi", "TEL;waid=6281234567890:Budi kantor"))
	assert contact.numbers == (ContactNumber("Budi kantor", "+6281234567890"),)
	[contact] = read(card("FN:Budi", "TEL;waid=<b>1</b>:+62 812-3456-7890"))
	assert contact.numbers[0].phone == "+6281234567890"


@pytest.mark.parametrize("number", ["112", "abc", "+1", "0" * 300])
def test_what_is_no_number_is_shown_and_cannot_be_written_to(number):
	[contact] = read(card("FN:Budi", f"TEL:{number}"))
	assert (contact.numbers[0].phone, len(contact.numbers[0].number) <= 250) == ("", True)


def test_a_card_without_a_full_name_has_the_name_of_its_parts_or_a_nickname():
	assert [each.name for each in read(card("N:Santoso;Budi;;;"), card("NICKNAME:Bud", "TEL:112"))] == [
		"Budi Santoso",
		"Bud",
	]


def test_one_number_that_stands_there_twice_is_one():
	[contact] = read(card("FN:A", "TEL:+6281234567890", "TEL:+6281234567890"))
	assert len(contact.numbers) == 1


def test_hostile_text_stays_text_in_one_line():
	[contact] = read(card("FN:<img src=x onerror=alert(1)>\\nBudi\\, S.H.", "ORG:=HYPERLINK(1)"))
	assert contact.name == "<img src=x onerror=alert(1)> Budi, S.H."
	assert contact.organisation == "=HYPERLINK(1)"


@pytest.mark.parametrize(
	"bad",
	[
		card("FN;ENCODING=QUOTED-PRINTABLE;CHARSET=nonsense:=FF"),
		card(),
		card("BEGIN:VEVENT", "DTSTART:bad", "END:VEVENT"),
		"BEGIN:VCARD\r\n" * 20,
		"hello\r\nworld\r\n",
	],
)
def test_a_card_that_cannot_be_read_hides_none_of_the_others(bad):
	assert [contact.name for contact in read(IPHONE, bad, ANDROID)][-1] == "Budi Santoso"


def test_lines_that_say_nothing_hide_none_of_the_others():
	[contact] = read(card("FN:Budi", "this is no line", "PHOTO;ENCODING=b:!!!", "TEL:+6281234567890"))
	assert contact.numbers[0].phone == "+6281234567890"


@pytest.mark.parametrize(
	"content",
	[b"\xef\xbb\xbf" + ANDROID.encode(), ANDROID.replace("\r\n", "\n").encode(), ANDROID.lower().encode()],
)
def test_a_byte_order_mark_other_line_ends_and_small_letters_do_not_matter(content):
	assert [contact.name.title() for contact in read_contacts(content)] == ["Budi Santoso"]


def test_a_card_that_is_not_utf_8_is_read_all_the_same():
	assert read_contacts(card("FN:René").encode("latin-1"))[0].name == "René"


def test_a_large_file_costs_little():
	"""Its photo is not read, and no more than a few contacts and numbers."""
	photo = card("FN:A", "PHOTO;BASE64:" + "A" * 300_000)
	folded = card("FN:B", "PHOTO;BASE64:" + "\r\n ".join(["A" * 70] * 4_000))
	many = card("FN:C", *[f"TEL:+6281{number:08}" for number in range(10_000)])
	contacts = read(photo, folded, many, *[card("FN:D")] * 1_000)
	assert [contact.name for contact in contacts[:3]] == ["A", "B", "C"]
	assert (len(contacts), len(contacts[2].numbers)) == (50, 20)


def test_a_file_that_is_too_large_is_not_read():
	assert read(ANDROID, card("FN:A", "PHOTO;BASE64:" + "A" * 1_000_000)) == []


def test_no_more_than_fifty_numbers_are_read():
	cards = [
		card(f"FN:{each}", *[f"TEL:+62812{each:02}{number:06}" for number in range(20)]) for each in range(50)
	]
	assert [len(contact.numbers) for contact in read(*cards)] == [20, 20, 10]


@pytest.mark.parametrize(
	"line",
	["=\r\n", "FN;QUOTED-PRINTABLE:a=\r\n", "BEGIN:VCARD\r\n", "FN" + ";a=b" * 20, ";a=b\r\n", ";a,,\r\n"],
)
def test_repeated_lines_cost_little(line):
	read_contacts((line * (200_000 // len(line))).encode())
	read(card((line * (200_000 // len(line))).strip()))
	read(card("FN" + line.strip()[:4] * 700 + ":A"))
	read(card("FN;ENCODING=QUOTED-PRINTABLE:" + line * (200_000 // len(line))))


@given(st.binary(max_size=300))
def test_nothing_that_a_customer_sends_is_an_error(junk):
	read_contacts(junk)
	read_contacts(card("FN:A").encode()[:-13] + junk + b"\r\nEND:VCARD\r\n")
