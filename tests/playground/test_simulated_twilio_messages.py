"""Creating, fetching and listing messages, as the twilio library sees it."""

from datetime import date, datetime, timedelta, timezone

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from playground.twilio_sim import Sender

BUDI = "whatsapp:+6281234567890"
SALES = "whatsapp:+622150001234"
SERVICE = "whatsapp:+622150005678"
FOLLOW_UP = f"HX{1:032x}"
HOUR_MS = 60 * 60 * 1000


def refusal_of(client, **message) -> TwilioRestException:
	with pytest.raises(TwilioRestException) as refused:
		client.messages.create(**{"to": BUDI, "from_": SALES, **message})
	return refused.value


def post(running, sim, path="Messages.json", **form):
	url = f"{running.url}/2010-04-01/Accounts/{sim.account.sid}/{path}"
	return requests.post(url, data=form, auth=(sim.account.sid, sim.account.auth_token), timeout=5)


def test_a_created_message_has_the_fields_of_twilios(client, sim):
	message = client.messages.create(to=BUDI, from_=SALES, body="Halo 👋")
	assert message.sid.startswith("SM")
	assert len(message.sid) == 34
	assert (message.status, message.direction, message.body) == ("queued", "outbound-api", "Halo 👋")
	assert (message.from_, message.to) == (SALES, BUDI)
	assert (message.num_media, message.num_segments, message.api_version) == ("0", "1", "2010-04-01")
	assert message.date_sent is None
	assert message.date_created == datetime(2026, 11, 23, 2, 13, 20, tzinfo=timezone.utc)
	assert message.error_code is None
	assert message.price is None
	assert message.uri == f"/2010-04-01/Accounts/{sim.account.sid}/Messages/{message.sid}.json"


def test_a_message_inside_the_window_is_delivered_and_then_read(client, sim):
	sim.customer_sends("budi", body="Halo")
	message = client.messages.create(to=BUDI, from_=SALES, body="Selamat pagi")
	sim.pump()
	assert message.fetch().status == "delivered"
	assert sim.customer_reads("budi") == 1
	assert message.fetch().status == "read"


def test_statuses_take_their_time_by_the_clock(client, sim):
	sim.step_ms = 1000
	sim.customer_sends("budi", body="Halo")
	message = client.messages.create(to=BUDI, from_=SALES, body="Selamat pagi")
	seen = []
	for _ in range(3):
		sim.pump()
		seen.append(message.fetch().status)
		sim.clock.advance(1000)
	assert seen == ["queued", "sent", "delivered"]


def test_a_messaging_service_names_the_sender_later(client, sim):
	sim.customer_sends("budi", body="Halo")
	service = sim.senders[SALES].messaging_service_sid
	message = client.messages.create(to=BUDI, messaging_service_sid=service, body="Halo")
	assert (message.status, message.from_, message.messaging_service_sid) == ("accepted", None, service)
	sim.pump()
	assert message.fetch().from_ == SALES


@pytest.mark.parametrize(
	("message", "code"),
	[
		({"to": ""}, 21604),
		({"from_": ""}, 21603),
		({"to": "whatsapp:0812"}, 21211),
		({"to": "whatsapp:+62 812 3456 7890"}, 21211),
		({"to": "+6281234567890"}, 21910),
		({"from_": "+622150001234"}, 21910),
		({"to": SALES}, 63031),
		({"from_": "whatsapp:+15550001111"}, 63007),
		({"messaging_service_sid": "MG" + "0" * 32}, 21701),
		({"from_": SERVICE, "messaging_service_sid": "MG" + "5" * 32}, 90000),
		({"body": ""}, 21619),
		({"body": "x" * 1601}, 21617),
		({"body": None, "media_url": ["/files/a.png"]}, 21620),
		({"body": None, "media_url": [f"https://files.example.com/{n}.png" for n in range(11)]}, 21623),
		({"status_callback": "/status"}, 21609),
		({"status_callback": "ftp://crm.example.com/status"}, 21609),
		({"status_callback": "https://my_crm.example.com/status"}, 21609),
		({"status_callback": "http://[broken/status"}, 21609),
		({"body": None, "content_sid": "HX" + "f" * 32}, 21655),
		({"content_variables": '{"1": "Budi"}'}, 21654),
		({"content_sid": FOLLOW_UP}, 90000),
		({"body": None, "content_sid": FOLLOW_UP, "media_url": ["https://files.example.com/a.png"]}, 90000),
		({"body": None, "content_sid": FOLLOW_UP, "content_variables": "{'1': 'Budi'}"}, 21656),
		({"body": None, "content_sid": FOLLOW_UP, "content_variables": '["Budi"]'}, 21656),
		({"body": None, "content_sid": FOLLOW_UP, "content_variables": '{"1": 5}'}, 21656),
		({"body": None, "content_sid": FOLLOW_UP, "content_variables": '{"a name": "Budi"}'}, 21656),
		({"body": None, "content_sid": FOLLOW_UP, "content_variables": '{"1": "%s"}' % ("x" * 1601)}, 21656),
		({"validity_period": 0}, 90000),
		({"force_delivery": True}, 90000),
	],
)
def test_what_twilio_does_not_accept_is_refused_with_its_code(client, sim, message, code):
	refused = refusal_of(client, **{"body": "Halo", **message})
	assert (refused.status, refused.code) == (400, code)
	assert refused.msg
	assert not sim.messages


