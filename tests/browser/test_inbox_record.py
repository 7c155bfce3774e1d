"""Beside the chat: its record, or the records to link."""

import pytest
from playwright.sync_api import Locator, expect

from .test_inbox_list import THREE

FULL = """
	const at = host.now();
	host.records = {"C-Siti": {
		tasks: [{doctype: "ToDo", name: "t1", text: "Kirim <b>brosur</b>", who: "Andi", due: "25-11-2026", is_overdue: true}],
		event: {doctype: "Event", name: "e1", text: "Survei", at_ms: at + 26 * HOUR, is_all_day: false},
		notes: [{doctype: "FCRM Note", name: "f1", author: "Rina", is_mine: false, at_ms: at - 48 * HOUR,
			text: "<img src=x onerror='window.hacked = true'>"}],
		files: [{name: "denah.pdf", url: "/private/files/x.pdf", type: "application/pdf", size: 120000, at_ms: at - HOUR},
			{name: "jahat", url: "javascript:window.hacked = true", type: "", size: 0, at_ms: at - HOUR}],
		related: [{label: "Quotations", rows: [{doctype: "Quotation", name: "SAL-1", status: "Draft", amount: "Rp 450"}]}],
	}};
"""
ASKS = "host.question = '2 messages belong to +62812. Change it?';"
CANDIDATES = """
	host.addChat("Baru", {ago: HOUR, unlinked: true, profile: "Budi"});
	host.records = {"C-Baru": {may_create: false, candidates: [
		{doctype: "CRM Lead", name: "LEAD-7", label: "Lead", title: "Budi Santoso", phone: "+628121", owner: "Andi", by: "number"}]}};
"""


def field(inbox, label: str):
	return inbox.details.locator(".wi-field").filter(has=inbox.page.get_by_text(label, exact=True))


def test_the_record_is_asked_for_once_the_chat_is_shown_and_not_for_a_chat_that_is_passed(inbox):
	inbox.open(THREE)
	for key in ("j", "j", "j"):
		inbox.page.keyboard.press(key)
	inbox.wait()
	assert [call["args"] for call in inbox.calls("inbox.record")] == [{"conversation": "C-Agus"}]
	methods = [call["method"] for call in inbox.calls()]
	assert methods.index("inbox.record") > methods.index("chat.open")


def test_an_answer_that_comes_when_another_chat_is_open_is_ignored(inbox):
	inbox.open(THREE + FULL)
	inbox.page.keyboard.press("j")
	inbox.page.clock.run_for(170)
	inbox.press("j")
	expect(inbox.details.get_by_role("heading", level=2)).to_have_text("Budi")
	expect(inbox.details.get_by_text("Survei")).to_have_count(0)


def test_what_belongs_to_the_record_is_shown_as_text(inbox):
	inbox.open(THREE + FULL)
	inbox.press("j")
	for title, text in (
		("Open tasks", "Kirim <b>brosur</b>overdue since 25-11-2026 · Andi"),
		("Next event", "SurveiTue 17:36"),
		("Notes", "<img src=x onerror='window.hacked = true'>Rina · Sat 15:36"),
		("Quotations", "SAL-1Draft · Rp 450"),
	):
		section = inbox.details.locator(".wi-section").filter(
			has=inbox.page.get_by_role("heading", name=title)
		)
		expect(section.get_by_role("listitem").first).to_have_text(text)
	assert (
		inbox.details.get_by_role("link", name="denah.pdf")
		.get_attribute("href")
		.endswith("/private/files/x.pdf")
	)
	expect(inbox.details.get_by_role("link", name="jahat")).to_have_count(0)
	assert not inbox.page.evaluate("window.hacked")


def test_a_status_is_changed_by_the_mouse_at_once(inbox):
	inbox.open(THREE)
	inbox.press("j")
	field(inbox, "Status").get_by_role("button").click()
	inbox.details.get_by_label("Status").select_option("Interested")
	inbox.wait()
	expect(field(inbox, "Status").get_by_role("button")).to_contain_text("Interested")
	assert inbox.calls("inbox.set_field")[0]["args"] == {
		"conversation": "C-Siti",
		"field": "status",
		"value": "Interested",
		"was": "Open",
	}


def test_a_field_is_changed_by_keys_and_escape_leaves_it(inbox):
	inbox.open(THREE)
	inbox.press("j")
	field(inbox, "Email").get_by_role("button").focus()
	inbox.press("Enter")
	inbox.page.keyboard.press("Control+a")
	inbox.page.keyboard.type("jek@example.com")
	inbox.press("Escape")
	expect(field(inbox, "Email").get_by_role("button")).to_be_focused()
	assert not inbox.calls("inbox.set_field")
	inbox.press("Enter", "Control+a")
	inbox.page.keyboard.type("jek@example.com")
	inbox.press("Enter")
	expect(field(inbox, "Email").get_by_role("button")).to_contain_text("jek@example.com")
	expect(inbox.title).to_have_text("Siti")


