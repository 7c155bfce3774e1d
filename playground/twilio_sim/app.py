"""The simulator as a WSGI application: Twilio's three hosts, the control API and the customer's phone."""

import hmac
from pathlib import Path

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.middleware.shared_data import SharedDataMiddleware
from werkzeug.wrappers import Request, Response

from ..translations import PLAYGROUND, javascript
from . import connection
from .content_api import ContentApi
from .control import Control
from .errors import TwilioError
from .forms import API_VERSION
from .messaging_api import MessagingApi
from .rest import Rest, answer
from .simulator import SimulatedTwilio

STATIC = Path(__file__).parent / "static"


def create_app(sim: SimulatedTwilio):
	"""The WSGI application of a simulator."""
	return SharedDataMiddleware(App(sim), {"/static": str(STATIC)}, cache=False)


class App:
	"""Routes each request to its endpoint."""

	def __init__(self, sim: SimulatedTwilio):
		self.sim = sim
		self.control = Control(sim)
		self.twilio: dict[str, Rest | ContentApi | MessagingApi] = {
			API_VERSION: Rest(sim),
			"v1": ContentApi(sim),
			"v2": MessagingApi(sim),
		}

	def __call__(self, environ, start_response):
		return self._respond(Request(environ))(environ, start_response)

	def _respond(self, request: Request) -> Response:
		part = request.path.split("/")[1]
		if part == "_sim":
			return self.control.respond(request)
		if request.path == "/":
			return self._page()
		if request.path == "/translations.js":
			script = javascript(request.args.get("lang", ""), PLAYGROUND)
			return Response(script, content_type="text/javascript; charset=utf-8")
		try:
			return self._as_twilio(request, self.twilio.get(part))
		except TwilioError as error:
			self.sim.log.add("refused", method=request.method, path=request.path, **error.payload())
			return answer(error.payload(), error.status)

	def _page(self) -> Response:
		headers = {"Content-Security-Policy": "default-src 'self'; img-src 'self' data:"}
		page = (STATIC / "index.html").read_bytes()
		return Response(page, content_type="text/html; charset=utf-8", headers=headers)

	def _as_twilio(self, request: Request, api: Rest | ContentApi | MessagingApi | None) -> Response:
		if api is None:
			raise TwilioError(20404, request.path)
		self._authenticate(request)
		if self.sim.consume_fault("too_many_requests"):
			raise TwilioError(20429)
		if self.sim.consume_fault("server_errors"):
			raise TwilioError(20500)
		if request.method != "GET" and self.sim.consume_fault("cut_before_accept"):
			connection.cut(request.environ)
			raise TwilioError(20500)
		try:
			endpoint, matched = api.routes.bind_to_environ(request.environ).match()
		except NotFound as error:
			raise TwilioError(20404, request.path) from error
		except MethodNotAllowed as error:
			raise TwilioError(20405, request.method) from error
		named = dict(matched)
		if named.pop("account_sid", self.sim.account.sid) != self.sim.account.sid:
			raise TwilioError(20404, request.path)
		return getattr(api, endpoint)(request, **named)

	def _authenticate(self, request: Request) -> None:
		given, account = request.authorization, self.sim.account
		if given is None or given.type != "basic":
			raise TwilioError(20003)
		has_token = hmac.compare_digest((given.password or "").encode(), account.auth_token.encode())
		if given.username != account.sid or not has_token:
			raise TwilioError(20003)
