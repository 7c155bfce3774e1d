"""The inbox at 390 px: three screens, each with a way back."""

import pytest
from playwright.sync_api import expect

from .test_inbox_list import THREE


@pytest.fixture
def phone(inbox):
	inbox.page.set_viewport_size({"width": 390, "height": 760})
	return inbox


def test_list_chat_and_details_are_three_screens_with_back(phone):
	phone.open(THREE)
	expect(phone.header).to_be_hidden()
	phone.row("Budi").click()
	phone.wait()
	expect(phone.title).to_have_text("Budi")
	expect(phone.list).to_be_hidden()
	phone.menu("More", "Details")
	expect(phone.details).to_be_visible()
	expect(phone.header).to_be_hidden()
	phone.details.get_by_role("button", name="Back").click()
	phone.wait()
	expect(phone.title).to_be_visible()
	phone.header.get_by_role("button", name="Back").click()
	phone.wait()
	expect(phone.list).to_be_visible()
	expect(phone.header).to_be_hidden()


def test_the_browsers_own_back_leads_to_the_list_and_not_out_of_the_inbox(phone):
	phone.open(THREE)
	phone.row("Budi").click()
	phone.wait()
	phone.page.evaluate("history.back()")
	expect(phone.list).to_be_visible()
	assert phone.page.url.endswith("inbox.html")
	phone.row("Siti").click()
	phone.wait()
	expect(phone.title).to_have_text("Siti")


def test_back_and_forth_leaves_nothing_in_the_history(phone):
	phone.open(THREE)
	before = phone.page.evaluate("history.length")
	for _ in range(3):
		phone.row("Budi").click()
		phone.wait()
		phone.header.get_by_role("button", name="Back").click()
		expect(phone.list).to_be_visible()
	assert phone.page.evaluate("history.length") == before + 1


def test_done_goes_to_the_next_chat_and_after_the_last_to_the_list(phone):
	phone.open(THREE)
	phone.row("Siti").click()
	phone.wait()
	for name in ("Siti", "Budi", "Agus"):
		expect(phone.title).to_have_text(name)
		phone.header.get_by_role("button", name="Done").click()
		phone.wait()
	phone.pass_time(3000)
	expect(phone.root.locator(".wi-state")).to_contain_text("All answered")


def test_all_that_a_chat_needs_is_reached_without_hovering(phone):
	phone.open(THREE)
	phone.row("Siti").click()
	phone.wait()
	phone.menu("More", "Take")
	phone.header.get_by_role("button", name="More").click()
	expect(phone.header.get_by_role("menuitem")).to_have_text(
		[
			"Details",
			"Copy the number",
			"TakeA",
			"Hand over…",
			"Snooze for 1 hour",
			"Snooze until Tue 09:00",
			"Snooze until…",
			"Search in this chatF",
			"Mark as unreadU",
			"Consent…",
			"Keyboard shortcuts?",
		]
	)


def test_the_composer_stays_above_a_keyboard_that_covers_the_page(phone):
	"""As on iOS, where the page keeps its size."""
	phone.open(THREE)
	phone.row("Siti").click()
	phone.wait()
	phone.page.evaluate(
		"""() => {
			Object.defineProperty(visualViewport, "height", {value: 420, configurable: true});
			visualViewport.dispatchEvent(new Event("resize"));
		}"""
	)
	composer = phone.chat.locator(".wa-composer").bounding_box()
	assert composer["y"] + composer["height"] <= 420
	assert phone.title.bounding_box()["y"] >= 0


@pytest.mark.parametrize("width", [320, 390, 768, 1000, 1440])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_nothing_sticks_out_at_any_width(inbox, width, direction):
	inbox.page.set_viewport_size({"width": width, "height": 740})
	inbox.page.evaluate("direction => { document.documentElement.dir = direction }", direction)
	inbox.open(
		"host.addChat('Panjang '.repeat(12), {ago: 23.5 * HOUR, body: 'x'.repeat(300), owner: ME, label: 'Sales Indonesia Timur'});"
		"host.addChat('Wei', {business: 'whatsapp:+6560001000', label: 'Sales Singapore'})"
	)
	overflow = "node => node.scrollWidth - node.clientWidth"

	def sticks_out() -> list[str]:
		return inbox.root.evaluate(
			"""root => {
				const edge = root.getBoundingClientRect();
				return [...root.querySelectorAll("*")]
					.filter((node) => !node.closest(".wi-probe, .wa-sr-only") && node.getClientRects().length)
					.filter((node) => { const box = node.getBoundingClientRect(); return box.width && (box.left < edge.left - 1 || box.right > edge.right + 1); })
					.map((node) => node.className);
			}"""
		)

	assert inbox.page.locator("html").evaluate(overflow) <= 0
	assert sticks_out() == []
	inbox.rows.first.click()
	inbox.wait()
	assert inbox.page.locator("html").evaluate(overflow) <= 0
	assert inbox.header.evaluate(overflow) <= 0
	assert sticks_out() == []
	inbox.header.get_by_role("button", name="More").click()
	assert sticks_out() == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_fingers_find_what_they_press(phone, theme):
	phone.open(THREE)
	for control in phone.root.locator(".wi-filters button:visible").all():
		assert control.bounding_box()["height"] >= 30
	phone.row("Siti").click()
	phone.wait()
	for control in phone.header.locator("button:visible").all():
		assert control.bounding_box()["height"] >= 40


def test_the_focus_follows_from_screen_to_screen(phone):
	"""Also for who has enlarged the page until it is narrow."""
	phone.open(THREE)
	phone.press("j")
	expect(phone.title).to_be_focused()
	phone.menu("More", "Details")
	expect(phone.details.get_by_role("heading", name="Siti")).to_be_focused()
	phone.press("Escape")
	expect(phone.title).to_be_focused()
	phone.press("Escape")
	expect(phone.list).to_be_focused()


def test_over_the_chat_the_details_are_closed_by_escape(inbox):
	inbox.page.set_viewport_size({"width": 1000, "height": 760})
	inbox.open(THREE)
	inbox.press("j")
	expect(inbox.details).to_be_hidden()
	inbox.header.get_by_role("button", name="Details").click()
	expect(inbox.details).to_be_visible()
	inbox.press("Escape")
	expect(inbox.details).to_be_hidden()
	expect(inbox.title).to_have_text("Siti")


def test_enter_that_is_held_down_on_done_finishes_one_chat(phone):
	phone.open(THREE)
	phone.row("Siti").click()
	phone.wait()
	phone.header.get_by_role("button", name="Done").focus()
	for _ in range(4):
		phone.page.keyboard.down("Enter")
		phone.wait()
	phone.page.keyboard.up("Enter")
	assert len(phone.calls("inbox.done")) == 1
