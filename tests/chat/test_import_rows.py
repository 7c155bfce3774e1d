"""Reading a chat history: what is read, and that nothing which a file may hold ends the reading."""

import io
import json

import pytest

from wa_window.chat.import_rows import LONGEST_LINE, NotReadable, read_rows

GOOD = {
	"direction": "Inbound",
	"sent_at": "2026-11-26T09:30:00.250+07:00",
	"from": "+6281234567890",
	"to": "whatsapp:+6281100000001",
	"body": "Halo",
}
AT_MS = 1_795_660_200_250


def jsonl(*lines: bytes) -> list:
	return list(read_rows(io.BytesIO(b"\n".join(lines)), is_csv=False))


def row(**values) -> bytes:
	return json.dumps(GOOD | values).encode()


def problem(**values) -> str:
	(found,) = jsonl(row(**values))
	assert found.message is None
	return found.problem


def csv(text: str | bytes) -> list:
	return list(read_rows(io.BytesIO(text if isinstance(text, bytes) else text.encode()), is_csv=True))


HEADER = "direction,sent_at,from,to,body\n"
LINE = "Inbound,2026-11-26T09:30:00+07:00,+6281234567890,+6281100000001,"


def test_a_row_is_a_message():
	(found,) = jsonl(row(sid="SM1", media="a/b.jpg", author="budi@example.com"))
	message = found.message
	assert (message.sent_at_ms, message.direction, message.body) == (AT_MS, "Inbound", "Halo")
	assert (message.customer.phone, message.business_address) == ("+6281234567890", "whatsapp:+6281100000001")
	assert (message.sid, message.media, message.author) == ("SM1", "a/b.jpg", "budi@example.com")


def test_of_an_outbound_message_the_customer_is_who_it_goes_to():
	(found,) = jsonl(row(direction="OUTBOUND", **{"from": GOOD["to"], "to": "IN.abc123"}))
	assert (found.message.customer.user_id, found.message.business_address) == ("IN.abc123", GOOD["to"])


@pytest.mark.parametrize(
	("text", "at_ms"),
	[
		("2026-11-26T02:30:00.250Z", AT_MS),
		("2026-11-26 02:30:00,250999z", AT_MS),
		("2026-11-25T21:30:00.25-0500", AT_MS),
		("2026-11-26T02:30Z", AT_MS - 250),
	],
)
def test_a_time_with_a_zone(text, at_ms):
	assert jsonl(row(sent_at=text))[0].message.sent_at_ms == at_ms


@pytest.mark.parametrize("text", ["2026-11-26T09:30:00", "2026-11-26 09:30", "2026-11-26"])
def test_a_time_without_a_zone_is_refused_by_a_sentence(text):
	assert "time zone" in problem(sent_at=text)


@pytest.mark.parametrize(
	"text",
	[
		"yesterday",
		"2026-13-01T00:00:00Z",
		"0001-01-01T00:00:00Z",
		"2026-11-26T09:30:00+99:00",
		"1795660200250",
	],
)
def test_what_is_no_time_is_refused(text):
	assert problem(sent_at=text).startswith("sent_at")


@pytest.mark.parametrize(
	("values", "reason"),
	[
		({"direction": "both"}, "direction must be"),
		({"direction": None}, "direction is missing"),
		({"from": "0812 3456 7890"}, "country code"),
		({"to": "sales"}, "country code"),
		({"from": GOOD["to"]}, "same number"),
		({"body": " "}, "neither a body nor a file"),
		({"body": 5}, "body is not text"),
		({"body": "a\0b"}, "NUL"),
		({"body": "\ud800"}, "UTF-8"),
		({"sid": "a b"}, "sid must be"),
		({"sid": "x" * 141}, "sid must be"),
		({"author": "x" * 141}, "author is longer"),
		({"colour\x1b[2J": "red"}, "no field"),
	],
)
def test_a_bad_row_says_why(values, reason):
	said = problem(**values)
	assert reason in said
	assert said.isprintable()


