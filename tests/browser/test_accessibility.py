"""Screen readers, and use without a mouse."""

import pytest
from playwright.sync_api import expect

from .test_template_dialog import CLOSED, TEMPLATES

OPEN = "host.receive(c, 'Halo', {ago: HOUR});"


def test_what_an_open_chat_is_to_a_screen_reader(panel):
	panel.open(
		"host.receive(c, 'Halo', {ago: HOUR}); host.send(c, 'Selamat siang', {delivery_status: 'read'})"
	)
	expect(panel.root).to_match_aria_snapshot(
		"""
- text: /WhatsApp Budi Santoso \\+6281234563456 via Sales ID/
- button "Search in this chat"
- text: Open · 22 h 59 min left
- log "Messages":
  - text: "Today Unread Customer: Halo"
  - button "14:36":
    - time: 14:36
  - text: "You : Selamat siang"
  - button "15:36 Read":
    - time: 15:36
    - text: Read
- button "Attach a file"
- button "Quick replies and templates"
- textbox "Reply"
- button "Send" [disabled]
"""
	)


def test_what_a_closed_chat_is_to_a_screen_reader(panel):
	panel.open(CLOSED + TEMPLATES)
	expect(panel.root).to_match_aria_snapshot(
		"""
- text: WhatsApp Budi Santoso +6281234563456 via Sales ID
- button "Search in this chat"
- text: Closed since Mon 14:36.
- button "Send template…"
- log "Messages"
- button "Attach a file" [disabled]
- textbox "Reply" [disabled]:
  - /placeholder: Send a template to restart this chat.
- button "Send" [disabled]
"""
	)
	expect(panel.text).to_have_accessible_description("Closed since Mon 14:36.")


def test_what_the_template_dialog_is_to_a_screen_reader(panel):
	panel.open(CLOSED + TEMPLATES)
	panel.template_button.click()
	panel.wait()
	expect(panel.dialog).to_match_aria_snapshot(
		"""
- dialog "Send a template":
  - heading "Send a template" [level=2]
  - button "Close"
  - combobox "Search templates" [expanded]
  - combobox "All languages"
  - combobox "All categories"
  - listbox "Templates":
    - option /follow_up_visit id · UTILITY/ [selected]
    - option /offer en · MARKETING/
    - option /still_interested en · UTILITY/
  - group "Preview": "Halo Budi Santoso, kunjungan Anda ke {{place}} kami siapkan."
  - textbox "name"
  - textbox "place"
  - button "Cancel"
  - button "Send" [disabled]
"""
	)


def test_a_screen_reader_announces_that_the_window_closes_and_opens_but_no_countdown(panel):
	panel.open("host.receive(c, 'Halo', {ago: 24 * HOUR - 90_000})")
	panel.pass_time(60_000)
	expect(panel.announced).to_be_empty()
	panel.pass_time(31_000)
	expect(panel.announced).to_have_text("Closed since Mon 15:37.")
	panel.do("host.receive(c, 'Masih ada?')")
	expect(panel.announced).to_have_text("Open until Tue 15:37. You can reply.")


def test_everything_is_reached_by_tab_in_the_order_it_is_read(panel):
	panel.open(
		"host.receive(c, 'Halo', {ago: HOUR})" + TEMPLATES.replace("host.templates", ";host.templates")
	)
	panel.type("Siang")
	panel.root.get_by_role("log").focus()
	reached = []
	for _ in range(4):
		panel.page.keyboard.press("Tab")
		reached.append(
			panel.page.evaluate(
				"document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"
			)
		)
	assert reached == ["Attach a file", "Quick replies and templates", "Reply", "Send"]
	panel.page.keyboard.press("Tab")
	assert not panel.root.evaluate("root => root.contains(document.activeElement)")


def test_a_reply_and_a_template_without_a_mouse(panel):
	panel.open(OPEN + TEMPLATES)
	panel.text.focus()
	panel.page.keyboard.type("Siang, Pak.")
	panel.press("Enter")
	expect(panel.bubble("Siang, Pak.")).to_be_visible()
	panel.press("/")
	panel.press("Escape")
	expect(panel.text).to_be_focused()
	panel.press("/")
	panel.press("ArrowDown")
	panel.press("ArrowUp")
	panel.press("Enter")
	panel.page.keyboard.type("Bintaro")
	panel.press("Enter")
	panel.press("Enter")
	expect(panel.bubble("kunjungan Anda ke Bintaro")).to_be_visible()
	expect(panel.text).to_be_focused()
	panel.press("Shift+Tab")
	expect(panel.template_button).to_be_focused()
	panel.press("Enter")
	panel.press("Escape")
	expect(panel.template_button).to_be_focused()


