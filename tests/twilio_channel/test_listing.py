"""Twilio's own list of messages, from the simulated Twilio over real HTTP."""

import pytest
from werkzeug.datastructures import MultiDict

from playground.twilio_sim import Clock, SimulatedTwilio, Upload, serve
from wa_window.chat.message import Sender
from wa_window.twilio_channel.client import TwilioChannel
from wa_window.twilio_channel.content import ProviderUnreachable
from wa_window.twilio_channel.listing import inbound_since

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
		yield TwilioChannel(
			sim.account.sid, sim.account.auth_token, senders, lambda name: "", api_base=running.url
		)


def test_what_was_received_since_a_moment_is_listed_at_twilios_own_time(sim, channel):
	sim.customer_sends("budi", forms.SALES, body="too old")
	sim.clock.advance(2 * HOUR_MS)
	sim.customer_sends("budi", forms.SALES, body="Halo <b>")
	sim.clock.advance(HOUR_MS)
	sim.customer_sends("dewi", forms.SALES, body="tanpa nomor")
	newest, older = inbound_since(channel, NOW + HOUR_MS)
	assert (newest.body, newest.customer.phone) == ("tanpa nomor", "")
	assert (older.body, older.customer.address, older.kind) == ("Halo <b>", forms.BUDI, "text")
	assert (older.sent_at_ms, older.sent_at_source) == ((NOW + 2 * HOUR_MS) // 1000 * 1000, "twilio")


def test_media_are_listed_with_their_types(sim, channel):
	photo = Upload("rumah.jpg", "image/jpeg", b"not really a photo")
	sim.customer_sends("budi", forms.SALES, kind="image", media=photo)
	(message,) = inbound_since(channel, NOW - HOUR_MS)
	assert (message.kind, message.media[0].type) == ("image", "image/jpeg")
	assert message.media[0].url.startswith("https://api.twilio.com/2010-04-01/")


def test_a_location_is_shown_as_unsupported_since_the_list_lacks_its_place(sim, channel):
	location = {"Latitude": "-6.27", "Longitude": "106.72"}
	sim.customer_sends("budi", forms.SALES, kind="location", location=location)
	(message,) = inbound_since(channel, NOW - HOUR_MS)
	assert (message.kind, message.body) == ("unsupported", "")


def test_a_message_scheduled_days_ago_and_sent_now_hides_nothing(sim, channel):
	sim.customer_sends("budi", forms.SALES, body="Halo")
	scheduled = sim.create_message(MultiDict({"To": forms.BUDI, "From": forms.SALES, "Body": "Promo"}))
	scheduled.created_ms = NOW - 72 * HOUR_MS
	(message,) = inbound_since(channel, NOW - HOUR_MS)
	assert message.body == "Halo"


def test_several_pages_are_read_to_the_end(sim, channel, monkeypatch):
	monkeypatch.setattr("wa_window.twilio_channel.listing.PAGE_SIZE", 3)
	for number in range(10):
		sim.customer_sends("budi", forms.SALES, body=str(number))
	assert {message.body for message in inbound_since(channel, NOW - HOUR_MS)} == {str(n) for n in range(10)}


def test_a_list_that_cannot_be_read_is_said_so(sim, channel):
	sim.faults.change({"too_many_requests": 1})
	with pytest.raises(ProviderUnreachable):
		list(inbound_since(channel, NOW))
