"""Pictures of the inbox for the documents, from the playground: `make pictures`, `make recording`."""

import io
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import requests
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from playground.__main__ import start
from tests.ports import port_of, two_ports

IMAGES = Path(__file__).parents[1] / "docs" / "images"
WAIT_MS = 60_000
LARGEST_BYTES = 2_000_000
# File, width and height, query, theme.
PICTURES = (
	("inbox-light.png", (1279, 760), "", "light"),
	("inbox-dark.png", (1279, 760), "", "dark"),
	("inbox-phone.png", (390, 844), "", "light"),
	("inbox-id.png", (1279, 760), "?lang=id", "light"),
)
ANSWERS = ("Mulai Rp 450 juta, bisa KPR.", "Jadi, Pak. Sampai besok jam 10.")


def main() -> None:
	wanted = {"inbox": take_pictures, "recording": record}[sys.argv[1]]
	with playground() as (url, simulator), sync_playwright() as playwright:
		chromium = shutil.which("chromium") or shutil.which("google-chrome")
		browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
		wanted(browser, url, simulator)
		browser.close()


@contextmanager
def playground() -> Iterator[tuple[str, str]]:
	with two_ports() as held, ExitStack() as running:
		start(port_of(held[0]), running)
		yield f"http://127.0.0.1:{port_of(held[0])}", f"http://127.0.0.1:{port_of(held[1])}"


def opened(browser: Browser, url: str, size: tuple[int, int], theme: str) -> Page:
	page = browser.new_page(
		viewport={"width": size[0], "height": size[1]},
		color_scheme="dark" if theme == "dark" else "light",
		timezone_id="Asia/Jakarta",
	)
	page.set_default_timeout(WAIT_MS)
	page.goto(url)
	expect(page.locator("wa-inbox [role=option]")).to_have_count(8, timeout=WAIT_MS)
	return page


def take_pictures(browser: Browser, url: str, simulator: str) -> None:
	for name, size, query, theme in PICTURES:
		page = opened(browser, f"{url}/{query}", size, theme)
		if size[0] > 400:
			page.locator("wa-inbox [role=option]").filter(has_text="Hendra").click()
			expect(page.locator("wa-chat .wa-bubble").first).to_be_visible(timeout=WAIT_MS)
			page.mouse.move(0, 0)
		page.wait_for_timeout(500)
		page.locator("wa-inbox").screenshot(path=IMAGES / name)
		page.close()
		print(name)


class Recorder:
	"""Frames of a page, each with how long it stands (ms)."""

	def __init__(self, page: Page):
		self.page = page
		self.frames: list[Image.Image] = []
		self.durations: list[int] = []

	def take(self, duration_ms: int) -> None:
		picture = Image.open(io.BytesIO(self.page.screenshot()))
		self.frames.append(picture.convert("RGB").resize((1080, 608), Image.Resampling.LANCZOS))
		self.durations.append(duration_ms)

	def type(self, text: str) -> None:
		for word in re.findall(r"\S+\s*", text):
			self.page.keyboard.type(word)
			self.take(180)

	def press(self, key: str, duration_ms: int) -> None:
		self.page.keyboard.press(key)
		self.page.wait_for_timeout(600)
		self.take(duration_ms)

	def save(self, path: Path) -> None:
		first, *others = self.frames
		first.save(
			path, save_all=True, append_images=others, duration=self.durations, loop=0, quality=70, method=4
		)


def record(browser: Browser, url: str, simulator: str) -> None:
	"""A message arrives, chats are answered by keyboard one after the other, a window closes, a template goes out."""
	page = opened(browser, url, (1440, 810), "light")
	recorder = Recorder(page)
	recorder.take(1500)
	message = {"customer": "budi", "body": "Halo Pak, apakah rumahnya masih ada?"}
	requests.post(f"{simulator}/_sim/message", json=message, timeout=10).raise_for_status()
	expect(page.locator("#story li.done")).to_have_count(1, timeout=WAIT_MS)
	page.wait_for_timeout(2000)
	recorder.take(1800)
	recorder.press("j", 1000)
	recorder.press("Enter", 500)
	for answer in ANSWERS:
		recorder.type(answer)
		recorder.press("Control+Enter", 900)
	page.locator("wa-inbox [role=option]").filter(has_text="Budi").click()
	page.wait_for_timeout(600)
	page.keyboard.press("Enter")
	recorder.type("Masih ada, Pak.")
	recorder.press("Enter", 300)
	expect(page.locator("#story li.done")).to_have_count(2, timeout=WAIT_MS)
	recorder.take(1500)
	for step in ("+23 h", "+2 h"):
		page.get_by_role("button", name=step).click()
	expect(page.locator("#story li.done")).to_have_count(3, timeout=WAIT_MS)
	page.wait_for_timeout(1500)
	recorder.take(2000)
	page.locator("wa-chat").evaluate("chat => chat.focus()")
	recorder.press("/", 1500)
	expect(page.locator("dialog [role=option]").first).to_be_visible(timeout=WAIT_MS)
	recorder.type("konfirmasi")
	while page.locator("dialog").count():
		if page.evaluate(
			"document.activeElement.matches('.wa-field input') && !document.activeElement.value"
		):
			recorder.type("hari Sabtu")
		recorder.press("Enter", 900)
	expect(page.locator("#story li.done")).to_have_count(4, timeout=WAIT_MS)
	recorder.take(2500)
	path = IMAGES / "inbox.webp"
	recorder.save(path)
	size = path.stat().st_size
	print(f"{path.name}: {len(recorder.frames)} frames, {size / 1000:.0f} kB")
	if size > LARGEST_BYTES:
		sys.exit(f"{path.name} is larger than {LARGEST_BYTES / 1e6:.0f} MB.")


if __name__ == "__main__":
	main()
