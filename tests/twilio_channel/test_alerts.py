"""Twilio's alerts about our webhooks, from the simulated Twilio over real HTTP."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest

from playground.twilio_sim import Clock, SimulatedTwilio, serve
from wa_window.twilio_channel.alerts import alerts_about
from wa_window.twilio_channel.client import TwilioChannel

from . import forms

NOW_MS = 1_795_400_000_000
MINUTE_MS = 60_000


@pytest.fixture
def sim():
	return SimulatedTwilio(Clock(lambda: NOW_MS))


@pytest.fixture
def channel(sim):
	with serve(sim) as running:
		yield TwilioChannel(sim.account.sid, sim.account.auth_token, [], str, str, running.url)


@pytest.fixture
def broken():
	"""The URL of a site that answers 502."""

	class Handler(BaseHTTPRequestHandler):
		def do_POST(self):
			self.rfile.read(int(self.headers["Content-Length"]))
			self.send_response(502)
			self.end_headers()
			self.wfile.write(b"<style>p {}</style><h1>Bad\n Gateway</h1><p>nginx &amp; more" + b"x" * 500)

		def log_message(self, *_):
			pass

	server = HTTPServer(("127.0.0.1", 0), Handler)
	threading.Thread(target=server.serve_forever, daemon=True).start()
	yield f"http://127.0.0.1:{server.server_port}"
	server.shutdown()
	server.server_close()


def writes(sim, times: int) -> None:
	for _ in range(times):
		sim.customer_sends("budi", forms.SALES, body="Halo")
		sim.pump()


def test_alerts_are_grouped_counted_and_come_with_the_beginning_of_the_answer(sim, channel, broken):
	sim.senders[forms.SALES].inbound_url = f"{broken}/inbound?site=crm#rc=3"
	writes(sim, 2)
	sim.clock.advance(5 * MINUTE_MS)
	writes(sim, 1)
	sim.senders[forms.SALES].inbound_url = "http://127.0.0.1:1/of-another-program"
	writes(sim, 1)
	(group,) = alerts_about(channel, broken, NOW_MS - MINUTE_MS)
	assert (group.count, group.last.http_status, group.last.code) == (3, "502", "11200")
	assert (group.last.url, group.first_at_ms, group.last.at_ms) == (
		f"{broken}/inbound",
		NOW_MS,
		NOW_MS + 5 * MINUTE_MS,
	)
	assert group.excerpt.startswith("Bad Gateway nginx")
	assert len(group.excerpt) == 200


def test_older_ones_are_not_asked_for(sim, channel, broken):
	sim.senders[forms.SALES].inbound_url = broken
	writes(sim, 1)
	assert alerts_about(channel, broken, NOW_MS + 1000) == []


def test_the_largest_group_comes_first_and_costs_one_request_however_many_alerts_it_has():
	asked = []

	def alert(number: int, code: str) -> dict:
		text = f"Msg=Timeout&ErrorCode={code}&url=https%3A%2F%2Fcrm.example.com%2Finbound"
		return {"sid": f"NO{number}", "alert_text": text, "date_generated": "2026-11-26T14:05:00Z"}

	alerts = [alert(1, "11205"), *(alert(number, "11200") for number in range(2, 5))]

	def request(method, url):
		asked.append(url)
		answer = {"alerts": alerts, "meta": {}} if "?" in url else {"response_body": None}
		return SimpleNamespace(status_code=200, text=json.dumps(answer))

	channel = SimpleNamespace(client=SimpleNamespace(request=request))
	first, second = alerts_about(channel, "https://crm.example.com/", NOW_MS)
	assert [(group.last.code, group.count, group.excerpt) for group in (first, second)] == [
		("11200", 3, ""),
		("11205", 1, ""),
	]
	assert (first.last.text, first.last.http_status) == ("Timeout", "")
	assert len(asked) == 3


@pytest.mark.parametrize("alert", [{}, {"alert_text": None, "date_created": "yesterday"}])
def test_an_alert_without_details_is_about_nothing_of_ours(alert):
	text = json.dumps({"alerts": [alert], "meta": {}})
	request = SimpleNamespace(request=lambda *_: SimpleNamespace(status_code=200, text=text))
	assert alerts_about(SimpleNamespace(client=request), "https://crm.example.com", NOW_MS) == []
