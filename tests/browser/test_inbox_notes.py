"""Internal notes in the inbox: never sent, whatever is pressed and whatever fails."""

import pytest
from playwright.sync_api import expect

from .test_inbox_list import THREE

SENDS = ("chat.reply", "chat.send_template", "chat.send_again", "upload")


def sent_anything(inbox) -> list[str]:
	return [call["method"] for call in inbox.calls() if call["method"] in SENDS]


def test_n_writes_a_note_and_enter_adds_it(inbox):
	inbox.open(THREE)
	inbox.press("j", "n")
	expect(inbox.note).to_be_focused()
	expect(inbox.text).to_be_hidden()
	expect(inbox.chat.get_by_text("Internal note: not sent to the customer")).to_be_visible()
	inbox.page.keyboard.type("Minta diskon")
	inbox.press("Enter")
	expect(inbox.note).to_have_value("")
	assert [call["args"] for call in inbox.calls("inbox.note")] == [
		{"conversation": "C-Siti", "text": "Minta diskon"}
	]
	expect(inbox.bubbles.last).to_contain_text("Minta diskon")
	expect(inbox.bubbles.last).to_contain_text("Internal note · You")
	assert not sent_anything(inbox)


def test_a_note_stands_among_the_messages_at_its_time(inbox):
	inbox.open(
		"""const chat = host.addChat("Budi", {ago: 3 * HOUR, body: "Halo"});
		chat.notes = [{doctype: "Comment", name: "n1", author: "Andi", is_mine: false, at_ms: host.now() - 2 * HOUR,
			text: "Telepon <b>besok</b>"}];
		host.receive("C-Budi", "Masih ada?", {ago: HOUR})"""
	)
	inbox.press("j")
	expect(inbox.bubbles).to_have_count(3)
	expect(inbox.bubbles.nth(1)).to_contain_text("Internal note · Andi")
	expect(inbox.bubbles.nth(1)).to_contain_text("Telepon <b>besok</b>")
	inbox.do("host.receive('C-Budi', 'Halo?')")
	expect(inbox.bubbles).to_have_count(4)
	expect(inbox.bubbles.last).to_contain_text("Halo?")


def test_notes_do_not_disturb_the_loading_of_older_messages(inbox):
	inbox.open(
		"""const chat = host.addChat("Budi", {body: ""});
		for (let i = 0; i < 120; i++) host.receive("C-Budi", `Pesan ${i}`, {ago: (200 - i) * MINUTE});
		const at = (minutes) => host.now() - minutes * MINUTE + 1;
		chat.notes = [10, 90, 150, 190, 300].map((minutes, index) => (
			{doctype: "Comment", name: `n${index}`, author: "Andi", is_mine: false, at_ms: at(minutes), text: `Catatan ${minutes}`}))"""
	)
	inbox.press("j")
	expect(inbox.bubbles).to_have_count(52)
	for count in (103, 125):
		inbox.log.evaluate("log => { log.scrollTop = 0; log.dispatchEvent(new Event('scroll')); }")
		inbox.wait()
		expect(inbox.bubbles).to_have_count(count)
	texts = inbox.bubbles.locator(".wa-text").all_text_contents()
	assert texts[0] == "Catatan 300"
	assert texts[texts.index("Catatan 150") - 1] == "Pesan 50"
	before = [call["args"]["before"] for call in inbox.calls("chat.older")]
	assert all(name.startswith("m") for name in before)


def test_going_on_from_what_was_found_no_note_is_missing(inbox):
	inbox.open(
		"""const chat = host.addChat("Budi", {body: ""});
		for (let i = 0; i < 300; i++) host.receive("C-Budi", i === 100 ? "Rumah" : `Pesan ${i}`, {ago: (400 - i) * MINUTE});
		const at = (i) => host.now() - (400 - i) * MINUTE + MINUTE / 2;
		chat.notes = [10, 149, 150, 151, 199, 200, 201, 250, 299].map((i) => (
			{doctype: "Comment", name: `n${i}`, author: "Andi", is_mine: false, at_ms: at(i), text: `Catatan ${i}`}))"""
	)
	inbox.press("j")
	inbox.menu("More", "Search in this chat")
	inbox.chat.get_by_role("searchbox").fill("rumah")
	inbox.wait(1200)
	inbox.chat.get_by_role("searchbox").press("Enter")
	inbox.wait(1200)
	log = inbox.chat.locator(".wa-messages:not([hidden]) .wa-log")
	for _ in range(4):
		log.evaluate("log => { log.scrollTop = log.scrollHeight; log.dispatchEvent(new Event('scroll')); }")
		inbox.wait()
	texts = log.locator(".wa-note .wa-text").all_text_contents()
	assert texts == [f"Catatan {i}" for i in (149, 150, 151, 199, 200, 201, 250, 299)]


def test_keys_that_are_pressed_fast_never_send_a_notes_text(inbox):
	inbox.open(THREE)
	inbox.press("j")
	for key in (
		"n",
		*"rahasia",
		"Enter",
		*"lagi",
		"Control+Enter",
		"Escape",
		"Enter",
		*"x",
		"Escape",
		"n",
		"Enter",
	):
		inbox.page.keyboard.press(key)
	inbox.wait()
	for call in inbox.calls():
		if call["method"] in SENDS:
			assert "rahasia" not in str(call["args"])
			assert "lagi" not in str(call["args"])
	assert "rahasia" in [call["args"]["text"] for call in inbox.calls("inbox.note")]