@pytest.mark.parametrize(
	"line",
	[
		b"{",
		b"[1]",
		b"5",
		b"\xff\xfe\x00",
		b"[" * 100_000,
		b"9" * 10_000,
		b'{"body": "a", "body": "b"}',
		row(body="x" * LONGEST_LINE),
		row().replace(b"Halo", b"Hal\xf3"),
	],
)
def test_nothing_in_a_line_ends_the_reading(line):
	before, bad, after = jsonl(row(), line, row(body="next"))
	assert (before.message.body, after.message.body) == ("Halo", "next")
	assert bad.message is None
	assert bad.problem
	assert (bad.number, after.number) == (2, 3)
	begins = len(row()) + 1
	assert (bad.begins, bad.ends, after.begins) == (begins, begins + len(line) + 1, bad.ends)


def test_a_huge_file_of_one_line_is_one_bad_row():
	(bad,) = jsonl(b"x" * (LONGEST_LINE * 20))
	assert "longer than" in bad.problem
	assert (bad.begins, bad.ends) == (0, LONGEST_LINE * 20)


def test_empty_lines_and_a_byte_order_mark_are_no_rows():
	assert [found.number for found in jsonl(b"\xef\xbb\xbf" + row(), b"", b"  ", row())] == [1, 4]


def test_the_same_content_has_the_same_sid_and_another_has_another():
	same = [jsonl(row(**{"from": number}))[0].message.sid for number in ("+5215512345678", "+525512345678")]
	assert len({*same}) == 1
	others = (
		{},
		{"body": "Halo!"},
		{"media": "a.jpg"},
		{"sent_at": "2026-11-26T09:30:01+07:00"},
		{"to": "+6281100000002"},
	)
	assert len({jsonl(row(**values))[0].message.sid for values in others}) == len(others)


def test_csv_has_lines_in_its_fields():
	first, second = csv(HEADER + LINE + '"a\nb ""c"""\n\n' + LINE + "=1+1\n")
	assert (first.message.body, second.message.body) == ('a\nb "c"', "=1+1")
	assert (first.number, second.number) == (2, 5)
	assert (first.begins, second.ends - second.begins) == (len(HEADER), len(LINE + "=1+1\n"))


@pytest.mark.parametrize(
	("text", "reason"),
	[
		("", "names of the columns"),
		("direction,sent_at,from,to,to\n", "twice"),
		("direction,sent_at,from\n", "to is missing"),
		("direction,sent_at,from,to,colour\n", "colour"),
		("d\0irection,sent_at,from,to\n", "no field|names of the columns"),
	],
)
def test_columns_that_are_not_certain_refuse_the_file(text, reason):
	with pytest.raises(NotReadable, match=reason):
		csv(text)


@pytest.mark.parametrize(
	"line",
	[
		LINE + "a,b",
		"Inbound",
		LINE + '"a" b',
		LINE + "a\0b",
		LINE + "x" * LONGEST_LINE,
	],
)
def test_nothing_in_a_csv_file_ends_the_reading(line):
	before, bad, after = csv(HEADER + LINE + "Halo\n" + line + "\n" + LINE + "next\n")
	assert (before.message.body, after.message.body) == ("Halo", "next")
	assert bad.problem
	assert bad.number == 3


def test_a_quote_that_does_not_end_takes_no_more_than_a_field_may_have():
	rows = csv(HEADER + LINE + '"open\n' + (LINE + "Halo\n") * 4000)
	bad = [each for each in rows if each.message is None]
	assert len(bad) == 1
	assert len(rows) > 1000


def test_csv_that_is_not_utf8_is_a_bad_row():
	first, second = csv((HEADER + LINE).encode() + b"Hal\xf3\n" + LINE.encode() + b"Halo\n")
	assert "UTF-8" in first.problem
	assert second.message.body == "Halo"
