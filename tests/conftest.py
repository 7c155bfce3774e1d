import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import HealthCheck, Phase, settings
from playwright.sync_api import Browser, Frame, Page, sync_playwright

import wa_window
from wa_window.chat.errors import ChatError

# The tests in tests/desk drive a real site's Desk: `make bench-test` starts one and passes its URL here.
collect_ignore = [] if "WA_WINDOW_DESK" in os.environ else ["desk"]

# The duration of an example depends on the machine's load.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")
# `make mutants` asks only whether a test fails: always with the same examples, and the first that fails is enough.
settings.register_profile(
	"mutants",
	settings.get_profile("any machine"),
	max_examples=10,
	derandomize=True,
	database=None,
	phases=(Phase.explicit, Phase.generate),
)

# A page is loaded in a tenth of a second of work; on a machine that other programs fill, the usual 30 s were too short for that.
NAVIGATION_MS = 180_000
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
	"--no-sandbox",
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
]


@pytest.fixture(scope="session", autouse=True)
def said_in_the_catalogue() -> Iterator[None]:
	"""The text of every ChatError in the tests is in the catalogue, and has all its values."""
	with open(Path(wa_window.__file__).parent / "locale" / "main.pot", "rb") as file:
		texts = {message.id for message in read_po(file)} - {""}
	begin = ChatError.__init__

	def begin_checked(self, text: str = "", *values):
		begin(self, text, *values)
		if sys._getframe(1).f_globals["__name__"].startswith("playground."):
			return
		assert self.sentence.text in texts, self.sentence.text
		assert None not in values, self.sentence

	ChatError.__init__ = begin_checked
	yield
	ChatError.__init__ = begin


def chromium() -> str | None:
	return next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
	found = chromium()
	if not found:
		pytest.fail(f"The panel's tests need a Chromium: none of {', '.join(BROWSERS)} is on the PATH.")
	with sync_playwright() as playwright:
		browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
		yield browser
		browser.close()


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
	"""One tab for the tests of a file: opening it costs Chromium a second of work, loading a page in it a tenth of that."""
	context = browser.new_context()
	context.set_default_navigation_timeout(NAVIGATION_MS)
	yield context.new_page()
	context.close()


@pytest.fixture
def clean_tab(tab: Page) -> Iterator[Page]:
	"""The file's tab, without what an earlier test left there, and in which no script may fail."""
	failures: list[str] = []

	def on_error(error) -> None:
		failures.append(str(error))

	tab.on("pageerror", on_error)
	yield tab
	tab.remove_listener("pageerror", on_error)
	tab.unroute_all(behavior="ignoreErrors")
	tab.context.clear_permissions()
	tab.mouse.move(0, 0)
	assert failures == []


@pytest.fixture(scope="session")
def axe() -> Callable[..., list[str]]:
	"""A function that returns what axe-core finds in a page or frame, or in the elements of a selector in it."""
	node = Path(__file__).parents[1] / "scripts" / "node"
	# It installs what package-lock.json pins.
	subprocess.run([node.parent / "biome", "--version"], check=True, capture_output=True)
	script = (node / "node_modules" / "axe-core" / "axe.min.js").read_text()

	def violations(frame: Page | Frame, selector: str = "html") -> list[str]:
		frame.evaluate(script)
		found = frame.evaluate("async (selector) => (await axe.run(selector)).violations", selector)
		return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]

	return violations
