"""What is typed stays text, wherever the focus would go meanwhile."""

from playwright.sync_api import expect

from .test_inbox_list import THREE
from .test_inbox_record import field
from .test_inbox_template_offer import CLOSED, RECENT

COMMANDS = ("inbox.done", "inbox.take", "inbox.mark_unread", "inbox.note")


def commands(inbox) -> list[dict]:
	return [call for call in inbox.calls() if call["method"] in COMMANDS]


def test_letters_that_are_typed_before_the_next_chat_is_there_are_no_commands(inbox):
	inbox.open(THREE)
	inbox.press("j", "Enter")
	inbox.page.keyboard.type("Siang")
	inbox.page.keyboard.press("Control+Enter")
	inbox.page.keyboard.type("Selamat jauh")
	inbox.wait()
	expect(inbox.title).to_have_text("Budi")
	expect(inbox.text).to_be_focused()
	assert not commands(inbox)


def test_letters_are_no_commands_when_the_window_closes_while_one_types(inbox):
	inbox.open("host.addChat('Siti', {ago: 24 * HOUR - 10 * 60 * 1000}); host.addChat('Budi', {ago: HOUR});")
	inbox.press("j", "Enter")
	left_ms = inbox.page.evaluate("inbox.chatWindow.closes_at_ms - inbox.clock.now()")
	inbox.page.clock.run_for(int(left_ms) - 200)
	inbox.page.keyboard.type("Selama")
	inbox.page.clock.run_for(500)
	expect(inbox.text).to_be_disabled()
	inbox.page.keyboard.type("eau")
	inbox.wait()
	expect(inbox.title).to_have_text("Siti")
	assert not commands(inbox)
	inbox.pass_time(2000)
	inbox.press("e")
	assert [call["method"] for call in commands(inbox)] == ["inbox.done"]


def test_a_letter_is_a_command_in_a_closed_chat_to_which_one_has_come_by_sending(inbox):
	inbox.open("host.addChat('Siti', {ago: HOUR}); host.addChat('Old', {ago: 30 * HOUR});")
	inbox.press("j", "Enter")
	inbox.page.keyboard.type("Siang")
	inbox.press("Control+Enter")
	expect(inbox.title).to_have_text("Old")
	inbox.press("e")
	assert [call["args"]["conversation"] for call in inbox.calls("inbox.done")] == ["C-Old"]


def test_a_field_that_is_refused_does_not_take_the_focus_from_who_writes_a_reply(inbox):
	inbox.open(
		THREE + "host.fail('inbox.set_field', {status: 417, message: 'No e-mail address.', once: true})"
	)
	inbox.press("j")
	field(inbox, "Email").get_by_role("button").click()
	inbox.details.get_by_label("Email").fill("jek")
	inbox.text.click()
	inbox.page.keyboard.type("Ha")
	inbox.wait()
	inbox.page.keyboard.type("lo")
	expect(field(inbox, "Email").get_by_role("alert")).to_have_text("No e-mail address.")
	expect(inbox.text).to_have_value("Halo")
	expect(inbox.details.get_by_label("Email")).to_have_value("jek")


def test_a_field_that_was_saved_does_not_take_the_focus_from_who_writes_a_reply(inbox):
	inbox.open(THREE)
	inbox.press("j")
	field(inbox, "Email").get_by_role("button").click()
	inbox.details.get_by_label("Email").fill("jek@example.com")
	inbox.page.keyboard.press("Enter")
	inbox.text.click()
	inbox.wait()
	inbox.page.keyboard.type("Hae")
	expect(inbox.text).to_have_value("Hae")
	assert not commands(inbox)


def test_the_question_about_a_number_does_not_take_the_focus_from_who_writes_a_reply(inbox):
	inbox.open(THREE + "host.question = '2 messages belong to +62812. Change it?';")
	inbox.press("j")
	field(inbox, "Phone").get_by_role("button").click()
	inbox.details.get_by_label("Phone").fill("+62811")
	inbox.page.keyboard.press("Enter")
	inbox.text.click()
	inbox.wait()
	inbox.page.keyboard.type("Ya, Pak")
	expect(inbox.text).to_have_value("Ya, Pak")
	assert not inbox.calls("inbox.set_field")


def test_a_template_that_was_sent_does_not_take_the_focus_from_who_writes_a_note(inbox):
	inbox.open(CLOSED + RECENT)
	inbox.press("j", "Enter")
	inbox.page.keyboard.press("Enter")
	inbox.page.keyboard.press("Escape")
	inbox.page.keyboard.press("n")
	inbox.page.keyboard.type("Sudah")
	inbox.wait()
	inbox.page.keyboard.type(" ditanya")
	expect(inbox.note).to_have_value("Sudah ditanya")
	assert len(inbox.calls("chat.send_template")) == 1
	assert not commands(inbox)


def test_enter_in_the_search_opens_what_was_searched_for_not_what_was_there_before(inbox):
	inbox.open(THREE)
	inbox.search.fill("agus")
	inbox.page.keyboard.press("Enter")
	inbox.wait()
	expect(inbox.title).to_have_text("Agus")
	assert [call["args"]["conversation"] for call in inbox.calls("chat.open")] == ["C-Agus"]


def test_enter_in_the_search_opens_nothing_for_who_has_gone_elsewhere_by_then(inbox):
	inbox.open(THREE)
	inbox.press("j")
	inbox.search.fill("agus")
	inbox.page.keyboard.press("Enter")
	inbox.text.click()
	inbox.wait()
	assert inbox.names() == ["Agus"]
	expect(inbox.title).to_have_text("Siti")


def test_a_handing_over_that_is_answered_late_leaves_the_chat_alone_that_is_open_then(inbox):
	inbox.open(THREE)
	inbox.press("j")
	inbox.menu("Owner", "Hand over…")
	inbox.page.get_by_role("dialog").get_by_role("button", name="Hand over", exact=True).click()
	inbox.page.keyboard.press("Escape")
	inbox.page.keyboard.press("j")
	inbox.pass_time(3000)
	expect(inbox.title).to_have_text("Budi")
	assert inbox.calls("inbox.assign")[0]["args"]["conversation"] == "C-Siti"
	opened = {(call["args"]["lead"], call["args"].get("conversation")) for call in inbox.calls("chat.open")}
	assert opened == {("LEAD-Siti", "C-Siti"), ("LEAD-Budi", "C-Budi")}


def test_choices_that_come_late_do_not_take_the_focus_from_who_writes_a_reply(inbox):
	inbox.open(THREE)
	inbox.press("j")
	field(inbox, "Lead Owner").get_by_role("button").click()
	inbox.text.click()
	inbox.wait()
	expect(inbox.details.get_by_label("Lead Owner")).to_be_visible()
	expect(inbox.text).to_be_focused()
