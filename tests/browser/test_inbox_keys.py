"""The inbox without a mouse."""

import pytest
from playwright.sync_api import expect

from .test_inbox_list import THREE

OPEN_FIRST = ("j",)


def test_j_and_k_and_the_arrows_open_the_next_and_the_previous_chat(inbox):
	inbox.open(THREE)
	for key, name in (
		("j", "Siti"),
		("j", "Budi"),
		("k", "Siti"),
		("ArrowDown", "Budi"),
		("ArrowUp", "Siti"),
	):
		inbox.press(key)
		expect(inbox.title).to_have_text(name)
		expect(inbox.list.locator("[aria-selected=true] .wi-name")).to_have_text(name)
	expect(inbox.bubbles).to_have_text(["Customer:Apakah bisa KPR?16:06"])


def test_the_next_chat_takes_one_call(inbox):
	inbox.open(THREE)
	inbox.do("for (const each of host.conversations) each.unread = 0")
	inbox.press("j")
	inbox.forget_calls()
	inbox.press("j")
	expect(inbox.bubbles).to_have_count(1)
	gets = [call["method"] for call in inbox.calls() if not call["post"]]
	# What is beside the chat comes after it.
	assert gets == ["chat.open", "inbox.record"]


def test_a_key_that_is_held_down_opens_only_the_last_chat(inbox):
	inbox.open("for (let i = 0; i < 25; i++) host.addChat(`Budi ${i}`, {ago: (200 - i) * MINUTE});")
	inbox.forget_calls()
	for _ in range(20):
		inbox.page.keyboard.down("j")
	inbox.page.keyboard.up("j")
	inbox.wait()
	expect(inbox.title).to_have_text("Budi 19")
	opened = [call["args"]["conversation"] for call in inbox.calls("chat.open")]
	assert opened == ["C-Budi 0", "C-Budi 19"]


def test_eight_chats_are_answered_without_a_click(inbox):
	inbox.open("for (let i = 1; i <= 8; i++) host.addChat(`Budi ${i}`, {ago: (20 - i) * HOUR});")
	inbox.press("j", "Enter")
	for number in range(1, 9):
		expect(inbox.title).to_have_text(f"Budi {number}")
		expect(inbox.text).to_be_focused()
		inbox.page.keyboard.type(f"Siang, Pak {number}")
		inbox.press("Control+Enter")
	inbox.pass_time(3000)
	expect(inbox.root.get_by_text("All answered").first).to_be_visible()
	assert [call["args"]["body"] for call in inbox.calls("chat.reply")] == [
		f"Siang, Pak {n}" for n in range(1, 9)
	]


def test_e_finishes_a_chat_and_goes_to_the_next(inbox):
	inbox.open(THREE)
	inbox.press("j", "j", "e")
	expect(inbox.title).to_have_text("Agus")
	assert inbox.names() == ["Siti", "Agus"]
	assert inbox.calls("inbox.done")[0]["args"] == {"conversation": "C-Budi", "seen": "m2"}
	expect(inbox.root.get_by_text("Done: Budi")).to_be_visible()
	inbox.press("e")
	expect(inbox.title).to_have_text("Siti")


def test_done_leaves_the_chat_where_the_customer_has_written_meanwhile(inbox):
	"""After what is on the screen was fetched, and before the key."""
	inbox.open(THREE)
	inbox.press("j")
	question = (
		"{direction: 'Inbound', body: 'Dan DP-nya?', sent_at_ms: host.now(), delivery_status: 'received'}"
	)
	inbox.page.evaluate(f"host.store(host.conversation('C-Siti'), {question})")
	inbox.press("e")
	inbox.pass_time(3000)
	assert inbox.calls("inbox.done")[0]["args"]["seen"] == "m1"
	expect(inbox.row("Siti")).to_contain_text("Dan DP-nya?")


def test_done_includes_a_message_that_was_sent_earlier_and_arrived_later(inbox):
	inbox.open(THREE)
	inbox.do("host.receive('C-Siti', 'Yang di Depok', {ago: 23.9 * HOUR})")
	inbox.pass_time(3000)
	inbox.row("Siti").click()
	inbox.wait()
	expect(inbox.bubbles).to_have_count(2)
	inbox.press("e")
	inbox.pass_time(3000)
	assert inbox.names() == ["Budi", "Agus"]


