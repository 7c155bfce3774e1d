"""Results as a table and as JSON for comparison."""

import json
import platform
import statistics
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


def spread(values: Sequence[float], digits: int = 2) -> dict:
	"""Median, least and greatest of several rounds."""
	return {
		"median": round(statistics.median(values), digits),
		"least": round(min(values), digits),
		"greatest": round(max(values), digits),
	}


def percentile(values: Sequence[float], share: float) -> float:
	ordered = sorted(values)
	return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def render(figure) -> str:
	"""Format a value: for several rounds the median with its spread."""
	if isinstance(figure, dict):
		return f"{figure['median']:g} ({figure['least']:g}-{figure['greatest']:g})"
	return f"{figure:g}" if isinstance(figure, float) else str(figure)


def table(title: str, rows: list[dict]) -> str:
	"""Rows of the same columns, the first one left-aligned."""
	columns = list(rows[0])
	cells = [columns] + [[render(row.get(column, "")) for column in columns] for row in rows]
	widths = [max(len(line[at]) for line in cells) for at in range(len(columns))]
	lines = [
		"  ".join(
			cell.ljust(width) if at == 0 else cell.rjust(width)
			for at, (cell, width) in enumerate(zip(line, widths, strict=True))
		)
		for line in cells
	]
	return "\n".join([title, lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def publish(name: str, title: str, rows: list[dict], **more) -> None:
	"""Print the table and write results/NAME.json."""
	print(table(title, rows), flush=True)
	for key, value in more.items():
		print(
			f"{key}: {value if not isinstance(value, dict | list) else json.dumps(value, indent=1)}",
			flush=True,
		)
	RESULTS.mkdir(exist_ok=True)
	measured = {
		"measured": title,
		"at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
		"machine": {"python": platform.python_version(), "cpus": _cpus(), "system": platform.system()},
		"rows": rows,
		**more,
	}
	(RESULTS / f"{name}.json").write_text(json.dumps(measured, indent="\t", ensure_ascii=False) + "\n")


def _cpus() -> int:
	import os

	return os.cpu_count() or 1
