"""Window check and opening a chat at ten thousand, a million and ten million messages."""

from pathlib import Path

from playground.bench_site import BenchSite
from playground.twilio_sim import SimulatedTwilio, serve

from .report import publish, spread

HERE = Path(__file__).parent
SIZES = (10_000, 1_000_000, 10_000_000)


def measure(bench: str, site: str, *, rounds: int = 11, sizes: tuple[int, ...] = SIZES) -> None:
	sim = SimulatedTwilio()
	with serve(sim) as twilio:
		app = BenchSite(bench, site, sim, twilio.url)
		try:
			app.switch_on()
			script = str(HERE / "on_site" / "chats.py")
			found = app.python(script, site, str(rounds), *(str(size) for size in sizes))
		finally:
			app.stop()
	smallest, largest = str(sizes[0]), str(sizes[-1])
	rows = []
	for call, by_size in found["times"].items():
		against = [big / small for small, big in zip(by_size[smallest], by_size[largest], strict=True)]
		row = {"ms": call} | {f"{size:,}": spread(by_size[str(size)]) for size in sizes}
		row |= {"largest / smallest": spread(against)}
		counted = found["queries"][largest].get(call)
		rows.append(row | {"queries (own)": f"{counted['all']} ({counted['own']})" if counted else ""})
	slow = [plan for plan in found["plans"][largest] if plan["type"] in ("ALL", "index")]
	publish(
		"chats",
		f"Chats of {', '.join(f'{size:,}' for size in sizes)} messages, {rounds} interleaved rounds of 31 chats",
		rows,
		messages_of_the_longest_chat=found["longest"],
		bytes=found["bytes"],
		plans_that_use_no_index=slow,
		plans=found["plans"][largest],
	)
