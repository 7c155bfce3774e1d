"""The webhook against that of an earlier commit of this app, by turns in one run, on one site."""

import os
import subprocess
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path

from playground.bench_site import HOST, BenchSite, free_port
from playground.twilio_sim import SimulatedTwilio, serve

from . import load
from .report import percentile, publish, spread
from .webhook import HERE, Targets

# Before the inbox, whose states each message writes.
BEFORE = "2ff6bda"
ROUNDS, EACH, CLIENTS = 14, 200, 2


def measure(bench: str, site: str) -> None:
	sim = SimulatedTwilio()
	with serve(sim) as twilio, tempfile.TemporaryDirectory() as before:
		_unpack(BEFORE, Path(before))
		app = BenchSite(bench, site, sim, twilio.url)
		try:
			app.switch_on()
			targets = Targets(app, next(iter(sim.senders)))
			addresses = {"before": _serve(app, before), "now": _serve(app, str(HERE.parent))}
			rows = [_compared(kind, targets, addresses) for kind in ("known_pair", "new_pair")]
		finally:
			app.stop()
	title = f"Webhook by turns with {BEFORE}: gunicorn with 1 worker each, {CLIENTS} clients, {ROUNDS} rounds of {EACH} requests"
	publish("webhook_before", title, rows)


def _unpack(commit: str, folder: Path) -> None:
	archive = subprocess.run(
		["git", "archive", commit, "wa_window"], cwd=HERE.parent, capture_output=True, check=True
	)
	with tarfile.open(fileobj=BytesIO(archive.stdout)) as packed:
		packed.extractall(folder, filter="data")


def _serve(app: BenchSite, code: str) -> tuple[str, int]:
	"""The site with the app's code from a folder, at an address of its own; requests are signed for the site's public one."""
	port = free_port()
	app.url = f"http://{HOST}:{port}"
	os.environ["PYTHONPATH"] = code
	try:
		app.serve(1)
	finally:
		del os.environ["PYTHONPATH"]
	return HOST, port


def _compared(kind: str, targets: Targets, addresses: dict[str, tuple[str, int]]) -> dict:
	loads: dict[str, list[load.Load]] = {name: [] for name in addresses}
	for turn in range(ROUNDS + 1):
		for name in sorted(addresses, reverse=bool(turn % 2)):
			done = load.run(
				addresses[name], [getattr(targets, kind)(number) for number in range(EACH)], CLIENTS
			)
			if done.failed:
				raise RuntimeError(f"{kind}, {name}: {done.failed[0]}")
			if turn:  # the first round stores the pairs' conversations
				loads[name].append(done)
	rates = {name: [done.per_second for done in each] for name, each in loads.items()}
	return {
		"target": kind,
		**{f"{name}, requests/s": spread(each, 0) for name, each in rates.items()},
		"now of before": spread(
			[now / then for now, then in zip(rates["now"], rates["before"], strict=True)]
		),
		**{
			f"{name}, p50 ms": round(percentile([ms for done in each for ms in done.milliseconds], 0.5), 1)
			for name, each in loads.items()
		},
	}
