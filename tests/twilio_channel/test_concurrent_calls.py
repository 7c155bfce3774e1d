"""Concurrent calls in threads that do not use the host, each with its own answer."""

import threading
import time
from types import SimpleNamespace

import pytest
from twilio.http.http_client import TwilioHttpClient

from playground.twilio_sim import Clock, SimulatedTwilio, serve
from wa_window.chat.delivery import CLAIM_LEASE_MS
from wa_window.chat.message import Sender
from wa_window.chat.ports.channel import Accepted, OutcomeUnknown, Outgoing
from wa_window.twilio_channel import concurrent_calls
from wa_window.twilio_channel.client import TwilioChannel
from wa_window.twilio_channel.concurrent_calls import MAX_CALL_S, PLACES, POLL_S, ConcurrentChannel
from wa_window.twilio_channel.rate_limit import RateLimit

from . import forms

NOW = 1_795_400_000_000


class Seconds:
	def __init__(self):
		self.now = 1000.0

	def __call__(self) -> float:
		return self.now


def twilio(
	api_base="", callback=lambda name: "https://crm.example.com/status?message=" + name
) -> TwilioChannel:
	senders = [Sender(forms.SALES, "Sales")]
	return TwilioChannel(
		"AC" + "5" * 32, "0123456789abcdef" * 2, senders, callback, lambda row: row, api_base=api_base
	)


def outgoing(name: str) -> Outgoing:
	return Outgoing(name, forms.BUDI, forms.SALES, body=f"Pesan {name}")


def all_ended(channel: ConcurrentChannel, count: int) -> dict:
	ended = {}
	for _ in range(100):
		ended |= dict(channel.ended())
		if len(ended) == count:
			return ended
	pytest.fail(f"{len(ended)} of {count} have ended")


def test_as_many_calls_as_there_are_places_are_made_at_the_same_time(monkeypatch):
	together = threading.Barrier(PLACES)

	def create(self, parameters):
		together.wait(20)
		return Accepted("SM", "queued")

	monkeypatch.setattr(TwilioChannel, "_create", create)
	with ConcurrentChannel(twilio(), RateLimit()) as channel:
		for number in range(PLACES):
			assert channel.places() == PLACES - number
			channel.begin(outgoing(str(number)))
		assert channel.places() == 0
		ended = all_ended(channel, PLACES)
	assert set(ended.values()) == {Accepted("SM", "queued")}


def test_a_call_that_hangs_ends_without_an_answer_and_keeps_its_place_for_as_long_as_it_hangs(monkeypatch):
	monkeypatch.setattr(concurrent_calls, "POLL_S", 0.01)
	released, seconds = threading.Event(), Seconds()

	def create(self, parameters):
		if parameters["body"] == "Pesan hangs":
			released.wait(20)
		return Accepted("SM", "queued")

	monkeypatch.setattr(TwilioChannel, "_create", create)
	with ConcurrentChannel(twilio(), RateLimit(), seconds) as channel:
		channel.begin(outgoing("hangs"))
		channel.begin(outgoing("answers"))
		assert all_ended(channel, 1) == {"answers": Accepted("SM", "queued")}
		seconds.now += MAX_CALL_S - 1
		assert channel.ended() == []
		seconds.now += 1
		assert channel.ended() == [("hangs", OutcomeUnknown("no answer in time"))]
		assert channel.places() == PLACES - 1
		(hanging,) = channel.abandoned
		released.set()
		hanging.result(20)
		assert (channel.places(), channel.ended()) == (PLACES, [])


def test_without_calls_it_waits_a_moment_and_with_one_only_for_its_end(monkeypatch):
	slept: list[float] = []
	monkeypatch.setattr(concurrent_calls, "time", SimpleNamespace(sleep=slept.append))
	monkeypatch.setattr(TwilioChannel, "_create", lambda self, parameters: Accepted("SM", "queued"))
	with ConcurrentChannel(twilio(), RateLimit()) as channel:
		assert (channel.ended(), slept) == ([], [POLL_S])
		channel.begin(outgoing("one"))
		all_ended(channel, 1)
	assert slept == [POLL_S]


def test_a_call_ends_long_before_the_lease_of_its_claim():
	assert 3 * MAX_CALL_S * 1000 < CLAIM_LEASE_MS


def test_all_that_the_host_knows_is_asked_in_the_jobs_own_thread(monkeypatch):
	asked, called = set(), set()

	def callback(name: str) -> str:
		asked.add(threading.current_thread())
		return "https://crm.example.com/status"

	def create(self, parameters):
		called.add(threading.current_thread())
		return Accepted("SM", "queued")

	monkeypatch.setattr(TwilioChannel, "_create", create)
	with ConcurrentChannel(twilio(callback=callback), RateLimit()) as channel:
		for number in range(5):
			channel.begin(outgoing(str(number)))
		all_ended(channel, 5)
	assert asked == {threading.current_thread()}
	assert not asked & called


def test_a_host_that_cannot_name_its_own_url_sends_nothing_and_keeps_no_other_from_being_sent(monkeypatch):
	def callback(name: str) -> str:
		if name == "bad":
			raise ValueError
		return "https://crm.example.com/status"

	monkeypatch.setattr(TwilioChannel, "_create", lambda self, parameters: Accepted("SM", "queued"))
	with ConcurrentChannel(twilio(callback=callback), RateLimit()) as channel:
		channel.begin(outgoing("bad"))
		channel.begin(outgoing("good"))
		ended = all_ended(channel, 2)
	assert ended == {"bad": OutcomeUnknown("ValueError"), "good": Accepted("SM", "queued")}


class KeptForAMoment:
	"""An attribute with a pause between write and read, as where another thread runs in between."""

	def __set__(self, client, value):
		self.__dict__[client] = value
		time.sleep(0.003)

	def __get__(self, client, _type=None):
		return self.__dict__.get(client)


@pytest.mark.parametrize("attribute", ["_test_only_last_response", "last_response"])
def test_each_message_gets_its_own_answer_and_none_another_ones(monkeypatch, attribute):
	"""With one client for all threads some get another message's SID: see TwilioChannel.client."""
	monkeypatch.setattr(TwilioHttpClient, attribute, KeptForAMoment(), raising=False)
	sim = SimulatedTwilio(Clock(lambda: NOW))
	names, ended = [str(number) for number in range(60)], {}
	with serve(sim) as running, ConcurrentChannel(twilio(running.url), RateLimit()) as channel:
		for name in names:
			while not channel.places():
				ended |= dict(channel.ended())
			channel.begin(outgoing(name))
		while len(ended) < len(names):
			ended |= dict(channel.ended())
	assert {name: sim.messages[outcome.message_sid].body for name, outcome in ended.items()} == {
		name: f"Pesan {name}" for name in names
	}


def test_a_sender_sends_so_many_in_a_second_and_each_sender_has_its_own():
	seconds = Seconds()
	limit = RateLimit(3, seconds)
	assert [limit(forms.SALES) for _ in range(5)] == [True, True, True, False, False]
	assert limit("whatsapp:+622150009999")
	seconds.now += 0.99
	assert not limit(forms.SALES)
	seconds.now += 0.01
	assert [limit(forms.SALES) for _ in range(4)] == [True, True, True, False]
