"""The patch that fills sent_at: a million rows, against a bare UPDATE of the same rows in the same batches."""

import time
from pathlib import Path

from playground.bench_site import BenchSite, kill
from playground.twilio_sim import SimulatedTwilio

from .report import publish, spread

SCRIPT = str(Path(__file__).parent / "on_site" / "patch.py")
ROWS, FEW = 1_000_000, 100_000
KILLED_AFTER_S = 10


def measure(bench: str, site: str, *, rounds: int = 3) -> None:
	app = BenchSite(bench, site, SimulatedTwilio(), "")
	done: dict = {"patch": [], "bare UPDATE": []}
	try:
		for turn in range(rounds):
			order = ["patch", "bare"] if turn % 2 else ["bare", "patch"]
			for what in order:
				_run(app, "make", ROWS)
				done["patch" if what == "patch" else "bare UPDATE"].append(_run(app, what, ROWS))
		_run(app, "make", FEW)
		few = _run(app, "patch", FEW)
		killed = _killed_in_the_middle(app)
	finally:
		app.stop()
	ratios = [
		patch["seconds"] / bare["seconds"]
		for patch, bare in zip(done["patch"], done["bare UPDATE"], strict=True)
	]
	rows = [
		{
			"what": what,
			"seconds": spread([run["seconds"] for run in runs]),
			"of the bare UPDATE": spread(ratios) if what == "patch" else 1,
			"then rebuilding, s": spread([run["rebuilding_seconds"] for run in runs])
			if what == "patch"
			else "",
			"memory grew by, MB": spread([run["grew_mb"] for run in runs], 1),
		}
		for what, runs in done.items()
	]
	publish(
		"patch",
		f"sent_at of {ROWS:,} messages, {rounds} interleaved rounds",
		rows,
		memory_grew_with_100_000_rows_mb=few["grew_mb"],
		killed_in_the_middle_and_run_again=killed,
	)


def _killed_in_the_middle(app: BenchSite) -> dict:
	_run(app, "make", ROWS)
	victim = app.spawn("../env/bin/python", "-W", "ignore", SCRIPT, app.site, "patch", str(ROWS), keep=False)
	time.sleep(KILLED_AFTER_S)
	kill(victim)
	app.python(str(Path(SCRIPT).with_name("sizes.py")), app.site, "restore", str(ROWS))
	before = _run(app, "left", ROWS)
	_run(app, "patch", ROWS)
	return {"left_when_killed": before["left"], "afterwards": _run(app, "left", ROWS)}


def _run(app: BenchSite, what: str, rows: int):
	return app.python(SCRIPT, app.site, what, str(rows))
