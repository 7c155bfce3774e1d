"""The webhook against Frappe's own ping, a bare insert, and frappe_whatsapp's webhook, in one run."""

import json
import secrets
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

from twilio.request_validator import RequestValidator

from playground.bench_site import BenchSite
from playground.twilio_sim import SimulatedTwilio, serve

from . import load
from .report import percentile, publish, spread

HERE = Path(__file__).parent
PEER = "/api/method/frappe_whatsapp.utils.webhook.webhook"
INBOUND = "/api/method/wa_window.api.webhook.inbound"
PEER_ACCOUNT = "104996122399160"
KNOWN = 200


class Targets:
	"""Requests of each kind, each one new."""

	def __init__(self, site: BenchSite, sender: str):
		self.url, self.sender = site.url, sender
		self.sid, self.validator = site.sim.account.sid, RequestValidator(site.sim.account.auth_token)
		self.known = [f"+62811{number:08d}" for number in range(KNOWN)]

	def ping(self, _number: int) -> bytes:
		return load.form_request(f"{self.url}/api/method/ping", {}, {})

	def nothing(self, _number: int) -> bytes:
		return load.form_request(f"{self.url}/api/method/wa_window.bare.nothing", {}, {})

	def bare_insert(self, number: int) -> bytes:
		return load.form_request(
			f"{self.url}/api/method/wa_window.bare.insert", {"text": f"Halo {number}"}, {}
		)

	def least(self, number: int) -> bytes:
		form = _twilio_form(self.sid, self.known[number % KNOWN], self.sender)
		return load.form_request(f"{self.url}/api/method/wa_window.bare.least", form, {})

	def known_pair(self, number: int) -> bytes:
		return self.inbound(self.known[number % KNOWN])[1]

	def new_pair(self, _number: int) -> bytes:
		return self.inbound(f"+62812{secrets.randbelow(10**8):08d}")[1]

	def peer(self, number: int) -> bytes:
		body = json.dumps(_meta_event(self.known[number % KNOWN].lstrip("+")))
		return load.request_bytes(self.url + PEER, body.encode(), {"Content-Type": "application/json"})

	def inbound(self, phone: str) -> tuple[str, bytes]:
		"""A new message's SID and its signed webhook."""
		form, headers = self.signed(phone)
		return form["MessageSid"], load.form_request(self.url + INBOUND, form, headers)

	def signed(self, phone: str, text: str = "Halo, apakah rumahnya masih ada?") -> tuple[dict, dict]:
		"""A new message's form, and the headers that sign it."""
		form = _twilio_form(self.sid, phone, self.sender) | {"Body": text}
		return form, {"X-Twilio-Signature": self.validator.compute_signature(self.url + INBOUND, form)}


def measure(bench: str, site: str, *, rounds: int = 7, each: int = 300, clients: int = 4) -> None:
	sim = SimulatedTwilio()
	with serve(sim) as twilio:
		app = BenchSite(bench, site, sim, twilio.url)
		try:
			app.switch_on()
			served = app.serve(2, "on_site.wsgi", str(HERE))
			targets = Targets(app, next(iter(sim.senders)))
			kinds = ["ping", "nothing", "bare_insert", "least", "known_pair", "new_pair"]
			kinds += ["peer"] if _has_peer(app) else []
			loads = _interleaved(targets, kinds, app, rounds, each, clients)
			_publish(kinds, loads, rounds, each, clients)
			_profile(app, targets, served)
		finally:
			app.stop()


def _interleaved(
	targets: Targets, kinds: list[str], app: BenchSite, rounds: int, each: int, clients: int
) -> dict:
	parts = urlsplit(app.url)
	address = (parts.hostname, parts.port)
	load.run(
		address, [targets.known_pair(number) for number in range(KNOWN)], clients
	)  # store the pairs' conversations
	for kind in kinds:
		load.run(address, [getattr(targets, kind)(number) for number in range(40)], clients)
	loads = {kind: [] for kind in kinds}
	for turn in range(rounds):
		for kind in kinds[turn % len(kinds) :] + kinds[: turn % len(kinds)]:
			made = [getattr(targets, kind)(number) for number in range(each)]
			done = load.run(address, made, clients)
			if done.failed:
				raise RuntimeError(f"{kind}: {len(done.failed)} of {each} failed, such as {done.failed[0]}")
			loads[kind].append(done)
	return loads


