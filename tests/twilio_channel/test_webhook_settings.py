"""Webhooks of senders and Messaging Services, read and written at the simulated Twilio over real HTTP."""

import json
from types import SimpleNamespace

import pytest

from playground.twilio_sim import Clock, SimulatedTwilio, serve
from wa_window.chat.message import Sender
from wa_window.twilio_channel.client import TwilioChannel
from wa_window.twilio_channel.content import ProviderUnreachable
from wa_window.twilio_channel.media import TwilioMedia
from wa_window.twilio_channel.rest import NotAllowed, Refused
from wa_window.twilio_channel.webhook_settings import (
	new_settings,
	senders_of,
	services_of,
	write_settings,
)

from . import forms

INBOUND, STATUS = "https://crm.example.com/inbound", "https://crm.example.com/status"
ELSEWHERE = "https://other.example.com/sms"


@pytest.fixture
def sim():
	return SimulatedTwilio(Clock())


@pytest.fixture
def channel(sim):
	with serve(sim) as running:
		yield TwilioChannel(
			sim.account.sid, sim.account.auth_token, [Sender(forms.SALES)], str, str, running.url
		)


def answering(text: str, status: int = 200) -> SimpleNamespace:
	"""A channel to a Twilio with one answer to everything."""
	answer = SimpleNamespace(status_code=status, text=text)
	return SimpleNamespace(client=SimpleNamespace(request=lambda *_, **__: answer))


def test_senders_come_with_their_webhook_and_what_meta_thinks_of_them(sim, channel):
	sender = sim.senders[forms.SALES]
	sender.inbound_url, sender.inbound_method = ELSEWHERE, "PUT"
	sender.offline_reason, sender.status = "Suspended", "OFFLINE"
	found, other = senders_of(channel)
	assert (found.address, found.name, found.status, found.offline_reason) == (
		forms.SALES,
		"Sales",
		"OFFLINE",
		"Suspended",
	)
	assert (found.inbound_url, found.inbound_method, found.quality, found.limit) == (
		ELSEWHERE,
		"PUT",
		"HIGH",
		"10K Customers/24hr",
	)
	assert (other.address, other.inbound_url, other.status_url) == ("whatsapp:+622150005678", "", "")


def test_a_sender_without_details_has_empty_ones():
	page = {"senders": [{}, {"webhook": None, "properties": None, "profile": None}], "meta": {}}
	for sender in senders_of(answering(json.dumps(page))):
		assert (sender.address, sender.inbound_url, sender.inbound_method, sender.quality) == (
			"",
			"",
			"POST",
			"",
		)


def test_only_services_with_whatsapp_senders_are_listed(sim, channel):
	sim.services["MG" + "6" * 32] = type(sim.services["MG" + "5" * 32])("MG" + "6" * 32, "Only SMS")
	(service,) = services_of(channel)
	assert (service.name, service.addresses, service.defers) == ("Penjualan", (forms.SALES,), True)


def test_a_sender_is_set_to_this_site_keeps_its_fallback_and_is_put_back(sim, channel):
	sender = sim.senders[forms.SALES]
	sender.inbound_url, sender.fallback_url = ELSEWHERE, "https://fallback.example.com"
	before, _ = senders_of(channel)
	assert not before.posts_to(INBOUND)
	write_settings(channel, before.sid, new_settings(before, INBOUND, STATUS))
	now, _ = senders_of(channel)
	assert now.is_set_to(INBOUND, STATUS)
	assert (sender.inbound_url, sender.fallback_url) == (
		INBOUND + "#rc=3&rp=all",
		"https://fallback.example.com",
	)
	write_settings(channel, before.sid, before.settings)
	assert senders_of(channel)[0] == before
	assert (sender.inbound_url, sender.status_url) == (ELSEWHERE, "")


