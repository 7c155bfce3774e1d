"""Templates to many: 10,000 recipients prepared, with the memory; handed over by one worker and by two where Twilio takes 300 ms; and how
long an agent's reply takes while a batch is being sent."""

import json
import secrets
import statistics
import time
from pathlib import Path

from playground.bench_site import BenchSite
from playground.twilio_sim import Customer
from wa_window.twilio_channel.rate_limit import PER_SECOND

from .dispatch import ANSWERS_IN_MS, POSTING, numbers, script, switched_on
from .report import percentile, publish

SCRIPT = str(Path(__file__).parent / "on_site" / "batches.py")
OUTBOX = str(Path(__file__).parent / "on_site" / "outbox.py")
FEW, MANY = 1000, 10_000
PRESSED, EVERY_MS = 10, 800
PATIENCE_S = 240
# Above Twilio's usual rate of a sender, so that the workers are what limits it.
FAST = 200


def measure(bench: str, site: str, *, messages: int = 1200) -> None:
	rows = [
		_sent(bench, site, "one worker, callbacks held back", messages),
		_sent(bench, site, "one worker, with callbacks", messages, callbacks=True),
		_sent(bench, site, "two workers, callbacks held back", messages, workers=2),
		_sent(
			bench,
			site,
			f"two workers, a sender of {FAST}/s, callbacks held back",
			# As long as the others take, so that the replies are pressed meanwhile.
			messages * FAST // PER_SECOND,
			workers=2,
			rate=FAST,
		),
	]
	title = f"A template to many: one sender, Twilio answers in {ANSWERS_IN_MS} ms; single replies meanwhile"
	publish("batches", title, rows, prepared=[_prepared(bench, site, count) for count in (FEW, MANY)])


def _prepared(bench: str, site: str, count: int) -> dict:
	with switched_on(bench, site, 0) as app:
		return {"recipients": count, **app.python(SCRIPT, app.site, "prepare", str(count))}


def _sent(
	bench: str,
	site: str,
	how: str,
	count: int,
	*,
	workers: int = 1,
	rate: int = PER_SECOND,
	callbacks: bool = False,
) -> dict:
	with switched_on(bench, site, POSTING if callbacks else 0) as app:
		if callbacks:
			app.serve(2)
		replies = script(app, OUTBOX, "press", numbers(app, PRESSED, "others.json"), str(EVERY_MS))
		replies.stdout.readline()
		app.python(SCRIPT, app.site, "send", _strangers(app, count), str(rate))
		app.sim.faults.slow_ms = ANSWERS_IN_MS
		jobs = [script(app, SCRIPT, "work") for _ in range(workers)]
		_wait_for_the_first(app)
		printed, _ = replies.communicate("go\n", timeout=PATIENCE_S)
		for job in jobs:
			job.communicate(timeout=PATIENCE_S)
		return {"how": how, "recipients": count, **_figures(app, count, json.loads(printed.splitlines()[-1]))}


def _figures(app: BenchSite, count: int, pressed: dict[str, int]) -> dict:
	sent = [message for message in app.sim.snapshot() if message.content_sid]
	if len(sent) != count or len({message.customer for message in sent}) != count:
		raise RuntimeError(f"{len(sent)} of {count} messages reached Twilio")
	times = sorted(message.created_ms for message in sent)
	replies = {m.body: m.created_ms for m in app.sim.snapshot() if m.body in pressed}
	waited = [replies[phone] - at_ms for phone, at_ms in pressed.items()]
	return {
		"messages/s": round((count - 1) * 1000 / (times[-1] - times[0]), 1),
		"reply median ms": statistics.median(waited),
		"reply p95 ms": percentile(waited, 0.95),
		"reply greatest ms": max(waited),
		"replies while it was sent": sum(at_ms < times[-1] for at_ms in pressed.values()),
	}


def _strangers(app: BenchSite, count: int) -> str:
	"""Customers who have never written; returns a file with their numbers."""
	phones = sorted({f"+62815{secrets.randbelow(10**8):08d}" for _ in range(2 * count)})[:count]
	for phone in phones:
		app.sim.add_customer(Customer(phone, phone, phone))
	file = Path(app.folder.name) / "strangers.json"
	file.write_text(json.dumps(phones))
	return str(file)


def _wait_for_the_first(app: BenchSite) -> None:
	deadline = time.monotonic() + PATIENCE_S
	while time.monotonic() < deadline:
		if any(message.content_sid for message in app.sim.snapshot()):
			return
		time.sleep(0.05)
	raise RuntimeError("nothing of the batch reached Twilio")
