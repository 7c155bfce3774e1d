"""A template to many in the playground's inbox: chosen, prepared, looked at, tried, sent once."""

import json
import re
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Locator, Page, expect

from .inbox_page import Inbox
from .test_inbox_in_the_playground import ARRIVAL_MS, opened

TEXT = "Kapan Anda ingin berkunjung, "
TICK = "Select chats for a template to many"


@pytest.fixture
def page(clean_tab: Page) -> Page:
	clean_tab.set_viewport_size({"width": 1440, "height": 900})
	return clean_tab


@pytest.fixture
def inbox(demo, page) -> Inbox:
	"""The windows are closed, but for those of who wrote last."""
	shown = opened(page, demo[0])
	page.get_by_role("button", name="+23 h").click()
	expect(shown.rows.filter(has_text="Budi")).to_contain_text("waits 1 d", timeout=ARRIVAL_MS)
	return shown


def ticked(inbox: Inbox, *names: str) -> None:
	inbox.root.get_by_role("button", name=TICK).click()
	expect(bar_of(inbox)).to_be_visible()
	for name in names:
		inbox.rows.filter(has_text=name).click()


def bar_of(inbox: Inbox) -> Locator:
	return inbox.root.get_by_role("group", name="Selected chats")


def dialog_of(inbox: Inbox) -> Locator:
	bar_of(inbox).get_by_role("button", name="Send template…").click()
	return inbox.root.get_by_role("dialog", name="Send a template to many")


def fill_in(dialog: Locator) -> None:
	dialog.get_by_label("Search templates").fill("jadwalkan")
	dialog.get_by_label("Anda ingin berkunjung …", exact=True).select_option("Lead name")


def prepared(inbox: Inbox, *names: str) -> Locator:
	ticked(inbox, *names)
	dialog = dialog_of(inbox)
	fill_in(dialog)
	dialog.get_by_role("button", name="Prepare").click()
	expect(dialog.get_by_text("Draft: nothing is sent yet")).to_be_visible()
	return dialog


def sent(demo) -> list[tuple[str, str]]:
	"""To which number which text went, of the templates."""
	with urlopen(f"{demo[1]}/_sim/log?event=outbound") as answer:
		entries = json.load(answer)["entries"]
	return sorted((entry["to"], entry["body"]) for entry in entries if entry["body"].startswith(TEXT))


def control(demo, path: str, **values) -> None:
	body = json.dumps(values).encode()
	urlopen(Request(f"{demo[1]}/_sim/{path}", body, {"Content-Type": "application/json"})).close()


def test_each_gets_the_text_that_was_shown_once_though_it_is_pressed_twice_and_the_page_reloaded(
	inbox, demo, page
):
	dialog = prepared(inbox, "Budi", "Siti", "Joko")
	rows = dialog.get_by_role("listitem")
	expect(rows).to_have_count(3)
	expect(rows.filter(has_text="Siti")).to_contain_text(f"{TEXT}Siti Rahmawati?")
	assert sent(demo) == []
	dialog.get_by_role("button", name="Send to 3").dblclick()
	expect(dialog.get_by_role("button", name="Delivered 3")).to_be_visible(timeout=ARRIVAL_MS)
	page.reload()
	inbox.queue("All").click()
	expect(inbox.rows.filter(has_text=TEXT[:10])).to_have_count(3, timeout=ARRIVAL_MS)
	names = {text for _to, text in sent(demo)}
	assert names == {f"{TEXT}{name}?" for name in ("Budi Santoso", "Siti Rahmawati", "Joko Prasetyo")}
	assert len(sent(demo)) == 3


