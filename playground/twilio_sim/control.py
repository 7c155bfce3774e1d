"""The control API, /_sim/…: JSON in and out, for the customer's phone and for tests in other processes."""

import base64
import json
from dataclasses import asdict

from werkzeug.exceptions import BadRequest, HTTPException, NotFound, UnsupportedMediaType
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from .contents import Content
from .errors import TwilioError
from .faults import change
from .records import Customer, Message, MessagingService, Sender
from .rest import answer
from .samples import Upload
from .simulator import SimulatedTwilio

ROUTES = Map(
	[
		Rule("/_sim/state", endpoint="state", methods=["GET"]),
		Rule("/_sim/chat", endpoint="chat", methods=["GET"]),
		Rule("/_sim/log", endpoint="log", methods=["GET"]),
		Rule("/_sim/media/<sid>/<media_sid>", endpoint="media", methods=["GET"]),
		Rule("/_sim/clock", endpoint="clock", methods=["GET"]),
		Rule("/_sim/clock", endpoint="move_clock", methods=["POST"]),
		Rule("/_sim/senders", endpoint="set_sender", methods=["POST"]),
		Rule("/_sim/services", endpoint="set_service", methods=["POST"]),
		Rule("/_sim/account", endpoint="set_account", methods=["POST"]),
		Rule("/_sim/customers", endpoint="set_customer", methods=["POST"]),
		Rule("/_sim/contents", endpoint="set_content", methods=["POST"]),
		Rule("/_sim/message", endpoint="message", methods=["POST"]),
		Rule("/_sim/console", endpoint="console", methods=["POST"]),
		Rule("/_sim/read", endpoint="read", methods=["POST"]),
		Rule("/_sim/faults", endpoint="set_faults", methods=["POST"]),
		Rule("/_sim/pump", endpoint="pump", methods=["POST"]),
		Rule("/_sim/reset", endpoint="reset", methods=["POST"]),
	]
)
WEBHOOKS_SHOWN = 50