def test_the_owner_is_chosen_among_those_who_may_chat_there(inbox):
	inbox.open(THREE)
	inbox.press("j")
	assert not inbox.calls("inbox.choices")
	field(inbox, "Lead Owner").get_by_role("button").click()
	inbox.wait()
	inbox.details.get_by_label("Lead Owner").select_option("Rina Wijaya")
	inbox.wait()
	assert inbox.calls("inbox.set_field")[0]["args"]["value"] == "rina@example.com"


def test_what_the_record_refuses_stays_to_be_mended(inbox):
	inbox.open(
		THREE + "host.fail('inbox.set_field', {status: 417, message: 'No e-mail address.', once: true})"
	)
	inbox.press("j")
	field(inbox, "Email").get_by_role("button").click()
	inbox.details.get_by_label("Email").fill("jek")
	inbox.press("Enter")
	expect(field(inbox, "Email").get_by_role("alert")).to_have_text("No e-mail address.")
	expect(inbox.details.get_by_label("Email")).to_have_value("jek")
	expect(inbox.details.get_by_label("Email")).to_be_focused()


def test_of_a_field_that_a_colleague_changed_meanwhile_the_new_value_is_shown(inbox):
	inbox.open(THREE)
	inbox.press("j")
	field(inbox, "Status").get_by_role("button").click()
	inbox.do("host.conversation('C-Siti').values = {status: 'Replied'}")
	inbox.details.get_by_label("Status").select_option("Interested")
	inbox.wait()
	expect(field(inbox, "Status").get_by_role("alert")).to_have_text("Status was changed meanwhile.")
	inbox.wait()
	expect(field(inbox, "Status").get_by_role("button")).to_contain_text("Replied")


def typed_number(inbox, arrange: str = ASKS, leave: bool = False) -> Locator:
	"""Another number in Siti's record; returns what is asked."""
	inbox.open(THREE + arrange)
	inbox.press("j")
	field(inbox, "Phone").get_by_role("button").click()
	inbox.details.get_by_label("Phone").fill("+628139999")
	if leave:
		inbox.row("Budi").click()
		inbox.wait()
	else:
		inbox.press("Enter")
	return field(inbox, "Phone").get_by_role("alert")


def test_another_number_is_asked_about_before_it_is_saved_as_the_records_form_asks(inbox):
	asked = typed_number(inbox)
	expect(asked).to_contain_text("2 messages belong to +62812. Change it?")
	assert not inbox.calls("inbox.set_field")
	assert inbox.calls("chat.number_change")[0]["args"] == {
		"lead_doctype": "CRM Lead",
		"lead": "LEAD-Siti",
		"values": {"phone": "+628139999"},
	}
	expect(asked.get_by_role("button", name="Yes")).to_be_focused()
	inbox.press("Enter")
	assert inbox.calls("inbox.set_field")[0]["args"]["value"] == "+628139999"
	expect(asked).to_be_empty()
	inbox.pass_time(5000)
	for place in (inbox.row("Siti"), inbox.header, inbox.details):
		expect(place.get_by_text("Earlier number", exact=True)).to_be_visible()
	expect(inbox.row("Budi").get_by_text("Earlier number")).to_have_count(0)


@pytest.mark.parametrize("how", ["No", "Escape"])
def test_the_number_stays_where_the_question_is_answered_by_no(inbox, how):
	asked = typed_number(inbox)
	if how == "No":
		asked.get_by_role("button", name="No").click()
	else:
		inbox.press("Escape")
	expect(asked).to_be_empty()
	expect(field(inbox, "Phone").get_by_role("button")).to_be_focused()
	expect(field(inbox, "Phone")).not_to_contain_text("+628139999")
	expect(inbox.title).to_have_text("Siti")
	assert not inbox.calls("inbox.set_field")


def test_a_number_without_messages_and_another_field_are_saved_without_a_question(inbox):
	typed_number(inbox, arrange="")
	assert len(inbox.calls("inbox.set_field")) == 1
	field(inbox, "Email").get_by_role("button").click()
	inbox.details.get_by_label("Email").fill("siti@example.org")
	inbox.press("Enter")
	assert (len(inbox.calls("inbox.set_field")), len(inbox.calls("chat.number_change"))) == (2, 1)


def test_the_number_of_a_chat_that_is_left_before_the_question_stays_and_that_is_said(inbox):
	typed_number(inbox, leave=True)
	expect(inbox.alert).to_contain_text("Siti: Number not changed.")
	assert not inbox.calls("inbox.set_field")


