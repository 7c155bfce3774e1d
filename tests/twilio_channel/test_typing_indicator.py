"""Twilio's typing indicators, from the simulated Twilio over real HTTP."""

import pytest

from playground.twilio_sim import Clock, SimulatedTwilio, serve
from wa_window.chat.message import Sender
from wa_window.twilio_channel.client import TwilioChannel
from wa_window.twilio_channel.typing_indicator import show_typing

from . import forms

NOW = 1_795_400_000_000
PAIR = ("budi", forms.SALES)


@pytest.fixture
def sim():
	return SimulatedTwilio(Clock(lambda: NOW))


def channel_to(sim, url: str) -> TwilioChannel:
	account = sim.account
	return TwilioChannel(
		account.sid, account.auth_token, [Sender(forms.SALES)], lambda name: "", lambda row: "", url
	)


def test_the_customer_sees_it_for_25_seconds_and_their_messages_are_read(sim):
	earlier = sim.customer_sends("budi", forms.SALES, body="Halo")
	answered = sim.customer_sends("budi", forms.SALES, body="Masih ada?")
	other = sim.customer_sends("siti", forms.SALES, body="Halo")
	with serve(sim) as running:
		show_typing(channel_to(sim, running.url), answered.sid).join(10)
	assert sim.is_typing(*PAIR)
	assert [bool(message.read_ms) for message in (earlier, answered, other)] == [True, True, False]
	sim.clock.advance(25_000)
	assert not sim.is_typing(*PAIR)


def test_it_ends_when_the_answer_is_delivered(sim):
	written = sim.customer_sends("budi", forms.SALES, body="Halo")
	sim.business_types(written.sid)
	sim.console_sends(*PAIR, "Pagi")
	sim.pump()
	assert not sim.is_typing(*PAIR)


def test_what_is_written_next_is_not_read_yet(sim):
	sim.business_types(sim.customer_sends("budi", forms.SALES, body="Halo").sid)
	sim.clock.advance(1000)
	assert sim.customer_sends("budi", forms.SALES, body="Halo?").read_ms == 0


@pytest.mark.parametrize("message_sid", ["", "hello", "SM" + "0" * 32])
def test_a_refusal_is_nobodys_concern(sim, message_sid):
	with serve(sim) as running:
		show_typing(channel_to(sim, running.url), message_sid).join(10)
	assert sim.log.entries("typing") == []
	assert len(sim.log.entries("refused")) == 1


def test_a_twilio_that_cannot_be_reached_is_nobodys_concern(sim, capfd):
	thread = show_typing(channel_to(sim, "http://127.0.0.1:9"), "SM" + "0" * 32)
	thread.join(10)
	assert not thread.is_alive()
	assert capfd.readouterr() == ("", "")
