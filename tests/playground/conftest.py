"""A simulated Twilio at a fixed time, the real twilio library pointed at it, and an app that its webhooks reach."""

import functools
import signal
import threading
from urllib.parse import urlsplit

import pytest
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from playground.twilio_sim import Clock, SimulatedTwilio, serve
from playground.twilio_sim.server import QuietHandler

NOW_MS = 1_795_400_000_000  # 2026-11-23 02:13:20 UTC


class ToSimulator(TwilioHttpClient):
	"""The library's own HTTP client, with scheme and host of every URL replaced."""

	def __init__(self, base: str, timeout: float):
		super().__init__(timeout=timeout)
		self.session.trust_env = False
		self._base = urlsplit(base)

	def request(self, method, url, *args, **kwargs):
		url = urlsplit(url)._replace(scheme=self._base.scheme, netloc=self._base.netloc).geturl()
		return super().request(method, url, *args, **kwargs)


class ListeningApp:
	"""An app that records requests and answers as configured."""

	def __init__(self):
		self.requests: list[Request] = []
		self.answer = Response("<Response/>", content_type="text/xml")
		self.refused_methods: tuple[str, ...] = ()
		self.was_reached = threading.Event()
		self.may_answer = threading.Event()
		self.may_answer.set()
		self._server = make_server("127.0.0.1", 0, self._receive, threaded=True, request_handler=QuietHandler)
		self.url = f"http://127.0.0.1:{self._server.server_port}/api/method/inbound"
		self._thread = threading.Thread(target=self._server.serve_forever, args=[0.05], daemon=True)
		self._thread.start()

	def _receive(self, environ, start_response):
		request = Request(environ)
		request.form  # noqa: B018 - parsed while the connection is open
		self.requests.append(request)
		self.was_reached.set()
		self.may_answer.wait(10)
		answer = Response(status=403) if request.method in self.refused_methods else self.answer
		return answer(environ, start_response)

	@property
	def forms(self) -> list[dict]:
		return [request.form.to_dict() for request in self.requests]

	@property
	def statuses(self) -> list[str]:
		return [form["MessageStatus"] for form in self.forms if "MessageStatus" in form]

	def close(self) -> None:
		self.may_answer.set()
		self._server.shutdown()
		self._thread.join()
		self._server.server_close()


@pytest.fixture
def sim():
	return SimulatedTwilio(Clock(lambda: NOW_MS))


@pytest.fixture
def running(sim):
	with serve(sim) as server:
		yield server


@pytest.fixture
def client_with(sim, running):
	def made(token: str = "", timeout: float = 5) -> Client:
		return Client(
			sim.account.sid, token or sim.account.auth_token, http_client=ToSimulator(running.url, timeout)
		)

	return made


@pytest.fixture
def client(client_with):
	return client_with()


@pytest.fixture
def app(sim):
	listening = ListeningApp()
	for sender in sim.senders.values():
		sender.inbound_url = listening.url
	yield listening
	listening.close()


@pytest.fixture
def handle_ctrl_c():
	"""For a child process: handle Ctrl-C also where the tests run in the background, whose processes ignore it."""
	return functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
