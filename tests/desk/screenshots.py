"""README's screenshots of a real site: `make screenshots BENCH=… SITE=…` runs this with a simulated Twilio."""

import json
import os
import shutil
from pathlib import Path

import requests
from playwright.sync_api import Page, expect, sync_playwright

IMAGES = Path(__file__).parents[2] / "docs" / "images"
PATIENCE_MS = 60_000


def main() -> None:
	desk = json.loads(os.environ["WA_WINDOW_DESK"])
	with sync_playwright() as playwright:
		chromium = shutil.which("chromium") or shutil.which("google-chrome")
		browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
		page = browser.new_page(viewport={"width": 1280, "height": 860}, base_url=desk["url"])
		page.set_default_timeout(PATIENCE_MS)
		page.request.post("/api/method/login", form={"usr": desk["user"], "pwd": desk["password"]})
		lead_form(page, desk)
		inbox(page, desk)
		browser.close()


def lead_form(page: Page, desk: dict) -> None:
	writes(desk, "budi", "Selamat siang, apakah rumah tipe 45 di Depok masih ada?")
	page.goto("/app/chat-lead/" + desk["leads"]["Budi Santoso"])
	page.get_by_role("tab", name="WhatsApp").click()
	chat = page.locator("wa-chat")
	expect(chat.get_by_text("masih ada?")).to_be_visible(timeout=PATIENCE_MS)
	reply = chat.get_by_role("textbox")
	reply.fill("Selamat siang, Pak Budi. Masih ada dua unit, keduanya siap huni.")
	reply.press("Enter")
	expect(chat.get_by_text("Delivered", exact=True)).to_be_attached(timeout=PATIENCE_MS)
	asked(desk, "read", customer="budi")
	writes(desk, "budi", "Bisa saya lihat hari Sabtu? 😊")
	expect(chat.get_by_text("hari Sabtu")).to_be_visible(timeout=PATIENCE_MS)
	expect(chat.get_by_text("Read", exact=True)).to_be_attached(timeout=PATIENCE_MS)
	reply.fill("Bisa, Pak. Jam 10 pagi?")
	taken(page, "lead-form.png")
	chat.get_by_role("button", name="Quick replies and templates").click()
	templates = chat.get_by_role("listbox", name="Quick replies and templates").get_by_role("option")
	expect(templates.first).to_be_visible(timeout=PATIENCE_MS)
	taken(page, "template-dialog.png")
	page.keyboard.press("Escape")


def inbox(page: Page, desk: dict) -> None:
	writes(desk, "siti", "Apakah bisa KPR?")
	page.set_viewport_size({"width": 1440, "height": 560})
	page.goto("/app/chat-conversation")
	expect(page.get_by_text("Apakah bisa KPR?").first).to_be_visible(timeout=PATIENCE_MS)
	expect(page.get_by_text("h left").first).to_be_visible(timeout=PATIENCE_MS)
	taken(page, "inbox.png")


def writes(desk: dict, customer: str, body: str) -> None:
	asked(desk, "message", customer=customer, body=body)


def asked(desk: dict, what: str, **values) -> None:
	requests.post(f"{desk['simulator']}/_sim/{what}", json=values, timeout=30).raise_for_status()


def taken(page: Page, name: str) -> None:
	page.mouse.move(5, 5)
	page.screenshot(path=IMAGES / name, animations="disabled")


if __name__ == "__main__":
	main()