def test_done_before_the_chat_is_loaded_is_about_what_its_row_shows(inbox):
	inbox.open(THREE)
	inbox.page.keyboard.press("j")
	inbox.press("e")
	assert inbox.calls("inbox.done")[0]["args"]["seen"] == "m1"


def test_a_done_that_was_refused_brings_the_chat_back_and_says_why(inbox):
	inbox.open(THREE + "host.fail('inbox.done', {status: 403, message: 'You may not.', once: true})")
	inbox.press("j", "e")
	inbox.pass_time(3000)
	expect(inbox.alert).to_contain_text("Siti: You may not.")
	assert inbox.names() == ["Siti", "Budi", "Agus"]
	inbox.alert.get_by_role("button", name="Show the chat").click()
	inbox.wait()
	expect(inbox.title).to_have_text("Siti")


def test_a_takes_the_chat(inbox):
	inbox.open(THREE)
	inbox.press("j")
	expect(inbox.header.get_by_role("button", name="No owner")).to_be_visible()
	inbox.press("a")
	expect(inbox.header.get_by_role("button", name="Owner: Rina Wijaya")).to_be_visible()
	expect(inbox.row("Siti")).to_contain_text("Owner: Rina Wijaya")


def test_u_marks_as_unread_and_closes_the_chat(inbox):
	inbox.open(THREE)
	inbox.press("j")
	expect(inbox.row("Siti").locator(".wi-unread")).to_have_count(0)
	inbox.press("u")
	inbox.pass_time(3000)
	expect(inbox.row("Siti").locator(".wi-unread")).to_have_text("1unread")
	expect(inbox.root.get_by_text("Choose a chat")).to_be_visible()


def test_enter_writes_and_escape_goes_back_to_the_list(inbox):
	inbox.open(THREE)
	inbox.press("Enter")
	expect(inbox.title).to_have_text("Siti")
	expect(inbox.text).to_be_focused()
	inbox.press("Escape")
	expect(inbox.list).to_be_focused()


def test_enter_in_a_closed_chat_offers_the_template_and_two_more_send_it(inbox):
	inbox.open(
		"""host.addChat("Old", {ago: 30 * HOUR});
		host.templates = [{content_sid: "HX1", friendly_name: "follow_up", language: "id", category: "UTILITY",
			body: "Halo {{1}}, masih berminat?", variables: [{name: "1", value: "Old"}]}]"""
	)
	inbox.press("j", "Enter", "Enter", "Enter")
	expect(inbox.bubbles.last).to_contain_text("Halo Old, masih berminat?")
	assert len(inbox.calls("chat.send_template")) == 1


def test_a_slash_opens_the_templates(inbox):
	inbox.open(THREE)
	inbox.press("j", "/")
	expect(inbox.chat.get_by_role("dialog", name="Quick replies and templates")).to_be_visible()


def test_ctrl_k_searches_from_everywhere(inbox):
	inbox.open(THREE)
	inbox.press("j", "Enter", "Control+k")
	expect(inbox.search).to_be_focused()


def test_a_question_mark_shows_the_keys(inbox):
	inbox.open(THREE)
	inbox.press("?")
	dialog = inbox.root.get_by_role("dialog", name="Keyboard shortcuts")
	expect(dialog).to_contain_text("Done, and go to the next chat")
	inbox.press("j", "e")
	expect(dialog).to_be_visible()
	inbox.page.evaluate("document.activeElement.blur()")
	inbox.press("e")
	inbox.press("Escape")
	expect(dialog).to_have_count(0)
	assert not inbox.calls("inbox.done")


def test_no_key_works_behind_a_dialog_of_the_desk(inbox):
	inbox.open(THREE)
	inbox.press("j")
	inbox.do("document.body.insertAdjacentHTML('beforeend', '<div class=\"modal show\"></div>')")
	inbox.press("e")
	assert not inbox.calls("inbox.done")
	inbox.do("document.querySelector('.modal').classList.add('modal-minimize')")
	inbox.press("e")
	assert len(inbox.calls("inbox.done")) == 1


