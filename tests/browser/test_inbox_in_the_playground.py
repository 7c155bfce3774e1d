"""`make demo` for a newcomer: the inbox with eight customers waiting, the story to try, two agents at once, in Chromium."""

import pytest
from playwright.sync_api import Page, expect

from .inbox_page import Inbox

# Between what is done and what is seen lie a webhook, a job and an event, in real time: a busy machine needs more than 5 s.
ARRIVAL_MS = 60_000
IN_ORDER = [
	"Siti Rahmawati",
	"Joko Prasetyo",
	"Maya Anggraini",
	"Hendra Gunawan",
	"Putri Wulandari",
	"Lina Kusuma",
	"Budi Santoso",
]
COUNT_CLICKS = (
	"window.clicks = 0; addEventListener('click', (event) => { if (event.detail) window.clicks++; }, true);"
)


@pytest.fixture
def page(clean_tab: Page) -> Page:
	clean_tab.set_viewport_size({"width": 1440, "height": 900})
	return clean_tab


def opened(page: Page, url: str) -> Inbox:
	page.goto(url)
	inbox = Inbox(page)
	expect(inbox.root.locator("[role=option]")).to_have_count(8, timeout=ARRIVAL_MS)
	return inbox


def test_eight_customers_wait_in_the_order_in_which_their_windows_close(demo, page):
	inbox = opened(page, demo[0])
	expect(inbox.rows.locator(".wi-name")).to_have_text([*IN_ORDER, "I Wayan Sudarma"])
	expect(page.get_by_text("This is a simulation")).to_have_count(1)
	phone = page.frame_locator("iframe")
	expect(phone.get_by_text("This is a simulation")).to_have_count(0)
	clocks = page.locator("#header time"), phone.locator("output.time")
	for _ in range(100):  # a minute may begin between the two
		if len({clock.text_content() for clock in clocks}) == 1:
			return
		page.wait_for_timeout(100)
	pytest.fail("The two clocks do not show the same.")


def test_the_story_is_ticked_off_by_what_really_happened(demo, page):
	url, _ = demo
	inbox = opened(page, url)
	steps, done = page.locator("#story li"), page.locator("#story li.done")
	expect(steps).to_have_count(4)
	expect(done).to_have_count(0)
	phone = page.frame_locator("iframe")
	phone.get_by_label("Message").fill("Masih ada, Pak?")
	phone.get_by_role("button", name="Send").click()
	expect(done).to_have_count(1, timeout=ARRIVAL_MS)

	inbox.rows.filter(has_text="Budi").click()
	inbox.text.fill("Masih ada, Pak.")
	inbox.text.press("Enter")
	expect(done).to_have_count(2, timeout=ARRIVAL_MS)

	page.get_by_role("button", name="+23 h").click()
	expect(done).to_have_count(3, timeout=ARRIVAL_MS)

	inbox.chat.get_by_role("button", name="Quick replies and templates").click()
	dialog = page.get_by_role("dialog")
	dialog.get_by_role("listbox").get_by_role("option").filter(has_text="tindak_lanjut").first.click()
	expect(dialog.locator(".wa-field").first).to_be_visible(timeout=ARRIVAL_MS)
	for field in dialog.locator(".wa-field input[type=text]").all():
		if not field.input_value():
			field.fill("rumah di Depok")
	dialog.get_by_role("button", name="Send", exact=True).click()
	expect(done).to_have_count(4, timeout=ARRIVAL_MS)
	expect(page.locator("#story summary")).to_have_text("Try it: 4 of 4 done")


