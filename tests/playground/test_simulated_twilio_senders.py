"""Senders, Messaging Services and API keys of the simulated Twilio, by the real library."""

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

SALES = "whatsapp:+622150001234"
SERVICE = "MG" + "5" * 32
OURS = "https://crm.example.com/inbound"


def test_a_senders_webhook_is_changed_and_what_was_not_given_stays(sim, client):
	sender = sim.senders[SALES]
	sender.fallback_url = "https://fallback.example.com"
	answer = client.request(
		"POST",
		f"https://messaging.twilio.com/v2/Channels/Senders/{sender.sid}",
		data={"webhook": {"callback_url": OURS, "callback_method": "PUT", "status_callback_url": None}},
		headers={"Content-Type": "application/json"},
	)
	assert answer.status_code == 202
	found = client.messaging.v2.channels_senders(sender.sid).fetch().webhook
	assert (found["callback_url"], found["callback_method"], found["fallback_url"]) == (
		OURS,
		"PUT",
		"https://fallback.example.com",
	)
	assert sender.status_url == ""


@pytest.mark.parametrize(
	"body",
	[{}, {"profile": {}}, {"webhook": {"callback_url": "crm"}}, {"webhook": {"callback_method": "GET"}}],
)
def test_what_it_does_not_know_is_refused(sim, client, body):
	url = f"https://messaging.twilio.com/v2/Channels/Senders/{sim.senders[SALES].sid}"
	answer = client.request("POST", url, data=body, headers={"Content-Type": "application/json"})
	assert answer.status_code == 400


def test_a_service_is_changed_and_lists_its_senders(client):
	changed = client.messaging.v1.services(SERVICE).update(
		inbound_request_url=OURS, inbound_method="GET", use_inbound_webhook_on_number=False
	)
	assert (changed.inbound_request_url, changed.use_inbound_webhook_on_number) == (OURS, False)
	(found,) = client.messaging.v1.services.list()
	assert (found.sid, found.inbound_method, found.status_callback) == (SERVICE, "GET", None)
	(sender,) = client.messaging.v1.services(SERVICE).channel_senders.list()
	assert sender.sender == SALES


def test_senders_come_in_pages(client):
	found = client.messaging.v2.channels_senders.list(channel="whatsapp", page_size=1)
	assert [sender.sender_id for sender in found] == [SALES, "whatsapp:+622150005678"]


def test_an_api_key_may_all_but_read_the_account_and_what_it_was_not_given(sim, running):
	key = sim.account.api_key_sid, sim.account.api_key_secret

	def status_of(path: str) -> int:
		return requests.get(running.url + path, auth=key, timeout=5).status_code

	account = f"/2010-04-01/Accounts/{sim.account.sid}"
	assert (status_of(f"{account}/Messages.json"), status_of(f"{account}.json")) == (200, 401)
	sim.account.api_key_lacks = "/v1/Alerts"
	assert (status_of("/v1/Services"), status_of("/v1/Alerts")) == (200, 401)


def test_without_enforced_authentication_a_file_is_open_to_everybody(sim, running, client):
	sent = sim.customer_sends("budi", SALES, kind="image")
	(media,) = sent.media
	url = f"{running.url}/2010-04-01/Accounts/{sim.account.sid}/Messages/{sent.sid}/Media/{media.sid}"
	assert requests.get(url, timeout=5).status_code == 401
	sim.account.media_needs_auth = False
	assert requests.get(url, timeout=5).content == media.data
	assert requests.get(url + ".json", timeout=5).status_code == 401


def test_an_unknown_sender_or_service_is_not_found(client):
	for find in (client.messaging.v2.channels_senders("XE" + "9" * 32), client.messaging.v1.services("MG9")):
		with pytest.raises(TwilioRestException) as error:
			find.fetch()
		assert error.value.status == 404
