"""The simulator as a WSGI application: Twilio's four hosts, the control API and the customer's phone."""

import hmac
import re
from collections.abc import Callable
from pathlib import Path

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.middleware.shared_data import SharedDataMiddleware
from werkzeug.wrappers import Request, Response

from ..translations import PLAYGROUND, javascript
from . import connection
from .content_api import ContentApi
from .control import Control
from .errors import TwilioError
from .extended_kinds import AD_PICTURE, AD_PICTURE_PATH
from .messaging_api import MessagingApi
from .monitor_api import MonitorApi
from .rest import Rest, answer
from .simulator import SimulatedTwilio

STATIC = Path(__file__).parent / "static"
ACCOUNT = re.compile("/2010-04-01/Accounts/[^/]+[.]json")
MEDIA_FILE = re.compile("/2010-04-01/Accounts/[^/]+/Messages/[^/]+/Media/[^/.]+")


def create_app(sim: SimulatedTwilio):
	"""The WSGI application of a simulator."""
	return SharedDataMiddleware(App(sim), {"/static": str(STATIC)}, cache=False)


class App:
	"""Routes each request to its endpoint."""

	def __init__(self, sim: SimulatedTwilio):
		self.sim = sim
		self.control = Control(sim)
		# All hosts are one here: their paths differ.
		self.twilio = (Rest(sim), ContentApi(sim), MessagingApi(sim), MonitorApi(sim))

	def __call__(self, environ, start_response):
		return self._respond(Request(environ))(environ, start_response)

	def _respond(self, request: Request) -> Response:
		part = request.path.split("/")[1]
		if part == "_sim":
			return self.control.respond(request)
		if request.path == "/":
			return self._page()
		if request.path == AD_PICTURE_PATH:
			return Response(AD_PICTURE.data, content_type=AD_PICTURE.content_type)
		if request.path == "/translations.js":
			script = javascript(request.args.get("lang", ""), PLAYGROUND)
			return Response(script, content_type="text/javascript; charset=utf-8")
		try:
			return self._as_twilio(request)
		except TwilioError as error:
			self.sim.log.add("refused", method=request.method, path=request.path, **error.payload())
			return answer(error.payload(), error.status)

	def _page(self) -> Response:
		headers = {"Content-Security-Policy": "default-src 'self'; img-src 'self' data:"}
		page = (STATIC / "index.html").read_bytes()
		return Response(page, content_type="text/html; charset=utf-8", headers=headers)

	def _as_twilio(self, request: Request) -> Response:
		account = self.sim.account
		if account.media_needs_auth or not MEDIA_FILE.fullmatch(request.path):
			self._authenticate(request)
		if self.sim.consume_fault("too_many_requests"):
			raise TwilioError(20429)
		if self.sim.consume_fault("server_errors"):
			raise TwilioError(20500)
		if request.method != "GET" and self.sim.consume_fault("cut_before_accept"):
			connection.cut(request.environ)
			raise TwilioError(20500)
		endpoint, named = self._endpoint(request)
		if named.pop("account_sid", account.sid) != account.sid:
			raise TwilioError(20404, request.path)
		return endpoint(request, **named)

	def _endpoint(self, request: Request) -> tuple[Callable[..., Response], dict]:
		for api in self.twilio:
			try:
				name, named = api.routes.bind_to_environ(request.environ).match()
			except NotFound:
				continue
			except MethodNotAllowed as error:
				raise TwilioError(20405, request.method) from error
			return getattr(api, name), dict(named)
		raise TwilioError(20404, request.path)

	def _authenticate(self, request: Request) -> None:
		"""By account SID and auth token, or by an API key, which may not read the account itself:
		https://www.twilio.com/docs/iam/api-keys/restricted-api-keys"""
		given, account = request.authorization, self.sim.account
		secrets = {account.sid: account.auth_token, account.api_key_sid: account.api_key_secret}
		if given is None or given.type != "basic" or given.username not in secrets:
			raise TwilioError(20003)
		if not hmac.compare_digest((given.password or "").encode(), secrets[given.username].encode()):
			raise TwilioError(20003)
		is_key, lacks = given.username == account.api_key_sid, account.api_key_lacks
		if is_key and (ACCOUNT.fullmatch(request.path) or (lacks and request.path.startswith(lacks))):
			raise TwilioError(20003)
