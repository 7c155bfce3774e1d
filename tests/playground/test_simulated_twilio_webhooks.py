"""Webhooks of the simulated Twilio: every kind of inbound message, and delivery statuses."""

import json
from datetime import timedelta

import pytest
import requests
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from playground.twilio_sim import Upload, local_http

BUDI = "whatsapp:+6281234567890"
SALES = "whatsapp:+622150001234"
SERVICE = "whatsapp:+622150005678"
DAY_MS = 24 * 60 * 60 * 1000
BUTTONS, LIST = f"HX{5:032x}", f"HX{7:032x}"


@pytest.fixture
def received(sim, app):
	"""A customer's message, as the app receives it."""

	def form_of(customer="budi", **message):
		sim.customer_sends(customer, **message)
		sim.pump()
		return app.forms[-1]

	return form_of


def test_a_text_has_all_parameters_and_no_timestamp(received, sim):
	form = received(body="Halo, apakah masih ada?")
	sid = form["MessageSid"]
	assert sid.startswith("SM")
	assert form["SmsSid"] == form["SmsMessageSid"] == sid
	assert form.pop("ChannelMetadata") == json.dumps(
		{"type": "whatsapp", "data": {"context": {"ProfileName": "Budi Santoso", "WaId": "6281234567890"}}}
	)
	assert form == {
		"MessageSid": sid,
		"SmsSid": sid,
		"SmsMessageSid": sid,
		"AccountSid": sim.account.sid,
		"MessagingServiceSid": "MG" + "5" * 32,
		"From": BUDI,
		"To": SALES,
		"Body": "Halo, apakah masih ada?",
		"NumMedia": "0",
		"NumSegments": "1",
		"ReferralNumMedia": "0",
		"ProfileName": "Budi Santoso",
		"WaId": "6281234567890",
		"ExternalUserId": "whatsapp:ID.20817740012345",
		"MessageType": "text",
		"SmsStatus": "received",
		"ApiVersion": "2010-04-01",
	}


def test_it_comes_with_twilios_headers_and_a_valid_signature(received, sim, app):
	for sender in sim.senders.values():
		sender.inbound_url = app.url + "?site=crm#rc=3"
	received(body="Ünïcode & = + 👋")
	(request,) = app.requests
	assert request.headers["User-Agent"] == "TwilioProxy/1.1"
	assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
	assert request.headers["I-Twilio-Idempotency-Token"]
	validator = RequestValidator(sim.account.auth_token)
	assert validator.validate(app.url + "?site=crm", request.form, request.headers["X-Twilio-Signature"])
	assert not validator.validate(app.url, request.form, request.headers["X-Twilio-Signature"])


@pytest.mark.parametrize(
	("kind", "message_type", "media_type", "body"),
	[
		("image", "image", "image/png", "Ini fotonya"),
		("audio", "audio", "audio/ogg", ""),
		("video", "video", "video/mp4", ""),
		("document", "document", "application/pdf", "KTP dan slip gaji.pdf"),
		("contact", "contacts", "text/vcard", ""),
	],
)
def test_media_come_with_an_mm_sid_and_an_address_to_fetch_them(
	received, running, sim, kind, message_type, media_type, body
):
	form = received(kind=kind, body="Ini fotonya" if kind == "image" else "")
	assert form["MessageSid"].startswith("MM")
	assert (form["MessageType"], form["NumMedia"], form["Body"]) == (message_type, "1", body)
	assert form["MediaContentType0"] == media_type
	assert form["MediaUrl0"].startswith(
		f"{running.url}/2010-04-01/Accounts/{sim.account.sid}/Messages/{form['MessageSid']}/Media/ME"
	)
	file = requests.get(form["MediaUrl0"], auth=(sim.account.sid, sim.account.auth_token), timeout=5)
	assert file.headers["Content-Type"].split(";")[0] == media_type
	assert file.content


def test_a_file_of_ones_own_can_be_sent(received, sim):
	form = received(kind="document", media=Upload("denah.pdf", "application/pdf", b"%PDF-1.7"))
	assert form["Body"] == "denah.pdf"
	assert sim.messages[form["MessageSid"]].media[0].data == b"%PDF-1.7"


def test_a_location_has_an_empty_body_and_its_coordinates(received):
	form = received(
		kind="location", location={"Latitude": "-6.9", "Longitude": "107.6", "Address": "Jl. Braga"}
	)
	assert (form["MessageType"], form["Body"], form["NumMedia"]) == ("location", "", "0")
	assert (form["Latitude"], form["Longitude"], form["Address"]) == ("-6.9", "107.6", "Jl. Braga")


def test_an_unknown_type_and_unknown_parameters_come_as_well(received):
	form = received(kind="unsupported", extra={"NewParameter": "x", "Forwarded": "true"})
	assert (form["MessageType"], form["Body"], form["NewParameter"]) == ("order", "", "x")
	assert received(kind="unsupported", extra={"MessageType": "reaction"})["MessageType"] == "reaction"


