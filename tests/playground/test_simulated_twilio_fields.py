"""The simulator's answers have every field that the classes of Twilio's own library read.

A field that the library knows and the simulator does not answer would be None here, and something else at Twilio.
"""

from collections.abc import Callable
from typing import Any

import pytest
import requests
from twilio.rest.api.v2010.account import AccountInstance
from twilio.rest.api.v2010.account.message import MessageInstance
from twilio.rest.api.v2010.account.message.media import MediaInstance
from twilio.rest.content.v1.content import ContentInstance
from twilio.rest.content.v1.content.approval_create import ApprovalCreateInstance
from twilio.rest.content.v1.content.approval_fetch import ApprovalFetchInstance
from twilio.rest.content.v1.content_and_approvals import ContentAndApprovalsInstance
from twilio.rest.messaging.v1.service import ServiceInstance
from twilio.rest.messaging.v1.service.channel_sender import ChannelSenderInstance
from twilio.rest.messaging.v2.channels_sender import ChannelsSenderInstance, ChannelsSenderList
from twilio.rest.monitor.v1.alert import AlertInstance

BUDI = "whatsapp:+6281234567890"
SALES = "whatsapp:+622150001234"
SERVICE = "MG" + "5" * 32
CONTENT = f"HX{1:032x}"
# The library's own description of these: absent while no change of the display name was asked for.
OF_A_NEW_DISPLAY_NAME = {
	"display_name_status",
	"pending_display_name",
	"pending_display_name_status",
	"pending_display_name_status_date",
}
# How long a message is tried to be delivered, and the most that it may cost: for templates that ask for them.
OF_MARKETING = {"send_ttl_seconds", "bid_amount"}
# https://www.twilio.com/docs/usage/monitor-alert: "only returned in the Alert instance resource representation"
IN_SINGLE_ALERTS_ONLY = {"request_variables", "request_headers", "response_headers", "response_body"}


class Read(dict):
	"""A payload that notes which fields are read and missing, in nested objects too."""

	def __init__(self, values: dict, missing: set[str]):
		super().__init__({name: self._noting(value, missing) for name, value in values.items()})
		self.missing = missing

	@staticmethod
	def _noting(value: Any, missing: set[str]) -> Any:
		if isinstance(value, list):
			return [Read._noting(item, missing) for item in value]
		return Read(value, missing) if isinstance(value, dict) else value

	def get(self, name: str, default: Any = None) -> Any:
		if name not in self:
			self.missing.add(name)
		return super().get(name, default)

	def __getitem__(self, name: str) -> Any:
		if name not in self:
			self.missing.add(name)
			return None
		return super().__getitem__(name)


def missing_fields(payload: dict, read: Callable[[Any], object]) -> set[str]:
	missing: set[str] = set()
	read(Read(payload, missing))
	return missing


@pytest.fixture
def answered(sim, running):
	"""The JSON of an answer of the simulator."""

	def get(path: str) -> dict:
		login = sim.account.sid, sim.account.auth_token
		response = requests.get(running.url + path, auth=login, timeout=5)
		assert response.status_code == 200, response.text
		return response.json()

	return get


def account_path(sim, rest: str) -> str:
	return f"/2010-04-01/Accounts/{sim.account.sid}{rest}"


def test_the_account(sim, answered):
	assert not missing_fields(answered(account_path(sim, ".json")), lambda read: AccountInstance(None, read))


def test_messages_and_their_media(sim, answered):
	sent = sim.customer_sends("budi", SALES, kind="image")
	messages = account_path(sim, "/Messages")
	for message in (answered(f"{messages}/{sent.sid}.json"), answered(f"{messages}.json")["messages"][0]):
		assert not missing_fields(message, lambda read: MessageInstance(None, read, account_sid="AC"))
	(media,) = answered(f"{messages}/{sent.sid}/Media.json")["media_list"]
	single = answered(f"{messages}/{sent.sid}/Media/{media['sid']}.json")
	for found in (media, single):
		assert not missing_fields(
			found, lambda read: MediaInstance(None, read, account_sid="AC", message_sid="MM")
		)


def test_content_templates_and_their_approvals(answered):
	for content in (answered(f"/v1/Content/{CONTENT}"), *answered("/v1/Content")["contents"]):
		assert not missing_fields(content, lambda read: ContentInstance(None, read))
	for content in answered("/v1/ContentAndApprovals")["contents"]:
		assert not missing_fields(content, lambda read: ContentAndApprovalsInstance(None, read))
	approval = answered(f"/v1/Content/{CONTENT}/ApprovalRequests")
	assert not missing_fields(approval, lambda read: ApprovalFetchInstance(None, read, sid=CONTENT))


def test_a_new_content_template_and_its_approval(sim, running):
	def posted(path: str, **values) -> dict:
		login = sim.account.sid, sim.account.auth_token
		return requests.post(running.url + path, json=values, auth=login, timeout=5).json()

	types = {"twilio/text": {"body": "Halo {{1}}, ini kabar untuk Anda."}}
	content = posted(
		"/v1/Content", friendly_name="kabar", language="id", variables={"1": "Budi"}, types=types
	)
	assert not missing_fields(content, lambda read: ContentInstance(None, read))
	path = f"/v1/Content/{content['sid']}/ApprovalRequests/whatsapp"
	approval = posted(path, name="kabar", category="UTILITY")
	missing = missing_fields(approval, lambda read: ApprovalCreateInstance(None, read, content_sid=CONTENT))
	assert missing == OF_MARKETING


def test_messaging_services_and_their_senders(answered):
	for service in (answered(f"/v1/Services/{SERVICE}"), *answered("/v1/Services")["services"]):
		assert not missing_fields(service, lambda read: ServiceInstance(None, read))
	(sender,) = answered(f"/v1/Services/{SERVICE}/ChannelSenders")["senders"]
	assert not missing_fields(
		sender, lambda read: ChannelSenderInstance(None, read, messaging_service_sid=SERVICE)
	)


def test_senders(sim, answered):
	sim.senders[SALES].offline_reason = "Suspended"
	for sender in sim.senders.values():
		sender.inbound_url = "https://crm.example.com/inbound"
	listed = answered("/v2/Channels/Senders?Channel=whatsapp")["senders"]
	for sender in (answered(f"/v2/Channels/Senders/{sim.senders[SALES].sid}"), *listed):
		missing = missing_fields(sender, lambda read: ChannelsSenderInstance(None, read))
		assert missing == OF_A_NEW_DISPLAY_NAME
		# The library leaves these as they are; its classes for requests name the same fields.
		for part, read_part in (
			("configuration", ChannelsSenderList.MessagingV2ChannelsSenderConfiguration),
			("webhook", ChannelsSenderList.MessagingV2ChannelsSenderWebhook),
			("profile", ChannelsSenderList.MessagingV2ChannelsSenderProfile),
		):
			assert not missing_fields(sender[part], read_part)


def test_alerts(sim, answered, app):
	app.answer.status_code = 502
	sim.customer_sends("budi", SALES, body="Halo")
	sim.pump()
	(listed,) = answered("/v1/Alerts")["alerts"]
	assert missing_fields(listed, lambda read: AlertInstance(None, read)) == IN_SINGLE_ALERTS_ONLY
	single = answered(f"/v1/Alerts/{listed['sid']}")
	assert not missing_fields(single, lambda read: AlertInstance(None, read))
