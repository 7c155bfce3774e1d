"""Page object of the panel."""

import re

from playwright.sync_api import Locator, Page

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE


class Panel:
	def __init__(self, page: Page):
		self.page = page
		self.root = page.locator("wa-chat")
		self.banner = self.root.locator(".wa-banner-text")
		self.text = self.root.get_by_label("Reply")
		self.send_button = self.root.get_by_role("button", name="Send", exact=True)
		self.template_button = self.root.get_by_role(
			"button", name=re.compile("Send template…|Quick replies and templates")
		)
		self.log = self.root.get_by_role("log")
		self.bubbles = self.log.locator(".wa-bubble")
		self.alert = self.root.locator(":scope > [role=alert]")
		self.dialog = self.root.get_by_role("dialog")
		self.dialog_send = self.dialog.get_by_role("button", name="Send", exact=True)
		self.announced = self.root.locator("[aria-live=polite]")

	def open(self, arrange: str, lead: str | None = "LEAD-1", transport: str = "") -> "Panel":
		"""Set up the host by `arrange` (JavaScript with `host` and the first conversation's name `c`), and show a lead."""
		self.page.evaluate(
			f"""() => {{
				window.host = new FakeHost();
				window.c = host.addLead("LEAD-1").name;
				{arrange};
				const transport = host.transport;
				{transport};
				chat.transport = transport;
			}}"""
		)
		self.show(lead)
		return self

	def show(self, lead: str | None) -> None:
		self.page.evaluate(
			"lead => chat.show(lead && {doctype: 'CRM Lead', name: lead})",
			lead,
		)
		self.wait()
		# Until a frame is drawn the browser only estimates the height of a page of messages (content-visibility).
		self.page.evaluate("() => new Promise(drawn => new IntersectionObserver(drawn).observe(chat))")

	def do(self, script: str) -> None:
		"""Run JavaScript at the host."""
		self.page.evaluate(f"() => {{ {script} }}")
		self.wait()

	def wait(self, milliseconds: int = 400) -> None:
		"""Advance the page's clock by enough for an event, a call and its answer, without sleeping."""
		for _ in range(4):
			self.page.clock.run_for(milliseconds // 4)

	def pass_time(self, milliseconds: int) -> None:
		"""Advance the page's clock without user input; every timer fires in order."""
		self.page.clock.run_for(milliseconds)
		self.wait()

	def calls(self, method: str) -> list[dict]:
		return self.page.evaluate("method => host.calls.filter(call => call.method === method)", method)

	def bubble(self, text: str) -> Locator:
		return self.bubbles.filter(has_text=text)

	def type(self, text: str) -> None:
		self.text.press_sequentially(text)

	def press(self, key: str) -> None:
		self.page.keyboard.press(key)
		self.wait()

	def scroll_to(self, top: int) -> None:
		"""Scroll to a position in the messages, and wait until the panel has handled the event."""
		self.log.evaluate(
			"""(node, top) => new Promise((heard) => {
				node.addEventListener("scroll", () => heard(), {once: true});
				node.scrollTop = top;
			})""",
			top,
		)