def test_no_key_is_taken_from_somebody_who_is_typing(inbox):
	inbox.open(THREE)
	inbox.press("j", "Enter")
	inbox.page.keyboard.type("jk eau?/ j")
	expect(inbox.text).to_have_value("jk eau?/ j")
	expect(inbox.title).to_have_text("Siti")
	inbox.search.fill("")
	inbox.search.press_sequentially("ejku?")
	inbox.wait()
	assert not inbox.calls("inbox.done")
	assert not inbox.calls("inbox.mark_unread")


@pytest.mark.parametrize("key", ["Control+j", "Alt+e", "Meta+u"])
def test_the_browsers_own_keys_are_left_alone(inbox, key):
	inbox.open(THREE)
	inbox.press("j")
	inbox.forget_calls()
	inbox.press(key)
	assert not inbox.calls()


def test_a_keyboard_without_latin_letters_works_by_the_places_of_its_keys(inbox):
	inbox.open(THREE)
	inbox.do(
		"document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'о', code: 'KeyJ', bubbles: true}))"
	)
	expect(inbox.title).to_have_text("Siti")


def test_ctrl_enter_without_a_text_stays(inbox):
	inbox.open(THREE)
	inbox.press("j", "Enter", "Control+Enter")
	expect(inbox.title).to_have_text("Siti")
	assert not inbox.calls("chat.reply")


def test_a_text_that_was_not_sent_is_reported_and_is_there_again(inbox):
	"""By then another chat is open."""
	inbox.open(
		THREE
		+ "host.fail('chat.reply', {status: 409, excType: 'WindowClosed', message: 'Closed.', once: true})"
	)
	inbox.press("j", "Enter")
	inbox.page.keyboard.type("Bisa, Bu")
	inbox.press("Control+Enter")
	expect(inbox.title).to_have_text("Budi")
	expect(inbox.alert).to_contain_text("Not sent to Siti: Closed.")
	inbox.alert.get_by_role("button", name="Show the chat").click()
	inbox.wait()
	expect(inbox.title).to_have_text("Siti")
	expect(inbox.text).to_have_value("Bisa, Bu")


def test_a_refusal_is_reported_also_where_the_chat_was_left_by_another_key(inbox):
	inbox.open(
		THREE
		+ "host.fail('chat.reply', {status: 409, excType: 'WindowClosed', message: 'Closed.', once: true})"
	)
	inbox.press("j", "Enter")
	inbox.page.keyboard.type("Bisa, Bu")
	for key in ("Enter", "Escape", "j"):
		inbox.page.keyboard.press(key)
	inbox.wait()
	expect(inbox.title).to_have_text("Budi")
	expect(inbox.alert).to_contain_text("Not sent to Siti: Closed.")


def test_enter_right_after_a_held_key_writes_to_the_chat_that_is_shown(inbox):
	inbox.open("for (let i = 0; i < 25; i++) host.addChat(`Budi ${i}`, {ago: (200 - i) * MINUTE});")
	for _ in range(5):
		inbox.page.keyboard.down("j")
	inbox.page.keyboard.up("j")
	inbox.press("Enter")
	inbox.page.keyboard.type("Siang")
	inbox.press("Enter")
	assert inbox.calls("chat.reply")[0]["args"]["conversation"] == "C-Budi 4"


def test_the_menus_work_by_keys(inbox):
	inbox.open(THREE)
	inbox.press("j")
	inbox.header.get_by_role("button", name="More").focus()
	inbox.press("Enter")
	expect(inbox.header.get_by_role("menuitem").first).to_be_focused()
	inbox.press("ArrowUp")
	expect(inbox.header.get_by_role("menuitem").last).to_be_focused()
	inbox.press("Escape")
	expect(inbox.header.get_by_role("button", name="More")).to_be_focused()
	expect(inbox.header.get_by_role("menu")).to_be_hidden()
	expect(inbox.title).to_have_text("Siti")