def test_who_is_skipped_is_listed_with_the_reason(demo, page):
	inbox = opened(page, demo[0])
	inbox.queue("All").click()
	dialog = prepared(inbox, "Budi", "Dewi")
	expect(dialog.get_by_role("button", name=re.compile("^Send to"))).to_have_count(0)
	dialog.get_by_role("button", name="Skipped 2").click()
	expect(dialog.get_by_role("listitem").filter(has_text="Dewi")).to_contain_text("Skipped: Opted out.")
	expect(dialog.get_by_role("listitem").filter(has_text="Budi")).to_contain_text("In conversation")
	expect(dialog.get_by_text("1 skipped: Opted out.")).to_be_visible()


def test_what_is_closed_sends_nothing_and_back_chooses_anew(inbox, demo, page):
	dialog = prepared(inbox, "Budi", "Siti")
	dialog.get_by_role("button", name="Back").click()
	expect(dialog.get_by_label("Anda ingin berkunjung …", exact=True)).to_have_value("lead_name")
	dialog.get_by_role("button", name="Prepare").click()
	expect(dialog.get_by_role("button", name="Send to 2")).to_be_visible()
	page.keyboard.press("Escape")
	expect(dialog).to_have_count(0)
	expect(inbox.rows).to_have_count(8)
	assert sent(demo) == []


def test_who_closes_it_while_it_is_prepared_is_shown_nothing_and_asks_for_nothing(inbox, demo, page):
	ticked(inbox, "Budi", "Siti")
	dialog = dialog_of(inbox)
	fill_in(dialog)
	held, asked = [], []

	def hold(route):
		held.append(route)

	page.route("**/*batches.prepare", hold)
	page.on("request", lambda request: asked.append(request.url))
	dialog.get_by_role("button", name="Prepare").click()
	expect(dialog.get_by_text("Preparing…")).to_be_visible()
	page.keyboard.press("Escape")
	expect(dialog).to_have_count(0)
	with page.expect_response("**/*batches.prepare"):
		held[0].continue_()
	inbox.queue("All").click()
	expect(inbox.queue("All")).to_have_attribute("aria-pressed", "true")
	page.wait_for_timeout(100)
	assert not [url for url in asked if "batches.rows" in url or "batches.progress" in url]
	expect(bar_of(inbox).get_by_role("status")).to_have_text("2 selected")


def test_a_test_goes_to_one_chat(inbox, demo):
	dialog = prepared(inbox, "Budi", "Siti")
	dialog.get_by_role("button", name="Send a test first…").click()
	chat, send = dialog.get_by_label("Chat", exact=True), dialog.get_by_role("button", name="Send the test")
	# Each is a customer: none is chosen by itself.
	expect(chat.locator("option").filter(has_text="Maya")).to_have_count(1)
	expect(chat).to_have_value("")
	expect(send).to_be_disabled()
	search = dialog.get_by_label("Send it to one chat first")
	search.fill("+62899900011")
	expect(dialog.get_by_text("first send a message from it")).to_be_visible()
	search.fill("Maya")
	expect(chat.locator("option")).to_have_count(2)
	expect(send).to_be_disabled()
	chat.select_option(index=1)
	send.click()
	expect(dialog.get_by_text("Sent to Maya Anggraini")).to_be_visible()
	expect(dialog.get_by_role("button", name="Send to 2")).to_be_visible()
	dialog.get_by_role("button", name="Close").click()
	inbox.queue("All").click()
	expect(inbox.rows.filter(has_text="Maya")).to_contain_text(TEXT[:10], timeout=ARRIVAL_MS)
	assert [text for _to, text in sent(demo)] == [f"{TEXT}Maya Anggraini?"]


def test_another_number_than_the_buttons_is_asked_about_again(inbox, demo, page):
	dialog = prepared(inbox, "Budi", "Siti")

	def miscounted(route):
		route.continue_(post_data=route.request.post_data.replace("count=2", "count=83"))

	page.route("**/*batches.send", miscounted, times=1)
	dialog.get_by_role("button", name="Send to 2").click()
	expect(dialog.get_by_role("alert")).to_have_text("It is 2 recipients now, not 83. Look again.")
	assert sent(demo) == []
	dialog.get_by_role("button", name="Send to 2").click()
	expect(dialog.get_by_role("button", name="Delivered 2")).to_be_visible(timeout=ARRIVAL_MS)


