"""The control API, for the customer's phone and for tests in other processes, and the command."""

import base64
import signal
import subprocess
import sys

import pytest
import requests

from playground.twilio_sim import SimulatedTwilio, serve

BUDI = "whatsapp:+6281234567890"
SALES = "whatsapp:+622150001234"


@pytest.fixture
def control(running):
	def called(path, **given):
		url = f"{running.url}/_sim/{path}"
		response = requests.post(url, json=given, timeout=5) if given else requests.get(url, timeout=5)
		response.raise_for_status()
		return response.json()

	return called


def test_a_customer_writes_reads_and_sees_the_chat(control, client, sim):
	control("message", customer="budi", to=SALES, body="Halo")
	client.messages.create(to=BUDI, from_=SALES, body="Pagi")
	assert control("pump", now=True)["done"] == 2
	assert control("read", customer="budi", sender=SALES) == {"read": 1}
	chat = control(f"chat?customer=budi&sender={SALES.replace('+', '%2B')}")
	assert chat["window_open"] is True
	assert [(m["body"], m["status"]) for m in chat["messages"]] == [("Halo", "received"), ("Pagi", "read")]


def test_a_file_is_sent_and_shown(control, running):
	media = {"name": "a.txt", "content_type": "text/plain", "base64": base64.b64encode(b"teks").decode()}
	sent = control("message", customer="budi", kind="document", media=media)
	shown = requests.get(running.url + sent["media"][0]["url"], timeout=5)
	assert (shown.text, sent["body"]) == ("teks", "a.txt")
	assert shown.headers["Content-Security-Policy"] == "sandbox"


def test_the_clock_is_read_and_moved(control):
	before = control("clock")["now_ms"]
	assert control("clock", advance_ms=3_600_000)["now_ms"] == before + 3_600_000


def test_senders_customers_templates_and_faults_are_changed(control, client):
	assert control("senders", address=SALES, inbound_url="http://127.0.0.1:1/in")["label"] == "Sales"
	assert (
		control("customers", id="rina", name="Rina", phone="+6281311112222")["address"]
		== "whatsapp:+6281311112222"
	)
	assert control("customers", id="budi", blocked=True)["name"] == "Budi Santoso"
	assert control("contents", sid=f"HX{9:032x}", approval_status="approved")["approval_status"] == "approved"
	assert control("faults", inbound={"lost": 1}, server_errors=3)["inbound"]["lost"] == 1
	state = control("state")
	assert state["simulation"] is True
	assert state["senders"][0]["inbound_url"] == "http://127.0.0.1:1/in"
	assert state["faults"]["server_errors"] == 3
	assert "auth_token" not in str(state)


def test_the_log_holds_everything_in_order(control, client):
	control("message", customer="budi", body="Halo")
	client.messages.create(to=BUDI, from_=SALES, body="Pagi")
	control("pump", now=True)
	entries = control("log")["entries"]
	assert [entry["event"] for entry in entries] == ["inbound", "webhook", "outbound", "status", "status"]
	assert [entry["seq"] for entry in entries] == [1, 2, 3, 4, 5]
	assert [entry["status"] for entry in control("log?event=status")["entries"]] == ["sent", "delivered"]
	assert [entry["seq"] for entry in control("log?after=3")["entries"]] == [4, 5]


def test_reset_deletes_all_but_the_webhook_urls(control, sim):
	control("senders", address=SALES, inbound_url="http://127.0.0.1:1/in")
	control("message", customer="budi", body="Halo")
	control("faults", server_errors=3)
	control("reset", now=True)
	assert not sim.messages
	assert not sim.log.entries()
	assert sim.faults.server_errors == 0
	assert sim.senders[SALES].inbound_url == "http://127.0.0.1:1/in"
	assert sim.pump() == 0


def test_mistakes_are_answered_with_words(running):
	for path, given in (
		("message", {"customer": "nobody"}),
		("message", {"customer": "budi", "colour": "red"}),
		("message", {"customer": "budi", "to": "whatsapp:+1"}),
		("faults", {"weather": 1}),
		("clock", {"advance_ms": -1}),
		("contents", {"sid": "HX0"}),
	):
		response = requests.post(f"{running.url}/_sim/{path}", json=given, timeout=5)
		assert response.status_code == 400
		assert response.json()["error"]
	assert requests.get(f"{running.url}/_sim/weather", timeout=5).status_code == 404


def test_a_form_of_another_sites_page_is_not_taken(running, sim):
	response = requests.post(f"{running.url}/_sim/message", data='{"customer": "budi"}', timeout=5)
	assert response.status_code == 415
	assert not sim.messages


def test_workers_pump_by_themselves(sim, app):
	with serve(sim, workers=2) as running:
		requests.post(f"{running.url}/_sim/message", json={"customer": "budi", "body": "Halo"}, timeout=5)
		assert app.was_reached.wait(10)
	assert [form["Body"] for form in app.forms] == ["Halo"]


def test_it_serves_on_loopback_only():
	with serve(SimulatedTwilio()) as running:
		assert running.url.startswith("http://127.0.0.1:")


def test_the_command_prints_where_it_is_and_how_to_log_in(handle_ctrl_c):
	command = [
		sys.executable,
		"-u",
		"-m",
		"playground.twilio_sim",
		"--port",
		"0",
		"--inbound-url",
		"http://127.0.0.1:1/",
	]
	options = {"stdout": subprocess.PIPE, "text": True, "preexec_fn": handle_ctrl_c}
	with subprocess.Popen(command, **options) as process:
		lines = [process.stdout.readline().strip() for _ in range(4)]
		process.send_signal(signal.SIGINT)
		assert process.wait(10) == 0
	assert lines[0] == "This is a simulation: nothing leaves this computer."
	assert lines[1].startswith("Simulated Twilio, with a customer's phone: http://127.0.0.1:")
	assert "AC" + "5" * 32 in lines[2]
	assert lines[3].startswith("Auth token")
