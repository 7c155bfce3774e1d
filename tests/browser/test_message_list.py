"""The list of messages: paging, scrolling, what is read."""

import re

import pytest
from playwright.sync_api import expect

from .panel import HOUR

# An image loads in the last message, at once or after the scroll event; returns how far the list has moved, and what is below.
SCROLL_AND_GROW = """async (node, [pixels, isHeard]) => {
	const before = node.scrollTop;
	const last = [...node.querySelectorAll(".wa-bubble")].at(-1);
	const height = last.offsetHeight;
	const heard = new Promise((scrolled) => node.addEventListener("scroll", scrolled, {once: true}));
	node.scrollTop += pixels;
	if (isHeard) await heard;
	last.style.paddingTop = "400px";
	await new Promise((seen) => {
		const grown = () => last.offsetHeight > height + 300 && seen();
		new ResizeObserver(grown).observe(node.querySelector(".wa-list"));
	});
	return [node.scrollTop - before, node.scrollHeight - node.scrollTop - node.clientHeight];
}"""
MANY = "for (let i = 1; i <= 180; i++) host.receive(c, `Pesan ke-${i}.`, {ago: (200 - i) * MINUTE})"
# How the only message of a chat is marked as read.
SEEN = {"conversation": "LEAD-1-0100", "seen": "m1"}


def test_the_newest_fifty_come_first_and_older_ones_on_scrolling_up(panel):
	panel.open(MANY)
	expect(panel.bubbles).to_have_count(50)
	expect(panel.bubble("Pesan ke-180.")).to_be_in_viewport()
	top = panel.bubble("Pesan ke-131.")
	top.scroll_into_view_if_needed()
	panel.page.wait_for_function("host.calls.some(({method}) => method === 'chat.older')")
	panel.wait()
	expect(panel.bubbles).to_have_count(100)
	assert panel.calls("chat.older")[0]["args"]["before"] == "m131"
	expect(top).to_be_in_viewport()


def test_what_is_being_read_stays_in_its_place_when_older_messages_come(panel):
	panel.open(MANY)
	panel.scroll_to(100)
	place = "node => Math.round(node.getBoundingClientRect().top)"
	before = panel.bubble("Pesan ke-133.").evaluate(place)
	panel.wait()
	expect(panel.bubbles).to_have_count(100)
	assert abs(panel.bubble("Pesan ke-133.").evaluate(place) - before) <= 2


def test_all_messages_can_be_reached_by_the_keyboard(panel):
	panel.open(MANY)
	older = panel.root.get_by_role("button", name="Show older messages")
	for _ in range(3):
		older.focus()
		panel.press("Enter")
	expect(panel.bubbles).to_have_count(180)
	expect(older).to_have_count(0)
	expect(panel.bubbles.first).to_contain_text("Pesan ke-1.")


def test_older_messages_that_do_not_come_can_be_asked_for_again(panel):
	panel.open(MANY)
	panel.do("host.fail('chat.older', {status: 502})")
	panel.scroll_to(0)
	panel.wait()
	panel.do("host.recover()")
	panel.root.get_by_role("button", name="could not be loaded. Try again").click()
	panel.wait()
	expect(panel.bubbles).to_have_count(100)


def test_a_message_arriving_while_scrolled_up_offers_the_way_down(panel):
	panel.open(MANY)
	panel.scroll_to(500)
	panel.do("host.receive(c, 'Pesan baru')")
	button = panel.root.get_by_role("button", name="New messages")
	expect(button).to_be_visible()
	expect(panel.bubble("Pesan baru")).not_to_be_in_viewport()
	button.click()
	panel.wait()
	expect(panel.bubble("Pesan baru")).to_be_in_viewport()
	expect(button).to_have_count(0)


def test_who_has_just_scrolled_up_stays_there_when_an_answer_comes_before_the_scroll_event(panel):
	panel.open(MANY)
	log = panel.root.get_by_role("log")
	place = log.evaluate(
		"node => { node.scrollTop -= 200; const place = node.scrollTop; chat.session.apply(chat.session.answer); return place }"
	)
	assert log.evaluate("node => node.scrollTop") == place
	expect(panel.root.get_by_role("button", name="Go to the newest message")).to_be_visible()


@pytest.mark.parametrize("pixels", [30, 300])
@pytest.mark.parametrize("is_heard", [False, True])
def test_who_scrolls_up_while_a_picture_loads_stays_there(panel, pixels, is_heard):
	panel.open(MANY)
	moved, _ = panel.root.get_by_role("log").evaluate(SCROLL_AND_GROW, [-pixels, is_heard])
	assert moved == -pixels
	expect(panel.root.get_by_role("button", name="Go to the newest message")).to_be_visible()


def test_the_newest_message_stays_in_sight_while_a_picture_loads(panel):
	panel.open(MANY)
	_, below = panel.root.get_by_role("log").evaluate(SCROLL_AND_GROW, [0, False])
	assert below < 1
	expect(panel.root.get_by_role("button", name="Go to the newest message")).to_have_count(0)


def test_the_way_to_the_newest_message_ends_there_although_a_picture_arrives_meanwhile(panel):
	panel.open(MANY)
	panel.root.get_by_role("log").evaluate("node => { node.scrollTop -= 300 }")
	newest = panel.bubble("Pesan ke-180.")
	newest.evaluate("node => { chat.querySelector('.wa-newest').click(); node.style.paddingTop = '400px' }")
	expect(newest.locator(".wa-meta")).to_be_in_viewport()


