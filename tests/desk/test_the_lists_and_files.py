"""The inbox, the leads' list, and files, in the Desk of a real site."""

import re

from playwright.sync_api import expect

PATIENCE_MS = 60_000


def opened(desk, path: str):
	desk.goto(path)
	return desk


def test_the_inbox_shows_who_waits_and_leads_to_the_chat(desk, simulator):
	simulator.post("message", customer="siti", body="Apakah bisa KPR?")
	opened(desk, "/app/chat-conversation")
	row = desk.locator(".list-row", has_text="Siti Rahmawati")
	expect(row).to_contain_text("Apakah bisa KPR?", timeout=PATIENCE_MS)
	expect(row).to_contain_text("23 h left", timeout=PATIENCE_MS)
	row.locator(".list-subject a").first.click()
	expect(desk).to_have_url(re.compile("/chat-lead/.*#wa_tab"))
	expect(desk.locator("wa-chat").get_by_text("Apakah bisa KPR?")).to_be_visible(timeout=PATIENCE_MS)
	assert desk.errors == []


def test_the_list_of_leads_shows_whose_window_is_open(desk, simulator):
	simulator.post("message", customer="siti", body="Halo lagi")
	opened(desk, "/app/chat-lead")
	row = desk.locator(".list-row", has_text="Siti Rahmawati")
	expect(row.locator(".wa-badge")).to_have_text("WhatsApp: open", timeout=PATIENCE_MS)
	silent = desk.locator(".list-row", has_text="Lead without a number")
	expect(silent.locator(".wa-badge")).to_have_count(0)
	assert desk.errors == []


def test_photos_come_and_go(desk, simulator, site):
	simulator.post("message", customer="budi", kind="image")
	opened(desk, f"/app/chat-lead/{site['leads']['Budi Santoso']}#wa_tab")
	chat = desk.locator("wa-chat")
	photo = chat.locator(".wa-in img").last
	expect(photo).to_be_visible(timeout=PATIENCE_MS)
	assert photo.evaluate("node => node.decode().then(() => node.naturalWidth > 0)")
	plan = bytes.fromhex(
		"89504e470d0a1a0a0000000d4948445200000001000000010806000000"
		"1f15c4890000000d49444154789c63f8ffff3f0005fe02fea72d0b5f0000000049454e44ae426082"
	)
	chat.locator("input[type=file]").set_input_files(
		{"name": "denah.png", "mimeType": "image/png", "buffer": plan}
	)
	chat.get_by_role("textbox").fill("Denahnya")
	chat.get_by_role("textbox").press("Enter")
	sent = chat.locator(".wa-out", has_text="Denahnya")
	expect(sent.get_by_text("Delivered", exact=True)).to_be_attached(timeout=PATIENCE_MS)
	assert [entry for entry in simulator.outbound() if entry["body"] == "Denahnya" and entry["media_url"]]
	assert desk.errors == []
