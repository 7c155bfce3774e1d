"""Quick replies: found by `/`, put into the field, kept from a message."""

import re

import pytest
from playwright.sync_api import expect

from .test_template_dialog import CLOSED, TEMPLATES

OPEN = "host.receive(c, 'Halo, apakah masih ada?');"
REPLIES = """host.quickReplies = [
	{name: "q1", title: "Salam", shortcut: "salam", text: "Halo Budi, ada yang bisa dibantu?", files: []},
	{name: "q2", title: "Syarat KPR", shortcut: "kpr", text: "Siapkan *KTP* dan KK.", files: []},
	{name: "q3", title: "Brosur", shortcut: "", text: "Ini brosurnya, salam.",
		files: [{name: "FILE-9", file_name: "Brosur.pdf", type: "application/pdf", size: 240000}]},
];"""
BOTH = OPEN + TEMPLATES + ";" + REPLIES


def options(panel):
	return panel.dialog.get_by_role("listbox").get_by_role("option")


def search(panel):
	return panel.dialog.get_by_role("combobox", name="Search quick replies and templates")


def open_picker(panel, arrange=BOTH):
	panel.open(arrange)
	panel.text.focus()
	panel.press("/")
	return panel


def test_a_slash_lists_quick_replies_and_then_templates(panel):
	open_picker(panel)
	expect(panel.dialog.get_by_role("heading")).to_have_text("Quick replies and templates")
	names = options(panel).locator(".wa-option-name").all_inner_texts()
	assert names[:3] == ["Salam", "Syarat KPR", "Brosur"]
	assert len(names) > 3
	expect(options(panel).first).to_contain_text("Quick reply · /salam")
	expect(search(panel)).to_be_focused()


def test_slash_a_shortcut_and_enter_put_the_text_into_the_field_and_send_nothing(panel):
	open_picker(panel)
	search(panel).press_sequentially("kpr")
	expect(options(panel)).to_have_count(1)
	panel.press("Enter")
	expect(panel.dialog).to_have_count(0)
	expect(panel.text).to_have_value("Siapkan *KTP* dan KK.")
	expect(panel.text).to_be_focused()
	panel.wait()
	assert panel.calls("chat.reply") == []
	panel.type(" Terima kasih.")
	panel.press("Enter")
	(call,) = panel.calls("chat.reply")
	assert call["args"]["body"] == "Siapkan *KTP* dan KK. Terima kasih."


def test_what_has_the_shortcut_comes_before_what_has_the_word(panel):
	open_picker(panel, BOTH.replace('shortcut: "kpr"', 'shortcut: "sala"'))
	search(panel).fill("/sala")
	expect(options(panel).locator(".wa-option-name")).to_have_text(["Salam", "Syarat KPR"])
	search(panel).fill("salam")
	expect(options(panel).locator(".wa-option-name")).to_have_text(["Salam", "Brosur"])


def test_the_arrows_choose_and_the_preview_shows_text_and_files(panel):
	open_picker(panel)
	panel.press("ArrowDown")
	preview = panel.dialog.get_by_role("group", name="Preview")
	expect(preview.locator("strong")).to_have_text("*KTP*")
	panel.press("ArrowDown")
	expect(preview).to_contain_text("Brosur.pdf")
	expect(panel.dialog.get_by_role("button", name="Insert")).to_be_enabled()
	expect(panel.dialog_send).to_have_count(0)
	panel.press("Escape")
	expect(panel.dialog).to_have_count(0)
	expect(panel.text).to_have_value("")


def test_its_files_are_attached_to_the_draft_and_sent_with_it(panel):
	open_picker(panel)
	options(panel).filter(has_text="Brosur").click()
	panel.dialog.get_by_role("button", name="Insert").click()
	expect(panel.root.locator(".wa-chip")).to_contain_text("Brosur.pdf")
	expect(panel.text).to_be_focused()
	panel.press("Enter")
	(call,) = panel.calls("chat.reply")
	assert (call["args"]["file"], call["args"]["body"]) == ("FILE-9", "Ini brosurnya, salam.")
	assert panel.calls("upload") == []
	expect(panel.root.locator(".wa-chip")).to_have_count(0)


def test_it_goes_where_the_caret_is(panel):
	panel.open(BOTH)
	panel.text.fill("Pak, . Terima kasih.")
	panel.text.evaluate("area => area.setSelectionRange(5, 5)")
	panel.template_button.click()
	panel.wait()
	search(panel).fill("kpr")
	panel.press("Enter")
	expect(panel.text).to_have_value("Pak, Siapkan *KTP* dan KK.. Terima kasih.")


def test_a_draft_from_it_is_kept_as_any_other(panel):
	open_picker(panel, BOTH + "host.addLead('LEAD-2')")
	panel.press("Enter")
	panel.show("LEAD-2")
	expect(panel.text).to_have_value("")
	panel.show("LEAD-1")
	expect(panel.text).to_have_value("Halo Budi, ada yang bisa dibantu?")


