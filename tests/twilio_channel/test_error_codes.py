import re
from pathlib import Path

import pytest

from wa_window.chat.delivery import OUTDATED_TEMPLATE
from wa_window.chat.message import OUTBOUND, RECORD, Message
from wa_window.chat.sentences import Locale
from wa_window.twilio_channel import error_codes
from wa_window.twilio_channel.error_codes import ERRORS, UNKNOWN_CODE, explain, reason_of

ENGLISH = Locale(translate=str, format_time=str)


def failed(code: str, **more) -> Message:
	return Message("c", OUTBOUND, "text", "Halo", 1, RECORD, "failed", error_code=code, **more)


# Every code that Twilio's WhatsApp channel is known to report.
KNOWN = [
	"20003",
	"20404",
	"20429",
	"21211",
	"21603",
	"21604",
	"21609",
	"21617",
	"21620",
	"21623",
	"21910",
	"21408",
	"21610",
	"21611",
	"21654",
	"21655",
	"21656",
	"63003",
	"63005",
	"63013",
	"63021",
	"63030",
	"63007",
	"63010",
	"63012",
	"63037",
	"63014",
	"63015",
	"63016",
	"63017",
	"63018",
	"63019",
	"63034",
	"63024",
	"63027",
	"63028",
	"63029",
	"63031",
	"63032",
	"63038",
	"63040",
	"63041",
	"63042",
	"63049",
	"63051",
	"63052",
	"63033",
	"63025",
	"63023",
	"63022",
	"63020",
	"63001",
	"10001",
	"20005",
	"20006",
	"20403",
	"21606",
	"21660",
	"21701",
	"21705",
	"30002",
	"70051",
	"90010",
	"window_closed",
	"opted_out",
	"no_connection",
]


@pytest.mark.parametrize("code", KNOWN)
def test_every_known_code_has_a_sentence_that_says_what_to_do(code):
	sentence = explain(failed(code)).sentence.render(ENGLISH)
	assert code in ERRORS
	assert code not in sentence
	assert sentence.endswith(".")


def test_a_new_code_reads_well_too():
	explanation = explain(failed("63999"))
	assert explanation.sentence.render(ENGLISH) == UNKNOWN_CODE.format("63999")
	assert explanation.may_be_repeated


def test_63016_on_a_template_does_not_say_to_send_a_template():
	freeform, template = explain(failed("63016")), explain(failed("63016", content_template="HX1"))
	assert "Send an approved template" in freeform.sentence.render(ENGLISH)
	assert "no longer approved" in template.sentence.render(ENGLISH)
	assert "another one" in template.sentence.render(ENGLISH)
	assert (freeform.may_be_repeated, template.may_be_repeated) == (True, False)


@pytest.mark.parametrize(
	"code", ["63049", "63032", "63033", "63003", "21610", "63014", "63034", "63042", "21617"]
)
def test_sending_again_is_not_offered_where_it_cannot_help(code):
	assert not explain(failed(code)).may_be_repeated


@pytest.mark.parametrize(
	"code",
	[
		*("63010", "63023", "63018", "63024", "63038", "20003", "21620", "63019", "63051"),
		*("no_connection", "window_closed"),
	],
)
def test_sending_again_is_offered_where_it_can_help_now_or_later(code):
	assert explain(failed(code)).may_be_repeated


@pytest.mark.parametrize(
	("code", "words"),
	[
		("21620", "Public URL"),  # a malformed media URL, which we build
		("63005", "the number"),  # also where the customer is not on WhatsApp
		("63013", "the file"),  # also an unsupported type of file
		("63018", "24 hours"),
		("63019", "Public URL"),  # Twilio could not download the file from us
		("63021", "type"),  # the file's type
		("63024", "terms"),
		("63033", "another category"),  # opted out of marketing messages only
	],
)
def test_a_sentence_says_what_twilios_page_of_the_code_says(code, words):
	assert words in explain(failed(code)).sentence.render(ENGLISH)


@pytest.mark.parametrize("code", ["63016", "63021"])
def test_a_code_with_two_meanings_says_of_a_template_what_it_means_there(code):
	freeform, template = explain(failed(code)), explain(failed(code, content_template="HX1"))
	assert freeform.sentence != template.sentence
	assert not template.may_be_repeated


@pytest.mark.parametrize("code", [code for code in ERRORS if reason_of(code) in OUTDATED_TEMPLATE])
def test_where_the_templates_are_synced_another_one_is_to_be_chosen(code):
	sentence = explain(failed(code, content_template="HX1")).sentence.render(ENGLISH)
	assert "sync the" not in sentence
	assert "another one" in sentence or "fill it in again" in sentence


@pytest.mark.parametrize("code", KNOWN)
def test_a_sentence_that_says_to_send_it_again_does_not_stand_beside_a_refusal_to_do_so(code):
	explanation = explain(failed(code))
	words = explanation.sentence.render(ENGLISH)
	if not explanation.may_be_repeated:
		assert not re.search(
			r"send (it|the message|this one) again(?! now)|may send it again", words.split(", then")[0]
		)


def test_no_code_is_in_the_table_twice():
	source = Path(error_codes.__file__).read_text().split("TEMPLATE_ERRORS")[0]
	codes = re.findall(r'^\t"(\d+)":', source, re.MULTILINE)
	assert len(codes) == len(set(codes))
