"""Sending, with the simulated Twilio over real HTTP, and with answers that it does not give."""

import json
import threading
from types import SimpleNamespace

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from playground.twilio_sim import Clock, SimulatedTwilio, serve
from playground.twilio_sim.server import QuietHandler
from wa_window.chat.message import Sender
from wa_window.chat.ports.channel import Accepted, Outcome, OutcomeUnknown, Outgoing, Rejected, Retryable
from wa_window.chat.reasons import Reason
from wa_window.chat.template import ContentTemplate
from wa_window.twilio_channel import http
from wa_window.twilio_channel.client import TwilioChannel
from wa_window.twilio_channel.content import ProviderUnreachable, content_templates

from . import forms

NOW = 1_795_400_000_000
CALLBACK = "https://crm.example.com/status?message="
MEDIA = "https://crm.example.com/api/method/wa_window.api.media.file?row="


@pytest.fixture
def sim():
	return SimulatedTwilio(Clock(lambda: NOW))


@pytest.fixture
def running(sim):
	with serve(sim) as running:
		yield running


@pytest.fixture
def channel(sim, running):
	return channel_to(running.url, sim.account.auth_token)


def channel_to(url: str, token: str = "0123456789abcdef" * 2, **sender) -> TwilioChannel:
	senders = [Sender(forms.SALES, "Sales", **sender)]
	return TwilioChannel(
		"AC" + "5" * 32, token, senders, lambda name: CALLBACK + name, lambda row: MEDIA + row, api_base=url
	)


def send(channel: TwilioChannel, outgoing: Outgoing) -> Outcome:
	return channel.call(outgoing)()


def freeform(body="Masih ada, Pak.", to=forms.BUDI) -> Outgoing:
	return Outgoing("our-name", to, forms.SALES, body=body)


def template(variables='{"1": "Pak \\"O\'Brien\\"", "2": "rumah"}') -> Outgoing:
	sid = "HX" + "0" * 31 + "1"
	return Outgoing("our-name", forms.BUDI, forms.SALES, content_sid=sid, content_variables=variables)


def test_freeform_is_accepted_with_twilios_sid_status_and_time(sim, channel):
	accepted = send(channel, freeform("Masih ada, <b>Pak</b> 😀"))
	assert isinstance(accepted, Accepted)
	assert accepted.message_sid.startswith("SM")
	assert accepted.status in ("queued", "accepted")
	assert accepted.created_at_ms == NOW // 1000 * 1000
	assert sim.messages[accepted.message_sid].body == "Masih ada, <b>Pak</b> 😀"


def test_the_status_callback_carries_our_name_for_the_message(sim, channel):
	send(channel, freeform())
	(message,) = sim.messages.values()
	assert message.status_callback == f"{CALLBACK}our-name"


def test_a_template_goes_by_content_sid_and_variables_only(sim, channel):
	"""The simulator rejects a Body or MediaUrl beside a ContentSid, and variables that are not JSON."""
	assert isinstance(send(channel, template()), Accepted)
	(message,) = sim.messages.values()
	assert 'Pak "O\'Brien"' in message.body


def test_a_sender_of_a_messaging_service_sends_through_it(sim, running):
	channel = channel_to(running.url, messaging_service_sid="MG" + "5" * 32)
	assert isinstance(send(channel, freeform()), Accepted)
	(message,) = sim.messages.values()
	assert message.messaging_service_sid == "MG" + "5" * 32


@pytest.mark.parametrize(
	("outgoing", "code"),
	[
		(freeform("x" * 1601), "21617"),
		(freeform(to="whatsapp:+0"), "21211"),
		(template("not json"), "21656"),
	],
)
def test_what_twilio_refuses_is_rejected_with_its_code(channel, outgoing, code):
	rejected = send(channel, outgoing)
	assert isinstance(rejected, Rejected)
	assert rejected.error_code == code


def test_wrong_credentials_are_rejected_and_the_token_is_in_no_text(running):
	rejected = send(channel_to(running.url, "a-wrong-token"), freeform())
	assert rejected.error_code == "20003"
	assert "a-wrong-token" not in repr(rejected)