@pytest.mark.parametrize("how", ["a click", "a key"])
def test_a_question_that_is_left_without_an_answer_leaves_the_number_and_that_is_said(inbox, how):
	typed_number(inbox)
	if how == "a click":
		inbox.row("Budi").click()
		inbox.wait()
	else:
		inbox.list.focus()
		inbox.press("j")
	expect(inbox.title).to_have_text("Budi")
	expect(inbox.alert).to_contain_text("Siti: Number not changed.")
	assert not inbox.calls("inbox.set_field")


def test_a_number_that_is_being_saved_when_its_chat_is_left_is_not_said_to_stay(inbox):
	typed_number(inbox).get_by_role("button", name="Yes").click()
	inbox.row("Budi").click()
	inbox.wait()
	expect(inbox.title).to_have_text("Budi")
	assert len(inbox.calls("inbox.set_field")) == 1
	expect(inbox.alert).to_be_empty()


def test_what_is_being_changed_survives_an_event(inbox):
	inbox.open(THREE)
	inbox.press("j")
	field(inbox, "Email").get_by_role("button").click()
	inbox.details.get_by_label("Email").fill("jek@")
	inbox.do("host.receive('C-Siti', 'Halo?')")
	inbox.pass_time(15_000)
	assert len(inbox.calls("inbox.record")) > 1
	expect(inbox.details.get_by_label("Email")).to_have_value("jek@")
	expect(inbox.details.get_by_label("Email")).to_be_focused()


def test_a_change_that_failed_after_the_chat_was_left_is_reported(inbox):
	inbox.open(THREE + "host.fail('inbox.set_field', {status: 403, message: 'You may not.', once: true})")
	inbox.press("j")
	field(inbox, "Email").get_by_role("button").click()
	inbox.details.get_by_label("Email").fill("jek@example.com")
	inbox.row("Budi").click()
	inbox.wait()
	expect(inbox.title).to_have_text("Budi")
	expect(inbox.alert).to_contain_text("Siti: You may not.")


def test_a_record_that_cannot_be_loaded_says_so_and_is_asked_again(inbox):
	inbox.open(THREE + "host.fail('inbox.record', {status: 500, message: 'Server error.', once: true})")
	inbox.press("j")
	expect(inbox.details).to_contain_text("Server error.")
	inbox.details.get_by_role("button", name="Try again").click()
	inbox.wait()
	expect(field(inbox, "Status")).to_be_visible()


def test_who_may_only_read_changes_nothing(inbox):
	inbox.open("host.mayReply = false;" + THREE)
	inbox.press("j")
	expect(field(inbox, "Status")).to_contain_text("Open")
	expect(inbox.details.locator(".wi-field button")).to_have_count(0)


def test_a_chat_without_a_lead_is_linked_to_one_that_has_its_number(inbox):
	inbox.open(CANDIDATES)
	inbox.press("j", "Enter")
	inbox.page.keyboard.type("Siang")
	expect(inbox.bubbles).to_have_count(1)
	expect(inbox.details).to_contain_text("No lead yet")
	expect(inbox.details.get_by_role("button", name="Create lead")).to_have_count(0)
	inbox.details.get_by_role("button", name="Link to Budi Santoso").click()
	inbox.do("host.records = {}")
	assert inbox.calls("inbox.link")[0]["args"] == {
		"conversation": "C-Baru",
		"lead_doctype": "CRM Lead",
		"lead": "LEAD-7",
	}
	inbox.pass_time(1000)
	expect(field(inbox, "Status")).to_be_visible()
	expect(inbox.text).to_have_value("Siang")
	expect(inbox.bubbles).to_have_count(1)


def test_where_no_lead_has_the_number_one_is_created(inbox):
	inbox.open(CANDIDATES + 'host.records["C-Baru"] = {may_create: true, candidates: []}')
	inbox.press("j")
	inbox.details.get_by_role("button", name="Create lead").click()
	inbox.do("host.records = {}")
	inbox.pass_time(1000)
	assert len(inbox.calls("inbox.create_lead")) == 1
	expect(field(inbox, "Status")).to_be_visible()


def test_a_link_that_another_manager_made_first_is_reported(inbox):
	inbox.open(
		CANDIDATES
		+ "host.fail('inbox.link', {status: 409, message: 'Linked to Siti meanwhile.', once: true})"
	)
	inbox.press("j")
	inbox.details.get_by_role("button", name="Link to Budi Santoso").click()
	inbox.wait()
	expect(inbox.alert).to_contain_text("Budi: Linked to Siti meanwhile.")
	assert len(inbox.calls("inbox.record")) == 2


def test_the_name_stays_visible_where_there_is_more_than_fits(inbox):
	inbox.page.set_viewport_size({"width": 1440, "height": 400})
	inbox.open(THREE + FULL)
	inbox.press("j")
	expect(inbox.details.get_by_text("SAL-1")).to_have_count(1)
	assert inbox.details.get_by_role("heading", level=2, name="Siti").bounding_box()["height"] > 10
