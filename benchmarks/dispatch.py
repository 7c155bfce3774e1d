"""Sending: messages per second of one job, or two, from one number where Twilio takes 300 ms for each, and how long others
wait while one call hangs."""

import json
import secrets
import statistics
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

from playground.bench_site import BenchSite
from playground.twilio_sim import Customer, SimulatedTwilio, serve
from wa_window.twilio_channel.concurrent_calls import PLACES

from .report import percentile, publish

SCRIPT = str(Path(__file__).parent / "on_site" / "outbox.py")
ANSWERS_IN_MS = 300
POSTING = 8
PRESSED, EVERY_MS = 20, 150
PATIENCE_S = 60


def measure(bench: str, site: str, *, messages: int = 400) -> None:
	rows = [
		_sent(bench, site, "one after the other, callbacks held back", messages // 10, places=1),
		_sent(bench, site, f"{PLACES} side by side, callbacks held back", messages),
		_sent(bench, site, f"{PLACES} side by side, with callbacks", messages, callbacks=True),
		_sent(bench, site, f"two workers, {PLACES} each, callbacks held back", 2 * messages, workers=2),
	]
	alone = rows[0]["messages/s"]
	for row in rows:
		row["of one after the other"] = round(row["messages/s"] / alone, 1)
	title = (
		f"Sending: one job worker where not said otherwise, one sender, Twilio answers in {ANSWERS_IN_MS} ms"
	)
	publish("dispatch", title, rows, while_one_call_hangs=_while_one_hangs(bench, site))


def _sent(
	bench: str,
	site: str,
	how: str,
	count: int,
	*,
	places: int = PLACES,
	workers: int = 1,
	callbacks: bool = False,
) -> dict:
	with switched_on(bench, site, POSTING if callbacks else 0) as app:
		if callbacks:
			app.serve(2)
		app.python(SCRIPT, app.site, "fill", numbers(app, count))
		app.sim.faults.slow_ms = ANSWERS_IN_MS
		for worker in [script(app, SCRIPT, "work", str(places)) for _ in range(workers)]:
			worker.communicate(timeout=PATIENCE_S)
		times = sorted(_reached(app).values())
		if len(times) != count:
			raise RuntimeError(f"{len(times)} of {count} messages reached Twilio")
		per_second = (count - 1) * 1000 / (times[-1] - times[0])
		return {"how": how, "messages": count, "messages/s": round(per_second, 1)}


def _while_one_hangs(bench: str, site: str) -> dict:
	"""The time from queueing to Twilio of other customers' messages while one call gets no answer."""
	with switched_on(bench, site, 0) as app:
		app.python(SCRIPT, app.site, "fill", numbers(app, 1))
		presses = script(app, SCRIPT, "press", numbers(app, PRESSED, "others.json"), str(EVERY_MS))
		presses.stdout.readline()
		app.sim.faults.slow_ms, app.sim.faults.hang_after_accept = ANSWERS_IN_MS, 1
		worker = script(app, SCRIPT, "work", str(PLACES))
		deadline = time.monotonic() + PATIENCE_S
		while app.sim.faults.hang_after_accept and time.monotonic() < deadline:
			time.sleep(0.02)
		printed, _ = presses.communicate("go\n", timeout=PATIENCE_S)
		still_hanging = worker.poll() is None
		worker.communicate(timeout=PATIENCE_S)
		reached, pressed = _reached(app), json.loads(printed.splitlines()[-1])
		waited = [reached[phone] - at_ms for phone, at_ms in pressed.items()]
		return {
			"pressed": len(waited),
			"median ms": statistics.median(waited),
			"p95 ms": percentile(waited, 0.95),
			"greatest ms": max(waited),
			"the call hung until after the last press": still_hanging,
		}


@contextmanager
def switched_on(bench: str, site: str, posting: int):
	"""The site with a simulated Twilio of its own, in which so many threads post callbacks."""
	sim = SimulatedTwilio()
	with serve(sim, workers=posting) as twilio:
		app = BenchSite(bench, site, sim, twilio.url)
		try:
			app.switch_on()
			yield app
		finally:
			app.stop()


def numbers(app: BenchSite, count: int, name: str = "numbers.json") -> str:
	"""New customers who have just written to our first number; returns a file with their numbers."""
	phones = [f"+62813{secrets.randbelow(10**8):08d}" for _ in range(count)]
	for phone in phones:
		app.sim.add_customer(Customer(phone, phone, phone))
		app.sim.customer_sends(phone, next(iter(app.sim.senders)), body="Halo")
	file = Path(app.folder.name) / name
	file.write_text(json.dumps(phones))
	return str(file)


def _reached(app: BenchSite) -> dict[str, int]:
	"""When each message reached Twilio (epoch ms, UTC); its text is its customer's number."""
	return {message.body: message.created_ms for message in app.sim.snapshot() if message.body != "Halo"}


def script(app: BenchSite, path: str, *arguments: str) -> subprocess.Popen:
	"""Start a script of `on_site/`, whose output is read later."""
	command = ["../env/bin/python", "-W", "ignore", path, app.site, *arguments]
	pipe = subprocess.PIPE
	process = subprocess.Popen(
		command, cwd=app.bench / "sites", stdin=pipe, stdout=pipe, text=True, start_new_session=True
	)
	app.running.append(process)
	return process
