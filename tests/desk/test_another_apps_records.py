"""The DocType of another app is a record type by that app's hooks.py alone: installed, used in Chromium, uninstalled."""

import json

import pytest
from playwright.sync_api import expect

from .conftest import on_the_site

PATIENCE_MS = 60_000
DOCTYPE = "WA Window Test Visit"
PHONE = "+6281344556601"
INSERT = """async (values) => (await frappe.call("frappe.client.insert", {doc: values})).message"""


@pytest.fixture
def app(site):
	on_the_site(site, "wa_window.tests.another_app.install")
	yield
	on_the_site(site, "wa_window.tests.another_app.remove")


def test_by_its_hook_alone_it_has_chats_until_its_app_is_uninstalled(app, desk, manager, site, simulator):
	desk.goto("/app/chat-lead")
	desk.wait_for_function("window.frappe?.boot?.wa_window_record_types", timeout=PATIENCE_MS)
	values = {"doctype": DOCTYPE, "visitor": "Rina Wijaya", "contact_number": "0813-4455-6601"}
	visit = desk.evaluate(INSERT, values)
	assert visit["wa_phone"] == PHONE  # doc_events

	simulator.post("customers", id="rina", name="Rina Wijaya", phone=PHONE)
	simulator.post("message", customer="rina", body="Halo, saya jadi datang")
	desk.goto(f"/app/wa-window-test-visit/{visit['name']}")
	desk.get_by_role("tab", name="WhatsApp").click(timeout=PATIENCE_MS)  # the custom fields
	chat = desk.locator("wa-chat")  # doctype_js
	expect(chat.get_by_text("Halo, saya jadi datang")).to_be_visible(timeout=PATIENCE_MS)
	composer = chat.get_by_role("textbox")
	composer.fill("Kami tunggu, Bu")
	composer.press("Enter")
	sent = chat.locator(".wa-out", has_text="Kami tunggu, Bu")
	expect(sent.get_by_text("Delivered", exact=True)).to_be_attached(timeout=PATIENCE_MS)
	assert chat_of_rina(site) == [DOCTYPE, visit["name"]]

	desk.goto("/app/wa-window-test-visit")
	row = desk.locator(".list-row", has_text="Rina Wijaya")
	expect(row.locator(".wa-badge")).to_have_text("23 h left", timeout=PATIENCE_MS)  # doctype_list_js
	assert desk.errors == []

	on_the_site(site, "wa_window.tests.another_app.remove")
	assert chat_of_rina(site) == [None, None]
	manager.goto("/app/whatsapp")
	manager.get_by_role("option").filter(has_text="Rina Wijaya").click(timeout=PATIENCE_MS)
	expect(manager.locator(".wa-in", has_text="Halo, saya jadi datang")).to_be_visible(timeout=PATIENCE_MS)
	assert manager.errors == []


def chat_of_rina(site) -> list:
	fields = ["lead_doctype", "lead"]
	filters = {"customer_phone": PHONE}
	return json.loads(
		on_the_site(
			site, "frappe.db.get_value", doctype="Chat Conversation", filters=filters, fieldname=fields
		)
	)