def test_a_sender_that_posted_nowhere_posts_nowhere_after_it_is_put_back(sim, channel):
	sender = sim.senders[forms.SALES]
	sender.inbound_url = sender.status_url = ""
	before, _ = senders_of(channel)
	write_settings(channel, before.sid, new_settings(before, INBOUND, STATUS))
	write_settings(channel, before.sid, before.settings)
	assert (sender.inbound_url, sender.status_url) == ("", "")


def test_a_service_is_set_to_this_site_decides_itself_and_is_put_back(sim, channel):
	service = sim.services["MG" + "5" * 32]
	service.status_callback = ELSEWHERE
	(before,) = services_of(channel)
	assert before.posts_to(INBOUND)
	assert not before.is_set_to(INBOUND, STATUS)
	write_settings(channel, before.sid, new_settings(before, INBOUND, STATUS))
	(now,) = services_of(channel)
	assert now.is_set_to(INBOUND, STATUS)
	assert (service.inbound_request_url, service.use_inbound_webhook_on_number) == (
		INBOUND + "#rc=3&rp=all",
		False,
	)
	write_settings(channel, before.sid, before.settings)
	assert services_of(channel) == [before]
	assert (service.inbound_request_url, service.use_inbound_webhook_on_number) == ("", True)


def test_a_service_that_does_not_defer_receives_nothing_without_a_url_or_by_get(sim, channel):
	service = sim.services["MG" + "5" * 32]
	service.use_inbound_webhook_on_number = False
	assert not services_of(channel)[0].posts_to(INBOUND)
	service.inbound_request_url, service.inbound_method = INBOUND, "GET"
	assert not services_of(channel)[0].posts_to(INBOUND)
	service.inbound_method = "POST"
	assert services_of(channel)[0].posts_to(INBOUND)


def test_what_twilio_refuses_is_said_in_its_words(channel):
	with pytest.raises(Refused, match="inbound_url cannot be nowhere"):
		write_settings(channel, senders_of(channel)[0].sid, {"callback_url": "nowhere"})


@pytest.mark.parametrize(
	("status", "text", "error"),
	[
		(401, '{"code": 20003}', NotAllowed),
		(403, '{"code": 20003}', NotAllowed),
		(404, '{"code": 20404}', Refused),
		(500, '{"code": 20500}', ProviderUnreachable),
		(200, "<html>", ProviderUnreachable),
		(200, "[]", ProviderUnreachable),
		(200, '{"senders": 7, "meta": {}}', ProviderUnreachable),
		(200, '{"senders": [], "meta": null}', ProviderUnreachable),
	],
)
def test_every_other_answer_is_an_error(status, text, error):
	with pytest.raises(error):
		senders_of(answering(text, status))


def test_an_api_key_may_do_all_this_and_read_files(sim, channel):
	sent = sim.customer_sends("budi", forms.SALES, kind="image")
	account, url = sim.account, channel.account[2]
	key = {"api_base": url, "api_key_sid": account.api_key_sid}
	by_key = TwilioChannel(account.sid, account.api_key_secret, [], str, str, **key)
	assert len(senders_of(by_key)) == 2
	file = f"https://api.twilio.com/2010-04-01/Accounts/{account.sid}/Messages/{sent.sid}/Media/{sent.media[0].sid}"
	assert TwilioMedia(account.sid, account.api_key_secret, **key).fetch(file, 10**6).content
	sent_by_key = by_key.client.messages.create(to=forms.BUDI, from_=forms.SALES, body="Halo")
	assert sent_by_key.account_sid == account.sid
	account.api_key_lacks = "/v2/Channels/Senders"
	with pytest.raises(NotAllowed):
		senders_of(by_key)


def test_whether_files_are_protected(sim, channel):
	sent = sim.customer_sends("budi", forms.SALES, kind="image")
	media = TwilioMedia(sim.account.sid, "never sent", channel.account[2])
	file = f"https://api.twilio.com/2010-04-01/Accounts/{sim.account.sid}/Messages/{sent.sid}/Media/{sent.media[0].sid}"
	assert media.is_protected(file)
	sim.account.media_needs_auth = False
	assert not media.is_protected(file)
