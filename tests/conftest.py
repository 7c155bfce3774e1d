import os
import shutil
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright

# The tests in tests/desk drive a real site's Desk: `make bench-test` starts one and says here where it is.
collect_ignore = [] if "WA_WINDOW_DESK" in os.environ else ["desk"]

# How long an example takes says how busy the machine is, not whether the code is right.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

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
