"""What Twilio tells of the account and its senders, from the simulated Twilio over real HTTP."""

import pytest

from playground.twilio_sim import Clock, SimulatedTwilio, serve
from wa_window.chat.message import Sender
from wa_window.twilio_channel.client import TwilioChannel
from wa_window.twilio_channel.connection import NotConnected, account_of, senders_of
from wa_window.twilio_channel.content import ProviderUnreachable

from . import forms


def channel_to(url: str, token: str = "0123456789abcdef" * 2) -> TwilioChannel:
	channel = TwilioChannel("AC" + "5" * 32, token, [Sender(forms.SALES)], str, str, api_base=url)
	channel.client.http_client.pause = lambda seconds: None
	return channel


@pytest.fixture
def sim():
	return SimulatedTwilio(Clock())


@pytest.fixture
def running(sim):
	with serve(sim) as running:
		yield running


def test_the_account_is_named_and_the_clocks_are_compared(running):
	account = account_of(channel_to(running.url))
	assert account.name == "WA Window simulation"
	assert -5000 < account.clock_ahead_ms < 5000


def test_refused_credentials_and_no_connection_say_what_to_do(sim, running):
	with pytest.raises(NotConnected, match="copy the account SID and the auth token anew"):
		account_of(channel_to(running.url, "wrong"))
	with pytest.raises(NotConnected, match="way to the internet"):
		account_of(channel_to("http://127.0.0.1:1"))
	sim.faults.change({"server_errors": 1})
	with pytest.raises(NotConnected, match="status 500"):
		account_of(channel_to(running.url))


def test_the_senders_come_with_their_webhooks(sim, running):
	sim.senders[forms.SALES].inbound_url = "https://crm.example.com/inbound"
	listed = {sender.address: sender for sender in senders_of(channel_to(running.url))}
	assert set(listed) == set(sim.senders)
	assert listed[forms.SALES].webhook_url == "https://crm.example.com/inbound"
	assert listed[forms.SALES].status == "ONLINE"


def test_senders_that_cannot_be_read_are_said_so(sim, running):
	sim.faults.change({"server_errors": 1})
	with pytest.raises(ProviderUnreachable):
		senders_of(channel_to(running.url))