def test_what_could_not_be_fetched_is_no_longer_said_once_it_could(inbox, page):
	dialog = prepared(inbox, "Budi", "Siti")
	alert, progress = dialog.get_by_role("alert"), "**/*batches.progress*"
	page.route(progress, lambda route: route.abort())
	page.evaluate("dispatchEvent(new Event('online'))")
	expect(alert).to_have_text("No connection to the server.")
	page.unroute(progress)
	page.evaluate("dispatchEvent(new Event('online'))")
	expect(alert).to_be_hidden()


def test_what_waits_for_a_busy_server_says_so_until_it_begins(inbox, page):
	def as_it_waits(route):
		answer = route.fetch()
		waiting = {"status": "Preparing", "prepared": 0, "waits_for_worker": True, "may_send": False}
		route.fulfill(response=answer, json={"message": answer.json()["message"] | waiting})

	page.route("**/*batches.prepare", as_it_waits, times=1)
	ticked(inbox, "Budi", "Siti")
	dialog = dialog_of(inbox)
	fill_in(dialog)
	dialog.get_by_role("button", name="Prepare").click()
	busy = dialog.get_by_role("status").filter(has_text="The server is busy")
	expect(busy).to_be_visible()
	expect(dialog.get_by_text("interrupted")).to_have_count(0)
	expect(dialog.get_by_text("Draft: nothing is sent yet")).to_be_visible(timeout=ARRIVAL_MS)
	expect(busy).to_have_count(0)


def test_where_it_pauses_it_says_why_and_goes_on_only_when_a_person_resumes_it(inbox, demo):
	control(demo, "faults", daily_limit=1000)
	dialog = prepared(inbox, "Budi", "Siti")
	dialog.get_by_role("button", name="Send to 2").click()
	paused = dialog.get_by_text("Twilio's limit of messages for a day is reached. Resume tomorrow.")
	expect(paused).to_be_visible(timeout=ARRIVAL_MS)
	assert sent(demo) == []
	control(demo, "faults", daily_limit=0)
	dialog.get_by_role("button", name="Resume").click()
	expect(dialog.get_by_role("button", name="Delivered 2")).to_be_visible(timeout=ARRIVAL_MS)
	expect(paused).to_have_count(0)
	assert len(sent(demo)) == 2


def test_what_is_stopped_is_not_sent(inbox, demo):
	control(demo, "faults", daily_limit=1000)
	dialog = prepared(inbox, "Budi", "Siti")
	dialog.get_by_role("button", name="Send to 2").click()
	expect(dialog.get_by_role("button", name="Resume")).to_be_visible(timeout=ARRIVAL_MS)
	dialog.get_by_role("button", name="Stop").click()
	expect(dialog.get_by_text("Stopped")).to_be_visible()
	expect(dialog.get_by_role("button", name="Resume")).to_be_hidden()
	control(demo, "faults", daily_limit=0)
	assert sent(demo) == []


def test_the_answers_are_a_list_of_their_own_until_its_chip_is_taken_off(inbox, demo, page):
	dialog = prepared(inbox, "Budi", "Siti")
	dialog.get_by_role("button", name="Send to 2").click()
	expect(dialog.get_by_role("button", name="Delivered 2")).to_be_visible(timeout=ARRIVAL_MS)
	control(demo, "message", customer="budi", body="Sabtu pagi")
	answers = dialog.get_by_role("button", name="Show who answered")
	expect(answers).to_be_visible(timeout=ARRIVAL_MS)
	answers.click()
	expect(inbox.rows).to_have_count(1)
	expect(inbox.rows).to_contain_text("Sabtu pagi")
	chip = inbox.chip("Answers to “jadwalkan_kunjungan”")
	chip.click()
	expect(chip).to_have_count(0)
	expect(inbox.rows).not_to_have_count(1)


