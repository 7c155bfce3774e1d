"""Chromium with the panel's own files and a fake host (host.js) inside the page that answers as the API does."""

import functools
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize

from playground.__main__ import start
from tests.ports import port_of, two_ports

from .inbox_page import Inbox
from .panel import Panel

HERE = Path(__file__).parent
FOLDERS = {"/public/": HERE.parents[1] / "wa_window" / "public", "/browser/": HERE}


class Files(SimpleHTTPRequestHandler):
	"""Serves the panel's files and the tests' own, as a site does."""

	def translate_path(self, path: str) -> str:
		path = path.split("?", maxsplit=1)[0]
		for prefix, folder in FOLDERS.items():
			if path.startswith(prefix):
				return str(folder / path.removeprefix(prefix))
		return str(HERE / "nothing")

	def log_message(self, *args) -> None:
		pass


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
	server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Files, directory=str(HERE)))
	threading.Thread(target=server.serve_forever, daemon=True).start()
	yield f"http://127.0.0.1:{server.server_port}"
	server.shutdown()


@pytest.fixture
def demo() -> Iterator[tuple[str, ...]]:
	"""`make demo`: its URL and the simulator's; started anew for each test, in less than a second."""
	with two_ports() as held, ExitStack() as running:
		start(port_of(held[0]), running)
		yield tuple(f"http://127.0.0.1:{port_of(each)}" for each in held)


@pytest.fixture
def page(clean_tab: Page, site: str) -> Page:
	"""The panel's page, on which time passes only when a test says so, of a browser that remembers nothing."""
	return open_page(clean_tab, f"{site}/browser/panel.html", {"width": 900, "height": 800})


@pytest.fixture
def inbox(clean_tab: Page, site: str) -> Inbox:
	"""The inbox on a page like the panel's."""
	return Inbox(open_page(clean_tab, f"{site}/browser/inbox.html", {"width": 1440, "height": 900}))


def open_page(clean_tab: Page, url: str, size: ViewportSize) -> Page:
	clean_tab.set_viewport_size(size)
	# The earlier page is gone before what it kept is cleared, and before the clock is turned back.
	clean_tab.goto(url.replace(".html", "-nothing"))
	clean_tab.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
	# The clock runs until it is paused, and cannot be paused in its past: a busy machine may need more than a moment.
	clean_tab.clock.install(time="2026-11-23T08:00:00Z")
	clean_tab.clock.pause_at("2026-11-23T08:36:01Z")
	clean_tab.goto(url)
	clean_tab.wait_for_function("window.ready")
	return clean_tab


@pytest.fixture
def panel(page: Page) -> Panel:
	return Panel(page)