def test_429_from_twilio_is_not_processed_and_may_be_tried_again(sim, channel):
	sim.faults.change({"too_many_requests": 1})
	assert send(channel, freeform()) == Retryable(
		"20429", "Unable to create record: Too Many Requests", Reason.RATE_LIMITED
	)
	assert not sim.messages


def test_a_500_says_nothing_of_whether_the_message_was_taken(sim, channel):
	"""Twilio answers the same before and after acceptance."""
	sim.faults.change({"server_errors": 1})
	before = send(channel, freeform())
	sim.faults.change({"server_error_after_accept": 1})
	after = send(channel, freeform())
	assert isinstance(before, OutcomeUnknown)
	assert before == after
	assert len(sim.messages) == 1


@pytest.mark.parametrize(
	"fault", ["cut_after_accept", "server_error_after_accept", "unavailable_after_accept"]
)
def test_whatever_goes_wrong_after_acceptance_is_no_answer(sim, channel, fault):
	sim.faults.change({fault: 1})
	assert isinstance(send(channel, freeform()), OutcomeUnknown)
	assert len(sim.messages) == 1


def test_a_timeout_after_acceptance_is_no_answer(sim, running, monkeypatch):
	monkeypatch.setattr(http, "TIMEOUT_S", 0.3)
	sim.faults.change({"hang_after_accept": 1})
	assert isinstance(send(channel_to(running.url), freeform()), OutcomeUnknown)
	assert len(sim.messages) == 1


def test_a_connection_that_was_never_made_may_be_tried_again():
	assert isinstance(send(channel_to("http://127.0.0.1:9"), freeform()), Retryable)


def test_a_proxy_that_cannot_be_reached_carried_nothing(monkeypatch):
	monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
	assert isinstance(send(channel_to("http://twilio.invalid"), freeform()), Retryable)


@pytest.mark.parametrize("status", [201, 302, 403, 418, 429, 500, 502, 503, 504, 599])
@pytest.mark.parametrize(
	"body",
	["<html>Bad gateway</html>", "", "[]", "null", '"busy"', "{}", '{"code": STATUS, "message": "Busy"}'],
)
def test_an_answer_that_is_not_twilios_is_of_unknown_outcome(status, body):
	answer = Response(body.replace("STATUS", str(status)), status=status, mimetype="application/json")
	with answering(answer) as url:
		assert isinstance(send(channel_to(url), freeform()), OutcomeUnknown)


def test_the_products_of_a_catalog_are_no_list_to_pick_from():
	"""https://www.twilio.com/docs/content/twiliocatalog"""
	catalog = {"title": "T", "body": "B", "items": [{"id": "p1", "name": "Tipe 45"}]}
	(template,) = content_templates(listing({"sid": "HX1", "types": {"twilio/catalog": catalog}}))
	assert template.list_items == ()


@pytest.mark.parametrize(
	("status", "code", "outcome"),
	[
		(429, 20429, Retryable),
		(503, 20503, Retryable),
		(503, 20500, OutcomeUnknown),
		(500, 20500, OutcomeUnknown),
		(500, 20503, OutcomeUnknown),
		(502, 20429, OutcomeUnknown),
		(504, 20503, OutcomeUnknown),
		(555, 12345, OutcomeUnknown),
		(400, 21211, Rejected),
		(404, 20404, Rejected),
	],
)
def test_the_outcome_of_an_error_from_twilio(status, code, outcome):
	error = {"code": code, "message": "Locale", "more_info": "https://…", "status": status}
	with answering(Response(json.dumps(error), status=status, mimetype="application/json")) as url:
		assert isinstance(send(channel_to(url), freeform()), outcome)


@pytest.mark.parametrize(
	("status", "code", "reason"),
	[(403, 12345, "account"), (401, 12345, "account"), (403, 21408, "country"), (400, 12345, "other")],
)
def test_a_request_that_is_not_authorized_is_the_accounts_problem_whatever_its_code(status, code, reason):
	error = {"code": code, "message": "Locale", "status": status}
	with answering(Response(json.dumps(error), status=status, mimetype="application/json")) as url:
		assert send(channel_to(url), freeform()).error_reason == reason