def test_the_id_that_several_businesses_share_comes_beside_the_other(sim, received):
	assert "ParentExternalUserId" not in received(body="Halo")
	sim.customers["budi"].parent_user_id = "ID.ENT.4081"
	assert received(body="Halo")["ParentExternalUserId"] == "whatsapp:ID.ENT.4081"


def test_a_hidden_number_shows_an_id_and_nothing_else(received):
	form = received("dewi", body="Halo")
	assert form["From"] == form["ExternalUserId"] == "whatsapp:ID.20817740099887"
	assert "WaId" not in form
	assert "WaId" not in form["ChannelMetadata"]
	assert received("budi", body="Halo", hide_number=True)["From"] == "whatsapp:ID.20817740012345"
	shown_again = received("budi", body="Halo", hide_number=False)
	assert (shown_again["From"], shown_again["WaId"]) == (BUDI, "6281234567890")


def test_a_customer_without_an_id_and_with_another_name(received):
	form = received("wayan", body="Halo", profile_name="Wayan 🌴")
	assert "ExternalUserId" not in form
	assert form["ProfileName"] == "Wayan 🌴"


def test_a_tap_on_a_template_button_is_a_reply_to_it(received, client, sim):
	original = client.messages.create(to=BUDI, from_=SALES, content_sid=BUTTONS)
	sim.pump()
	form = received(kind="button", replied_to=original.sid, button="visit_yes")
	assert (form["MessageType"], form["Body"]) == ("button", "Jadi")
	assert (form["ButtonText"], form["ButtonPayload"], form["ButtonType"]) == ("Jadi", "visit_yes", "REPLY")
	assert (form["OriginalRepliedMessageSid"], form["OriginalRepliedMessageSender"]) == (original.sid, SALES)


def test_a_tap_on_a_list_item_is_interactive(received, client, sim):
	received(body="Halo")
	original = client.messages.create(to=BUDI, from_=SALES, content_sid=LIST)
	sim.pump()
	form = received(kind="button", replied_to=original.sid, button="t45")
	assert (form["MessageType"], form["Body"]) == ("interactive", "Tipe 45")
	assert (form["ListId"], form["ListTitle"]) == ("t45", "Tipe 45")


def test_a_reply_names_its_original_for_seven_days(received, sim):
	original = received(body="Halo")
	sim.clock.advance(7 * DAY_MS)
	assert received(body="lagi", replied_to=original["MessageSid"])["OriginalRepliedMessageSid"]
	sim.clock.advance(1)
	assert "OriginalRepliedMessageSid" not in received(body="lagi", replied_to=original["MessageSid"])


def test_stop_is_marked_only_where_advanced_opt_out_is_on(received):
	assert received(body="Stop")["OptOutType"] == "STOP"
	assert received(body="START")["OptOutType"] == "START"
	assert "OptOutType" not in received(to=SERVICE, body="STOP")
	assert "OptOutType" not in received(body="please stop calling")


def test_each_status_is_called_back_signed_and_with_a_charset(client, sim, app):
	sim.customer_sends("budi", body="Halo")
	url = app.url.replace("inbound", "status") + "?message=MSG-1"
	message = client.messages.create(to=BUDI, from_=SALES, body="Pagi", status_callback=url)
	sim.pump()
	sim.customer_reads("budi")
	sim.pump()
	assert app.statuses == ["sent", "delivered", "read"]
	sent, delivered, read = app.forms[1:]
	request = app.requests[1]
	assert request.headers["Content-Type"] == "application/x-www-form-urlencoded; charset=utf-8"
	validator = RequestValidator(sim.account.auth_token)
	assert validator.validate(url, request.form, request.headers["X-Twilio-Signature"])
	assert sent["MessageSid"] == sent["SmsSid"] == message.sid
	assert (sent["From"], sent["To"], sent["SmsStatus"]) == (SALES, BUDI, "sent")
	assert (sent["ChannelPrefix"], sent["ChannelToAddress"]) == ("whatsapp", "+628123456XXXX")
	assert sent["StructuredMessage"] == "false"
	assert "ExternalUserId" not in sent
	assert delivered["EventType"] == "DELIVERED"
	assert "EventType" not in read
	assert read["ExternalUserId"] == "whatsapp:ID.20817740012345"


def test_a_failure_is_called_back_with_its_code(client, sim, app):
	client.messages.create(to=BUDI, from_=SALES, body="Pagi", status_callback=app.url)
	sim.pump()
	(form,) = app.forms
	assert (form["MessageStatus"], form["ErrorCode"]) == ("undelivered", "63016")
	assert "outside the allowed window" in form["ErrorMessage"]


def test_without_a_callback_address_nothing_is_called_back(client, sim, app):
	client.messages.create(to=BUDI, from_=SALES, body="Pagi")
	sim.pump()
	assert not app.requests


