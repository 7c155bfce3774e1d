"""A simulated Twilio at a fixed time, the real twilio library pointed at it, and an app that its webhooks reach."""

import functools
import secrets
import signal
import threading
from urllib.parse import urlsplit

import pytest
import requests
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from playground.host import EmbeddedHost, Settings, SqliteStore, create_app
from playground.twilio_sim import Clock, SimulatedTwilio, serve
from playground.twilio_sim.server import QuietHandler
from wa_window.chat.message import Sender

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


class Site:
	"""The host on a port, with shortcuts for the panel's calls."""

	def __init__(self, sim, running, folder):
		self.sim = sim
		self.headers: dict[str, str] = {}
		settings = Settings(
			public_url="",
			account_sid=sim.account.sid,
			auth_token=sim.account.auth_token,
			senders=tuple(Sender(sender.address, sender.label) for sender in sim.senders.values()),
			api_base=running.url,
		)
		self.host = EmbeddedHost(SqliteStore(folder / "playground.db"), sim.clock, settings)
		app = create_app(self.host, advance=sim.clock.advance)
		self.server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietHandler)
		self.url = settings.public_url = f"http://127.0.0.1:{self.server.server_port}"
		threading.Thread(target=self.server.serve_forever, args=[0.05], daemon=True).start()
		for sender in sim.senders.values():
			sender.inbound_url = f"{self.url}/api/method/wa_window.api.webhook.inbound"
		self.lead = self.host.leads.add("Budi Santoso", "0812-3456-7890")
		self.host.sync_templates()

	def close(self):
		self.server.shutdown()
		self.server.server_close()

	def get(self, method: str, **given):
		given = {"lead_doctype": "Chat Lead", "lead": self.lead} | given
		url = f"{self.url}/api/method/wa_window.api.{method}"
		return requests.get(url, params=given, headers=self.headers, timeout=10)

	def post(self, method: str, **given):
		given = {"lead_doctype": "Chat Lead", "lead": self.lead, "client_key": secrets.token_hex(8)} | given
		url = f"{self.url}/api/method/wa_window.api.{method}"
		return requests.post(url, json=given, headers=self.headers, timeout=10)

	def open(self) -> dict:
		return self.get("chat.open").json()["message"]

	def process_all(self):
		"""Process everything that is due, on both sides."""
		for _ in range(5):
			self.sim.pump()
			self.host.worker.work()

	def written(self, body="Halo, apakah rumahnya masih ada?", **more):
		self.sim.customer_sends("budi", body=body, **more)
		self.process_all()

	def sent(self) -> list:
		return self.sim.log.entries("outbound")


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
def site(sim, running, tmp_path):
	site = Site(sim, running, tmp_path)
	yield site
	site.close()


@pytest.fixture
def handle_ctrl_c():
	"""For a child process: handle Ctrl-C also where the tests run in the background, whose processes ignore it."""
	return functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
