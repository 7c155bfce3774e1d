"""Searching one chat."""

import pytest
from playwright.sync_api import expect

from playground.twilio_sim.samples import png

TO_THE_END = 100_000
# A page around the chat has these.
OF_THE_BARE_PAGE = ("landmark-one-main", "page-has-heading-one", "region")
# 300 messages, one a minute; in every hundredth the customer asks for a house.
LONG = """
for (let i = 1; i <= 300; i++) {
	const body = i % 100 === 50 ? `Apakah rumah nomor ${i} masih ada?` : `Pesan ${i}`;
	host.receive(c, body, { ago: (400 - i) * 60_000 });
}
"""


@pytest.fixture
def searching(panel):
	def opened(arrange: str = LONG):
		panel.open(arrange)
		panel.root.get_by_role("button", name="Search in this chat").click()
		panel.wait()
		panel.search = panel.root.get_by_role("search")
		panel.field = panel.search.get_by_role("searchbox")
		panel.results = panel.search.locator(".wa-result")
		panel.found = panel.search.get_by_role("status")
		panel.hit = panel.root.locator(".wa-hit")
		return panel

	return opened


def find(panel, words: str) -> None:
	panel.field.fill(words)
	panel.wait(1200)


def scroll(panel, log, pixels: int) -> None:
	"""By the wheel; wait until the list has handled the event."""
	log.evaluate(
		"node => { window.scrolled = new Promise((heard) => node.addEventListener('scroll', heard, { once: true })) }"
	)
	log.hover()
	panel.page.mouse.wheel(0, pixels)
	panel.page.evaluate("scrolled")
	panel.wait()


def test_what_is_found_is_listed_the_newest_first_with_its_words_marked(searching):
	panel = searching()
	expect(panel.field).to_be_focused()
	find(panel, "RUMAH ada")
	expect(panel.found).to_have_text("3 found")
	expect(panel.results.locator(".wa-result-text")).to_have_text(
		[f"Apakah rumah nomor {number} masih ada?" for number in (250, 150, 50)]
	)
	expect(panel.results.first.locator("mark")).to_have_text(["rumah", "ada"])
	expect(panel.bubbles).to_have_count(50)


def test_one_that_is_opened_is_shown_with_those_around_it(searching):
	panel = searching()
	find(panel, "rumah")
	panel.results.nth(2).click()
	panel.wait()
	expect(panel.hit.locator(".wa-text")).to_have_text("Apakah rumah nomor 50 masih ada?")
	expect(panel.hit.locator("mark")).to_have_text("rumah")
	expect(panel.hit).to_be_in_viewport()
	expect(panel.found).to_have_text("3 of 3")
	expect(panel.search.get_by_role("list")).to_be_hidden()
	expect(panel.field).to_be_focused()
	expect(panel.log.locator(".wa-day")).to_have_count(1)
	assert [call["args"] for call in panel.calls("chat.around")] != []


def test_from_one_to_the_next_by_key(searching):
	panel = searching()
	panel.field.fill("rumah")
	for key, number in (
		("Enter", 250),
		("Enter", 150),
		("Enter", 50),
		("Enter", 50),
		("Shift+Enter", 150),
	):
		panel.press(key)
		panel.wait(1200)
		expect(panel.hit).to_contain_text(f"nomor {number} masih")
		expect(panel.hit).to_be_in_viewport()
	panel.search.get_by_role("button", name="Newer result").click()
	panel.wait()
	expect(panel.hit).to_contain_text("nomor 250 masih")
	panel.search.get_by_role("button", name="All results").click()
	expect(panel.results.first).to_have_attribute("aria-current", "true")
	panel.press("ArrowDown")
	expect(panel.results.first).not_to_be_focused()
	panel.field.focus()
	panel.press("ArrowDown")
	expect(panel.results.first).to_be_focused()