class Control:
	"""Each endpoint gets the request and returns a value for JSON."""

	def __init__(self, sim: SimulatedTwilio):
		self.sim = sim

	def respond(self, request: Request) -> Response:
		"""Answer with JSON; an error is 400 with `{"error": text}`."""
		try:
			endpoint, named = ROUTES.bind_to_environ(request.environ).match()
			answered = getattr(self, endpoint)(request, **named)
		except HTTPException as error:
			return answer({"error": error.description}, error.code or 500)
		except (KeyError, TypeError, ValueError, StopIteration) as error:
			return answer({"error": f"{type(error).__name__}: {error}"}, 400)
		return answered if isinstance(answered, Response) else answer(answered)

	def state(self, request: Request) -> dict:
		"""The state that the page shows beside the chat."""
		sim = self.sim
		return {
			"simulation": True,
			"now_ms": sim.clock(),
			"account_sid": sim.account.sid,
			"senders": [asdict(sender) for sender in sim.senders.values()],
			"services": [asdict(service) for service in sim.services.values()],
			"customers": [{**asdict(c), "address": c.address} for c in sim.customers.values()],
			"contents": [_content(content) for content in sim.contents.values()],
			"faults": asdict(sim.faults),
			"webhooks": sim.log.entries("webhook")[-WEBHOOKS_SHOWN:],
		}

	def chat(self, request: Request) -> dict:
		"""The messages of ?customer=&sender= as on the phone, oldest first, and the window.

		`reached`: the app has answered a webhook about the message with 200.
		"""
		pair = request.args["customer"], request.args["sender"]
		last_ms = self.sim.last_inbound_ms.get(pair, 0)
		reached = {
			entry["message_sid"] for entry in self.sim.log.entries("webhook") if entry["answer"] == 200
		}
		return {
			"window_open": self.sim.window_open(*pair),
			"typing": self.sim.is_typing(*pair),
			"last_inbound_ms": last_ms,
			"now_ms": self.sim.clock(),
			"messages": [
				{**_message(message), "reached": message.sid in reached}
				for message in self.sim.snapshot()
				if message.pair == pair
			],
		}

	def log(self, request: Request) -> dict:
		"""Log entries after number ?after=, of one ?event= or of all."""
		after = request.args.get("after", 0, type=int)
		return {"entries": self.sim.log.entries(request.args.get("event", ""), after)}

	def media(self, request: Request, sid: str, media_sid: str) -> Response:
		for media in self.sim.messages[sid].media:
			if media.sid == media_sid:
				headers = {"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}
				return Response(media.data, content_type=media.content_type, headers=headers)
		raise NotFound

	def clock(self, request: Request) -> dict:
		return {"now_ms": self.sim.clock()}

	def move_clock(self, request: Request) -> dict:
		"""{"advance_ms": …}"""
		self.sim.clock.advance(_json(request)["advance_ms"])
		return self.clock(request)

	def set_sender(self, request: Request) -> dict:
		"""{"address": …, "inbound_url": …}: change or add a business number."""
		given = _json(request)
		sender = self.sim.senders.get(given["address"]) or Sender(given["address"])
		change(sender, given)
		self.sim.set_sender(sender)
		return asdict(sender)

	def set_service(self, request: Request) -> dict:
		"""{"sid": …, "friendly_name": …, "inbound_request_url": …}: change or add a Messaging Service."""
		given = _json(request)
		service = self.sim.services.get(given["sid"]) or MessagingService(
			given["sid"], given["friendly_name"]
		)
		change(service, given)
		self.sim.services[service.sid] = service
		return asdict(service)

	def set_account(self, request: Request) -> dict:
		"""{"media_needs_auth": …, "api_key_lacks": …}"""
		change(self.sim.account, _json(request))
		return {"account_sid": self.sim.account.sid}

	def set_customer(self, request: Request) -> dict:
		"""{"id": …, "name": …, "phone": …, "blocked": …}: change or add a customer."""
		given = _json(request)
		customer = self.sim.customers.get(given["id"]) or Customer(given["id"], given["name"])
		change(customer, given)
		self.sim.add_customer(customer)
		return {**asdict(customer), "address": customer.address}

	def set_content(self, request: Request) -> dict:
		"""{"sid": …, "approval_status": …}: set Meta's decision on a content template."""
		given = _json(request)
		content = self.sim.contents[given["sid"]]
		change(content, given)
		return _content(content)

	def message(self, request: Request) -> dict:
		"""The arguments of `customer_sends`; `media` is {"name", "content_type", "base64"}."""
		given = _json(request)
		media = given.pop("media", None)
		if media:
			given["media"] = Upload(media["name"], media["content_type"], base64.b64decode(media["base64"]))
		return _message(self.sim.customer_sends(**given))

	def console(self, request: Request) -> dict:
		"""{"customer": …, "sender": …, "body": …}: somebody writes to them in Twilio's console."""
		try:
			return _message(self.sim.console_sends(**_json(request)))
		except TwilioError as error:
			raise BadRequest(error.message) from error

	def read(self, request: Request) -> dict:
		"""{"customer": …, "sender": …}: the customer opens the chat."""
		return {"read": self.sim.customer_reads(**_json(request))}

	def set_faults(self, request: Request) -> dict:
		self.sim.faults.change(_json(request))
		return asdict(self.sim.faults)

	def pump(self, request: Request) -> dict:
		return {"done": self.sim.pump()}

	def reset(self, request: Request) -> dict:
		self.sim.reset()
		return {"now_ms": self.sim.clock()}


def _json(request: Request) -> dict:
	"""The JSON body. Its content type is required: a page of another site cannot post that without a CORS preflight."""
	if request.mimetype != "application/json":
		raise UnsupportedMediaType("send application/json")
	given = json.loads(request.get_data() or b"{}")
	if not isinstance(given, dict):
		raise BadRequest("send a JSON object")
	return given


def _message(message: Message) -> dict:
	values = asdict(message)
	values["media"] = [
		{
			"name": m.name,
			"content_type": m.content_type,
			"url": f"/_sim/media/{message.sid}/{m.sid}",
			"size": len(m.data),
		}
		for m in message.media
	]
	return values


def _content(content: Content) -> dict:
	return {**asdict(content), "type": content.type}
