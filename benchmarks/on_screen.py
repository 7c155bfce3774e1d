"""From Twilio's post to the message on the screen, in a chat that is open beside twenty open inboxes."""

import os
import secrets
import time

import requests
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from playground.bench_site import BenchSite
from playground.twilio_sim import SimulatedTwilio, serve
from tests.conftest import ARGUMENTS, chromium

from .report import percentile, publish, spread
from .webhook import HERE, INBOUND, Targets

INBOXES, MESSAGES = 20, 60
PAUSE_MS, PATIENCE_S = 500, 60
VIEW = {"width": 1440, "height": 900}
ROW, LISTED = ".wi-rows [role=option]", "wa_window.api.inbox.chats"
# When the text has been painted, in epoch ms: the page and the poster share a clock.
SHOWN = """async (text) => {
	while (![...document.querySelectorAll(".wa-bubble")].some((bubble) => bubble.textContent.includes(text)))
		await new Promise(requestAnimationFrame);
	return performance.timeOrigin + performance.now();
}"""


def measure(bench: str, site: str) -> None:
	sim = SimulatedTwilio()
	with serve(sim) as twilio, sync_playwright() as playwright:
		app = BenchSite(bench, site, sim, twilio.url)
		browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
		try:
			context, targets = _begin(app, browser)
			page = context.new_page()
			_post(targets, "Halo")
			page.goto("/whatsapp")
			page.locator(ROW).first.click()
			page.evaluate(SHOWN, "Halo")
			rows = [_measured(browser, page, targets, inboxes=0)]
			for _ in range(INBOXES):
				_open_inbox(browser, app, context)
			rows.append(_measured(browser, page, targets, inboxes=INBOXES))
		finally:
			browser.close()
			app.stop()
	title = f"From Twilio's post to the message in an open chat, {MESSAGES} messages: gunicorn with 2 workers, socket.io"
	publish("on_screen", title, rows)


def _begin(app: BenchSite, browser: Browser) -> tuple[BrowserContext, Targets]:
	"""A browser that is logged in as the agent of a site with socket.io."""
	login = app.switch_on()
	os.environ["DEV_SERVER"] = "1"  # socket.io answers at a port of its own, as on every bench without nginx
	app.serve(2, "on_site.desk", str(HERE))
	app.spawn("node", "apps/frappe/socketio.js", folder=app.bench)
	app.hire(1)
	context = _new_context(browser, app)
	answer = context.request.post("/api/method/login", form={"usr": login["user"], "pwd": login["password"]})
	if not answer.ok:
		raise RuntimeError(answer.text())
	return context, Targets(app, next(iter(app.sim.senders)))


def _open_inbox(browser: Browser, app: BenchSite, context: BrowserContext) -> None:
	"""In a window of its own: in a tab behind others a page's timers are held back."""
	page = _new_context(browser, app, storage_state=context.storage_state()).new_page()
	page.goto("/whatsapp")
	page.locator(ROW).first.wait_for()


def _new_context(browser: Browser, app: BenchSite, **more) -> BrowserContext:
	headers = {"X-Frappe-Site-Name": app.site}
	return browser.new_context(base_url=app.url, viewport=VIEW, extra_http_headers=headers, **more)


def _measured(browser: Browser, page: Page, targets: Targets, *, inboxes: int) -> dict:
	lists: list[str] = []
	for context in browser.contexts:
		context.on(
			"requestfinished", lambda request: lists.append(request.url) if LISTED in request.url else None
		)
	spent = [_shown_after_ms(page, targets, secrets.token_hex(8)) for _ in range(MESSAGES)]
	return {
		"open inboxes beside it": inboxes,
		"post to screen, ms": spread(spent, 0),
		"95th percentile, ms": round(percentile(spent, 0.95)),
		"lists asked for, a message": round(len(lists) / MESSAGES, 1),
	}


def _shown_after_ms(page: Page, targets: Targets, text: str) -> float:
	page.evaluate(f"text => {{ globalThis.shown = ({SHOWN})(text); }}", text)
	posted_ms = time.time() * 1000
	_post(targets, text)
	spent = page.evaluate("() => globalThis.shown") - posted_ms
	page.wait_for_timeout(PAUSE_MS)
	return spent


def _post(targets: Targets, text: str) -> None:
	form, headers = targets.signed(targets.known[0], text)
	requests.post(targets.url + INBOUND, form, headers=headers, timeout=PATIENCE_S).raise_for_status()
