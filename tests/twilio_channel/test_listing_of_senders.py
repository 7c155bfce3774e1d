"""Twilio's list where the account has several senders."""

import pytest
from werkzeug.datastructures import MultiDict

from playground.twilio_sim import Clock, SimulatedTwilio, Upload, serve
from wa_window.chat.message import Sender
from wa_window.twilio_channel.client import TwilioChannel
from wa_window.twilio_channel.listing import TwilioList
from wa_window.twilio_channel.media import TwilioMedia

from . import forms

NOW = 1_795_400_000_000


@pytest.fixture
def sim():
	return SimulatedTwilio(Clock(lambda: NOW))


def listed_by(sim, url: str, *addresses: str) -> TwilioList:
	senders = [Sender(address) for address in addresses]
	account = sim.account
	return TwilioList(TwilioChannel(account.sid, account.auth_token, senders, str, str, api_base=url))


def test_each_senders_messages_are_listed_once_and_as_its_own(sim):
	first, second = sorted(sim.senders)[:2]
	for sender in (first, second):
		sim.customer_sends("budi", sender, body=f"to {sender}")
		sim.create_message(MultiDict({"To": forms.BUDI, "From": sender, "Body": f"from {sender}"}))
	with serve(sim) as running:
		both = listed_by(sim, running.url, first, second)
		sent = [(each.business_address, each.body) for each in both.outbound_since(NOW - 1000)]
		received = [(each.business_address, each.body) for each in both.inbound_since(NOW - 1000)]
		assert sent == [(first, f"from {first}"), (second, f"from {second}")]
		assert received == [(first, f"to {first}"), (second, f"to {second}")]
		(only,) = listed_by(sim, running.url, second).outbound_since(NOW - 1000)
		assert only.body == f"from {second}"


def test_the_media_of_a_listed_message_are_those_that_can_be_fetched_with_its_credentials(sim):
	photo = Upload("rumah.jpg", "image/jpeg", b"not really a photo")
	sent = sim.customer_sends("budi", forms.SALES, kind="image", media=photo)
	with serve(sim) as running:
		listed = listed_by(sim, running.url, forms.SALES)
		(message,) = listed.inbound_since(NOW - 1000)
		(media,) = listed.with_media(message).media
		url = f"https://api.twilio.com/2010-04-01/Accounts/{sim.account.sid}/Messages/{sent.sid}/Media/{sent.media[0].sid}"
		assert media.url == url
		fetched = TwilioMedia(sim.account.sid, sim.account.auth_token, running.url).fetch(url, 1000)
		assert fetched.content == photo.data
