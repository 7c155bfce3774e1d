"""A real site's Desk in Chromium, beside a simulated Twilio; `make bench-test` starts both."""

import json
import os
import subprocess
from contextlib import closing, contextmanager
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Locator, Page

# v16.9's sidebar reads `frappe.route_options` where a list has just emptied it (frappe/public/js/frappe/ui/sidebar/sidebar.js).
OF_V16 = "Cannot read properties of null (reading 'sidebar')"
NAVIGATION_MS = 120_000  # the first page of a Desk that has just been started, on a busy machine


class Simulator:
	"""The customer's side of the simulated Twilio, by its control API."""

	def __init__(self, url: str):
		self.url = url

	def post(self, path: str, **values) -> dict:
		body = json.dumps(values).encode()
		with urlopen(
			Request(f"{self.url}/_sim/{path}", body, {"Content-Type": "application/json"})
		) as answer:
			return json.load(answer)

	def state(self) -> dict:
		with urlopen(f"{self.url}/_sim/state") as answer:
			return json.load(answer)

	def outbound(self, to: str = "") -> list[dict]:
		"""The messages that were sent to an address, or to all."""
		with urlopen(f"{self.url}/_sim/log?event=outbound") as answer:
			entries = json.load(answer)["entries"]
		return [entry for entry in entries if to in ("", entry["to"])]


@pytest.fixture(scope="session")
def site() -> dict:
	"""url, simulator, site, bench, user, manager, admin, password, leads, realtime: from scripts/bench-simulated."""
	return json.loads(os.environ["WA_WINDOW_DESK"])


@pytest.fixture(scope="session")
def simulator(site) -> Simulator:
	return Simulator(site["simulator"])


@pytest.fixture
def desk(browser, site):
	"""A page of the Desk, logged in as the agent."""
	with logged_in(browser, site, site["user"]) as page:
		yield page


@pytest.fixture
def manager(browser, site):
	"""The Desk of a manager, who may send to many."""
	with logged_in(browser, site, site["manager"]) as page:
		yield page


@contextmanager
def logged_in(browser, site, user: str):
	context = browser.new_context(
		viewport={"width": 1440, "height": 900},
		base_url=site["url"],
		# socket.io finds the site by this header, since the site's name is not the host name
		# (realtime/middlewares/authenticate.js).
		extra_http_headers={"X-Frappe-Site-Name": site["site"]},
	)
	with closing(context):
		answer = context.request.post("/api/method/login", form={"usr": user, "pwd": site["password"]})
		assert answer.ok, answer.text()
		page = context.new_page()
		page.set_default_navigation_timeout(NAVIGATION_MS)
		page.errors = []
		page.on(
			"pageerror", lambda error: page.errors.append(str(error)) if OF_V16 not in str(error) else None
		)
		page.add_locator_handler(_others_dialog(page), lambda button: button.click())
		yield page


@contextmanager
def speaking(site, user: str, language: str):
	"""Until the end the user's language is this one, and then their site's again."""
	on_the_site(site, "wa_window.tests.simulated.speak", user=user, language=language)
	try:
		yield
	finally:
		on_the_site(site, "wa_window.tests.simulated.speak", user=user, language="")


def keep_dialogs(page: Page) -> None:
	"""For a test of a dialog of ours, which would be closed as another app's."""
	page.remove_locator_handler(_others_dialog(page))


def _others_dialog(page: Page) -> Locator:
	"""The button that closes a message of another app, such as ERPNext's about a missing fiscal year."""
	return page.locator(".modal.show:not(:has(.wa-batch)) .btn-modal-close").first


def on_the_site(site, method: str, **kwargs) -> str:
	"""Run a function of the tests on the site, as `bench execute` does; returns its output."""
	command = ["bench", "--site", site["site"], "execute", method, "--kwargs", repr(kwargs)]
	done = subprocess.run(
		command, cwd=site["bench"], capture_output=True, text=True, env=os.environ, check=False
	)
	assert done.returncode == 0, done.stderr
	return done.stdout


def wait_for_answer(page, script: str, arg):
	"""The first answer of `script`, an async function, that is not empty. Playwright's wait_for_function does not wait for a promise."""
	answer = page.evaluate(
		f"""async (arg) => {{
			const ask = {script};
			const ends = performance.now() + 60000;
			while (performance.now() < ends) {{
				const answer = await ask(arg);
				if (answer) return answer;
				await new Promise((resolve) => setTimeout(resolve, 250));
			}}
		}}""",
		arg,
	)
	assert answer, arg
	return answer
