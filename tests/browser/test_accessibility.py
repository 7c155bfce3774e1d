"""Screen readers, and use without a mouse."""

from playwright.sync_api import expect

from .test_template_dialog import CLOSED, TEMPLATES

OPEN = "host.receive(c, 'Halo', {ago: HOUR});"


def test_what_an_open_chat_is_to_a_screen_reader(panel):
	panel.open(
		"host.receive(c, 'Halo', {ago: HOUR}); host.send(c, 'Selamat siang', {delivery_status: 'read'})"
	)
	expect(panel.root).to_match_aria_snapshot(
		"""
- text: /WhatsApp Budi Santoso \\+6281234563456 to Sales ID Open · closes in 22 h 59 min/
- log "Messages":
  - text: "Today Unread Customer: Halo"
  - button "14:36":
    - time: 14:36
  - text: "You: Selamat siang"
  - button "15:36 Read":
    - time: 15:36
    - text: Read
- button "Attach a file"
- button "Send template…"
- textbox "Reply"
- button "Send" [disabled]
"""
	)


def test_what_a_closed_chat_is_to_a_screen_reader(panel):
	panel.open(CLOSED + TEMPLATES)
	expect(panel.root).to_match_aria_snapshot(
		"""
- text: WhatsApp Budi Santoso +6281234563456 to Sales ID Closed since Mon 14:36, by the messages received.
- button "Send template…"
- log "Messages"
- button "Attach a file" [disabled]
- textbox "Reply" [disabled]:
  - /placeholder: Only a template can be sent now.
- button "Send" [disabled]
"""
	)
	expect(panel.text).to_have_accessible_description("Closed since Mon 14:36, by the messages received.")


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
  - textbox "place" [invalid]
  - text: Fill this in.
  - button "Cancel"
  - button "Send" [disabled]
"""
	)


def test_a_screen_reader_hears_that_the_window_closes_and_opens_but_no_countdown(panel):
	panel.open("host.receive(c, 'Halo', {ago: 24 * HOUR - 90_000})")
	panel.pass_time(60_000)
	expect(panel.announced).to_be_empty()
	panel.pass_time(31_000)
	expect(panel.announced).to_have_text("Closed since Mon 15:37, by the messages received.")
	panel.do("host.receive(c, 'Masih ada?')")
	expect(panel.announced).to_have_text("The window is open until Tue 15:37: you can write.")


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
	assert reached == ["Attach a file", "Send template…", "Reply", "Send"]
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
