"""The panel in Chromium: its size, the first 50 messages, and scrolling through ten thousand."""

import functools
import gzip
import threading
from http.server import ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import FOLDERS, HERE, Files
from tests.conftest import ARGUMENTS, chromium

from .report import percentile, publish, spread

SOURCES = FOLDERS["/public/"]
MESSAGES = 10_000
ROUNDS = 15

# A host whose answers cost nothing, so that only the panel is measured.
ARRANGE = """async ({messages}) => {
	window.host = new FakeHost();
	window.c = host.addLead("LEAD-1").name;
	for (let i = 0; i < messages; i++)
		(i % 3 ? host.receive : host.send).call(host, c, `Pesan ${i}: halo, apakah rumahnya masih ada?`, {ago: (messages - i) * 60000});
	chat.transport = host.transport;
}"""
FIRST_PAINT = """async () => {
	chat.show(null);
	await new Promise(requestAnimationFrame);
	const began = performance.now();
	chat.show({doctype: "CRM Lead", name: "LEAD-1"});
	while (chat.querySelectorAll(".wa-bubble").length < 50) await new Promise(setTimeout);
	await new Promise(requestAnimationFrame);
	chat.querySelector(".wa-log").getBoundingClientRect();
	return performance.now() - began;
}"""
# Up to the oldest message, a page at a time; each page's milliseconds from the scroll to the frame that shows it.
SCROLL = """async ({messages}) => {
	const log = chat.querySelector(".wa-log"), frame = () => new Promise(requestAnimationFrame), spent = [];
	let known = chat.querySelectorAll(".wa-bubble").length;
	while (known < messages) {
		const began = performance.now();
		log.scrollTop = 0;
		let tries = 0;
		while (chat.querySelectorAll(".wa-bubble").length === known && tries++ < 400) await frame();
		await frame();
		spent.push(performance.now() - began);
		const now = chat.querySelectorAll(".wa-bubble").length;
		if (now === known) break;
		known = now;
		log.scrollTop = log.scrollHeight / 2;
		await frame();
	}
	return {spent, known};
}"""
HEAP = "() => performance.memory.usedJSHeapSize / 1e6"


def measure(bench: str = "") -> None:
	server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Files, directory=str(HERE)))
	threading.Thread(target=server.serve_forever, daemon=True).start()
	with sync_playwright() as playwright:
		browser = playwright.chromium.launch(
			executable_path=chromium(), args=[*ARGUMENTS, "--enable-precise-memory-info"]
		)
		page = browser.new_page(viewport={"width": 900, "height": 800})
		page.goto(f"http://127.0.0.1:{server.server_port}/browser/panel.html")
		page.wait_for_function("window.ready")
		figures = _figures(page)
		browser.close()
	server.shutdown()
	publish("panel", "The panel in headless Chromium, with a host in the page", figures, **_sizes(bench))


def _figures(page: Page) -> list[dict]:
	page.evaluate(ARRANGE, {"messages": MESSAGES})
	first = [page.evaluate(FIRST_PAINT) for _ in range(ROUNDS + 1)][1:]
	before = page.evaluate(HEAP)
	scrolled = page.evaluate(SCROLL, {"messages": MESSAGES})
	after = page.evaluate(HEAP)
	spent = scrolled["spent"]
	tenth = max(1, len(spent) // 10)
	return [
		{"what": "first 50 messages, ms", "figure": spread(first, 1)},
		{"what": "messages scrolled through", "figure": scrolled["known"]},
		{
			"what": "a page of 50 more, first tenth, ms (median)",
			"figure": round(percentile(spent[:tenth], 0.5), 1),
		},
		{
			"what": "a page of 50 more, last tenth, ms (median)",
			"figure": round(percentile(spent[-tenth:], 0.5), 1),
		},
		{"what": "JavaScript heap before and after, MB", "figure": f"{before:.1f} / {after:.1f}"},
	]


def _sizes(bench: str) -> dict:
	"""Gzipped bytes: of the bundle as a bench built it, else of the sources, which are not minified."""
	if bench:
		built = Path(bench) / "apps" / "wa_window" / "wa_window" / "public" / "dist"
		files = [*built.glob("js/wa_window.bundle.*.js"), *built.glob("css/wa_window.bundle.*.css")]
		return {
			"gzipped_bytes": {
				file.name.split(".bundle")[0] + file.suffix: _gzipped(file.read_bytes()) for file in files
			}
		}
	sources = sorted((SOURCES / "js" / "wa_chat").glob("*.js"))
	scripts = b"".join(file.read_bytes() for file in sources)
	styles = (SOURCES / "css" / "wa_chat.css").read_bytes()
	return {"gzipped_bytes_not_minified": {"js": _gzipped(scripts), "css": _gzipped(styles)}}


def _gzipped(content: bytes) -> int:
	return len(gzip.compress(content, 9))