def test_all_of_a_list_are_ticked_and_a_search_keeps_them(inbox, page):
	ticked(inbox)
	bar = bar_of(inbox)
	bar.get_by_role("button", name="Select all").click()
	expect(bar.get_by_role("status")).to_have_text("8 selected")
	inbox.search.fill("Budi")
	expect(inbox.rows).to_have_count(1)
	expect(inbox.rows).to_have_attribute("aria-checked", "true")
	inbox.rows.click()
	expect(bar.get_by_role("status")).to_have_text("7 selected")
	bar.get_by_role("button", name="Cancel").click()
	expect(bar).to_have_count(0)
	expect(inbox.rows).not_to_have_attribute("aria-checked", re.compile(".*"))


def test_it_is_done_by_keyboard(inbox, demo, page):
	keys = page.keyboard
	inbox.root.get_by_role("button", name=TICK).focus()
	keys.press("Enter")
	expect(bar_of(inbox)).to_be_visible()
	inbox.list.focus()
	keys.press("j")
	keys.press("Space")
	keys.press("j")
	keys.press("Space")
	expect(inbox.list.locator("[aria-checked=true]")).to_have_count(2)
	bar_of(inbox).get_by_role("button", name="Send template…").focus()
	keys.press("Enter")
	dialog = inbox.root.get_by_role("dialog")
	expect(dialog.get_by_label("Search templates")).to_be_focused()
	keys.type("jadwalkan")
	keys.press("Enter")
	expect(dialog.get_by_label("Anda ingin berkunjung …: Text")).to_be_focused()
	keys.type("Kak")
	keys.press("Enter")
	expect(dialog.get_by_role("button", name="Prepare")).to_be_focused()
	keys.press("Enter")
	send = dialog.get_by_role("button", name="Send to 2")
	expect(send).to_be_visible()
	for _ in range(12):
		if send.evaluate("node => node === document.activeElement"):
			break
		keys.press("Tab")
	keys.press("Enter")
	expect(dialog.get_by_role("button", name="Delivered 2")).to_be_visible(timeout=ARRIVAL_MS)
	assert [text for _to, text in sent(demo)] == [f"{TEXT}Kak?"] * 2


@pytest.mark.parametrize(
	("query", "width", "theme"),
	[("", 1440, "light"), ("?lang=id", 390, "dark"), ("?lang=ar", 1100, "light")],
)
def test_axe_finds_nothing_at_any_stage(demo, page, axe, query, width, theme):
	page.set_viewport_size({"width": width, "height": 844})
	page.emulate_media(color_scheme=theme)
	inbox = opened(page, demo[0] + "/" + query)
	page.get_by_role("button", name=re.compile(r"^\+23")).click()
	inbox.root.locator(".wi-select").click()
	bar = inbox.root.locator(".wi-selection")
	expect(bar).to_be_visible()
	for row in inbox.root.locator("[role=option]").all()[:3]:
		row.click()
	assert axe(page) == []
	bar.locator(".wa-button-primary").click()
	dialog = inbox.root.locator("dialog")
	dialog.locator(".wa-option").first.wait_for()
	dialog.locator(".wa-picker .wa-input").fill("jadwalkan")
	dialog.locator(".wa-batch-value select").select_option("lead_name")
	assert axe(page) == []
	dialog.locator(".wa-button-primary").click()
	dialog.locator(".wa-batch-row").first.wait_for()
	dialog.locator(".wa-dialog-foot .wa-button").nth(1).click()
	dialog.locator(".wa-batch-test .wa-input").fill("+62899900011")
	expect(dialog.locator(".wa-batch-test [role=status]")).not_to_be_empty()
	expect(dialog.locator(".wa-batch-test [role=status]")).to_be_in_viewport(ratio=1)
	assert axe(page) == []
	assert dialog.evaluate("node => node.scrollWidth <= node.clientWidth")
	page.emulate_media(color_scheme="null")