def test_f_searches_the_open_chat_and_escape_leads_back_to_it(inbox):
	inbox.open(THREE)
	inbox.press("j", "f")
	search = inbox.chat.get_by_role("search")
	expect(search.get_by_role("searchbox")).to_be_focused()
	inbox.page.keyboard.type("kpr")
	inbox.press("Enter")
	inbox.pass_time(1000)
	expect(inbox.chat.locator(".wa-hit")).to_contain_text("Apakah bisa KPR?")
	inbox.press("Escape")
	expect(search).to_have_count(0)
	expect(inbox.text).to_be_focused()


def test_the_search_in_a_chat_is_in_its_menu(inbox):
	inbox.open(THREE)
	inbox.press("j")
	inbox.menu("More", "Search in this chat")
	expect(inbox.chat.get_by_role("searchbox")).to_be_focused()
	inbox.page.keyboard.type("jek")
	expect(inbox.title).to_have_text("Siti")


def hold(inbox, *keys: str, times: int = 5) -> None:
	"""The last key repeats itself, as a keyboard does it."""
	for key in keys[:-1]:
		inbox.page.keyboard.down(key)
	for _ in range(times):
		inbox.page.keyboard.down(keys[-1])
		inbox.wait()
	for key in reversed(keys):
		inbox.page.keyboard.up(key)
	inbox.wait()


def test_e_that_is_held_down_finishes_one_chat(inbox):
	inbox.open(THREE)
	inbox.press("j")
	hold(inbox, "e")
	assert [call["args"]["conversation"] for call in inbox.calls("inbox.done")] == ["C-Siti"]
	expect(inbox.title).to_have_text("Budi")


def test_a_that_is_held_down_takes_the_chat_once(inbox):
	inbox.open(THREE)
	inbox.press("j")
	hold(inbox, "a")
	assert len(inbox.calls("inbox.take")) == 1


def with_a_draft_of_budi(inbox) -> None:
	inbox.open(THREE)
	inbox.press("j", "j", "Enter")
	inbox.page.keyboard.type("Harga terbaik kami adalah")
	inbox.press("Escape", "k")


def test_ctrl_enter_that_is_held_down_does_not_send_the_next_chats_draft(inbox):
	with_a_draft_of_budi(inbox)
	inbox.press("Enter")
	inbox.page.keyboard.type("Bisa, Bu")
	hold(inbox, "Control", "Enter")
	assert [call["args"]["body"] for call in inbox.calls("chat.reply")] == ["Bisa, Bu"]
	expect(inbox.title).to_have_text("Budi")
	expect(inbox.text).to_have_value("Harga terbaik kami adalah")


def test_enter_that_opened_the_field_and_is_held_down_does_not_send_what_stands_in_it(inbox):
	with_a_draft_of_budi(inbox)
	inbox.press("j")
	hold(inbox, "Enter")
	assert not inbox.calls("chat.reply")
	expect(inbox.text).to_have_value("Harga terbaik kami adalah")
	inbox.press("Enter")
	assert len(inbox.calls("chat.reply")) == 1


def test_a_dialog_that_was_open_when_the_page_was_left_is_closed_when_one_comes_back(inbox):
	"""A page of the Desk is taken out of the document when another one is shown; the browser then forgets that a dialog was modal."""
	inbox.open(THREE)
	inbox.press("j")
	for opened in ("inbox.showKeys()", "inbox.actions.chooseSnooze()", "inbox.view.chat.openTemplates()"):
		inbox.do(opened)
		expect(inbox.page.get_by_role("dialog")).to_have_count(1)
		inbox.do("const { parentNode } = inbox; inbox.remove(); parentNode.append(inbox)")
		expect(inbox.page.get_by_role("dialog")).to_have_count(0)
	inbox.list.focus()
	inbox.press("j")
	expect(inbox.title).to_have_text("Budi")


def test_escape_at_a_result_of_the_chats_search_goes_back_to_the_chat(inbox):
	inbox.open(THREE)
	inbox.press("j", "f")
	inbox.page.keyboard.type("kpr")
	inbox.wait()
	inbox.press("ArrowDown")
	expect(inbox.chat.locator(".wa-result")).to_be_focused()
	inbox.press("e", "Escape")
	expect(inbox.chat.get_by_role("search")).to_have_count(0)
	expect(inbox.text).to_be_focused()
	assert not inbox.calls("inbox.done")