def test_an_acceptance_that_names_no_message_is_no_answer(monkeypatch):
	channel = channel_to("")
	created = SimpleNamespace(sid=None, status=None, date_created=None)
	monkeypatch.setattr(type(channel.client.messages), "create", lambda *_, **__: created)
	assert isinstance(send(channel, freeform()), OutcomeUnknown)


@pytest.mark.parametrize(
	("media_url", "value"),
	[
		("https://crm.example.com/{{2}}", "api/method/wa_window.api.media.file?row=row-1"),
		("https://crm.example.com/api/{{2}}", "method/wa_window.api.media.file?row=row-1"),
		("{{2}}", MEDIA + "row-1"),
	],
)
def test_a_templates_file_is_the_variable_of_its_media_url(sim, channel, media_url, value):
	"""https://www.twilio.com/docs/content/twilio-media: the variable is a suffix; MediaUrl has no place beside it."""
	given = Outgoing(
		"our-name",
		forms.BUDI,
		forms.SALES,
		media="row-1",
		content_sid="HX" + "0" * 31 + "1",
		content_variables='{"1": "Pak Budi"}',
		media_url=media_url,
	)
	assert isinstance(send(channel, given), Accepted)
	(message,) = sim.messages.values()
	assert message.content_variables == {"1": "Pak Budi", "2": value}


@pytest.mark.parametrize(
	"media_url", ["", "https://crm.example.com/a.pdf", "https://earlier.example.com/{{2}}"]
)
def test_a_template_that_no_longer_takes_this_sites_file_is_not_sent_without_it(sim, channel, media_url):
	given = Outgoing(
		"our-name",
		forms.BUDI,
		forms.SALES,
		media="row-1",
		content_sid="HX" + "0" * 31 + "1",
		content_variables='{"1": "Pak Budi"}',
		media_url=media_url,
	)
	outcome = send(channel, given)
	assert isinstance(outcome, Rejected)
	assert (outcome.error_code, outcome.error_reason) == ("template_file", Reason.TEMPLATE)
	assert not sim.messages


def test_the_library_has_a_finite_timeout():
	assert channel_to("").client.http_client.timeout == http.TIMEOUT_S


def test_templates_of_all_pages_with_their_flat_approvals(sim, channel, monkeypatch):
	monkeypatch.setattr(
		"wa_window.twilio_channel.content.FIRST_PAGE",
		"https://content.twilio.com/v1/ContentAndApprovals?PageSize=3",
	)
	templates = {template.content_sid: template for template in content_templates(channel)}
	assert set(templates) == set(sim.contents)
	assert {template.approval_status for template in templates.values()} >= {
		"approved",
		"pending",
		"rejected",
	}
	rejected = next(t for t in templates.values() if t.approval_status == "rejected")
	assert rejected.rejection_reason


def test_what_whatsapp_shows_around_the_body_is_read_for_the_preview(sim, channel):
	by_name = {template.friendly_name: template for template in content_templates(channel)}
	card, reply, brochure = by_name["penawaran"], by_name["konfirmasi_kunjungan"], by_name["brosur"]
	assert (card.body, card.footer) == ("Penawaran untuk {{1}}", "Berlaku sampai {{2}}")
	assert (card.media_url, card.buttons) == (
		"https://files.example.com/penawaran.jpg",
		("Lihat", "Hubungi saya"),
	)
	assert reply.buttons == ("Jadi", "Ganti hari")
	assert (by_name["pilih_tipe"].buttons, by_name["pilih_tipe"].list_items) == (
		("Pilih",),
		("Tipe 36", "Tipe 45"),
	)
	assert reply.list_items == ()
	assert brochure.media_url == "https://files.example.com/{{2}}"


