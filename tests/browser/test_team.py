"""Several agents at one chat: who is asked before sending, who is there, whose chat it is."""

import re

import pytest
from playwright.sync_api import expect

from .panel import SECOND
from .test_template_dialog import TEMPLATES

OPEN = "host.receive(c, 'Berapa harganya?', {ago: HOUR});"
ANSWERED = "host.send(c, '<b>Rp 450 juta</b>', {author: 'Rina', is_mine: false, ago: 0}); host.notify()"


def question(panel):
	return panel.root.locator(".wa-question")


def test_who_began_to_write_before_a_colleague_answered_is_asked_and_may_send_anyway(panel):
	panel.open(OPEN)
	panel.type("Rp 475 juta")
	panel.do(ANSWERED)
	panel.pass_time(5 * SECOND)
	panel.press("Enter")
	expect(panel.alert).to_contain_text(
		re.compile(r"Rina answered \d s ago: “<b>Rp 450 juta</b>”. Send anyway\?")
	)
	expect(panel.text).to_have_value("Rp 475 juta")
	assert [call["args"]["seen"] for call in panel.calls("chat.reply")] == ["m1"]
	panel.alert.get_by_role("button", name="Send anyway").click()
	panel.wait()
	expect(panel.bubble("Rp 475 juta")).to_have_count(1)
	expect(panel.alert).to_be_empty()
	expect(panel.text).to_have_value("")
	assert [call["args"]["seen"] for call in panel.calls("chat.reply")] == ["m1", "m2"]


def test_an_answer_that_is_a_file_alone_is_named_by_its_kind(panel):
	panel.open(OPEN)
	panel.type("Ini denahnya")
	panel.do("host.send(c, '', {author: 'Rina', is_mine: false, ago: 0, kind: 'image'}); host.notify()")
	panel.press("Enter")
	expect(panel.alert).to_contain_text(re.compile(r"Rina answered \d s ago: “Photo”. Send anyway\?"))


def test_cancel_keeps_the_draft_and_sending_it_asks_again(panel):
	panel.open(OPEN)
	panel.type("Rp 475 juta")
	panel.do(ANSWERED)
	panel.press("Enter")
	panel.alert.get_by_role("button", name="Cancel").click()
	expect(panel.alert).to_be_empty()
	expect(panel.text).to_have_value("Rp 475 juta")
	expect(panel.text).to_be_focused()
	panel.press("Enter")
	expect(question(panel)).to_be_visible()


def test_a_draft_that_is_begun_after_the_answer_was_shown_asks_nothing(panel):
	panel.open(OPEN)
	panel.type("Rp")
	for _letter in "Rp":
		panel.press("Backspace")
	panel.do(ANSWERED)
	panel.type("Ada lagi?")
	panel.press("Enter")
	expect(panel.bubble("Ada lagi?")).to_have_count(1)
	expect(panel.alert).to_be_empty()


def test_what_a_draft_has_seen_is_kept_across_a_reload_with_the_draft(panel):
	panel.open(OPEN)
	panel.type("Rp 475 juta")
	panel.page.reload()
	panel.page.wait_for_function("window.ready")
	panel.open(OPEN + ANSWERED)
	expect(panel.text).to_have_value("Rp 475 juta")
	panel.text.focus()
	panel.press("Enter")
	expect(question(panel)).to_be_visible()


def test_a_text_that_is_sent_again_after_a_lost_answer_has_the_same_key(panel):
	panel.open(OPEN + "host.fail('chat.reply', {status: 0, once: true, afterwards: true})")
	panel.type("Rp 475 juta")
	panel.press("Enter")
	panel.do(ANSWERED)
	panel.press("Enter")
	keys = [call["args"]["client_key"] for call in panel.calls("chat.reply")]
	assert len(keys) == 2
	assert len(set(keys)) == 1
	expect(question(panel)).to_have_count(0)


