"""https://messaging.twilio.com: the account's WhatsApp senders (v2) and Messaging Services (v1) with their webhooks, and typing
indicators."""

import re
from collections.abc import Set

from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from . import paging
from .checks import known_only
from .content_api import iso8601
from .errors import SIMULATOR_ERROR, TwilioError
from .records import MessagingService, Sender
from .rest import answer
from .simulator import SimulatedTwilio

HOST = "https://messaging.twilio.com"
SENDERS, SERVICES = "/v2/Channels/Senders", "/v1/Services"
LARGEST_PAGE = 1000
CREATED = iso8601(1_780_000_000_000)
ROUTES = Map(
	[
		Rule(SENDERS, endpoint="senders", methods=["GET"]),
		Rule(f"{SENDERS}/<sid>", endpoint="sender", methods=["GET"]),
		Rule(f"{SENDERS}/<sid>", endpoint="update_sender", methods=["POST"]),
		Rule(SERVICES, endpoint="services", methods=["GET"]),
		Rule(f"{SERVICES}/<sid>", endpoint="service", methods=["GET"]),
		Rule(f"{SERVICES}/<sid>", endpoint="update_service", methods=["POST"]),
		Rule(f"{SERVICES}/<sid>/ChannelSenders", endpoint="channel_senders", methods=["GET"]),
		Rule("/v2/Indicators/Typing.json", endpoint="typing", methods=["POST"]),
	]
)
MESSAGE_SID = re.compile("(SM|MM)[0-9a-fA-F]{32}")
URL = re.compile("https?://[^ ]+")
# The fields of a sender's webhook, and of a service's form, with those of the records.
WEBHOOK = {
	"callback_url": "inbound_url",
	"callback_method": "inbound_method",
	"fallback_url": "fallback_url",
	"fallback_method": "fallback_method",
	"status_callback_url": "status_url",
	"status_callback_method": "status_method",
}
SERVICE = {
	"InboundRequestUrl": "inbound_request_url",
	"InboundMethod": "inbound_method",
	"FallbackUrl": "fallback_url",
	"FallbackMethod": "fallback_method",
	"StatusCallback": "status_callback",
	"UseInboundWebhookOnNumber": "use_inbound_webhook_on_number",
}


