"""What comes in is shown by Frappe's socket, long before the panel would ask."""

import pytest
from playwright.sync_api import expect

PATIENCE_MS = 60_000
AT_ONCE_MS = 5_000  # the panel asks by itself every 20 seconds only (polling.js, POLL_MS)
CONNECTED = "() => frappe.realtime.socket?.connected"


def test_a_message_is_shown_as_it_comes_in(desk, site, simulator):
	if not site["realtime"]:
		pytest.skip(f"The bench's own port is taken, where its socket.io asks who the user is: {site['url']}")
	desk.goto(f"/app/chat-lead/{site['leads']['Siti Rahmawati']}")
	desk.get_by_role("tab", name="WhatsApp").click(timeout=PATIENCE_MS)
	chat = desk.locator("wa-chat")
	expect(chat).to_be_visible(timeout=PATIENCE_MS)
	desk.wait_for_function(CONNECTED, timeout=PATIENCE_MS)
	simulator.post("message", customer="siti", body="Selamat pagi")
	expect(chat.get_by_text("Selamat pagi", exact=True)).to_be_visible(timeout=PATIENCE_MS)
	for text in (
		"Halo",
		"Ada orang?",
		"Saya tunggu",
	):  # three in a row: no poll comes just before each of them
		simulator.post("message", customer="siti", body=text)
		expect(chat.get_by_text(text, exact=True)).to_be_visible(timeout=AT_ONCE_MS)