def test_sending_again_is_asked_too(panel):
	panel.open(OPEN + "host.send(c, 'Gagal', {delivery_status: 'failed'})")
	panel.do("host.listeners.clear();" + ANSWERED)
	panel.root.get_by_role("button", name="Send again").click()
	panel.wait()
	panel.alert.get_by_role("button", name="Send anyway").click()
	panel.wait()
	assert len(panel.calls("chat.send_again")) == 2
	expect(panel.alert).to_be_empty()


def test_a_template_is_asked_about_in_its_dialog(panel):
	panel.open(OPEN + TEMPLATES)
	panel.template_button.click()
	panel.wait()
	panel.dialog.get_by_label("place").fill("Bintaro")
	panel.do(ANSWERED)
	panel.dialog_send.click()
	panel.wait()
	expect(panel.dialog.get_by_role("alert")).to_contain_text("Send anyway?")
	panel.dialog.get_by_role("button", name="Send anyway").click()
	panel.wait()
	expect(panel.dialog).to_have_count(0)
	assert len(panel.calls("chat.send_template")) == 2


def test_each_outgoing_bubble_names_its_author_and_a_customers_none(panel):
	panel.open(
		OPEN
		+ "host.send(c, 'Dari saya');"
		+ ANSWERED
		+ "; host.send(c, 'Sistem', {author: '', is_mine: false})"
	)
	authors = panel.log.locator(".wa-author")
	expect(authors).to_have_text(["You:", "Rina:"])


RINA = "{user: 'rina@example.com', full_name: 'Rina', writing_ms: %d}"


def test_a_colleague_who_looks_and_writes_is_shown_and_gone_after_seconds(panel):
	panel.open(OPEN)
	line = panel.root.locator(".wa-presence")
	expect(line).to_be_empty()
	panel.do(f"host.meet([{RINA % 0}])")
	expect(line).to_have_text("Rina is viewing this chat.")
	panel.do(f"host.meet([{RINA % 6000}])")
	expect(line).to_have_text("Rina is writing…")
	panel.do("host.present = []")
	panel.pass_time(6 * SECOND)
	expect(line).to_be_empty()


def test_this_person_is_announced_at_intervals_and_while_typing_only_every_few_seconds(panel):
	panel.open(OPEN)
	before = len(panel.calls("chat.presence"))
	panel.type("Halo, Pak Budi")
	panel.wait()
	calls = panel.calls("chat.presence")[before:]
	assert [call["args"]["writing"] for call in calls] == [1]
	panel.pass_time(30 * SECOND)
	calls = panel.calls("chat.presence")[before + 1 :]
	assert 2 <= len(calls) <= 4
	assert {call["args"]["writing"] for call in calls} == {0}


@pytest.mark.parametrize(
	"way", ["chat.remove()", "chat.style.display = 'none'", "dispatchEvent(new Event('pagehide'))"]
)
def test_who_closes_the_chat_says_so(panel, way):
	panel.open(OPEN)
	assert panel.calls("chat.leave") == []
	panel.do(way)
	panel.pass_time(10 * SECOND)
	calls = panel.calls("chat.leave")
	assert len(calls) == 1
	assert calls[0]["args"]["conversation"]


def test_a_chat_that_may_not_be_read_is_not_looked_at(panel):
	panel.open("host.leads.get('LEAD-1').conversations[0].mayRead = false;" + OPEN)
	panel.pass_time(30 * SECOND)
	assert panel.calls("chat.presence") == panel.calls("chat.leave") == []


ASSIGNING = OPEN + "host.mayAssign = true;"


def test_a_chat_is_taken_by_keyboard(panel):
	panel.open(ASSIGNING)
	owner = panel.root.locator("button.wa-owner")
	expect(owner).to_have_text("Unassigned")
	owner.focus()
	panel.press("Enter")
	expect(panel.root.get_by_role("menuitem")).to_have_text(["Take", "Hand over…", "Consent…"])
	expect(panel.root.get_by_role("menuitem", name="Take")).to_be_focused()
	panel.press("ArrowDown")
	expect(panel.root.get_by_role("menuitem", name="Hand over…")).to_be_focused()
	panel.press("Escape")
	expect(owner).to_be_focused()
	expect(panel.root.get_by_role("menu")).to_have_count(0)
	panel.press("ArrowDown")
	panel.press("Enter")
	expect(owner).to_have_text("Andi")
	expect(owner).to_be_focused()
	expect(owner).to_have_accessible_name("Assigned to Andi")
	owner.click()
	expect(panel.root.get_by_role("menuitem")).to_have_text(["Hand over…", "Consent…"])