@pytest.mark.parametrize("between", [("Escape", "k"), ("Escape", "j", "k")])
def test_a_notes_draft_stays_with_its_chat_and_never_gets_into_the_reply(inbox, between):
	inbox.open(THREE)
	inbox.press("j", "j", "n")
	inbox.page.keyboard.type("rahasia")
	inbox.press(*between)
	inbox.press("Enter")
	expect(inbox.text).to_have_value("")
	inbox.press("Enter", "Control+Enter")
	assert not sent_anything(inbox)
	inbox.row("Budi").click()
	inbox.wait()
	expect(inbox.text).to_have_value("")
	inbox.press("n")
	expect(inbox.note).to_have_value("rahasia")
	assert not inbox.calls("inbox.note")


def test_the_replys_draft_stays_while_a_note_is_written(inbox):
	inbox.open(THREE)
	inbox.press("j", "Enter")
	inbox.page.keyboard.type("Baik, Pak")
	inbox.chat.get_by_role("button", name="Internal note").click()
	expect(inbox.note).to_be_focused()
	inbox.page.keyboard.type("rahasia")
	inbox.press("Enter")
	inbox.chat.get_by_role("button", name="Reply", exact=True).click()
	expect(inbox.text).to_have_value("Baik, Pak")
	inbox.press("Enter")
	assert [call["args"]["body"] for call in inbox.calls("chat.reply")] == ["Baik, Pak"]
	assert [call["args"]["text"] for call in inbox.calls("inbox.note")] == ["rahasia"]


@pytest.mark.parametrize(
	"failure", ["{status: 0}", "{status: 403, message: 'You may not.'}", "{status: 500}"]
)
def test_a_note_that_was_not_saved_is_kept_as_a_note(inbox, failure):
	inbox.open(THREE + f"host.fail('inbox.note', {failure})")
	inbox.press("j", "n")
	inbox.page.keyboard.type("rahasia")
	inbox.press("Enter")
	expect(inbox.note).to_have_value("rahasia")
	expect(inbox.chat.locator(".wi-note [role=alert]")).not_to_be_empty()
	inbox.press("Escape", "Enter")
	expect(inbox.text).to_have_value("")
	inbox.do("host.recover()")
	inbox.press("Escape", "n", "Enter")
	expect(inbox.note).to_have_value("")
	assert not sent_anything(inbox)


def test_a_note_whose_chat_was_left_before_it_failed_is_reported(inbox):
	inbox.open(THREE + "host.fail('inbox.note', {status: 403, message: 'You may not.', once: true})")
	inbox.press("j", "n")
	inbox.page.keyboard.type("rahasia")
	for key in ("Enter", "Escape", "j"):
		inbox.page.keyboard.press(key)
	inbox.wait()
	expect(inbox.title).to_have_text("Budi")
	expect(inbox.alert).to_contain_text("Note about Siti not saved: You may not.")
	inbox.alert.get_by_role("button", name="Show the chat").click()
	inbox.wait()
	expect(inbox.note).to_have_value("rahasia")
	assert not sent_anything(inbox)


def test_notes_about_two_chats_that_are_saved_at_once_are_saved_once_each(inbox):
	inbox.open(THREE)
	inbox.press("j", "n")
	inbox.page.keyboard.type("satu")
	for key in ("Enter", "Escape", "j"):
		inbox.page.keyboard.press(key)
	inbox.page.clock.run_for(3)
	for key in ("n", *"dua", "Enter"):
		inbox.page.keyboard.press(key)
	inbox.page.clock.run_for(3)
	assert len(inbox.calls("inbox.note")) == 2
	inbox.page.keyboard.press("Enter")
	inbox.wait()
	assert [call["args"]["text"] for call in inbox.calls("inbox.note")] == ["satu", "dua"]


def test_a_note_can_be_written_where_nothing_can_be_sent(inbox):
	inbox.open('host.addChat("Old", {ago: 30 * HOUR})')
	inbox.press("j", "n")
	inbox.page.keyboard.type("Tidak berminat")
	inbox.press("Enter")
	expect(inbox.bubbles.last).to_contain_text("Tidak berminat")
	assert not sent_anything(inbox)


def test_files_dropped_while_a_note_is_written_are_not_attached_to_the_reply(inbox):
	inbox.open(THREE)
	inbox.press("j", "n")
	inbox.do(
		"""const data = new DataTransfer();
		data.items.add(new File(["x"], "rahasia.txt", {type: "text/plain"}));
		document.querySelector("wa-chat").dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));"""
	)
	inbox.press("Escape", "Enter")
	expect(inbox.chat.locator(".wa-chip")).to_have_count(0)


def test_who_may_not_write_gets_no_switch(inbox):
	inbox.open("host.mayReply = false;" + THREE)
	inbox.press("j", "n")
	expect(inbox.chat.get_by_role("button", name="Internal note")).to_be_hidden()
	expect(inbox.note).to_be_hidden()