class MessagingApi:
	"""The endpoints; each gets the request and the parameters of its path."""

	routes = ROUTES

	def __init__(self, sim: SimulatedTwilio):
		self.sim = sim

	def senders(self, request: Request) -> Response:
		"""https://www.twilio.com/docs/whatsapp/api/senders"""
		return self._list(request, "senders", list(self.sim.senders.values()), _sender, {"Channel"})

	def sender(self, request: Request, sid: str) -> Response:
		return answer(_sender(self._found_sender(sid)))

	def update_sender(self, request: Request, sid: str) -> Response:
		"""Of what may be changed, the webhook only. It takes effect later: the answer is 202."""
		sender, given = self._found_sender(sid), request.get_json(silent=True)
		if not isinstance(given, dict) or given.keys() != {"webhook"}:
			raise TwilioError(SIMULATOR_ERROR, "send JSON with a webhook, and nothing else")
		known_only(given["webhook"], set(WEBHOOK))
		for field, value in given["webhook"].items():
			_set(sender, WEBHOOK[field], value or "", ("POST", "PUT"))
		return answer(_sender(sender), 202)

	def services(self, request: Request) -> Response:
		"""https://www.twilio.com/docs/messaging/api/service-resource"""
		return self._list(request, "services", list(self.sim.services.values()), self._service)

	def service(self, request: Request, sid: str) -> Response:
		return answer(self._service(self._found_service(sid)))

	def update_service(self, request: Request, sid: str) -> Response:
		service = self._found_service(sid)
		known_only(request.form, set(SERVICE))
		for field, value in request.form.items():
			_set(service, SERVICE[field], value, ("GET", "POST"))
		return answer(self._service(service))

	def channel_senders(self, request: Request, sid: str) -> Response:
		"""https://www.twilio.com/docs/messaging/api/channelsender-resource"""
		service = self._found_service(sid)
		members = [each for each in self.sim.senders.values() if each.messaging_service_sid == service.sid]

		def payload(sender: Sender) -> dict:
			return {
				"account_sid": self.sim.account.sid,
				"messaging_service_sid": service.sid,
				"sid": sender.sid,
				"sender": sender.address,
				"sender_type": "WhatsApp",
				"country_code": "ID",
				"date_created": CREATED,
				"date_updated": CREATED,
				"url": f"{HOST}{request.path}/{sender.sid}",
			}

		return self._list(request, "senders", members, payload)

	def typing(self, request: Request) -> Response:
		"""https://www.twilio.com/docs/whatsapp/api/typing-indicators-resource. Which errors it answers is not documented."""
		known_only(request.form, {"messageId", "channel"})
		message_sid, channel = request.form.get("messageId", ""), request.form.get("channel", "")
		if channel != "whatsapp":
			raise TwilioError(20001, "channel must be whatsapp")
		if not MESSAGE_SID.fullmatch(message_sid):
			raise TwilioError(20001, "messageId must be the SID of a message")
		if message_sid not in self.sim.messages:
			raise TwilioError(20404, message_sid)
		self.sim.business_types(message_sid)
		return answer({"success": True})

	def _list(self, request: Request, key: str, records: list, payload, filters: Set[str] = frozenset()):
		known_only(request.args, paging.PARAMETERS | filters)
		page = paging.page_of(records, request.args, LARGEST_PAGE)
		meta = paging.meta(HOST + request.path, key, page, request.args)
		return answer({"meta": meta, key: [payload(record) for record in page.records]})

	def _found_sender(self, sid: str) -> Sender:
		found = next((each for each in self.sim.senders.values() if each.sid == sid), None)
		if not found:
			raise TwilioError(20404, sid)
		return found

	def _found_service(self, sid: str) -> MessagingService:
		if sid not in self.sim.services:
			raise TwilioError(20404, sid)
		return self.sim.services[sid]

	def _service(self, service: MessagingService) -> dict:
		url = f"{HOST}{SERVICES}/{service.sid}"
		parts = {
			"phone_numbers": "PhoneNumbers",
			"short_codes": "ShortCodes",
			"alpha_senders": "AlphaSenders",
			"messages": "Messages",
			"us_app_to_person": "Compliance/Usa2p",
			"us_app_to_person_usecases": "Compliance/Usa2p/Usecases",
			"channel_senders": "ChannelSenders",
			"destination_alpha_senders": "DestinationAlphaSenders",
		}
		return {
			"sid": service.sid,
			"account_sid": self.sim.account.sid,
			"friendly_name": service.friendly_name,
			"date_created": CREATED,
			"date_updated": CREATED,
			"inbound_request_url": service.inbound_request_url or None,
			"inbound_method": service.inbound_method,
			"fallback_url": service.fallback_url or None,
			"fallback_method": service.fallback_method,
			"status_callback": service.status_callback or None,
			"sticky_sender": True,
			"mms_converter": True,
			"smart_encoding": False,
			"scan_message_content": "inherit",
			"fallback_to_long_code": False,
			"area_code_geomatch": True,
			"synchronous_validation": False,
			"validity_period": 36000,
			"url": url,
			"links": {name: f"{url}/{path}" for name, path in parts.items()},
			"usecase": "undeclared",
			"us_app_to_person_registered": False,
			"use_inbound_webhook_on_number": service.use_inbound_webhook_on_number,
		}


def _set(record: Sender | MessagingService, field: str, value: str, methods: tuple[str, ...]) -> None:
	if field == "use_inbound_webhook_on_number":
		setattr(record, field, value == "true")
		return
	is_method = field.endswith("_method")
	if (is_method and value not in methods) or (not is_method and value and not URL.fullmatch(value)):
		raise TwilioError(20001, f"{field} cannot be {value}")
	setattr(record, field, value)


def _webhook(sender: Sender) -> dict | None:
	"""None where no URL was ever set: it is nullable (github.com/twilio/twilio-oai, twilio_messaging_v2.json)."""
	webhook = {name: getattr(sender, field) for name, field in WEBHOOK.items()}
	return webhook if sender.inbound_url or sender.fallback_url or sender.status_url else None


def _sender(sender: Sender) -> dict:
	reason = {"code": "63100", "message": sender.offline_reason, "more_info": ""}
	return {
		"sid": sender.sid,
		"sender_id": sender.address,
		"status": sender.status,
		"friendly_name": None,
		"configuration": {
			"waba_id": "12345678912345",
			"verification_method": "sms",
			"verification_code": None,
			"voice_application_sid": None,
			"account_type": None,
		},
		"webhook": _webhook(sender),
		"profile": {
			"name": sender.label,
			"about": None,
			"address": None,
			"description": None,
			"logo_url": None,
			"banner_url": None,
			"privacy_url": None,
			"terms_of_service_url": None,
			"accent_color": None,
			"use_case": None,
			"vertical": None,
			"websites": None,
			"emails": None,
			"phone_numbers": None,
		},
		"properties": {"quality_rating": sender.quality_rating, "messaging_limit": sender.messaging_limit},
		"offline_reasons": [reason] if sender.offline_reason else None,
		"compliance": None,
		"url": f"{HOST}{SENDERS}/{sender.sid}",
	}
