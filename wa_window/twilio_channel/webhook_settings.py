"""Where Twilio posts to: the webhooks of the account's WhatsApp senders and of its Messaging Services.

https://www.twilio.com/docs/whatsapp/api/senders, https://www.twilio.com/docs/messaging/api/service-resource
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from . import rest
from .client import TwilioChannel
from .http import Json

SENDERS = "https://messaging.twilio.com/v2/Channels/Senders"
SERVICES = "https://messaging.twilio.com/v1/Services"
PAGE_SIZE = 100
# Twilio posts an inbound message again where this site did not answer well:
# https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
RETRIES = "#rc=3&rp=all"
POST = "POST"
# What is written where nothing stood: Twilio leaves what is not named as it is.
NOWHERE = {
	"callback_url": None,
	"callback_method": POST,
	"status_callback_url": None,
	"status_callback_method": POST,
}


@dataclass(frozen=True)
class WebhookOwner:
	"""A sender or a Messaging Service, and where Twilio posts its messages and their statuses; a URL is empty where there is none.

	`settings` are the same in Twilio's own words: what has to be written to have them again.
	"""

	sid: str
	name: str
	inbound_url: str
	inbound_method: str
	status_url: str
	status_method: str
	settings: Json = field(hash=False)

	def posts_to(self, inbound_url: str) -> bool:
		"""Whether incoming messages arrive at this URL, by POST."""
		return without_overrides(self.inbound_url) == inbound_url and self.inbound_method == POST

	def is_set_to(self, inbound_url: str, status_url: str) -> bool:
		return (
			self.posts_to(inbound_url)
			and without_overrides(self.status_url) == status_url
			and self.status_method == POST
		)


@dataclass(frozen=True)
class ListedSender(WebhookOwner):
	"""One of the account's WhatsApp senders; `address` is `whatsapp:+E164`. Meta's quality and limit are empty where unknown."""

	address: str = ""
	status: str = ""
	offline_reason: str = ""
	quality: str = ""
	limit: str = ""


@dataclass(frozen=True)
class ListedService(WebhookOwner):
	"""A Messaging Service with WhatsApp senders, by their addresses. One that defers leaves their incoming messages to their own
	webhooks; else it needs a URL of its own: without one they are not received at all."""

	addresses: tuple[str, ...] = ()
	defers: bool = False

	def posts_to(self, inbound_url: str) -> bool:
		return self.defers or super().posts_to(inbound_url)

	def is_set_to(self, inbound_url: str, status_url: str) -> bool:
		return not self.defers and super().is_set_to(inbound_url, status_url)


def senders_of(channel: TwilioChannel) -> list[ListedSender]:
	"""The account's WhatsApp senders. Raises NotAllowed, Refused or ProviderUnreachable."""
	url = f"{SENDERS}?Channel=whatsapp&PageSize={PAGE_SIZE}"
	return [_sender(sender) for sender in rest.listed(channel, url, "senders")]


def services_of(channel: TwilioChannel) -> list[ListedService]:
	"""The Messaging Services with WhatsApp senders: one request for each service. Raises NotAllowed, Refused or ProviderUnreachable."""
	services = rest.listed(channel, f"{SERVICES}?PageSize={PAGE_SIZE}", "services")
	found = [(service, tuple(_addresses(channel, service["sid"]))) for service in services]
	return [_service(service, addresses) for service, addresses in found if addresses]


def new_settings(owner: WebhookOwner, inbound_url: str, status_url: str) -> Json:
	"""Its settings with these URLs by POST; the fallback stays. A service's own URL decides then, not those of its senders."""
	if isinstance(owner, ListedService):
		return {
			"InboundRequestUrl": inbound_url + RETRIES,
			"InboundMethod": POST,
			"StatusCallback": status_url + RETRIES,
			"UseInboundWebhookOnNumber": "false",
		}
	return owner.settings | {
		"callback_url": inbound_url + RETRIES,
		"callback_method": POST,
		"status_callback_url": status_url + RETRIES,
		"status_callback_method": POST,
	}


def write_settings(channel: TwilioChannel, sid: str, settings: Json) -> None:
	"""Write settings of a sender or of a service, by its SID. Raises NotAllowed, Refused or ProviderUnreachable."""
	if sid.startswith("MG"):
		rest.change(channel, f"{SERVICES}/{sid}", settings, as_json=False)
	else:
		rest.change(channel, f"{SENDERS}/{sid}", {"webhook": settings}, as_json=True)


def _sender(sender: Json) -> ListedSender:
	webhook, properties = sender.get("webhook") or {}, sender.get("properties") or {}
	address = sender.get("sender_id") or ""
	reasons = [reason.get("message") or "" for reason in sender.get("offline_reasons") or ()]
	return ListedSender(
		sid=sender.get("sid") or "",
		name=(sender.get("profile") or {}).get("name") or "",
		inbound_url=webhook.get("callback_url") or "",
		inbound_method=webhook.get("callback_method") or POST,
		status_url=webhook.get("status_callback_url") or "",
		status_method=webhook.get("status_callback_method") or POST,
		settings=NOWHERE | {name: value for name, value in webhook.items() if value is not None},
		address=address,
		status=sender.get("status") or "",
		offline_reason=" ".join(reasons),
		quality=properties.get("quality_rating") or "",
		limit=properties.get("messaging_limit") or "",
	)


def _service(service: Json, addresses: tuple[str, ...]) -> ListedService:
	defers = bool(service.get("use_inbound_webhook_on_number"))
	return ListedService(
		sid=service["sid"],
		name=service.get("friendly_name") or "",
		inbound_url=service.get("inbound_request_url") or "",
		inbound_method=service.get("inbound_method") or POST,
		status_url=service.get("status_callback") or "",
		status_method=POST,
		settings={
			"InboundRequestUrl": service.get("inbound_request_url") or "",
			"InboundMethod": service.get("inbound_method") or POST,
			"StatusCallback": service.get("status_callback") or "",
			"UseInboundWebhookOnNumber": str(defers).lower(),
		},
		addresses=addresses,
		defers=defers,
	)


def _addresses(channel: TwilioChannel, service_sid: str) -> Iterator[str]:
	url = f"{SERVICES}/{service_sid}/ChannelSenders?PageSize={PAGE_SIZE}"
	for sender in rest.listed(channel, url, "senders"):
		if str(sender.get("sender")).startswith("whatsapp:"):
			yield sender["sender"]


def without_overrides(url: str) -> str:
	"""Without connection overrides, such as RETRIES."""
	return url.split("#", maxsplit=1)[0]
