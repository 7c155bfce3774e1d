"""How many chats need a reply, in the title of every page of the Desk and in its sidebar."""

import pytest
from playwright.sync_api import expect

DESK = """async () => {
	document.querySelector("wa-inbox").remove();
	document.title = "Leads";
	window.count = 3;
	window.asked = [];
	const listeners = {};
	const realtime = {
		socket: {},
		on: (event, listener) => { listeners[event] = listener; },
		emit: (...given) => asked.push(given.join(" ")),
	};
	const { NeedsReply } = await import("/public/js/wa_inbox/needs_reply.js");
	new NeedsReply(async (method) => { asked.push(method); return {value: count}; }, realtime);
	window.chatChanged = (now) => { count = now; listeners.wa_window_list_changed(); };
	window.turn = (hidden) => {
		Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
		document.dispatchEvent(new Event("visibilitychange"));
	};
}"""
# The page of the inbox in the Desk, as Frappe shows and hides it.
INBOX_PAGE = """async () => {
	const page = document.querySelector("main");
	const listeners = {};
	window.$ = () => ({ on: (event, listener) => { listeners[event] = listener; } });
	Object.assign(window, { turnPage: (event) => listeners[event]() });
	window.frappe = {
		ui: { make_app_page() {} }, container: {}, boot: { user: { in_create: [] } }, get_route: () => [],
		assets: { bundled_asset: (name) => name }, user_roles: [],
	};
	const { DeskPage } = await import("/public/js/wa_inbox/desk_page.js");
	const { inbox } = new DeskPage(page);
	inbox.resume = () => {}; // there is no server
	turnPage("show");
}"""
METHOD = "wa_window.api.cards.needs_reply"


@pytest.fixture
def desk(inbox):
	inbox.page.evaluate(DESK)
	inbox.wait()
	return inbox


def sidebar(desk) -> str:
	return desk.page.evaluate("document.documentElement.style.getPropertyValue('--wa-needs-reply')")


def asked(desk) -> int:
	return desk.page.evaluate("method => asked.filter((call) => call === method).length", METHOD)


def test_it_is_in_the_title_and_the_sidebar(desk):
	expect(desk.page).to_have_title("(3) Leads")
	assert sidebar(desk) == '"3"'
	assert desk.page.evaluate("asked") == [METHOD, "doctype_subscribe Chat Conversation"]


def test_it_stays_in_the_title_of_the_next_page_once(desk):
	for title, shown in (("Deals", "(3) Deals"), ("(3) Deals", "(3) Deals"), ("Leads", "(3) Leads")):
		desk.page.evaluate("title => { document.title = title; }", title)
		expect(desk.page).to_have_title(shown)


def test_however_many_chats_change_it_is_asked_for_once_in_five_seconds(desk):
	desk.pass_time(5_000)
	desk.do("[4, 5, 6].forEach(chatChanged)")
	desk.pass_time(800)
	expect(desk.page).to_have_title("(6) Leads")
	desk.do("chatChanged(7)")
	desk.pass_time(2_000)
	assert asked(desk) == 2
	desk.pass_time(2_000)
	expect(desk.page).to_have_title("(7) Leads")
	assert asked(desk) == 3


def test_not_all_pages_ask_at_the_same_moment(desk):
	desk.pass_time(5_000)
	desk.page.evaluate("chatChanged(4)")
	desk.page.clock.run_for(290)
	assert asked(desk) == 1


def test_a_page_that_is_not_visible_asks_after_changes_and_once_a_minute(desk):
	desk.do("turn(true)")
	desk.pass_time(600_000)
	assert asked(desk) == 1
	for now in range(4, 8):
		desk.do(f"chatChanged({now})")
		desk.pass_time(10_000)
	expect(desk.page).to_have_title("(4) Leads")
	assert asked(desk) == 2
	desk.do("turn(false)")
	desk.pass_time(800)
	expect(desk.page).to_have_title("(7) Leads")
	assert asked(desk) == 3


def test_a_snooze_that_ends_is_seen_within_a_minute_though_nothing_is_told(desk):
	desk.page.evaluate("count = 4")
	desk.pass_time(61_000)
	expect(desk.page).to_have_title("(4) Leads")


def test_nobody_who_waits_leaves_no_mark(desk):
	desk.pass_time(5_000)
	desk.do("chatChanged(0)")
	desk.pass_time(800)
	expect(desk.page).to_have_title("Leads")
	assert sidebar(desk) == "none"


def test_while_the_inbox_is_shown_its_own_count_is_taken(desk):
	desk.pass_time(5_000)
	desk.do("document.querySelector('main').append(document.createElement('wa-inbox'))")
	desk.do("chatChanged(9)")
	desk.pass_time(800)
	assert asked(desk) == 1
	desk.do(
		"document.querySelector('wa-inbox').dispatchEvent("
		"new CustomEvent('wa-inbox-count', {detail: {count: 120}, bubbles: true}))"
	)
	expect(desk.page).to_have_title("(99+) Leads")
	assert asked(desk) == 1


def test_what_changed_while_the_inbox_was_shown_is_asked_for_when_it_is_left(desk):
	desk.page.evaluate(INBOX_PAGE)
	desk.pass_time(5_000)
	desk.do("chatChanged(2)")
	desk.pass_time(800)
	assert asked(desk) == 1
	desk.do("turnPage('hide')")
	desk.pass_time(800)
	expect(desk.page).to_have_title("(2) Leads")
	assert asked(desk) == 2
