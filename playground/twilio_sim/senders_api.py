"""https://messaging.twilio.com/v2/Channels/Senders: the account's WhatsApp senders with their webhooks."""

from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from .checks import known_only
from .records import Sender
from .rest import answer
from .simulator import SimulatedTwilio

HOST = "https://messaging.twilio.com"
ROUTES = Map([Rule("/v2/Channels/Senders", endpoint="senders", methods=["GET"])])


class SendersApi:
	"""The only endpoint; all senders are on its first page."""

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
