"""`python -m playground.chaos`: the embedded host under chaos; with `--bench` and `--site`, a Frappe site."""

import argparse
import sys
import time
from dataclasses import fields

from ..twilio_sim import SimulatedTwilio, serve
from .oracle import Figures
from .run import Run
from .traffic import Plan

STATUS_STEP_MS = 200
POSTING = 8


def main() -> int:
	options = _options()
	plan = Plan(**{field.name: getattr(options, field.name) for field in fields(Plan)})
	sim = SimulatedTwilio(step_ms=STATUS_STEP_MS, seed=plan.seed)
	began = time.monotonic()

	def say(words: str) -> None:
		print(f"{time.monotonic() - began:6.1f} s  {words}", flush=True)

	with serve(sim, workers=POSTING) as twilio:
		app = _app(options, sim, twilio.url, say)
		try:
			figures = Run(sim, app, plan, say)()
		finally:
			app.stop()
	print(_table(figures))
	return 0 if figures.passed else 1


def _app(options, sim: SimulatedTwilio, twilio_url: str, say):
	if options.bench:
		from .bench import BenchApp

		return BenchApp(options.bench, options.site, sim, twilio_url)
	from .embedded import MISSING, EmbeddedApp

	say(MISSING)
	return EmbeddedApp(sim, twilio_url)


def _table(figures: Figures) -> str:
	lines = [f"{count:>8}  {name}" for name, count in figures.counted.items()]
	lines.append("must all be 0:")
	for name, found in figures.wrong.items():
		lines.append(f"{len(found):>8}  {name}" + (f", such as {found[0]}" if found else ""))
	lines.append("passed" if figures.passed else "FAILED")
	return "\n".join(lines)


def _options():
	plan, options = Plan(), argparse.ArgumentParser(prog="python -m playground.chaos", description=__doc__)
	for field in fields(Plan):
		options.add_argument(f"--{field.name}", type=int, default=getattr(plan, field.name))
	options.add_argument("--bench", default="")
	options.add_argument("--site", default="")
	return options.parse_args()


if __name__ == "__main__":
	sys.exit(main())
