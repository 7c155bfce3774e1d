"""The DocType of another app is a record type by that app's hooks.py alone: installed, used in Chromium, uninstalled."""

import json

import pytest
from playwright.sync_api import expect

from .conftest import on_the_site

PATIENCE_MS = 60_000
PHONE = "+6281344556601"


@pytest.fixture
def app(site):
	"""A run that is killed is cleared up by the next one."""
	on_the_site(site, "wa_window.tests.another_app.install")
	yield
	on_the_site(site, "wa_window.tests.another_app.remove")


def test_by_its_hook_alone_it_has_chats_until_its_app_is_uninstalled(app, manager, site, simulator):
	manager.goto("/app/wa-window-test-visit/new")
	visitor = manager.locator("[data-fieldname=visitor] input").first
	visitor.fill("Rina Wijaya", timeout=PATIENCE_MS)
	manager.locator("[data-fieldname=contact_number] input").first.fill("0813-4455-6601")
	manager.keyboard.press("Control+s")
	manager.wait_for_function("window.cur_frm && !cur_frm.is_new()", timeout=PATIENCE_MS)
	assert manager.evaluate("cur_frm.doc.wa_phone") == PHONE  # doc_events

	simulator.post("customers", id="rina", name="Rina Wijaya", phone=PHONE)
	simulator.post("message", customer="rina", body="Halo, saya jadi datang")
	manager.get_by_role("tab", name="WhatsApp").click()  # the custom fields
	chat = manager.locator("wa-chat")  # doctype_js
	expect(chat.get_by_text("Halo, saya jadi datang")).to_be_visible(timeout=PATIENCE_MS)
	composer = chat.get_by_role("textbox")
	composer.fill("Kami tunggu, Bu")
	composer.press("Enter")
	sent = chat.locator(".wa-out", has_text="Kami tunggu, Bu")
	expect(sent.get_by_text("Delivered", exact=True)).to_be_attached(timeout=PATIENCE_MS)

	manager.evaluate("frappe.set_route('List', 'WA Window Test Visit')")
	row = manager.locator(".list-row", has_text="Rina Wijaya")
	expect(row.locator(".wa-badge")).to_have_text("23 h left", timeout=PATIENCE_MS)  # doctype_list_js
	assert manager.errors == []

	on_the_site(site, "wa_window.tests.another_app.remove")
	chat_of_rina = {"doctype": "Chat Conversation", "filters": {"customer_phone": PHONE}}
	wanted = ["name", "lead_doctype", "lead"]
	found = json.loads(on_the_site(site, "frappe.db.get_value", **chat_of_rina, fieldname=wanted))
	assert found[1:] == [None, None]
	manager.goto(f"/app/whatsapp/{found[0]}")
	expect(manager.locator(".wa-in", has_text="Halo, saya jadi datang")).to_be_visible(timeout=PATIENCE_MS)
	assert manager.errors == []