def test_seven_open_chats_are_answered_with_seven_texts_and_an_eighth_by_a_template_without_a_click(
	demo, page
):
	"""Of the eight, one window has closed: its chat takes a template, chosen by Enter."""
	url, _ = demo
	page.add_init_script(COUNT_CLICKS)
	inbox = opened(page, url)
	requested = []
	page.on("request", lambda request: requested.append((request.method, request.url)))
	page.keyboard.press("j")
	page.keyboard.press("Enter")
	for name in IN_ORDER:
		expect(inbox.title).to_have_text(name)
		expect(inbox.text).to_be_focused()
		expect(inbox.bubbles.first).to_be_visible()
		conversation = inbox.chat.evaluate("chat => chat.session.conversation")
		openings = [url for _, url in requested if "chat.open" in url and conversation in url]
		assert len(openings) == 1, openings
		page.keyboard.type(f"Siang, {name}")
		page.keyboard.press("Control+Enter")
	expect(inbox.title).to_have_text("I Wayan Sudarma")
	expect(inbox.bubbles.first).to_be_visible()
	page.keyboard.press("/")
	expect(page.locator("dialog [role=option]").first).to_be_visible()
	while page.get_by_role("dialog").count():
		focused = page.evaluate(
			"document.activeElement.matches('.wa-field input') && !document.activeElement.value"
		)
		if focused:
			page.keyboard.type("rumah di Depok")
		page.keyboard.press("Enter")
		page.wait_for_timeout(100)
	needs_reply = inbox.root.get_by_role("button", name="Needs reply", exact=True)
	expect(needs_reply).to_be_visible(timeout=ARRIVAL_MS)  # without a count
	sent = [address for method, address in requested if method == "POST" and "chat.reply" in address]
	assert len(sent) == len(IN_ORDER)
	assert page.evaluate("clicks") == 0


def test_two_agents_at_once_see_each_other_and_the_second_answer_is_asked_about(demo, page, browser):
	url, _ = demo
	andi = opened(page, url)
	other = browser.new_page(viewport={"width": 1440, "height": 900})
	rina = opened(other, f"{url}/?as=rina")
	for inbox in (andi, rina):
		inbox.rows.filter(has_text="Budi").click()
		expect(inbox.bubbles).to_have_count(1)
	rina.text.press_sequentially("Rp 475 juta")
	expect(andi.chat.get_by_text("Rina is writing…")).to_be_visible(timeout=ARRIVAL_MS)
	andi.text.fill("Rp 450 juta")
	andi.text.press("Enter")
	expect(rina.bubbles.filter(has_text="Rp 450 juta")).to_contain_text("Andi", timeout=ARRIVAL_MS)
	rina.text.press("Enter")
	question = rina.chat.get_by_role("alert")
	expect(question).to_contain_text("Andi answered")
	expect(question).to_contain_text("Rp 450 juta")
	expect(rina.bubbles).to_have_count(2)
	question.get_by_role("button", name="Send anyway").click()
	expect(rina.bubbles.filter(has_text="Rp 475 juta")).to_have_count(1, timeout=ARRIVAL_MS)
	other.close()


@pytest.mark.parametrize("query", ["", "?lang=id"])
def test_on_a_phone_the_page_is_as_high_as_the_screen(demo, page, query):
	page.set_viewport_size({"width": 390, "height": 844})
	opened(page, f"{demo[0]}/{query}")
	expect(page.locator("#phone a")).to_be_visible()
	page.wait_for_function("document.documentElement.scrollHeight <= innerHeight", timeout=5000)


def test_the_servers_sentences_are_in_the_pages_language(demo, page):
	inbox = opened(page, f"{demo[0]}/?lang=id")
	inbox.root.get_by_role("button", name="Semua").click()
	inbox.root.locator("[role=option]").filter(has_text="Dewi").click()
	expect(inbox.chat.locator(".wa-banner")).to_contain_text(
		"Berhenti berlangganan. Anda bisa mengirim pesan lagi"
	)


@pytest.mark.parametrize(
	("query", "width", "theme"),
	[("", 1440, "light"), ("?lang=id", 390, "dark"), ("?lang=ar", 1100, "light"), ("?lang=id", 1440, "dark")],
)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_page(demo, page, axe, query, width, theme):
	page.set_viewport_size({"width": width, "height": 844})
	page.emulate_media(color_scheme=theme)
	opened(page, demo[0] + "/" + query)
	assert page.evaluate("document.documentElement.scrollWidth") <= width
	for frame in page.frames:
		assert axe(frame) == []
	page.emulate_media(color_scheme="null")
