"""The panel in Chromium: its size, the first 50 messages, and scrolling through ten thousand, on every host."""

import functools
import gzip
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from http.server import ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from playground.__main__ import start
from playground.bench_site import BenchSite, free_port
from playground.host.leads import DOCTYPE
from playground.twilio_sim import SimulatedTwilio, serve
from tests.browser.conftest import FOLDERS, Files
from tests.browser.conftest import HERE as PAGES
from tests.conftest import ARGUMENTS, chromium

from .report import percentile, publish, spread

SOURCES = FOLDERS["/public/"]
HERE = Path(__file__).parent
FILL = str(HERE / "on_site" / "fill.py")
MESSAGES = 10_000
ROUNDS = 15
VIEW = {"width": 900, "height": 800}
READY = 'document.querySelector("wa-chat")?.querySelector(".wa-bubble")'

# A host without latency, so that only the panel is measured.
ARRANGE = """async ({messages}) => {
	window.host = new FakeHost();
	window.c = host.addLead("LEAD-1").name;
	for (let i = 0; i < messages; i++)
		(i % 3 ? host.receive : host.send).call(host, c, `Pesan ${i}: halo, apakah rumahnya masih ada?`, {ago: (messages - i) * 60000});
	chat.transport = host.transport;
	chat.show({doctype: "CRM Lead", name: "LEAD-1"});
}"""
FIRST_PAINT = """async () => {
	const chat = document.querySelector("wa-chat"), lead = chat.session.lead;
	chat.show(null);
	await new Promise(requestAnimationFrame);
	const began = performance.now();
	chat.show(lead);
	while (chat.querySelectorAll(".wa-bubble").length < 50) await new Promise(setTimeout);
	await new Promise(requestAnimationFrame);
	chat.querySelector(".wa-log").getBoundingClientRect();
	return performance.now() - began;
}"""
# Scroll up to the oldest message, a page at a time; measures each page from the scroll to the frame that shows it.
SCROLL = """async ({messages}) => {
	const chat = document.querySelector("wa-chat");
	const log = chat.querySelector(".wa-log"), frame = () => new Promise(requestAnimationFrame), spent = [];
	let known = chat.querySelectorAll(".wa-bubble").length;
	while (known < messages) {
		const began = performance.now();
		log.scrollTop = 0;
		let tries = 0;
		while (chat.querySelectorAll(".wa-bubble").length === known && tries++ < 2000) await frame();
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


def measure(bench: str = "", site: str = "") -> None:
	rows = []
	with sync_playwright() as playwright:
		browser = playwright.chromium.launch(
			executable_path=chromium(), args=[*ARGUMENTS, "--enable-precise-memory-info"]
		)
		hosts = {"a host in the page": _in_the_page(browser), "the playground": _in_the_playground(browser)}
		if bench:
			hosts["the Desk"] = _in_the_desk(browser, bench, site)
		for host, opened in hosts.items():
			with opened as page:
				rows.append({"host": host, **_figures(page)})
		browser.close()
	title = f"The panel in headless Chromium: a chat of {MESSAGES:,} messages, {ROUNDS} rounds of opening it"
	publish("panel", title, rows, **_sizes(bench))


@contextmanager
def _in_the_page(browser: Browser) -> Iterator[Page]:
	with serve_pages() as url:
		page = browser.new_page(viewport=VIEW)
		page.goto(f"{url}/browser/panel.html")
		page.wait_for_function("window.ready")
		page.evaluate(ARRANGE, {"messages": MESSAGES})
		yield page
		page.close()


@contextmanager
def serve_pages() -> Iterator[str]:
	"""The pages of the browser tests; yields their URL."""
	server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Files, directory=str(PAGES)))
	threading.Thread(target=server.serve_forever, daemon=True).start()
	yield f"http://127.0.0.1:{server.server_port}"
	server.shutdown()


@contextmanager
def _in_the_playground(browser: Browser) -> Iterator[Page]:
	with ExitStack() as running:
		port = free_port()
		host = start(port, running)
		conversation = host.store.conversations_of(host.leads.lead(host.leads.all()[0]["name"]))[0]
		newest = host.store.messages(conversation.name, limit=1)[0]
		host.store.transaction(lambda: _fill(host.store, newest))
		page = browser.new_page(viewport=VIEW)
		page.goto(f"http://127.0.0.1:{port}/lead/{conversation.lead}")
		page.wait_for_function(READY)
		yield page
		page.close()


def _fill(store, newest) -> None:
	for number in range(MESSAGES):
		sent_at_ms = newest.sent_at_ms - (MESSAGES - number) * 1000
		body = f"Pesan {number}: halo, apakah rumahnya masih ada?"
		store.add_message(replace(newest, name="", message_sid="", body=body, sent_at_ms=sent_at_ms))


@contextmanager
def _in_the_desk(browser: Browser, bench: str, site: str) -> Iterator[Page]:
	sim = SimulatedTwilio()
	with serve(sim) as twilio:
		app = BenchSite(bench, site, sim, twilio.url)
		try:
			render = app.switch_on()
			lead = render["leads"]["Budi Santoso"]
			app.python(FILL, site, DOCTYPE, lead, str(MESSAGES))
			app.serve(2, "on_site.desk", str(HERE))
			context = browser.new_context(viewport=VIEW, base_url=app.url)
			context.request.post("/api/method/login", form={"usr": render["user"], "pwd": render["password"]})
			page = context.new_page()
			page.goto(f"/app/chat-lead/{lead}#wa_tab")
			page.wait_for_function(READY, timeout=60_000)
			yield page
			context.close()
		finally:
			app.stop()


def _figures(page: Page) -> dict:
	first = [page.evaluate(FIRST_PAINT) for _ in range(ROUNDS + 1)][1:]
	before = page.evaluate(HEAP)
	scrolled = page.evaluate(SCROLL, {"messages": MESSAGES})
	after = page.evaluate(HEAP)
	spent = scrolled["spent"]
	tenth = max(1, len(spent) // 10)
	return {
		"first 50, ms": spread(first, 1),
		"scrolled through": scrolled["known"],
		"a page more, first tenth, ms": round(percentile(spent[:tenth], 0.5), 1),
		"last tenth, ms": round(percentile(spent[-tenth:], 0.5), 1),
		"heap before and after, MB": f"{before:.1f} / {after:.1f}",
	}


def _sizes(bench: str) -> dict:
	"""Gzipped bytes: of the bundle that a bench built, else of the sources, which are not minified."""
	if bench:
		built = Path(bench) / "apps" / "wa_window" / "wa_window" / "public" / "dist"
		files = [*built.glob("js/wa_window.bundle.*.js"), *built.glob("css/wa_window.bundle.*.css")]
		return {
			"gzipped_bytes": {
				file.name.split(".bundle")[0] + file.suffix: _gzipped(file.read_bytes()) for file in files
			}
		}
	scripts, styles = _sources("js"), _sources("css")
	return {"gzipped_bytes_not_minified": {"js": _gzipped(scripts), "css": _gzipped(styles)}}


def _sources(kind: str) -> bytes:
	return b"".join(file.read_bytes() for file in sorted((SOURCES / kind / "wa_chat").glob(f"*.{kind}")))


def _gzipped(content: bytes) -> int:
	return len(gzip.compress(content, 9))