def test_who_comes_back_down_sees_the_next_message_at_once(panel):
	panel.open(MANY)
	end = panel.log.evaluate("node => node.scrollTop")
	panel.scroll_to(end - 300)
	expect(panel.root.get_by_role("button", name="Go to the newest message")).to_be_visible()
	panel.scroll_to(end - 20)
	panel.do("host.receive(c, 'Pesan baru')")
	expect(panel.bubble("Pesan baru")).to_be_in_viewport()


def test_a_message_arriving_at_the_bottom_is_seen_at_once(panel):
	panel.open(MANY)
	panel.do("host.receive(c, 'Pesan baru')")
	expect(panel.bubble("Pesan baru")).to_be_in_viewport()


def test_after_a_long_absence_no_message_is_missing_between(panel):
	panel.open("host.receive(c, 'Dulu sekali', {ago: 10 * HOUR})")
	panel.do(MANY)
	expect(panel.bubbles).to_have_count(50)
	expect(panel.bubbles.last).to_contain_text("Pesan ke-180.")
	panel.root.get_by_role("button", name="Show older messages").click()
	panel.wait()
	expect(panel.bubbles).to_have_count(100)


def test_an_older_message_caught_up_late_stands_in_its_place(panel):
	panel.open("host.receive(c, 'Satu', {ago: 3 * HOUR}); host.receive(c, 'Tiga', {ago: HOUR})")
	panel.do("host.receive(c, 'Dua', {ago: 2 * HOUR})")
	expect(panel.bubbles).to_have_text([re.compile("Satu"), re.compile("Dua"), re.compile("Tiga")])


def test_an_erased_message_disappears(panel):
	panel.open("host.receive(c, 'Satu', {ago: 2 * HOUR}); host.receive(c, 'Dua', {ago: HOUR})")
	panel.do("host.conversation(c).messages.pop(); host.notify()")
	expect(panel.bubbles).to_have_text([re.compile("Satu")])


def test_messages_seen_are_marked_read_once(panel):
	panel.open("host.receive(c, 'Halo', {ago: HOUR})")
	panel.pass_time(HOUR // 20)
	assert [call["args"] for call in panel.calls("chat.mark_read")] == [SEEN]


def test_a_chat_without_unread_messages_is_marked_read_once_for_the_notifications(panel):
	panel.open("host.receive(c, 'Halo', {ago: HOUR}); host.conversation(c).unread = 0")
	panel.pass_time(HOUR // 20)
	assert [call["args"] for call in panel.calls("chat.mark_read")] == [SEEN]


def test_messages_on_a_hidden_tab_stay_unread_until_it_is_displayed(panel):
	panel.page.evaluate("chat.style.display = 'none'")
	panel.open("host.receive(c, 'Halo', {ago: HOUR})")
	assert panel.calls("chat.mark_read") == []
	panel.page.wait_for_function("chat.polling.wasVisible === false")
	panel.page.evaluate("chat.style.display = ''")
	panel.page.wait_for_function("chat.polling.wasVisible === true")
	panel.wait()
	assert len(panel.calls("chat.mark_read")) == 1
	expect(panel.bubble("Halo")).to_be_in_viewport()


def test_two_conversations_that_became_one_are_found_again(panel):
	panel.open("host.addLead('LEAD-1', {name: 'OLD'}); host.receive('OLD', 'Halo', {ago: HOUR})")
	panel.do("host.conversation('OLD').name = 'NEW'; host.notify()")
	panel.wait()
	expect(panel.banner).to_contain_text("Open ·")
	assert panel.page.evaluate("chat.session.conversation") == "NEW"


def test_ten_thousand_messages_are_drawn_once_each(panel):
	"""Not a timed test: refreshing a long chat must leave the messages already drawn alone. They are queried by class,
	since a query by role computes the name of every button on the page."""
	bubbles, older = panel.page.locator(".wa-bubble"), panel.page.locator(".wa-older")
	panel.open("for (let i = 0; i < 10000; i++) host.send(c, `Pesan ${i}`, {ago: (10000 - i) * 1000})")
	panel.page.evaluate(
		"""async () => {
			const older = host.on_older.bind(host);
			host.on_older = ({before}) => {
				const {messages} = host.conversation(c);
				const end = messages.findIndex(({name}) => name === before);
				return messages.slice(Math.max(0, end - 5000), end);
			};
		}"""
	)
	for _ in range(2):
		older.click()
		panel.wait()
	expect(bubbles).to_have_count(10000)
	panel.page.evaluate(
		"""() => {
			window.drawn = 0;
			new MutationObserver((changes) => changes.forEach(({addedNodes}) => (drawn += addedNodes.length)))
				.observe(chat.querySelector(".wa-list"), {childList: true, subtree: true});
		}"""
	)
	panel.do("host.receive(c, 'Pesan baru')")
	expect(bubbles.last).to_contain_text("Pesan baru")
	assert panel.page.evaluate("drawn") == 1


def test_a_page_of_old_messages_is_not_read_out(panel):
	panel.open(MANY)
	panel.page.evaluate(
		"""() => {
			window.busy = [];
			const log = chat.querySelector("[role=log]");
			const list = log.querySelector(".wa-list");
			new MutationObserver(() => busy.push(log.getAttribute("aria-busy"))).observe(list, {childList: true});
		}"""
	)
	panel.root.get_by_role("button", name="Show older messages").click()
	panel.page.clock.run_for(10)
	assert panel.page.evaluate("busy") == ["true"]
	panel.wait()
	expect(panel.root.get_by_role("log")).not_to_have_attribute("aria-busy", "true")