def test_the_chat_goes_on_in_both_directions(searching):
	panel = searching()
	find(panel, "nomor 150")
	panel.press("Enter")
	panel.wait()
	log = panel.root.locator(".wa-messages:not([hidden]) .wa-log")
	expect(log.locator(".wa-bubble")).to_have_count(101)
	scroll(panel, log, TO_THE_END)
	expect(log.get_by_text("Pesan 249", exact=True)).to_be_attached()
	expect(panel.hit).not_to_be_in_viewport()
	scroll(panel, log, -TO_THE_END)
	expect(log.get_by_text("Pesan 51", exact=True)).to_be_attached()
	names = log.locator(".wa-text").all_text_contents()
	assert len(names) == len(set(names)) == 201


def test_escape_and_the_newest_button_lead_back_to_the_chat_as_it_was(searching):
	panel = searching()
	find(panel, "rumah")
	panel.press("Enter")
	panel.wait()
	panel.press("Escape")
	expect(panel.search).to_have_count(0)
	expect(panel.text).to_be_focused()
	expect(panel.bubble("Pesan 300")).to_be_in_viewport()
	panel.root.get_by_role("button", name="Search in this chat").click()
	panel.wait()
	find(panel, "rumah")
	panel.press("Enter")
	panel.wait()
	panel.root.get_by_role("button", name="Back to the newest messages").click()
	panel.wait()
	expect(panel.bubble("Pesan 300")).to_be_in_viewport()


def test_a_long_chat_is_searched_in_parts(searching):
	panel = searching(LONG + "host.searchedAtOnce = 40;")
	find(panel, "rumah")
	panel.wait(2000)
	expect(panel.found).to_have_text("3 found")
	assert len(panel.calls("chat.search")) == 8


def test_many_results_come_page_by_page(searching):
	panel = searching()
	find(panel, "pesan")
	expect(panel.found).to_have_text("50+ found")
	expect(panel.results).to_have_count(50)
	scroll(panel, panel.search.get_by_role("list"), TO_THE_END)
	expect(panel.results).to_have_count(100)


def test_nothing_found_and_a_failure_are_said(searching):
	panel = searching()
	find(panel, "kavling")
	expect(panel.found).to_have_text("Nothing found.")
	panel.do("host.fail('chat.search', { status: 500, message: 'Server error (500).' })")
	find(panel, "rumah")
	expect(panel.found).to_have_text("Server error (500).")


def test_what_was_found_is_text(searching):
	panel = searching("host.receive(c, '<img src=x onerror=alert(1)> (rumah) [x]')")
	find(panel, "<img [x]")
	expect(panel.results.locator(".wa-result-text")).to_have_text("<img src=x onerror=alert(1)> (rumah) [x]")
	expect(panel.search.locator("img")).to_have_count(0)


def test_what_is_sent_meanwhile_is_seen(searching):
	panel = searching()
	find(panel, "rumah")
	panel.press("Enter")
	panel.wait()
	panel.text.fill("Masih ada, Pak.")
	panel.send_button.click()
	panel.wait()
	expect(panel.search).to_have_count(0)
	expect(panel.bubble("Masih ada, Pak.")).to_be_in_viewport()


def test_another_chat_has_no_search_open(searching):
	panel = searching(LONG + "host.addLead('LEAD-2', {name: 'C2'}); host.receive('C2', 'Halo')")
	find(panel, "rumah")
	panel.press("Enter")
	panel.wait()
	panel.show("LEAD-2")
	expect(panel.search).to_have_count(0)
	expect(panel.bubbles).to_have_count(1)


def test_what_was_sent_in_another_chat_does_not_close_it(panel):
	panel.open(
		LONG + "host.addLead('LEAD-2', {name: 'C2'}); host.receive('C2', 'Halo')",
		lead="LEAD-2",
		transport="""
			const call = transport.call;
			transport.call = async (method, ...more) => {
				if (method.endsWith("chat.reply")) await new Promise((resolve) => { window.letThrough = resolve; });
				return call(method, ...more);
			}
		""",
	)
	panel.type("Halo juga")
	panel.press("Enter")
	panel.show("LEAD-1")
	panel.root.get_by_role("button", name="Search in this chat").click()
	panel.wait()
	panel.do("letThrough()")
	assert len(panel.calls("chat.reply")) == 1
	expect(panel.root.get_by_role("search")).to_have_count(1)


