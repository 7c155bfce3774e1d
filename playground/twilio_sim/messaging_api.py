"""https://messaging.twilio.com/v2: the account's WhatsApp senders with their webhooks, and typing indicators."""

import re

from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from .checks import known_only
from .errors import TwilioError
from .records import Sender
from .rest import answer
from .simulator import SimulatedTwilio

HOST = "https://messaging.twilio.com"
ROUTES = Map(
	[
		Rule("/v2/Channels/Senders", endpoint="senders", methods=["GET"]),
		Rule("/v2/Indicators/Typing.json", endpoint="typing", methods=["POST"]),
	]
)
MESSAGE_SID = re.compile("(SM|MM)[0-9a-fA-F]{32}")


class MessagingApi:
	"""All senders are on the first page of their list."""

	routes = ROUTES

	def __init__(self, sim: SimulatedTwilio):
		self.sim = sim

	def senders(self, request: Request) -> Response:
		known_only(request.args, {"Channel", "PageSize"})
		url = f"{HOST}/v2/Channels/Senders?Channel=whatsapp&PageSize=100&Page=0"
		meta = {
			"key": "senders",
			"page": 0,
			"page_size": 100,
			"first_page_url": url,
			"previous_page_url": None,
			"next_page_url": None,
			"url": url,
		}
		return answer({"meta": meta, "senders": [_payload(sender) for sender in self.sim.senders.values()]})

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


def _payload(sender: Sender) -> dict:
	return {
		"sid": "XE" + sender.address[-10:].rjust(32, "0"),
		"sender_id": sender.address,
		"status": "ONLINE",
		"webhook": {
			"callback_url": sender.inbound_url,
			"callback_method": "POST",
			"fallback_url": "",
			"fallback_method": "POST",
			"status_callback_url": "",
			"status_callback_method": "POST",
		},
	}
