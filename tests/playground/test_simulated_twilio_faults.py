"""Injected faults."""

import threading

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from playground.twilio_sim import connection

BUDI = "whatsapp:+6281234567890"
SALES = "whatsapp:+622150001234"


def bodies(app):
	return [form["Body"] for form in app.forms]


def test_a_lost_webhook_leaves_its_message_in_twilios_list(sim, app, client):
	sim.faults.inbound.lost = 1
	sid = sim.customer_sends("budi", body="Halo").sid
	sim.pump()
	assert not app.requests
	assert sim.log.entries("webhook")[0]["answer"] == "lost"
	assert [message.sid for message in client.messages.list()] == [sid]


def test_a_share_of_webhooks_is_lost(sim, app):
	sim.faults.inbound.lost = 0.5
	for number in range(40):
		sim.customer_sends("budi", body=str(number))
	sim.pump()
	assert 5 < len(app.requests) < 35


def test_a_late_webhook_comes_late_and_its_message_is_as_old_as_it_is(sim, app, client):
	sim.faults.inbound.late_ms = 60_000
	sid = sim.customer_sends("budi", body="Halo").sid
	sim.clock.advance(59_999)
	sim.pump()
	assert not app.requests
	sim.clock.advance(1)
	sim.pump()
	assert len(app.requests) == 1
	message = client.messages(sid).fetch()
	assert (message.date_sent - message.date_created).total_seconds() == 60


def test_a_webhook_that_comes_twice_is_the_same_one(sim, app):
	sim.faults.inbound.twice = 1
	sim.customer_sends("budi", body="Halo")
	sim.pump()
	first, second = app.requests
	assert first.form == second.form
	assert first.headers["I-Twilio-Idempotency-Token"] == second.headers["I-Twilio-Idempotency-Token"]


def test_webhooks_overtake_each_other_and_none_is_forgotten(sim, app):
	sim.faults.inbound.out_of_order = True
	for body in "abcde":
		sim.customer_sends("budi", body=body)
	sim.pump()
	assert bodies(app) == ["b", "a", "d", "c"]
	sim.clock.advance(10_000)
	sim.pump()
	assert bodies(app) == ["b", "a", "d", "c", "e"]


def test_statuses_have_faults_of_their_own(sim, app, client):
	sim.customer_sends("budi", body="Halo")
	sim.faults.status.out_of_order = True
	client.messages.create(to=BUDI, from_=SALES, body="Pagi", status_callback=app.url)
	sim.pump()
	assert app.statuses == ["delivered", "sent"]
	sim.faults.status.out_of_order = False
	sim.faults.status.lost = 1
	sim.customer_reads("budi")
	sim.pump()
	assert app.statuses == ["delivered", "sent"]


@pytest.mark.parametrize(
	("fault", "status", "code"),
	[("too_many_requests", 429, 20429), ("server_errors", 500, 20500), ("daily_limit", 429, 63038)],
)
def test_the_next_calls_are_answered_with_an_error_and_accept_nothing(client, sim, fault, status, code):
	sim.faults.change({fault: 2})
	for _ in range(2):
		with pytest.raises(TwilioRestException) as refused:
			client.messages.create(to=BUDI, from_=SALES, body="Halo")
		assert (refused.value.status, refused.value.code) == (status, code)
	assert not sim.messages
	assert client.messages.create(to=BUDI, from_=SALES, body="Halo").sid in sim.messages


@pytest.mark.parametrize(
	("fault", "status", "code"),
	[("server_error_after_accept", 500, 20500), ("unavailable_after_accept", 503, 503)],
)
def test_a_message_is_accepted_and_an_error_is_answered(client, sim, fault, status, code):
	"""Where the answer is not an error of Twilio's, the library uses the HTTP status as its code."""
	sim.faults.change({fault: 1})
	with pytest.raises(TwilioRestException) as refused:
		client.messages.create(to=BUDI, from_=SALES, body="Halo")
	assert (refused.value.status, refused.value.code) == (status, code)
	assert [message.body for message in client.messages.list()] == ["Halo"]


def test_the_connection_is_cut_after_the_message_was_accepted(client, sim):
	sim.faults.cut_after_accept = 1
	with pytest.raises(requests.ConnectionError):
		client.messages.create(to=BUDI, from_=SALES, body="Halo")
	assert [message.body for message in client.messages.list()] == ["Halo"]


def test_the_connection_stays_silent_after_the_message_was_accepted(client, client_with, sim, monkeypatch):
	accepted = threading.Event()
	real_wait = connection.wait_for_hangup

	def noted(environ):
		accepted.set()
		real_wait(environ)

	monkeypatch.setattr(connection, "wait_for_hangup", noted)
	sim.faults.hang_after_accept = 1
	with pytest.raises(requests.ReadTimeout):
		client_with(timeout=0.3).messages.create(to=BUDI, from_=SALES, body="Halo")
	assert accepted.wait(10)
	assert [message.body for message in client.messages.list()] == ["Halo"]


def test_a_message_fails_with_any_code_even_inside_the_window(client, sim, app):
	sim.customer_sends("budi", body="Halo")
	sim.faults.change({"fail_next": 1, "fail_code": 63999})
	message = client.messages.create(to=BUDI, from_=SALES, body="Pagi", status_callback=app.url)
	sim.pump()
	assert (message.fetch().status, message.fetch().error_code) == ("failed", 63999)
	assert app.forms[-1]["ErrorCode"] == "63999"
	assert "ErrorMessage" not in app.forms[-1]


def test_a_fault_that_does_not_exist_is_refused(sim):
	for wrong in (
		{"lost": 1},
		{"inbound": {"lost": "yes"}},
		{"server_errors": -1},
		{"inbound": {"late_ms": True}},
	):
		with pytest.raises(ValueError, match=r"there is no|cannot be"):
			sim.faults.change(wrong)


def test_many_threads_lose_nothing(sim, app, client):
	def write(number):
		for _ in range(10):
			sim.customer_sends("budi", body=str(number))
			sim.pump()

	threads = [threading.Thread(target=write, args=[number]) for number in range(4)]
	for thread in threads:
		thread.start()
	for thread in threads:
		thread.join()
	sim.pump()
	sids = {form["MessageSid"] for form in app.forms}
	assert len(app.requests) == len(sids) == len(client.messages.list()) == 40


def test_the_code_of_a_failure_may_come_with_a_second_report(sim, app, client):
	sim.faults.change({"fail_next": 1, "fail_code": 63016, "code_later": 1})
	sid = client.messages.create(to=BUDI, from_=SALES, body="Halo", status_callback=app.url).sid
	sim.pump()
	reports = [(form["MessageStatus"], form.get("ErrorCode")) for form in app.forms]
	assert reports == [("undelivered", None), ("failed", "63016")]
	assert client.messages(sid).fetch().error_code == 63016
