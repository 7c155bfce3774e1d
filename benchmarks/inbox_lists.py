"""The inbox's lists, counts and search at ten thousand and at a million chats, for users with different permissions."""

from pathlib import Path

from playground.bench_site import BenchSite
from playground.twilio_sim import SimulatedTwilio, serve

from .report import publish, spread

HERE = Path(__file__).parent
SIZES = (10_000, 1_000_000)


def measure(bench: str, site: str, *, rounds: int = 5, sizes: tuple[int, ...] = SIZES) -> None:
	sim = SimulatedTwilio()
	with serve(sim) as twilio:
		app = BenchSite(bench, site, sim, twilio.url)
		try:
			app.switch_on()
			script = str(HERE / "on_site" / "inbox_lists.py")
			times = app.python(script, site, str(rounds), *(str(size) for size in sizes))
		finally:
			app.stop()
	smallest, largest = str(sizes[0]), str(sizes[-1])
	rows = []
	for call, by_size in times.items():
		against = [big / small for small, big in zip(by_size[smallest], by_size[largest], strict=True)]
		row = {"ms": call} | {f"{size:,}": spread(by_size[str(size)]) for size in sizes}
		rows.append(row | {"largest / smallest": spread(against)})
	title = f"First 30 rows with all counts, of {' and '.join(f'{size:,}' for size in sizes)} chats"
	publish("inbox_lists", f"{title}, {rounds} interleaved rounds", rows)
