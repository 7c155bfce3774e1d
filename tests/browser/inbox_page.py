"""Page object of the inbox."""

from playwright.sync_api import Locator, Page


class Inbox:
	def __init__(self, page: Page):
		self.page = page
		self.root = page.locator("wa-inbox")
		self.list = self.root.get_by_role("listbox", name="Chats")
		self.rows = self.list.get_by_role("option")
		self.search = self.root.get_by_label("Search by name, number or text")
		self.header = self.root.locator(".wi-chat-head")
		self.title = self.header.get_by_role("heading", level=2)
		self.pill = self.header.locator(".wi-pill")
		self.chat = self.root.locator("wa-chat")
		self.text = self.chat.get_by_label("Reply")
		self.log = self.chat.get_by_role("log")
		self.bubbles = self.log.locator(".wa-bubble")
		self.details = self.root.get_by_role("region", name="Details")
		self.note = self.chat.get_by_label("Internal note", exact=True).and_(self.page.locator("textarea"))
		self.offer = self.chat.get_by_role("group", name="Last template")
		self.alert = self.root.locator(".wi-left > [role=alert]")

	def open(self, arrange: str, transport: str = "") -> "Inbox":
		"""Set up the host by `arrange` (JavaScript with `host`), and show the inbox."""
		self.page.evaluate(
			f"""() => {{
				window.host = new FakeInboxHost();
				{arrange};
				const transport = host.transport;
				{transport};
				inbox.transport = transport;
			}}"""
		)
		self.wait()
		return self

	def do(self, script: str) -> None:
		"""Run JavaScript at the host, and let what follows happen."""
		self.page.evaluate(f"() => {{ {script} }}")
		self.wait()

	def wait(self, milliseconds: int = 400) -> None:
		"""Advance the page's clock by enough for a call and its answer, without sleeping."""
		for _ in range(4):
			self.page.clock.run_for(milliseconds // 4)

	def pass_time(self, milliseconds: int) -> None:
		self.page.clock.run_for(milliseconds)
		self.wait()

	def press(self, *keys: str) -> None:
		for key in keys:
			self.page.keyboard.press(key)
			self.wait()

	def calls(self, method: str = "") -> list[dict]:
		return self.page.evaluate(
			"method => host.calls.filter(call => !method || call.method === method)", method
		)

	def forget_calls(self) -> None:
		self.page.evaluate("host.calls = []")

	def row(self, name: str) -> Locator:
		return self.rows.filter(has=self.page.locator(".wi-name", has_text=name))

	def names(self) -> list[str]:
		return self.rows.locator(".wi-name").all_text_contents()

	def queue(self, name: str) -> Locator:
		return self.root.get_by_role("group", name="Queue").get_by_role("button", name=name)

	def chip(self, name: str) -> Locator:
		return self.root.get_by_role("group", name="Only show").get_by_role("button", name=name)

	def menu(self, name: str, entry: str) -> None:
		self.header.get_by_role("button", name=name).click()
		self.header.get_by_role("menuitem", name=entry).click()
		self.wait()