def test_a_refusal_has_twilios_four_fields(running, sim):
	refused = post(running, sim, To=BUDI)
	assert refused.status_code == 400
	assert refused.json() == {
		"code": 21603,
		"message": "A 'From' phone number is required.",
		"more_info": "https://www.twilio.com/docs/errors/21603",
		"status": 400,
	}


def test_a_body_of_1600_emoji_and_a_customer_known_by_id_only_are_accepted(client):
	assert (
		client.messages.create(to="whatsapp:ID.20817740099887", from_=SALES, body="🏠" * 1600).status
		== "queued"
	)


def test_an_unknown_parameter_is_refused_and_not_ignored(running, sim):
	refused = post(running, sim, To=BUDI, From=SALES, Body="Halo", Text="Halo")
	assert (refused.status_code, refused.json()["code"]) == (400, 90000)
	assert "Text" in refused.json()["message"]


def test_wrong_or_missing_credentials_are_refused_everywhere(client_with, running, sim):
	wrong = client_with(token="wrong")
	for call in (
		lambda: wrong.messages.create(to=BUDI, from_=SALES, body="Halo"),
		lambda: wrong.messages("SM1").fetch(),
		lambda: wrong.api.v2010.accounts(sim.account.sid).fetch(),
		lambda: wrong.content.v1.contents("HX1").fetch(),
	):
		with pytest.raises(TwilioRestException) as refused:
			call()
		assert (refused.value.status, refused.value.code) == (401, 20003)
	assert requests.get(f"{running.url}/v1/Content", timeout=5).status_code == 401


def test_what_is_not_there_is_not_found(client, running, sim):
	for call in (
		lambda: client.messages("SM" + "0" * 32).fetch(),
		lambda: client.api.v2010.accounts("AC" + "0" * 32).fetch(),
		lambda: client.content.v1.contents("HX" + "f" * 32).fetch(),
		lambda: client.api.v2010.accounts(sim.account.sid).calls.create(to=BUDI, from_=SALES),
	):
		with pytest.raises(TwilioRestException) as refused:
			call()
		assert (refused.value.status, refused.value.code) == (404, 20404)


def test_the_account_can_be_fetched_to_test_a_connection(client, sim):
	account = client.api.v2010.accounts(sim.account.sid).fetch()
	assert (account.sid, account.status) == (sim.account.sid, "active")


def test_a_list_is_newest_first_and_its_pages_lose_and_repeat_nothing(client, sim):
	sids = [sim.customer_sends("budi", body=str(number)).sid for number in range(7)]
	pages = client.messages.page(page_size=3)
	seen = [message.sid for message in pages]
	sim.customer_sends("budi", body="while paging")
	while pages := pages.next_page():
		seen += [message.sid for message in pages]
	assert seen == sids[::-1]
	assert len(client.messages.list(page_size=3)) == 8
	assert len(client.messages.list(limit=2)) == 2


def test_a_list_can_be_paged_backwards(client, sim):
	for number in range(5):
		sim.customer_sends("budi", body=str(number))
	first = client.messages.page(page_size=2)
	first_sids = [m.sid for m in first]
	second = first.next_page()
	assert len([m.sid for m in second]) == 2
	assert [m.sid for m in second.previous_page()] == first_sids
	assert first.previous_page() is None


def test_pages_are_relative_uris_and_keep_the_filter(running, sim):
	for number in range(3):
		sim.customer_sends("budi", body=str(number))
	url = f"{running.url}/2010-04-01/Accounts/{sim.account.sid}/Messages.json"
	auth = (sim.account.sid, sim.account.auth_token)
	page = requests.get(url, params={"From": BUDI, "PageSize": 2}, auth=auth, timeout=5).json()
	assert page["next_page_uri"].startswith("/2010-04-01/Accounts/")
	assert "From=whatsapp%3A%2B6281234567890" in page["next_page_uri"]
	assert (page["start"], page["end"], page["page"], page["page_size"]) == (0, 1, 0, 2)
	last = requests.get(running.url + page["next_page_uri"], auth=auth, timeout=5).json()
	assert (len(last["messages"]), last["next_page_uri"], last["page"]) == (1, None, 1)
	assert requests.get(url, params={"Page": 1}, auth=auth, timeout=5).status_code == 400
	assert requests.get(url, params={"Since": "today"}, auth=auth, timeout=5).status_code == 400


