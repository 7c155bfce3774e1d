"""The account, from the simulated Twilio over real HTTP."""

import time
from email.utils import formatdate
from types import SimpleNamespace

import pytest

from playground.twilio_sim import Clock, SimulatedTwilio, serve
from wa_window.chat.message import Sender
from wa_window.twilio_channel.client import TwilioChannel
from wa_window.twilio_channel.connection import NotConnected, account_of

from . import forms


def channel_to(url: str, token: str = "0123456789abcdef" * 2) -> TwilioChannel:
	return TwilioChannel("AC" + "5" * 32, token, [Sender(forms.SALES)], str, str, api_base=url)


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


def answering(status: int = 200, text: str = "{}", **headers) -> SimpleNamespace:
	"""A channel to a Twilio with one answer to everything, which records the requests."""
	asked = []

	def request(method: str, url: str) -> SimpleNamespace:
		asked.append((method, url))
		return SimpleNamespace(status_code=status, text=text, headers=headers)

	return SimpleNamespace(client=SimpleNamespace(account_sid="AC1", request=request, asked=asked))


@pytest.mark.parametrize("hours", [-1, 0, 2])
def test_by_how_much_the_clock_is_ahead_of_twilios(hours):
	hour_s = 60 * 60
	channel = answering(Date=formatdate(time.time() - hours * hour_s, usegmt=True))
	assert abs(account_of(channel).clock_ahead_ms - hours * hour_s * 1000) < 10_000
	assert channel.client.asked == [("GET", "https://api.twilio.com/2010-04-01/Accounts/AC1.json")]


@pytest.mark.parametrize("date", ["", "yesterday"])
def test_an_answer_without_a_date_says_nothing_of_the_clock_and_one_without_a_name_is_named_by_its_sid(date):
	account = account_of(answering(Date=date))
	assert (account.name, account.clock_ahead_ms) == ("AC1", 0)
	assert account_of(answering(text='{"friendly_name": "Ours"}')).name == "Ours"


@pytest.mark.parametrize("status", [401, 403, 404])
def test_every_way_in_which_twilio_refuses_the_credentials_says_so(status):
	with pytest.raises(NotConnected, match="refused the credentials"):
		account_of(answering(status))


def test_refused_credentials_and_no_connection_say_what_to_do(sim, running):
	with pytest.raises(NotConnected, match="Copy Account SID and Auth Token again"):
		account_of(channel_to(running.url, "wrong"))
	with pytest.raises(NotConnected, match="internet connection"):
		account_of(channel_to("http://127.0.0.1:1"))
	sim.faults.change({"server_errors": 1})
	with pytest.raises(NotConnected, match=r"Twilio error \(500\)"):
		account_of(channel_to(running.url))
