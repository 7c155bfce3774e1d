"""The inbox for a screen reader, and by axe-core (scripts/node)."""

import pytest
from playwright.sync_api import expect

from .test_inbox_list import THREE
from .test_inbox_record import CANDIDATES, FULL

TEMPLATE = """host.templates = [{content_sid: "HX1", friendly_name: "follow_up", language: "id", category: "UTILITY",
	body: "Halo {{1}}, masih berminat?", variables: [{name: "1", value: "Old"}]}];"""


def open_menu(inbox) -> None:
	inbox.press("j")
	inbox.header.get_by_role("button", name="More").click()


def open_hand_over(inbox) -> None:
	inbox.press("j")
	is_phone = inbox.root.get_attribute("data-layout") == "narrow"
	inbox.menu("More" if is_phone else "No owner", "Hand over…")


def open_consent(inbox) -> None:
	inbox.press("j")
	inbox.menu("More", "Consent…")
	inbox.wait()
	inbox.root.get_by_label("How did the customer agree?").select_option("Told an Agent")


def show_record(inbox) -> None:
	inbox.do(FULL)
	inbox.press("j")
	if inbox.root.get_attribute("data-layout") == "narrow":
		inbox.menu("More", "Details")
	inbox.details.locator(".wi-field button").first.click()


def show_candidates(inbox) -> None:
	inbox.do(CANDIDATES)
	inbox.pass_time(3000)
	inbox.row("Budi").last.click()
	inbox.wait()
	if inbox.root.get_attribute("data-layout") == "narrow":
		inbox.menu("More", "Details")


def write_note(inbox) -> None:
	inbox.press("j", "n")
	inbox.page.keyboard.type("Minta diskon")
	inbox.press("Enter")
	inbox.page.keyboard.type("Lagi")


def offer_template(inbox) -> None:
	inbox.do('localStorage.setItem("wa-window-recent-templates", JSON.stringify(["HX1"]))')
	inbox.row("Old").click()
	inbox.wait()
	expect(inbox.offer).to_be_visible()


def show_quick_replies(inbox) -> None:
	inbox.do("""host.quickReplies = [{name: "q", title: "Brosur", shortcut: "b", text: "Ini *brosurnya*.",
		files: [{file: "F", name: "Brosur.pdf", type: "application/pdf", size: 9}]}]""")
	inbox.press("j", "/")
	expect(inbox.chat.get_by_role("button", name="Insert")).to_be_visible()


def split_text(inbox) -> None:
	inbox.press("j")
	inbox.text.fill("Kami punya rumah. " * 200)
	inbox.press("Enter")
	expect(inbox.chat.get_by_role("dialog").get_by_role("listitem")).to_have_count(3)


def save_reply(inbox) -> None:
	inbox.do("host.send('C-Siti', 'Masih ada.')")
	inbox.press("j")
	bubble = inbox.chat.locator(".wa-bubble.wa-out")
	bubble.locator(".wa-meta").click()
	bubble.get_by_role("button", name="Save as quick reply").click()
	inbox.wait()
	expect(inbox.chat.get_by_role("dialog")).to_be_visible()


SCENES = {
	"the list": lambda inbox: None,
	"a chat": lambda inbox: inbox.press("j"),
	"a closed chat": lambda inbox: inbox.row("Old").click(),
	"the record": show_record,
	"the records to link": show_candidates,
	"a note": write_note,
	"the last template": offer_template,
	"the menu": open_menu,
	"the keys": lambda inbox: inbox.press("?"),
	"handing over": open_hand_over,
	"consent": open_consent,
	"quick replies and templates": show_quick_replies,
	"a text that is too long": split_text,
	"saving a quick reply": save_reply,
	"an empty queue": lambda inbox: inbox.chip("Failed").click(),
	"offline": lambda inbox: inbox.do("host.fail('*', {status: 0}); dispatchEvent(new Event('offline'))"),
}


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 390)])
def test_axe_finds_nothing(inbox, axe, scene, theme, width):
	inbox.page.set_viewport_size({"width": width, "height": 844})
	inbox.page.evaluate("theme => Object.assign(document.documentElement.dataset, {theme})", theme)
	inbox.page.evaluate("document.body.style.background = 'var(--card-bg, Canvas)'")
	inbox.open(THREE + TEMPLATE + 'host.addChat("Old", {ago: 30 * HOUR})')
	SCENES[scene](inbox)
	inbox.wait()
	inbox.page.clock.resume()
	assert axe(inbox.page) == []


def test_what_the_inbox_is_to_a_screen_reader(inbox):
	inbox.open(THREE)
	inbox.press("j")
	expect(inbox.root.get_by_role("region", name="List of chats")).to_match_aria_snapshot(
		"""
- region "List of chats":
  - searchbox "Search by name, number or text"
  - group "Queue":
    - button "Needs reply 3" [pressed]
    - button "Mine 1"
    - button "Unassigned 2"
    - button "All 3"
  - group "Only show":
    - button "Closing soon"
    - button "Closed"
    - button "Failed"
  - listbox "Chats":
    - option "Siti 29 min left Apakah bisa KPR?" [selected]
    - option "Budi waits 3 h Halo 1 unread"
    - 'option "Agus waits 12 min Halo 1 unread Owner: Rina Wijaya"'
"""
	)


def test_the_list_is_one_stop_of_tab_and_its_selected_row_is_the_active_one(inbox):
	inbox.open(THREE)
	inbox.press("j")
	expect(inbox.list).to_be_focused()
	active = inbox.list.get_attribute("aria-activedescendant")
	expect(inbox.page.locator(f"[id='{active}']")).to_have_attribute("aria-selected", "true")
	inbox.press("Tab")
	assert inbox.page.evaluate("document.activeElement.closest('.wi-middle') !== null")


def test_what_was_done_is_announced(inbox):
	inbox.open(THREE)
	inbox.press("j", "e")
	expect(inbox.root.get_by_role("status").filter(has_text="Done: Siti")).to_be_visible()