def test_a_list_is_filtered_by_both_addresses_and_by_time(client, sim):
	first = sim.customer_sends("budi", body="first")
	sim.clock.advance(HOUR_MS)
	second = sim.customer_sends("siti", SERVICE, body="second")
	sim.clock.advance(24 * HOUR_MS)
	third = sim.customer_sends("budi", body="third")
	hour = datetime(2026, 11, 23, 3, 13, 20, tzinfo=timezone.utc)

	def sids(**filters):
		return [message.sid for message in client.messages.list(**filters)]

	assert sids(to=SERVICE) == [second.sid]
	assert sids(from_=BUDI) == [third.sid, first.sid]
	assert sids(date_sent_after=hour) == [third.sid, second.sid]
	assert sids(date_sent_before=hour - timedelta(seconds=1)) == [first.sid]
	assert sids(date_sent=date(2026, 11, 23)) == [second.sid, first.sid]
	assert sids(date_sent_after=date(2026, 11, 24)) == [third.sid]


def test_an_inbound_message_is_a_resource_too(client, sim):
	sid = sim.customer_sends("budi", body="Halo").sid
	message = client.messages(sid).fetch()
	assert (message.direction, message.status, message.from_, message.to) == (
		"inbound",
		"received",
		BUDI,
		SALES,
	)
	assert message.date_created == message.date_sent


def test_media_is_listed_and_downloaded_with_credentials_only(client, running, sim):
	sent = sim.customer_sends("budi", kind="document")
	assert client.messages(sent.sid).fetch().num_media == "1"
	(media,) = client.messages(sent.sid).media.list()
	assert media.content_type == "application/pdf"
	assert media.parent_sid == sent.sid
	assert client.messages(sent.sid).media(media.sid).fetch().sid == media.sid
	url = running.url + media.uri.removesuffix(".json")
	assert requests.get(url, timeout=5).status_code == 401
	file = requests.get(url, auth=(sim.account.sid, sim.account.auth_token), timeout=5)
	assert (file.content, file.headers["Content-Type"]) == (sent.media[0].data, "application/pdf")


def test_a_file_of_the_business_is_fetched_when_it_is_sent(client, sim, app):
	sim.customer_sends("budi", body="Halo")
	app.answer.set_data(b"%PDF-1.4")
	app.answer.content_type = "application/pdf"
	app.answer.headers["Content-Disposition"] = 'inline; filename="brosur.pdf"'
	url = app.url.replace("inbound", "12345")
	message = client.messages.create(to=BUDI, from_=SALES, body="Brosur", media_url=[url])
	assert message.sid.startswith("MM")
	assert message.num_media == "1"
	sim.pump()
	assert message.fetch().status == "delivered"
	(media,) = sim.messages[message.sid].media
	assert (media.name, media.content_type, media.data) == ("brosur.pdf", "application/pdf", b"%PDF-1.4")
	assert [request.method for request in app.requests if request.path.endswith("12345")] == ["HEAD", "GET"]


def test_a_file_that_does_not_answer_head_fails_as_at_twilio(client, sim, app):
	sim.customer_sends("budi", body="Halo")
	app.refused_methods = ("HEAD",)
	message = client.messages.create(to=BUDI, from_=SALES, media_url=[app.url])
	sim.pump()
	assert (message.fetch().status, message.fetch().error_code) == ("failed", 63019)


def test_a_file_without_a_name_arrives_without_one(client, sim, app):
	sim.customer_sends("budi", body="Halo")
	message = client.messages.create(to=BUDI, from_=SALES, media_url=[app.url.replace("inbound", "a.pdf")])
	sim.pump()
	assert [media.name for media in sim.messages[message.sid].media] == [""]


@pytest.mark.parametrize(
	("status", "content_type", "size", "code"),
	[
		(404, "text/html", 1, 63019),
		(200, "image/png", 5 * 1024 * 1024 + 1, 63034),
		(200, "audio/ogg", 100, 63019),
	],
)
def test_a_file_that_is_not_there_too_big_or_no_opus_fails_later(
	client, sim, app, status, content_type, size, code
):
	sim.customer_sends("budi", body="Halo")
	app.answer.set_data(b"x" * size)
	app.answer.status_code, app.answer.content_type = status, content_type
	message = client.messages.create(to=BUDI, from_=SALES, media_url=[app.url])
	sim.pump()
	assert (message.fetch().status, message.fetch().error_code) == ("failed", code)


def test_nothing_is_fetched_from_another_computer(client, sim):
	sim.customer_sends("budi", body="Halo")
	message = client.messages.create(to=BUDI, from_=SALES, media_url=["http://192.0.2.1/a.png"])
	sim.pump()
	assert message.fetch().error_code == 63019


def test_a_second_sender_can_be_added(client, sim):
	sim.set_sender(Sender("whatsapp:+622150009999", "New"))
	assert client.messages.create(to=BUDI, from_="whatsapp:+622150009999", body="Halo").status == "queued"
