"""The import of a chat history: memory at several sizes, and rows a second beside one bare INSERT of each message."""

import tempfile
from pathlib import Path

from playground.bench_site import BenchSite
from playground.twilio_sim import SimulatedTwilio

from .report import publish, spread

SCRIPT = str(Path(__file__).parent / "on_site" / "imports.py")
# Size: how often it is imported by turns with the bare INSERT; the largest only once, for its memory.
ROUNDS = {10_000: 3, 100_000: 1, 1_000_000: 0}


def measure(bench: str, site: str) -> None:
	app = BenchSite(bench, site, SimulatedTwilio(), "")
	with tempfile.TemporaryDirectory() as folder:
		try:
			rows = [_measured(app, size, folder) for size in ROUNDS]
		finally:
			_run(app, "clear", 1, folder)
			app.stop()
	publish("imports", "import of a chat history, 20 messages a chat, by turns with a bare INSERT", rows)


def _measured(app: BenchSite, size: int, folder: str) -> dict:
	_run(app, "make", size, folder)
	runs: dict = {"bare": [], "import": []}
	for turn in range(ROUNDS[size]):
		for what in ("import", "bare") if turn % 2 else ("bare", "import"):
			runs[what].append(_anew(app, what, size, folder))
	compared = list(zip(runs["import"], runs["bare"], strict=True))
	again = _run(app, "import", size, folder) if compared else None
	imported = runs["import"] or [_anew(app, "import", size, folder)]
	checked = _run(app, "check", size, folder)
	return {
		"rows": size,
		"rows a second": spread([run["rows_a_second"] for run in imported], 0),
		"time of the bare INSERT": spread([one["seconds"] / bare["seconds"] for one, bare in compared])
		if compared
		else "",
		"peak memory, MB": spread([run["peak_mb"] for run in imported], 1),
		"grew by, MB": spread([run["grew_mb"] for run in imported], 1),
		"check, s": checked["seconds"],
		"check's peak, MB": checked["peak_mb"],
		"once more, s": again["seconds"] if again else "",
	}


def _anew(app: BenchSite, what: str, rows: int, folder: str) -> dict:
	_run(app, "clear", rows, folder)
	return _run(app, what, rows, folder)


def _run(app: BenchSite, what: str, rows: int, folder: str) -> dict:
	return app.python(SCRIPT, app.site, what, str(rows), folder)
