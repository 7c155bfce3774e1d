import json

import pytest

from wa_window.chat.arguments import LONGEST, from_json, names_in, require_readable
from wa_window.chat.errors import InvalidArgument


@pytest.mark.parametrize(
	"value",
	["\ud800", "a\udfff", "\x00", ["\x00"], {"\ud800": 1}, {"a": [{"b": "\x00"}]}, ["x" * LONGEST, "x"]],
)
def test_what_cannot_be_stored_or_sent_is_refused_however_deep_it_lies(value):
	with pytest.raises(InvalidArgument):
		require_readable(value)


@pytest.mark.parametrize(
	"value", ["", "😀", "a\n\tb", "\u202e\ufeff", 5, None, {"a": ["x" * (LONGEST - 1)]}, [[[]]]]
)
def test_whatever_a_person_can_write_is_taken(value):
	require_readable(value)


@pytest.mark.parametrize(
	"text",
	[
		"not json",
		"",
		"{",
		"[" * 100_000,
		'"\\ud800"',
		'{"a": "\\u0000"}',
		"[" * 900 + '"\\ud800"' + "]" * 900,
	],
)
def test_what_is_no_json_or_holds_what_cannot_be_stored_is_refused(text):
	with pytest.raises(InvalidArgument):
		from_json(text)


@pytest.mark.parametrize("given", ["5", "{}", "null", '"a"', "[5]", "[[]]", [None], ["a", 5]])
def test_a_list_of_names_is_nothing_else(given):
	with pytest.raises(InvalidArgument):
		names_in(given)


def test_names_are_given_as_a_list_or_as_its_text():
	assert names_in(["a", "b"]) == names_in(json.dumps(["a", "b"])) == ["a", "b"]
