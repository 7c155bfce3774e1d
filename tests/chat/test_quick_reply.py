"""Quick replies: which placeholders are filled, and with what."""

import pytest

from wa_window.chat.message import Media
from wa_window.chat.quick_reply import (
	QuickReply,
	filled,
	to_dict,
	warnings,
)
from wa_window.chat.sentences import Locale

ENGLISH = Locale(translate=str, format_time=str)
BUDI = {"first_name": "Budi", "company_name": None, "city": "  "}


@pytest.mark.parametrize(
	("text", "expected"),
	[
		("Halo {{ first_name | Kak }}, ada yang bisa dibantu?", "Halo Budi, ada yang bisa dibantu?"),
		("Halo {{first_name}}", "Halo Budi"),
		("dari {{ company_name | perusahaan Anda }}", "dari perusahaan Anda"),
		("di {{ city | kota Anda }}", "di kota Anda"),
		("{{ unknown | x }}{{ unknown }}", "x"),
		# Neither Jinja nor Python's format.
		("{{ first_name.__class__ }} {% for x in y %} {first_name} {{ 7*7 }}", None),
		("{{ first_name | upper | x }}", "Budi"),
		("{{ city | a | b }}", "a | b"),
		("👋 {{ first_name | 🙂 }}", "👋 Budi"),
		("{{ city | 🙂 }}", "🙂"),
		("مرحبا {{ first_name | صديقي }}", "مرحبا Budi"),
	],
)
def test_a_placeholder_is_the_leads_value_or_else_its_fallback(text, expected):
	assert filled(text, BUDI) == (text if expected is None else expected)


def test_what_a_customer_calls_themselves_is_not_looked_into():
	assert filled("Halo {{ first_name }}", {"first_name": "{{ phone | x }}", "phone": "1"}) == (
		"Halo {{ phone | x }}"
	)


def test_a_number_is_a_value_too():
	assert filled("{{ units | some }}", {"units": 0}) == "0"


def test_names_that_no_lead_has_and_gaps_are_found():
	text = "{{ first_nam | x }} {{ city }} {{ city }} {{ first_name| }} {{first_nam}}"
	unknown, gaps = warnings(text, ("first_name", "city"))
	assert unknown.values == ("first_nam", "first_name, city")
	assert gaps.values == ("city, first_name", "{{ city | … }}")
	assert warnings("{{ city | x }} {{ }} { city }", ("city",)) == []


def test_many_braces_are_read_at_once():
	assert warnings("{{" * 50_000 + " a" * 50_000, ()) == []


def test_the_dict_has_the_filled_text():
	reply = QuickReply("q1", "Salam", "Halo {{ first_name | Kak }}", "halo")
	assert to_dict(reply, BUDI, ENGLISH) == {
		"name": "q1",
		"title": "Salam",
		"shortcut": "halo",
		"text": "Halo Budi",
		"files": [],
	}


def test_of_a_file_that_whatsapp_does_not_take_it_says_why():
	fine = Media(type="image/png", size=3, name="denah.png", row="f1")
	odd = Media(type="", size=3, name="denah.dwg", row="f2")
	files = to_dict(QuickReply("q1", "Denah", "", files=(fine, odd)), {}, ENGLISH)["files"]
	assert files[0] == {
		"name": "f1",
		"file_name": "denah.png",
		"type": "image/png",
		"size": 3,
		"problem": None,
	}
	assert "does not accept this type of file" in files[1]["problem"]