def test_while_the_window_is_closed_there_are_only_templates(panel):
	panel.open(CLOSED + TEMPLATES + ";" + REPLIES)
	panel.template_button.first.click()
	panel.wait()
	expect(panel.dialog.get_by_role("heading")).to_have_text("Send a template")
	expect(options(panel).filter(has_text="Salam")).to_have_count(0)
	assert panel.calls("quick_replies.for_lead") == []


def test_a_template_is_still_filled_in_and_sent(panel):
	open_picker(panel)
	options(panel).nth(3).click()
	expect(panel.dialog_send).to_be_visible()


def test_a_text_that_looks_like_markup_or_a_placeholder_stays_text(panel):
	hostile = "<img src=x onerror=alert(1)> {{ x }}"
	open_picker(panel, BOTH.replace("Halo Budi, ada yang bisa dibantu?", hostile))
	expect(panel.dialog.get_by_role("group", name="Preview")).to_contain_text(hostile)
	panel.press("Enter")
	expect(panel.text).to_have_value(hostile)
	expect(panel.root.locator("img")).to_have_count(0)


def test_ones_own_message_is_saved_as_a_quick_reply(panel):
	panel.open(OPEN + "host.send(c, 'Siapkan KTP dan KK.')")
	panel.bubble("Siapkan").locator(".wa-meta").click()
	panel.bubble("Siapkan").get_by_role("button", name="Save as quick reply").click()
	expect(panel.dialog.get_by_role("heading")).to_have_text("Save as quick reply")
	expect(panel.dialog.get_by_label("Title")).to_be_focused()
	expect(panel.dialog.get_by_label("Text")).to_have_value("Siapkan KTP dan KK.")
	panel.dialog.get_by_label("Title").fill("Syarat")
	panel.dialog.get_by_label("Shortcut").fill("kpr")
	panel.dialog.get_by_role("button", name="Save", exact=True).click()
	panel.wait()
	expect(panel.dialog).to_have_count(0)
	(call,) = panel.calls("quick_replies.add")
	assert call["args"] == {"title": "Syarat", "shortcut": "kpr", "text": "Siapkan KTP dan KK."}


def test_what_is_wrong_with_its_placeholders_is_said_once_it_is_saved(panel):
	panel.open(OPEN + "host.send(c, 'Halo {{ x }}')")
	panel.bubble("Halo {{").locator(".wa-meta").click()
	panel.bubble("Halo {{").get_by_role("button", name="Save as quick reply").click()
	panel.dialog.get_by_label("Title").fill("Salam")
	panel.dialog.get_by_role("button", name="Save", exact=True).click()
	panel.wait()
	expect(panel.dialog).to_have_count(0)
	expect(panel.alert).to_contain_text("No lead has the field x.")


def test_why_it_is_not_saved_is_said_and_nothing_is_lost(panel):
	panel.open(OPEN + "host.send(c, 'Siapkan KTP dan KK.')")
	panel.do("host.fail('quick_replies.add', {status: 417, message: 'Fill in title first.', once: true})")
	panel.bubble("Siapkan").locator(".wa-meta").click()
	panel.bubble("Siapkan").get_by_role("button", name="Save as quick reply").click()
	panel.dialog.get_by_role("button", name="Save", exact=True).click()
	panel.wait()
	expect(panel.dialog.get_by_role("alert")).to_contain_text("Fill in title first.")
	expect(panel.dialog.get_by_label("Text")).to_have_value("Siapkan KTP dan KK.")


def test_a_customers_message_is_not_offered_to_be_saved(panel):
	panel.open(OPEN)
	panel.bubble("masih ada").locator(".wa-meta").click()
	expect(panel.bubble("masih ada").get_by_role("button", name=re.compile("Copy"))).to_be_visible()
	expect(panel.bubble("masih ada").get_by_role("button", name="Save as quick reply")).to_have_count(0)


@pytest.mark.parametrize(
	("is_so", "said"),
	[
		("size: 240000000", "Brosur.pdf is too large"),
		("size: 240000, problem: 'This file cannot be sent.'", "This file cannot be sent."),
	],
)
def test_a_file_of_it_that_cannot_be_sent_is_left_out_and_that_is_said(panel, is_so, said):
	open_picker(panel, BOTH.replace("size: 240000", is_so))
	options(panel).filter(has_text="Brosur").click()
	panel.dialog.get_by_role("button", name="Insert").click()
	expect(panel.text).to_have_value("Ini brosurnya, salam.")
	expect(panel.root.locator(".wa-chip")).to_have_count(0)
	expect(panel.root.locator(".wa-hint")).to_contain_text(said)
