import re
from pathlib import Path

import pytest

from wa_window.chat.words import Words
from wa_window.twilio_channel import error_codes
from wa_window.twilio_channel.error_codes import SENTENCES, explain

ENGLISH = Words(translate=str, moment=str)
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
	"window_closed",
	"opted_out",
	"no_connection",
]


@pytest.mark.parametrize("code", KNOWN)
def test_every_known_code_has_a_sentence_that_says_what_to_do(code):
	sentence = explain(code).told(ENGLISH)
	assert code in SENTENCES
	assert code not in sentence
	assert sentence.endswith(".")


def test_a_new_code_reads_well_too():
	assert "63999" in explain("63999").told(ENGLISH)


def test_no_code_is_in_the_table_twice():
	source = Path(error_codes.__file__).read_text()
	codes = re.findall(r'^\t"(\d+)":', source, re.MULTILINE)
	assert len(codes) == len(set(codes))
