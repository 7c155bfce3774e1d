"""The inbox on its two pages of a real site: in the Desk, and alone at /whatsapp."""

import re

import pytest
from playwright.sync_api import expect

from .conftest import logged_in, on_the_site, speaking

PATIENCE_MS = 60_000
PAGES = {"alone": "/whatsapp", "in the Desk": "/app/whatsapp"}
TITLE_WITH_COUNT = r"^\(\d+\+?\) "


@pytest.fixture
def chat(site, simulator):
	simulator.post("message", customer="budi", body="Halo, masih ada?")
	return "Halo, masih ada?"


@pytest.mark.parametrize("where", PAGES)
def test_a_message_is_found_and_answered(desk, simulator, chat, where):
	desk.goto(PAGES[where])
	inbox = desk.locator("wa-inbox")
	row = inbox.get_by_role("option").filter(has_text="Budi")
	expect(row).to_be_visible(timeout=PATIENCE_MS)
	expect(desk).to_have_title(re.compile(TITLE_WITH_COUNT))
	row.click()
	composer = inbox.get_by_label("Reply")
	composer.fill(f"Masih, {where}")
	composer.press("Enter")
	sent = inbox.locator(".wa-out", has_text=f"Masih, {where}")
	expect(sent.get_by_text("Delivered", exact=True)).to_be_attached(timeout=PATIENCE_MS)
	assert f"Masih, {where}" in [entry["body"] for entry in simulator.outbound()]
	assert desk.errors == []


@pytest.mark.parametrize("where", PAGES)
@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_axe_finds_nothing_and_the_page_does_not_scroll(desk, axe, chat, where, width, theme):
	look_at(desk, axe, where, width, theme)


@pytest.mark.parametrize("where", PAGES)
@pytest.mark.parametrize(("width", "theme", "language"), [(1440, "dark", "id"), (390, "light", "ar")])
def test_neither_in_another_language_nor_from_right_to_left(
	browser, site, axe, chat, where, width, theme, language
):
	with speaking(site, site["user"], language), logged_in(browser, site, site["user"]) as page:
		look_at(page, axe, where, width, theme)
		direction = page.locator("wa-inbox").evaluate("node => getComputedStyle(node).direction")
		assert direction == ("rtl" if language == "ar" else "ltr")
		assert page.locator("html").get_attribute("lang") == language
		assert page.errors == []


def look_at(page, axe, where, width, theme):
	page.set_viewport_size({"width": width, "height": 844})
	page.goto(PAGES[where])
	expect(page.get_by_role("option").filter(has_text="Budi")).to_be_visible(timeout=PATIENCE_MS)
	page.evaluate("theme => Object.assign(document.documentElement.dataset, {theme})", theme)
	box = page.locator("wa-inbox").bounding_box()
	assert round(box["y"] + box["height"]) == 844
	assert page.evaluate("() => document.documentElement.scrollWidth") <= width
	assert axe(page, "wa-inbox") == []


def test_a_link_opens_its_chat_once(desk, site, chat):
	lead = site["leads"]["Budi Santoso"]
	named = on_the_site(site, "frappe.db.get_value", doctype="Chat Conversation", filters={"lead": lead})
	conversation = named.strip().strip('"')
	desk.goto(f"/app/whatsapp/{conversation}")
	name = desk.locator("wa-inbox .wi-chat-head").get_by_role("heading", name="Budi")
	expect(name).to_be_visible(timeout=PATIENCE_MS)
	assert not desk.url.endswith(conversation)
	desk.goto(f"/whatsapp?chat={conversation}")
	expect(name).to_be_visible(timeout=PATIENCE_MS)
	assert desk.url.endswith("/whatsapp")


def test_in_the_desk_the_inbox_rests_while_another_page_is_shown(desk, chat):
	desk.goto("/app/whatsapp")
	row = desk.get_by_role("option").filter(has_text="Budi")
	expect(row).to_be_visible(timeout=PATIENCE_MS)
	desk.evaluate("frappe.set_route('List', 'Chat Lead')")
	expect(desk.locator("wa-inbox")).to_have_count(0, timeout=PATIENCE_MS)
	expect(desk).to_have_title(re.compile(TITLE_WITH_COUNT + "Chat Lead"))
	desk.evaluate("frappe.set_route('whatsapp')")
	expect(row).to_be_visible(timeout=PATIENCE_MS)
	assert desk.errors == []
