"""Templates are created, submitted and deleted at the simulated Twilio, over real HTTP, also where an answer is lost."""

import json
from dataclasses import replace

import pytest

from playground.twilio_sim import Clock, SimulatedTwilio, serve
from wa_window.chat.template_rules import (
	CALL_TO_ACTION,
	MEDIA,
	PHONE_NUMBER,
	QUICK_REPLIES,
	TEXT,
	WEBSITE,
	Button,
	NewTemplate,
	problems,
)
from wa_window.twilio_channel import new_content
from wa_window.twilio_channel.content import content_templates
from wa_window.twilio_channel.new_content import AnswerLost, Approval, NotDone

from .test_client import channel_to

WRITTEN = NewTemplate(
	"order_update",
	"en",
	"UTILITY",
	TEXT,
	"Hi {{1}}, how are you today? 👋",
	samples={"1": "Budi", "2": "photo.jpg", "9": "not used"},
)
PICTURE = replace(WRITTEN, kind=MEDIA, media_url="https://example.com/{{2}}")
REPLIES = replace(WRITTEN, kind=QUICK_REPLIES, buttons=(Button("Yes"), Button("No")))
ACTIONS = replace(
	WRITTEN,
	kind=CALL_TO_ACTION,
	buttons=(
		Button("Visit", WEBSITE, "https://example.com/{{2}}"),
		Button("Call", PHONE_NUMBER, "+62215550123"),
	),
)


@pytest.fixture
def sim():
	return SimulatedTwilio(Clock(lambda: 1_795_400_000_000))


@pytest.fixture
def channel(sim):
	with serve(sim) as running:
		yield channel_to(running.url, sim.account.auth_token)


@pytest.mark.parametrize("template", [WRITTEN, PICTURE, REPLIES, ACTIONS], ids=lambda t: t.kind)
def test_a_template_of_each_kind_is_created_and_read_back_as_it_was_written(sim, channel, template):
	assert not problems(template)
	created = new_content.create(channel, template)
	stored = next(each for each in content_templates(channel) if each.content_sid == created.content_sid)
	assert created == stored
	assert (stored.friendly_name, stored.language, stored.body) == ("order_update", "en", template.body)
	assert stored.buttons == tuple(button.title for button in template.buttons)
	assert stored.media_url == template.media_url
	assert {variable.name: variable.sample for variable in stored.variables} == {
		name: template.samples[name] for name in template.variables
	}
	assert stored.approval_status == "unsubmitted"


def test_the_buttons_of_a_call_to_action_are_those_of_twilios_page(sim, channel):
	sid = new_content.create(channel, ACTIONS).content_sid
	assert sim.contents[sid].types["twilio/call-to-action"]["actions"] == [
		{"type": "URL", "title": "Visit", "url": "https://example.com/{{2}}"},
		{"type": "PHONE_NUMBER", "title": "Call", "phone": "+62215550123"},
	]


def test_it_is_submitted_and_its_approval_is_asked_for(sim, channel):
	sid = new_content.create(channel, WRITTEN).content_sid
	assert new_content.approval_of(channel, sid) == Approval("unsubmitted")
	assert new_content.submit(channel, sid, "order_update", "UTILITY").status == "received"
	sim.contents[sid].approval_status = "rejected"
	sim.contents[sid].rejection_reason = "INVALID_FORMAT"
	assert new_content.approval_of(channel, sid) == Approval("rejected", "INVALID_FORMAT", "UTILITY")


def test_it_is_deleted_however_often(sim, channel):
	sid = new_content.create(channel, WRITTEN).content_sid
	new_content.delete(channel, sid)
	assert sid not in sim.contents
	new_content.delete(channel, sid)
	assert new_content.approval_of(channel, sid) == Approval("deleted")


def test_what_twilio_refuses_is_said_in_its_words(channel):
	with pytest.raises(NotDone, match="20 characters"):
		new_content.create(channel, replace(REPLIES, buttons=(Button("x" * 21),)))
	sid = new_content.create(channel, WRITTEN).content_sid
	with pytest.raises(NotDone, match="lowercase"):
		new_content.submit(channel, sid, "Order Update", "UTILITY")


def test_what_was_not_processed_is_not_done(sim, channel):
	before = len(sim.contents)
	sim.faults.too_many_requests = 1
	with pytest.raises(NotDone, match="Try again later"):
		new_content.create(channel, WRITTEN)
	assert len(sim.contents) == before


def test_where_there_is_no_connection_nothing_is_done():
	with pytest.raises(NotDone, match="could not be reached"):
		new_content.create(channel_to("http://127.0.0.1:1"), WRITTEN)


@pytest.mark.parametrize(
	("fault", "created"),
	[
		("server_errors", 0),
		("cut_before_accept", 0),
		("cut_after_accept", 1),
		("hang_after_accept", 1),
		("server_error_after_accept", 1),
		("unavailable_after_accept", 1),
	],
)
def test_a_lost_answer_says_nothing_about_what_was_done(sim, channel, fault, created, monkeypatch):
	monkeypatch.setattr(channel.client.http_client, "timeout", 0.5)
	before = len(sim.contents)
	setattr(sim.faults, fault, 1)
	with pytest.raises(AnswerLost):
		new_content.create(channel, WRITTEN)
	assert len(sim.contents) == before + created


@pytest.mark.parametrize("answer", [[], {}, {"sid": None}, "x"])
def test_an_answer_that_is_none_is_a_lost_one(channel, monkeypatch, answer):
	class Odd:
		status_code, text = 201, json.dumps(answer)

	monkeypatch.setattr(channel.client, "request", lambda *_, **__: Odd())
	with pytest.raises(AnswerLost):
		new_content.create(channel, WRITTEN)