def answers(sim):
	return [(e["attempt"], e["answer"], e["warning"]) for e in sim.log.entries("webhook")]


def test_a_refused_connection_is_tried_once_more_with_the_same_token(received, sim, app, monkeypatch):
	tokens = []
	real_send = local_http.send

	def noted(method, url, form, headers):
		tokens.append(headers["I-Twilio-Idempotency-Token"])
		return real_send(method, url, form, headers)

	monkeypatch.setattr(local_http, "send", noted)
	app.close()
	sim.customer_sends("budi", body="Halo")
	sim.pump()
	assert answers(sim) == [(1, "connection failed", "11200"), (2, "connection failed", "11200")]
	assert tokens[0] == tokens[1]


def test_a_webhook_by_get_has_its_parameters_in_the_url_and_they_are_signed_with_it(received, sim, app):
	sim.senders[SALES].inbound_method = "GET"
	received(body="Halo & hai")
	(request,) = app.requests
	assert (request.method, request.args["Body"], dict(request.form)) == ("GET", "Halo & hai", {})
	validator = RequestValidator(sim.account.auth_token)
	url = f"{app.url}?{request.query_string.decode()}"
	assert validator.validate(url, {}, request.headers["X-Twilio-Signature"])


def test_a_messaging_service_that_does_not_defer_to_its_senders_gets_their_messages(sim, app):
	service = sim.services[sim.senders[SALES].messaging_service_sid]
	service.use_inbound_webhook_on_number = False
	sim.customer_sends("budi", SALES, body="lost")
	sim.pump()
	assert [e["answer"] for e in sim.log.entries("webhook")] == ["no address"]
	service.inbound_request_url = app.url + "?service"
	sim.customer_sends("budi", SALES, body="Halo")
	sim.pump()
	assert [request.query_string for request in app.requests] == [b"service"]


def test_a_status_goes_to_the_messages_own_url_else_to_its_services_else_to_its_senders(sim, app):
	sim.customer_sends("budi", SALES, body="Halo")
	sender = sim.senders[SALES]
	service = sim.services[sender.messaging_service_sid]
	sender.status_url, service.status_callback = app.url + "?sender", app.url + "?service"
	for more in (
		{"StatusCallback": app.url + "?message"},
		{"MessagingServiceSid": service.sid},
		{},
	):
		sim.create_message(MultiDict({"To": BUDI, "From": SALES, "Body": "Pagi", **more}))
	for _ in range(3):
		sim.pump()
	found = [request.query_string for request in app.requests if "MessageStatus" in request.form]
	assert sorted(set(found)) == [b"message", b"sender", b"service"]


def test_what_could_not_be_delivered_becomes_an_alert_with_the_answer_in_the_single_one_only(
	sim, app, client
):
	app.answer = Response("<h1>Bad Gateway</h1>", 502)
	sim.customer_sends("budi", SALES, body="Halo")
	sim.pump()
	(listed,) = client.monitor.v1.alerts.list(log_level="error")
	assert (listed.error_code, listed.request_url, listed.response_body) == ("11200", app.url, None)
	assert "httpResponse=502" in listed.alert_text
	alert = client.monitor.v1.alerts(listed.sid).fetch()
	assert (alert.response_body, "Body=Halo" in alert.request_variables) == ("<h1>Bad Gateway</h1>", True)
	assert client.monitor.v1.alerts.list(log_level="warning") == []
	later = alert.date_created + timedelta(seconds=1)
	assert client.monitor.v1.alerts.list(start_date=later) == []


def test_an_error_is_not_tried_again(sim, app):
	app.answer.status_code = 503
	sim.customer_sends("budi", body="Halo")
	sim.pump()
	assert answers(sim) == [(1, 503, "11200")]
	assert len(app.requests) == 1


def test_an_answer_that_does_not_come_in_time_is_not_tried_again(sim, app, monkeypatch):
	monkeypatch.setattr(local_http, "TIMEOUT", (0.2, 0.2))
	app.may_answer.clear()
	sim.customer_sends("budi", body="Halo")
	sim.pump()
	assert answers(sim) == [(1, "no answer in time", "11200")]


def test_a_wrong_content_type_is_noted(sim, app):
	app.answer.content_type = "application/json"
	sim.customer_sends("budi", body="Halo")
	sim.pump()
	assert answers(sim) == [(1, 200, "12300")]


@pytest.mark.parametrize("url", ["https://192.0.2.1/inbound", "http://127.0.0.1:99999/", "/inbound"])
def test_nothing_is_posted_anywhere_but_on_this_computer(sim, url):
	sim.senders[SALES].inbound_url = url
	sim.customer_sends("budi", SALES, body="Halo")
	sim.pump()
	(entry,) = sim.log.entries("webhook")
	assert entry["answer"] == "not posted"
	assert entry["warning"]
