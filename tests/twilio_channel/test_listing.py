"""Twilio's own list of messages, from the simulated Twilio over real HTTP."""

import time
from datetime import datetime, timezone
from types import SimpleNamespace

import pytest
from werkzeug.datastructures import MultiDict

from playground.twilio_sim import Clock, SimulatedTwilio, Upload, serve
from wa_window.chat.address import customer_at
from wa_window.chat.message import InboundMessage, Sender
from wa_window.chat.ports.channel import Outgoing, Retryable
from wa_window.twilio_channel.client import TwilioChannel
from wa_window.twilio_channel.content import ProviderUnreachable
from wa_window.twilio_channel.listing import TwilioList

from . import forms

NOW = 1_795_400_000_000
HOUR_MS = 60 * 60 * 1000


@pytest.fixture
def sim():
	return SimulatedTwilio(Clock(lambda: NOW))


@pytest.fixture
def channel(sim):
	with serve(sim) as running:
		senders = [Sender(forms.SALES, "Sales")]
		channel = TwilioChannel(
			sim.account.sid,
			sim.account.auth_token,
			senders,
			lambda name: "",
			lambda row: "",
			api_base=running.url,
		)
		yield channel


def test_what_was_received_since_a_moment_is_listed_at_twilios_own_time(sim, channel):
	sim.customer_sends("budi", forms.SALES, body="too old")
	sim.clock.advance(2 * HOUR_MS)
	sim.customer_sends("budi", forms.SALES, body="Halo <b>")
	sim.clock.advance(HOUR_MS)
	sim.customer_sends("dewi", forms.SALES, body="tanpa nomor")
	newest, older = TwilioList(channel).inbound_since(NOW + HOUR_MS)
	assert (newest.body, newest.customer.phone) == ("tanpa nomor", "")
	assert (older.body, older.customer.address, older.kind) == ("Halo <b>", forms.BUDI, "text")
	assert (older.sent_at_ms, older.sent_at_source) == ((NOW + 2 * HOUR_MS) // 1000 * 1000, "twilio")


def test_the_first_millisecond_of_the_span_belongs_to_it(sim, channel):
	sim.customer_sends("budi", forms.SALES, body="Halo")
	at_ms = NOW // 1000 * 1000
	for since_ms, found in ((at_ms, 1), (at_ms + 1, 0)):
		assert len(list(TwilioList(channel).inbound_since(since_ms))) == found


def test_twilios_times_are_utc_wherever_this_computer_is(sim, channel, monkeypatch):
	monkeypatch.setenv("TZ", "Asia/Jakarta")
	time.tzset()
	try:
		sim.customer_sends("budi", forms.SALES, body="Halo")
		(received,) = TwilioList(channel).inbound_since(NOW - 1000)
		assert received.sent_at_ms == NOW // 1000 * 1000
		outcome = channel.call(Outgoing("m1", forms.BUDI, forms.SALES, body="Masih ada"))()
		assert outcome.created_at_ms == NOW // 1000 * 1000
	finally:
		monkeypatch.undo()
		time.tzset()


def test_media_are_listed_with_their_types(sim, channel):
	photo = Upload("rumah.jpg", "image/jpeg", b"not really a photo")
	sim.customer_sends("budi", forms.SALES, kind="image", media=photo)
	(listed,) = TwilioList(channel).inbound_since(NOW - HOUR_MS)
	message = TwilioList(channel).with_media(listed)
	assert (listed.media, message.kind, message.media[0].type) == ((), "image", "image/jpeg")
	assert message.media[0].url.startswith("https://api.twilio.com/2010-04-01/")


def test_the_fields_of_a_listed_message_are_stored_raw(sim, channel):
	sim.customer_sends("budi", forms.SALES, body="Halo")
	(message,) = TwilioList(channel).inbound_since(NOW - HOUR_MS)
	at = datetime.fromtimestamp(NOW // 1000, timezone.utc).isoformat()
	assert message.raw == {"caught_up": True, "date_created": at, "NumMedia": "0"}
	assert TwilioList(channel).with_media(message) == message


def test_media_that_are_gone_at_twilio_leave_the_message_as_it_is(channel, monkeypatch):
	message = InboundMessage(
		"MM1", customer_at(forms.BUDI), forms.SALES, "unsupported", "", NOW, raw={"NumMedia": "1"}
	)
	nothing = SimpleNamespace(media=SimpleNamespace(list=list))
	client = SimpleNamespace(messages=lambda sid: nothing)
	assert TwilioList(SimpleNamespace(client=client)).with_media(message) == message


def test_of_a_message_that_failed_its_code_and_words_are_listed(channel):
	at = datetime.fromtimestamp(NOW // 1000, timezone.utc)
	failed = {"error_code": 63016, "error_message": "outside", "status": "undelivered"}
	listed = {"sid": "SM1", "to": forms.BUDI, "body": "Halo", "direction": "outbound-api", "date_created": at}
	listed["num_media"] = "0"
	sent = SimpleNamespace(**listed, **failed, date_sent=None)
	silent = SimpleNamespace(**listed, error_code=None, error_message=None, status="sent", date_sent=at)
	client = SimpleNamespace(messages=SimpleNamespace(stream=lambda **_: iter([sent, silent])))
	listed = TwilioList(SimpleNamespace(client=client, senders=[forms.SALES])).outbound_since(NOW - HOUR_MS)
	assert [(each.error_code, each.error_text, each.status) for each in listed] == [
		("63016", "outside", "undelivered"),
		("", "", "sent"),
	]


def test_a_location_is_shown_as_unsupported_since_the_list_lacks_its_place(sim, channel):
	location = {"Latitude": "-6.27", "Longitude": "106.72"}
	sim.customer_sends("budi", forms.SALES, kind="location", location=location)
	(message,) = TwilioList(channel).inbound_since(NOW - HOUR_MS)
	assert (message.kind, message.body) == ("unsupported", "")


def test_a_message_whose_webhook_was_late_hides_none_that_came_before_it(sim, channel):
	"""Twilio sorts by the time of the webhook call, which for the older message was after the newer one's."""
	sim.faults.inbound.late_ms = 3 * HOUR_MS
	sim.customer_sends("budi", forms.SALES, body="late")
	sim.faults.inbound.late_ms = 0
	sim.clock.advance(2 * HOUR_MS)
	sim.customer_sends("budi", forms.SALES, body="lost")
	sim.clock.advance(2 * HOUR_MS)
	listed = [message.body for message in TwilioList(channel).inbound_since(NOW + HOUR_MS)]
	assert listed == ["late", "lost"]


def test_a_message_that_was_not_sent_yet_hides_nothing_that_was(sim, channel):
	sim.create_message(MultiDict({"To": forms.BUDI, "From": forms.SALES, "Body": "sent"}))
	sim.pump()
	waiting = sim.create_message(MultiDict({"To": forms.BUDI, "From": forms.SALES, "Body": "waiting"}))
	waiting.created_ms = NOW - 72 * HOUR_MS
	listed = [message.body for message in TwilioList(channel).outbound_since(NOW - HOUR_MS)]
	assert listed == ["waiting", "sent"]


def test_a_message_scheduled_days_ago_and_sent_now_hides_nothing(sim, channel):
	sim.customer_sends("budi", forms.SALES, body="Halo")
	scheduled = sim.create_message(MultiDict({"To": forms.BUDI, "From": forms.SALES, "Body": "Promo"}))
	scheduled.created_ms = NOW - 72 * HOUR_MS
	(message,) = TwilioList(channel).inbound_since(NOW - HOUR_MS)
	assert message.body == "Halo"


def test_several_pages_are_read_to_the_end(sim, channel, monkeypatch):
	monkeypatch.setattr("wa_window.twilio_channel.listing.PAGE_SIZE", 3)
	for number in range(10):
		sim.customer_sends("budi", forms.SALES, body=str(number))
	assert {message.body for message in TwilioList(channel).inbound_since(NOW - HOUR_MS)} == {
		str(n) for n in range(10)
	}


def test_what_was_sent_is_listed_with_its_present_status(sim, channel):
	sim.customer_sends("budi", forms.SALES, body="Halo")
	sent = sim.create_message(MultiDict({"To": forms.BUDI, "From": forms.SALES, "Body": "Masih ada"}))
	sim.pump()
	(listed,) = TwilioList(channel).outbound_since(NOW - HOUR_MS)
	assert (listed.message_sid, listed.body, listed.status) == (sent.sid, "Masih ada", sent.status)
	assert (listed.customer.address, listed.business_address) == (forms.BUDI, forms.SALES)
	assert listed.sent_at_ms == NOW // 1000 * 1000


def test_reading_waits_where_twilio_is_busy_and_goes_on(sim, channel, monkeypatch):
	monkeypatch.setattr("wa_window.twilio_channel.listing.PAGE_SIZE", 3)
	pauses = []
	monkeypatch.setattr("urllib3.util.retry.time.sleep", pauses.append)
	for number in range(7):
		sim.customer_sends("budi", forms.SALES, body=str(number))
	listed = TwilioList(channel).inbound_since(NOW - HOUR_MS)
	next(listed)
	sim.faults.change({"too_many_requests": 3})
	assert len(list(listed)) == 6
	assert pauses == [2, 4]


def test_sending_never_waits_and_asks_again_by_itself(sim, channel, monkeypatch):
	monkeypatch.setattr("urllib3.util.retry.time.sleep", pytest.fail)
	sim.faults.change({"too_many_requests": 1})
	outcome = channel.call(Outgoing("m1", forms.BUDI, forms.SALES, body="Halo"))()
	assert isinstance(outcome, Retryable)


def test_a_list_that_cannot_be_read_to_its_end_is_said_so(sim, channel, monkeypatch):
	monkeypatch.setattr("wa_window.twilio_channel.listing.PAGE_SIZE", 3)
	for number in range(7):
		sim.customer_sends("budi", forms.SALES, body=str(number))
	listed = TwilioList(channel).inbound_since(NOW - HOUR_MS)
	assert next(listed).body == "6"
	sim.faults.change({"too_many_requests": 100})
	with pytest.raises(ProviderUnreachable):
		list(listed)


@pytest.mark.parametrize(
	("body", "obeys", "opt_out"),
	[
		("START", False, "START"),
		(" unstop\n", False, "START"),
		("Start", True, "START"),
		("Yes", True, ""),
		("Start besok ya", True, ""),
		("STOP", True, "STOP"),
		("revoke", True, "STOP"),
		("STOP", False, ""),
		("Jangan stop", True, ""),
	],
)
def test_a_start_and_a_stop_are_known_by_their_whole_text(sim, channel, body, obeys, opt_out):
	channel.senders = {forms.SALES: Sender(forms.SALES, "Sales", advanced_opt_out=obeys)}
	sim.customer_sends("budi", forms.SALES, body=body)
	(message,) = TwilioList(channel).inbound_since(NOW - HOUR_MS)
	assert message.opt_out == opt_out
