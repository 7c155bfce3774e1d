"""Installing the app on a site with 100,000 contacts: how long it takes, and how long somebody waits who saves a contact meanwhile."""

import json
import subprocess
import time
from pathlib import Path

from playground.bench_site import BenchSite
from playground.twilio_sim import SimulatedTwilio

from .dispatch import script
from .report import publish

SCRIPT = str(Path(__file__).parent / "on_site" / "contacts.py")
CONTACTS = 100_000


def measure(bench: str, site: str) -> None:
	"""The app is uninstalled first, and installed at the end."""
	app = BenchSite(bench, site, SimulatedTwilio(), "")
	try:
		app.python(SCRIPT, site, "fill", str(CONTACTS))
		rows = [_beside_a_writer(app, "with nothing else to do", ["sleep", "20"])]
		_bench(app, "uninstall-app", "wa_window", "--yes", "--no-backup", "--force")
		rows.append(_beside_a_writer(app, "install-app", [*_command(app), "install-app", "wa_window"]))
	finally:
		app.python(SCRIPT, site, "clear")
		app.folder.cleanup()
	publish(
		"installing", f"A contact saved again and again beside an installation, {CONTACTS:,} contacts", rows
	)


def _beside_a_writer(app: BenchSite, what: str, command: list[str]) -> dict:
	writer = script(app, SCRIPT, "write")
	writer.stdout.readline()
	began = time.monotonic()
	subprocess.run(command, cwd=app.bench, check=True, capture_output=True)
	took_s = round(time.monotonic() - began, 1)
	printed, _ = writer.communicate()
	return {"meanwhile": what, "seconds": took_s, **json.loads(printed.splitlines()[-1])}


def _command(app: BenchSite) -> list[str]:
	return ["bench", "--site", app.site]


def _bench(app: BenchSite, *arguments: str) -> None:
	subprocess.run([*_command(app), *arguments], cwd=app.bench, check=True, capture_output=True)