def test_variables_are_read_by_name_and_in_media_too(channel):
	by_name = {(t.friendly_name, t.language): t for t in content_templates(channel)}
	assert [v.name for v in by_name["pengingat_janji", "id"].variables] == ["name", "date", "time"]
	brochure = by_name["brosur", "id"]
	assert [(v.name, v.sample) for v in brochure.variables] == [
		("1", "Cluster Melati"),
		("2", "brosur-melati.pdf"),
	]
	assert by_name["tindak_lanjut", "id"].content_sid != by_name["tindak_lanjut", "en"].content_sid


def test_numbered_variables_come_first_by_their_number_and_named_ones_as_they_are_written():
	content = {
		"sid": "HX1",
		"types": {"twilio/text": {"body": "{{name}} {{10}} {{date}} {{2}}"}},
		"variables": {"2": "dua", "3": None},
	}
	(template,) = content_templates(listing(content))
	found = [(variable.name, variable.sample) for variable in template.variables]
	assert found == [("2", "dua"), ("3", ""), ("10", ""), ("name", ""), ("date", "")]


def listing(*contents: dict) -> SimpleNamespace:
	"""A channel to a Twilio that lists these contents."""
	page = SimpleNamespace(status_code=200, text=json.dumps({"contents": contents, "meta": {}}))
	return SimpleNamespace(client=SimpleNamespace(request=lambda method, url: page))


def test_a_content_has_the_type_that_was_submitted_with_all_its_fields():
	content = {
		"sid": "HX1",
		"friendly_name": "janji",
		"language": "id",
		"types": {
			"twilio/text": {"body": "Teks"},
			"twilio/card": {
				"title": "Judul",
				"header_text": "Kepala",
				"subtitle": "Bawah",
				"media": ["https://files.example.com/a.jpg", "b"],
				"actions": [{"title": "Ya"}, {}, {"title": "Tidak"}],
			},
		},
		"variables": None,
		"approval_requests": {
			"content_type": "twilio/card",
			"category": "UTILITY",
			"status": "rejected",
			"rejection_reason": "too short",
		},
	}
	assert content_templates(listing(content)) == [
		ContentTemplate(
			"HX1",
			"janji",
			"id",
			"UTILITY",
			"twilio/card",
			"Judul",
			approval_status="rejected",
			rejection_reason="too short",
			usable_outside_window=False,
			header="Kepala",
			footer="Bawah",
			media_url="https://files.example.com/a.jpg",
			buttons=("Ya", "Tidak"),
		)
	]
	bare = ContentTemplate("HX2", approval_status="unsubmitted", usable_outside_window=False)
	assert content_templates(listing({"sid": "HX2"})) == [bare]
	one = {
		"sid": "HX3",
		"types": {"twilio/media": {"body": "B", "media": "https://a", "footer": "F", "button": "Pilih"}},
	}
	(template,) = content_templates(listing(one))
	assert (template.content_type, template.media_url, template.footer, template.buttons) == (
		"twilio/media",
		"https://a",
		"F",
		("Pilih",),
	)


@pytest.mark.parametrize(
	("status", "code", "outcome"),
	[
		(429, 20429, Retryable("20429", "words", Reason.RATE_LIMITED)),
		(429, 63018, Retryable("63018", "words", Reason.RATE_LIMITED)),
		(429, 63038, Rejected("63038", "words", Reason.DAILY_LIMIT)),
		(503, 20503, Retryable("20503", "words")),
		(400, 21211, Rejected("21211", "words", Reason.NUMBER)),
		(400, 9_999, OutcomeUnknown("words")),
		(400, 10_000, Rejected("10000", "words")),
		(499, 63003, Rejected("63003", "words", Reason.NOT_ON_WHATSAPP)),
		(500, 20500, OutcomeUnknown("words")),
		(503, 20500, OutcomeUnknown("words")),
		(302, 21211, OutcomeUnknown("words")),
		(429, 429, OutcomeUnknown("words")),
	],
)
def test_a_refusal_keeps_twilios_code_and_words(monkeypatch, status, code, outcome):
	channel = channel_to("")
	for text, kept in (("words", "words"), (None, "")):

		def refuse(*_, text=text, **__):
			raise TwilioRestException(status, "/Messages.json", text, code)

		monkeypatch.setattr(type(channel.client.messages), "create", refuse)
		expected = type(outcome)(**vars(outcome) | {"error_text": kept})
		assert send(channel, freeform()) == expected