def test_after_a_failure_enter_searches_again_and_the_sentence_goes(searching):
	panel = searching()
	panel.do("host.fail('chat.search', { status: 500, message: 'Server error (500).' })")
	find(panel, "rumah")
	expect(panel.found).to_have_text("Server error (500).")
	panel.do("host.recover()")
	panel.press("Enter")
	panel.wait(1200)
	expect(panel.found).to_have_text("1 of 3")
	panel.do("host.fail('chat.around', { status: 500, message: 'Server error (500).', once: true })")
	panel.press("Enter")
	panel.wait(1200)
	panel.press("Enter")
	panel.wait(1200)
	expect(panel.found).to_have_text("3 of 3")


def test_one_that_could_not_be_opened_says_so_until_another_one_is(searching):
	panel = searching()
	find(panel, "rumah")
	panel.do("host.fail('chat.around', { status: 500, message: 'Server error (500).', once: true })")
	panel.press("Enter")
	expect(panel.found).to_have_text("Server error (500).")
	panel.press("Enter")
	panel.wait(1200)
	expect(panel.found).to_have_text("2 of 3")


def test_an_early_enter_opens_the_first_one_when_it_comes(searching):
	panel = searching()
	panel.page.evaluate(
		"""() => {
			host.call = async (method, args) => {
				await new Promise((resolve) => setTimeout(resolve, 1000));
				return host[`on_${method.split(".")[1]}`](args);
			};
		}"""
	)
	panel.field.fill("rumah")
	panel.wait(600)
	panel.field.press("Enter")
	panel.wait(4000)
	expect(panel.hit).to_contain_text("nomor 250 masih")


def test_what_comes_while_an_earlier_part_is_shown_is_not_read_until_the_chat_is_shown_again(searching):
	panel = searching()
	find(panel, "rumah")
	panel.press("Enter")
	panel.wait()
	read = len(panel.calls("chat.mark_read"))
	panel.do("host.receive(c, 'Halo lagi')")
	panel.wait()
	assert len(panel.calls("chat.mark_read")) == read
	panel.press("Escape")
	panel.wait()
	assert len(panel.calls("chat.mark_read")) == read + 1
	expect(panel.bubble("Halo lagi")).to_be_visible()


def test_a_text_whose_marks_are_gone_is_whole_again(searching):
	panel = searching("host.receive(c, 'Ada rumah di Depok?'); host.receive(c, 'Rumah yang kecil.')")
	find(panel, "rumah")
	for _ in range(2):
		panel.press("Enter")
		panel.wait(1200)
	expect(panel.hit).to_contain_text("Ada rumah")
	expect(panel.hit.locator("mark")).to_have_count(1)
	earlier = panel.root.locator(".wa-messages:not([hidden]) .wa-text").filter(has_text="yang kecil")
	assert earlier.evaluate("node => node.childNodes.length") == 1


def test_it_is_accessible(searching, axe):
	panel = searching()
	find(panel, "rumah")
	panel.page.clock.resume()
	for _ in range(2):
		assert [each for each in axe(panel.page) if not each.startswith(OF_THE_BARE_PAGE)] == []
		panel.press("Enter")
		panel.wait()


def test_what_is_found_stays_in_sight_while_the_pictures_around_it_are_loading(searching):
	pictures = """
for (let i = 0; i < 40; i++) {
	const file = `/private/files/${i}.png`;
	const media = [{ name: "a.png", type: "image/png", size: 900, state: "stored", file }];
	host.receive(c, i === 20 ? "Apakah rumah ini masih ada?" : "", { kind: "image", media, ago: (60 - i) * 60_000 });
}
"""
	panel = searching(pictures)
	waiting = []

	def hold(route):  # Playwright takes no builtin method
		waiting.append(route)

	panel.page.route("**/*.png", hold)
	find(panel, "rumah ini")
	panel.field.press("Enter")
	panel.wait()
	expect(panel.hit.locator("mark").first).to_be_in_viewport()
	for _ in range(20):
		while waiting:
			waiting.pop().fulfill(body=png(400, 400), content_type="image/png")
		panel.wait(50)
	expect(panel.hit.locator("mark").first).to_be_in_viewport()
