"""`make demo` for a new user: the page of a lead, with the simulated Twilio, in Chromium."""

from contextlib import ExitStack

import pytest
import requests
from playwright.sync_api import expect

from playground.__main__ import start
from tests.ports import port_of, two_ports

# Between what is done and what is seen lie a webhook, a job and an event, in real time: a busy machine needs more than 5 s.
ARRIVAL_MS = 60_000


@pytest.fixture(scope="module")
def demo():
	with two_ports() as held, ExitStack() as running:
		start(port_of(held[0]), running)
		yield tuple(f"http://127.0.0.1:{port_of(each)}" for each in held)


def leads_of(url: str) -> dict[str, str]:
	state = requests.get(f"{url}/playground/state", timeout=10).json()
	return {row["lead_name"]: row["name"] for row in state["leads"]}


def test_the_demo_shows_a_message_a_reply_a_closed_window_a_template_and_an_open_window(demo, clean_tab):
	url, simulator = demo
	page = clean_tab
	page.set_viewport_size({"width": 1440, "height": 900})
	page.goto(f"{url}/lead/{leads_of(url)['Budi Santoso']}")
	chat = page.locator("wa-chat")
	expect(page.get_by_text("This is a simulation").first).to_be_visible()
	expect(chat).to_contain_text("Open · 22 h")
	composer = chat.get_by_role("textbox")
	composer.fill("Masih ada, Pak.")
	composer.press("Enter")
	expect(chat.get_by_text("Delivered", exact=True)).to_be_attached(timeout=ARRIVAL_MS)

	composer.fill("Sebentar, saya cek")
	page.get_by_role("button", name="+23 h").click()
	expect(chat).to_contain_text("Closed since", timeout=ARRIVAL_MS)
	expect(composer).to_be_disabled()
	expect(composer).to_have_value("Sebentar, saya cek")

	chat.get_by_role("button", name="Send template").first.click()
	dialog = page.get_by_role("dialog")
	dialog.get_by_role("listbox").get_by_role("option").first.click()
	for field in dialog.get_by_role("textbox").all():
		if not field.input_value():
			field.fill("rumah di Depok")
	dialog.get_by_role("button", name="Send", exact=True).click()
	expect(dialog).to_be_hidden()

	message = {"customer": "budi", "body": "Ya, masih berminat"}
	assert requests.post(f"{simulator}/_sim/message", json=message, timeout=10).ok
	expect(chat.get_by_text("Ya, masih berminat")).to_be_visible(timeout=ARRIVAL_MS)
	expect(composer).to_be_enabled()
	composer.press("End")
	composer.type(" dulu.")
	expect(composer).to_have_value("Sebentar, saya cek dulu.")


def test_every_lead_of_the_playground_shows_its_state(demo, clean_tab):
	url, _ = demo
	leads = leads_of(url)
	page = clean_tab
	page.set_viewport_size({"width": 360, "height": 800})
	states = {
		"I Wayan Sudarma": "closed",
		"Agus Wijaya": "never",
		"Dewi Lestari": "opted_out",
		"A lead without a number": "unavailable",
	}
	for lead_name, state in states.items():
		page.goto(f"{url}/lead/{leads[lead_name]}")
		expect(page.locator("wa-chat")).to_have_attribute("data-state", state)
		assert page.evaluate("document.documentElement.scrollWidth") <= 360