def test_the_focus_waits_at_the_chat_when_the_button_that_had_it_goes(panel):
	panel.open(f"{OPEN}; host.fail('*', {{status: 0}})")
	panel.root.get_by_role("button", name="Try again").focus()
	panel.do("host.recover()")
	panel.press("Enter")
	expect(panel.root).to_be_focused()


def test_the_focus_waits_at_the_chat_when_the_customer_writes_and_the_template_button_goes(panel):
	panel.open("host.receive(c, 'Halo', {ago: 25 * HOUR})")
	panel.template_button.focus()
	panel.do("host.receive(c, 'Masih ada?')")
	expect(panel.root).to_be_focused()


def test_after_send_was_pressed_one_can_go_on_typing(panel):
	panel.open(OPEN)
	panel.text.focus()
	for text in ("Siang", "Pak"):
		panel.page.keyboard.type(text)
		panel.send_button.click()
		panel.wait()
		expect(panel.bubble(text)).to_be_visible()


def test_after_a_failure_was_dismissed_one_can_go_on_typing(panel):
	panel.open(f"{OPEN}; host.fail('chat.reply', {{status: 503, message: 'Not now.'}})")
	panel.type("Siang")
	panel.press("Enter")
	panel.alert.get_by_role("button", name="Dismiss").click()
	panel.page.keyboard.press("End")
	panel.page.keyboard.type(", Pak")
	expect(panel.text).to_have_value("Siang, Pak")


def test_at_the_newest_message_the_keyboard_is_in_the_messages(panel):
	panel.open("for (let i = 1; i <= 40; i++) host.receive(c, `Pesan ${i}`, {ago: (50 - i) * MINUTE})")
	panel.scroll_to(0)
	panel.root.get_by_role("button", name="Go to the newest message").focus()
	panel.press("Enter")
	expect(panel.log).to_be_focused()


FAILED = "host.send(c, 'Siang', {delivery_status: 'failed', error_text: 'Lost.'})"
NOT_FETCHED = "host.receive(c, '', {kind: 'image', media: [{name: '', type: 'image/png', size: 1, file: null, state: 'failed'}]})"


@pytest.mark.parametrize(
	("message", "button", "method"),
	[(FAILED, "Send again", "chat.send_again"), (NOT_FETCHED, "Try again", "chat.fetch_media")],
	ids=["again", "fetch"],
)
def test_a_button_that_worked_in_vain_keeps_the_focus(panel, message, button, method):
	panel.open(f"{OPEN}; {message}; host.fail('{method}', {{status: 503, message: 'Not now.'}})")
	pressed = panel.log.get_by_role("button", name=button)
	pressed.focus()
	panel.page.keyboard.press("Enter")
	expect(pressed).to_be_disabled()
	panel.wait()
	expect(pressed).to_be_enabled()
	expect(pressed).to_be_focused()


def test_a_message_whose_status_changes_keeps_the_focus(panel):
	panel.open("host.send(c, 'Siang', {delivery_status: 'sent'})")
	meta = panel.bubble("Siang").locator(".wa-meta")
	meta.focus()
	panel.do("host.change('m1', {delivery_status: 'read'})")
	expect(meta).to_have_accessible_name("15:36 Read")
	expect(meta).to_be_focused()


def test_after_older_messages_were_asked_for_the_keyboard_is_in_the_messages(panel):
	panel.open("for (let i = 1; i <= 60; i++) host.receive(c, `Pesan ${i}`, {ago: (70 - i) * MINUTE})")
	panel.root.get_by_role("button", name="Show older messages").focus()
	panel.press("Enter")
	expect(panel.bubbles).to_have_count(60)
	expect(panel.log).to_be_focused()


def test_after_another_number_was_chosen_one_can_write(panel):
	panel.open(
		"""for (const name of (host.addLead("LEAD-1", {name: "ID"}, {name: "SG", business: "whatsapp:+6560001000", label: "Sales SG"}), ["ID", "SG"]))
			host.receive(name, "Halo", {ago: HOUR})"""
	)
	number = panel.root.get_by_label("Chat", exact=True)
	number.focus()
	number.select_option(label="via Sales SG (1 unread)")
	panel.wait()
	panel.page.keyboard.type("Hello")
	expect(panel.text).to_have_value("Hello")