def test_of_an_exception_only_its_class_is_stored(monkeypatch):
	channel = channel_to("")
	for failure, outcome in {
		requests.ReadTimeout("secret"): OutcomeUnknown("ReadTimeout"),
		requests.ConnectionError("secret"): OutcomeUnknown("ConnectionError"),
		requests.ConnectTimeout("secret"): Retryable("no_connection", "ConnectTimeout", Reason.PROVIDER),
		ValueError("secret"): OutcomeUnknown("ValueError"),
	}.items():

		def fail(*_, failure=failure, **__):
			raise failure

		monkeypatch.setattr(type(channel.client.messages), "create", fail)
		assert send(channel, freeform()) == outcome


def test_list_pickers_and_locations_are_for_inside_the_window_only(sim, channel):
	for content in sim.contents.values():
		content.approval_status = "approved"
	inside_only = {t.content_type for t in content_templates(channel) if not t.usable_outside_window}
	assert inside_only <= {"twilio/list-picker", "twilio/location"}
	assert "twilio/list-picker" in inside_only


def test_what_is_not_approved_cannot_be_used_outside_the_window(channel):
	others = [t for t in content_templates(channel) if t.approval_status != "approved"]
	assert {t.approval_status for t in others} >= {"pending", "rejected"}
	assert not any(t.usable_outside_window for t in others)


def test_a_page_that_fails_makes_no_half_list(sim, channel):
	sim.faults.change({"server_errors": 1})
	with pytest.raises(ProviderUnreachable):
		content_templates(channel)


@pytest.mark.parametrize(
	"body", ["[]", "{}", "not json", '{"contents": [{"types": 1}], "meta": {}}', '{"contents": []}']
)
def test_an_answer_of_another_structure_is_no_list_either(body):
	with answering(Response(body, mimetype="application/json")) as url, pytest.raises(ProviderUnreachable):
		content_templates(channel_to(url))


class answering:
	"""A server with one answer to everything."""

	def __init__(self, response: Response):
		self.server = make_server("127.0.0.1", 0, response, request_handler=QuietHandler)

	def __enter__(self) -> str:
		threading.Thread(target=self.server.serve_forever, args=[0.05], daemon=True).start()
		return f"http://127.0.0.1:{self.server.server_port}"

	def __exit__(self, *_):
		self.server.shutdown()
		self.server.server_close()


def test_a_file_goes_out_by_its_link_with_its_caption_and_never_as_a_body_alone(sim, channel):
	outcome = send(channel, Outgoing("m1", forms.BUDI, forms.SALES, body="Denahnya", media="abc"))
	message = sim.messages[outcome.message_sid]
	assert (message.media_url, message.body) == (MEDIA + "abc", "Denahnya")
	outcome = send(channel, Outgoing("m2", forms.BUDI, forms.SALES, media="def"))
	assert sim.messages[outcome.message_sid].media_url == MEDIA + "def"


@pytest.mark.parametrize(
	"url",
	[
		"https://evil.example.com/v1/Content",
		"http://content.twilio.com/v1/Content",
		"https://content.twilio.com.evil.example.com/",
		"https://content.twilio.com@evil.example.com/",
		"https://evil.example.com\\.twilio.com/",
	],
)
def test_the_next_page_of_a_list_is_read_at_twilio_only(url, monkeypatch):
	asked = []
	page = {"contents": [], "meta": {"next_page_url": url}}

	def answer(self, method, address, *_, **__):
		asked.append(address)
		return SimpleNamespace(status_code=200, text=json.dumps(page), headers={})

	monkeypatch.setattr(http.TwilioHttpClient, "request", answer)
	with pytest.raises(ProviderUnreachable):
		content_templates(channel_to(""))
	assert len(asked) == 1