def test_a_chat_is_handed_over_with_a_note(panel):
	panel.open(ASSIGNING)
	panel.root.locator("button.wa-owner").click()
	panel.root.get_by_role("menuitem", name="Hand over…").click()
	panel.wait()
	panel.dialog.get_by_label("Colleague").select_option(label="Rina")
	panel.dialog.get_by_label("Note for them").fill("Minta KPR")
	panel.dialog.get_by_role("button", name="Hand over", exact=True).click()
	panel.wait()
	expect(panel.dialog).to_have_count(0)
	expect(panel.root.locator("button.wa-owner")).to_have_text("Rina")
	(call,) = panel.calls("inbox.assign")
	assert (call["args"]["user"], call["args"]["note"], call["post"]) == (
		"rina@example.com",
		"Minta KPR",
		True,
	)


def test_a_handing_over_that_fails_says_why_and_keeps_the_note(panel):
	panel.open(ASSIGNING)
	panel.root.locator("button.wa-owner").click()
	panel.root.get_by_role("menuitem", name="Hand over…").click()
	panel.wait()
	panel.do(
		"host.fail('inbox.assign', {status: 417, excType: 'InvalidMessage', message: 'Rina cannot chat here.'})"
	)
	panel.dialog.get_by_label("Note for them").fill("Minta KPR")
	panel.dialog.get_by_role("button", name="Hand over", exact=True).click()
	panel.wait()
	expect(panel.dialog.get_by_role("alert")).to_have_text("Rina cannot chat here.")
	expect(panel.dialog.get_by_label("Note for them")).to_have_value("Minta KPR")


def test_a_consent_is_recorded_from_the_menu_and_shown_there_again(panel):
	panel.open(OPEN)
	owner = panel.root.locator("button.wa-owner")
	owner.click()
	expect(panel.root.get_by_role("menuitem")).to_have_text(["Consent…"])
	panel.root.get_by_role("menuitem", name="Consent…").click()
	panel.wait()
	panel.dialog.get_by_label("How did the customer agree?").select_option("Told an Agent")
	panel.dialog.get_by_label("Note").fill("by phone <b>")
	panel.dialog.get_by_role("button", name="Save").click()
	panel.wait()
	expect(panel.dialog).to_have_count(0)
	expect(owner).to_be_focused()
	(call,) = panel.calls("inbox.set_consent")
	assert (call["args"]["source"], call["args"]["note"], call["post"]) == (
		"Told an Agent",
		"by phone <b>",
		True,
	)
	assert call["args"]["conversation"] == panel.calls("inbox.consent")[0]["args"]["conversation"]
	owner.click()
	panel.root.get_by_role("menuitem", name="Consent…").click()
	panel.wait()
	expect(panel.dialog.get_by_label("Note")).to_have_value("by phone <b>")


def test_another_chat_closes_the_menu(panel):
	panel.open(ASSIGNING)
	panel.root.locator("button.wa-owner").click()
	expect(panel.root.get_by_role("menu")).to_be_visible()
	panel.do(
		"host.addLead('LEAD-2'); document.querySelector('wa-chat').show({doctype: 'CRM Lead', name: 'LEAD-2'})"
	)
	expect(panel.root.get_by_role("menu")).to_have_count(0)


def test_who_may_only_read_sees_the_owner_without_a_menu(panel):
	panel.open(OPEN + "host.mayReply = false; host.owner = {user: 'rina@example.com', full_name: 'Rina'};")
	expect(panel.root.locator("button.wa-owner")).to_be_hidden()
	expect(panel.root.locator("span.wa-owner")).to_have_text("Rina")
