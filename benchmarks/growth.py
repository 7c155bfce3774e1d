"""Several web and job workers on one database: throughput, lost and duplicated messages, deadlocks."""

import secrets
from pathlib import Path
from urllib.parse import urlsplit

from playground.bench_site import BenchSite, kill
from playground.twilio_sim import SimulatedTwilio, serve

from . import load
from .report import publish
from .webhook import Targets

HERE = Path(__file__).parent
WORKERS = (1, 2, 4)
CLIENTS = 8


def measure(bench: str, site: str, *, messages: int = 1500) -> None:
	sim = SimulatedTwilio()
	with serve(sim) as twilio:
		app = BenchSite(bench, site, sim, twilio.url)
		try:
			app.switch_on()
			rows = [_with(app, workers, messages) for workers in WORKERS]
		finally:
			app.stop()
	publish(
		"growth",
		f"{messages} new messages by {CLIENTS} clients, a tenth of them posted twice, half on 20 busy pairs",
		rows,
	)


def _with(app: BenchSite, workers: int, messages: int) -> dict:
	served = app.serve(workers)
	targets = Targets(app, next(iter(app.sim.senders)))
	sids, requests = _requests(targets, messages)
	parts = urlsplit(app.url)
	deadlocks = _ask(app, "deadlocks")["deadlocks"]
	received = load.run((parts.hostname, parts.port), requests, CLIENTS)
	kill(served)
	app.running.remove(served)
	_ask(app, "hold")
	app.hire(workers)
	processed = _ask(app, "post_process", str(workers))
	app.dismiss()
	found = _ask(app, "found", *sids)
	return {
		"web and job workers": workers,
		"webhooks/s": round(received.per_second, 1),
		"messages post-processed/s": round(processed["per_second"], 1),
		"errors answered": len(received.failed),
		"stored": found["stored"],
		"lost": messages - found["stored"],
		"twice": found["twice"],
		"waiting since a wrong time": found["waiting_wrong"],
		"deadlocks in the database": _ask(app, "deadlocks")["deadlocks"] - deadlocks,
	}


def _requests(targets: Targets, messages: int) -> tuple[list[str], list[bytes]]:
	"""Half of them on a few busy pairs, half on new ones; every tenth is posted twice."""
	sids, requests = [], []
	for number in range(messages):
		phone = targets.known[number % 20] if number % 2 else f"+62813{secrets.randbelow(10**8):08d}"
		sid, request = targets.inbound(phone)
		sids.append(sid)
		requests += [request, request] if number % 10 == 0 else [request]
	return sids, requests


def _ask(app: BenchSite, what: str, *arguments: str) -> dict:
	given = Path(app.folder.name) / "given.txt"
	given.write_text("\n".join(arguments))
	return app.python(str(HERE / "on_site" / "counts.py"), app.site, what, str(given))