def _publish(kinds: list[str], loads: dict, rounds: int, each: int, clients: int) -> None:
	rows = []
	for kind in kinds:
		milliseconds = [value for done in loads[kind] for value in done.milliseconds]
		costs = [cost for done in loads[kind] for cost in done.costs]
		against = {
			f"of {other}": spread(
				[
					mine.per_second / theirs.per_second
					for mine, theirs in zip(loads[kind], loads[other], strict=True)
				]
			)
			for other in ("ping", "least", "peer")
			if other in loads
		}
		rows.append(
			{
				"target": kind,
				"requests/s": spread([done.per_second for done in loads[kind]], 0),
				**against,
				"p50 ms": round(percentile(milliseconds, 0.5), 1),
				"p95 ms": round(percentile(milliseconds, 0.95), 1),
				"p99 ms": round(percentile(milliseconds, 0.99), 1),
				"queries": percentile([queries for queries, _cpu in costs], 0.5),
				"CPU ms": round(percentile([cpu for _queries, cpu in costs], 0.5) / 1000, 2),
			}
		)
	title = (
		f"Webhook: gunicorn with 2 workers, {clients} clients, {rounds} interleaved rounds of {each} requests"
	)
	publish("webhook", title, rows)


def _profile(app: BenchSite, targets: Targets, served: subprocess.Popen) -> None:
	"""The CPU time of one webhook by function, by cProfile in a process of its own."""
	made = [targets.known_pair(number) for number in range(300)]
	file = Path(app.folder.name) / "requests.json"
	file.write_text(json.dumps([request.decode("latin-1") for request in made]))
	parts = app.python(
		str(HERE / "on_site" / "profiled.py"),
		app.site,
		str(file),
		str(HERE / "results" / "webhook.profile.txt"),
	)
	rows = [{"part": part, "ms of a request": ms} for part, ms in parts.items()]
	publish(
		"webhook_profile",
		"CPU of one webhook on a known pair, by part (under cProfile, which makes all slower)",
		rows,
	)


def _has_peer(app: BenchSite) -> bool:
	script = str(HERE / "on_site" / "peer.py")
	return bool(app.python(script, app.site, PEER_ACCOUNT))


def _twilio_form(account_sid: str, phone: str, to: str) -> dict:
	sid = "SM" + secrets.token_hex(16)
	return {
		"SmsMessageSid": sid,
		"NumMedia": "0",
		"ProfileName": "Budi Santoso",
		"MessageType": "text",
		"SmsSid": sid,
		"WaId": phone.lstrip("+"),
		"SmsStatus": "received",
		"Body": "Halo, apakah rumahnya masih ada?",
		"To": to,
		"NumSegments": "1",
		"ReferralNumMedia": "0",
		"MessageSid": sid,
		"AccountSid": account_sid,
		"From": f"whatsapp:{phone}",
		"ApiVersion": "2010-04-01",
	}


def _meta_event(phone: str) -> dict:
	message = {
		"from": phone,
		"id": f"wamid.{secrets.token_hex(20)}",
		"timestamp": "1795400000",
		"text": {"body": "Halo, apakah rumahnya masih ada?"},
		"type": "text",
	}
	value = {
		"messaging_product": "whatsapp",
		"metadata": {"display_phone_number": "6281100000001", "phone_number_id": PEER_ACCOUNT},
		"contacts": [{"profile": {"name": "Budi Santoso"}, "wa_id": phone}],
		"messages": [message],
	}
	return {
		"object": "whatsapp_business_account",
		"entry": [{"id": "1", "changes": [{"value": value, "field": "messages"}]}],
	}
