"""A template whose file is a variable: https://www.twilio.com/docs/content/twilio-media"""

import json
from dataclasses import replace

import pytest

from wa_window.chat import outbound
from wa_window.chat.errors import InvalidMessage, TemplateNotUsable
from wa_window.chat.message import STORED, Conversation, Media
from wa_window.chat.template import ContentTemplate, Variable, is_shown, is_usable, require_usable
from wa_window.chat.template_file import file_variable
from wa_window.chat.window import window_at

NOW = 1_795_400_000_000
OPEN, CLOSED = window_at(NOW, NOW), window_at(1, NOW)
SITE = "https://crm.example.com/"
PDF = Media(type="application/pdf", size=1000, file="/private/files/a.pdf", state=STORED, name="a.pdf")
PHOTO = replace(PDF, type="image/jpeg", name="a.jpg")
CHAT = Conversation("+62812", "whatsapp:+6221", "whatsapp:+62812", name="c1", last_inbound_at_ms=NOW)


def brochure(sample="contoh.pdf", media_url=SITE + "{{2}}", **more) -> ContentTemplate:
	variables = (Variable("1", "Budi"), Variable("2", sample))
	values = {"body": "Halo {{1}}", "variables": variables, "media_url": media_url} | more
	return ContentTemplate("HX1", approval_status="approved", **values)


@pytest.mark.parametrize(
	("media_url", "sample", "expected"),
	[
		(SITE + "{{2}}", "contoh.pdf", ("2", SITE, "document")),
		(SITE + "files/{{ brochure }}", "a/b.jpeg", ("brochure", SITE + "files/", "image")),
		("{{1}}", "https://files.example.com/a.mp4?x=1", ("1", "", "video")),
		(SITE + "{{2}}", "", ("2", SITE, "")),
		(SITE + "{{2}}", "no-ending", ("2", SITE, "")),
		(SITE + "{{2}}", "suara.mp3", ("2", SITE, "")),
	],
)
def test_the_variable_at_the_end_of_a_media_url_is_a_file_of_its_samples_kind(media_url, sample, expected):
	file = file_variable(media_url, sample)
	assert (file.name, file.address, file.kind) == expected


@pytest.mark.parametrize("media_url", ["", SITE + "a.pdf", SITE + "{{1}}.pdf", SITE + "{{1}}/{{2}}"])
def test_any_other_media_url_has_none(media_url):
	assert file_variable(media_url) is None


def test_a_variable_that_stands_in_a_text_too_is_no_file():
	assert brochure(body="Halo {{1}}, ini {{2}}").file is None
	assert brochure().file.name == "2"


@pytest.mark.parametrize(
	("sample", "media", "problem"),
	[
		("contoh.pdf", PDF, None),
		("contoh.jpg", PHOTO, None),
		("contoh", PHOTO, None),
		("contoh.pdf", PHOTO, "takes a document"),
		("contoh.jpg", PDF, "takes a photo"),
		("contoh.jpg", replace(PHOTO, type="image/webp"), "takes a photo"),
		("contoh.mp4", PHOTO, "takes a video"),
		("contoh", replace(PHOTO, type="audio/mpeg"), "a photo, a video or a document"),
		("contoh.jpg", replace(PHOTO, size=5_000_001), "5 MB"),
		("contoh.pdf", replace(PDF, size=16_000_001), "16 MB"),
	],
)
def test_type_and_size_are_those_that_whatsapp_accepts_for_this_kind(sample, media, problem):
	file = brochure(sample).file
	if problem is None:
		file.require_fitting(media)
		return
	with pytest.raises(InvalidMessage, match=problem):
		file.require_fitting(media)


def test_the_message_has_the_file_and_no_value_for_its_variable():
	message = outbound.template_message(CHAT, brochure(), {"1": "Pak Budi"}, NOW, PDF)
	assert (message.kind, message.body, message.media) == ("template", "Halo Pak Budi", (PDF,))
	assert json.loads(message.content_variables) == {"1": "Pak Budi"}


def test_without_a_file_its_variable_is_needed_as_text():
	with pytest.raises(InvalidMessage, match="Fill in 2"):
		outbound.template_message(CHAT, brochure(), {"1": "Pak Budi"}, NOW)
	message = outbound.template_message(CHAT, brochure(), {"1": "Pak Budi", "2": "b.pdf"}, NOW)
	assert message.media == ()


def test_a_template_without_such_a_variable_takes_no_file():
	with pytest.raises(InvalidMessage, match="takes no file"):
		outbound.template_message(CHAT, brochure(media_url=SITE + "a.pdf"), {"1": "a", "2": "b"}, NOW, PDF)


@pytest.mark.parametrize(
	"kind", [{"content_type": "whatsapp/authentication"}, {"category": "AUTHENTICATION"}]
)
def test_one_time_passcodes_are_not_offered_and_refused(kind):
	template = brochure(**kind)
	assert not is_shown(template, OPEN)
	with pytest.raises(TemplateNotUsable, match="passcodes"):
		require_usable(template, OPEN)


def test_a_carousel_is_shown_and_refused():
	template = brochure(content_type="twilio/carousel")
	assert is_shown(template, OPEN)
	assert not is_usable(template, OPEN)
	assert not is_shown(replace(template, approval_status="rejected"), OPEN)
	with pytest.raises(TemplateNotUsable, match="Carousels"):
		require_usable(template, CLOSED)


@pytest.mark.parametrize("content_type", ["twilio/flows", "whatsapp/flows"])
def test_a_flow_is_offered_since_its_answers_can_be_read(content_type):
	assert is_usable(brochure(content_type=content_type), CLOSED)
