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
	for now in (4, 5, 6):
		desk.do(f"chatChanged({now})")
	expect(desk.page).to_have_title("(4) Leads")
	assert asked(desk) == 2
	desk.pass_time(4_000)
	expect(desk.page).to_have_title("(6) Leads")
	desk.pass_time(60_000)
	assert asked(desk) == 3


def test_nobody_who_waits_leaves_no_mark(desk):
	desk.pass_time(5_000)
	desk.do("chatChanged(0)")
	expect(desk.page).to_have_title("Leads")
	assert sidebar(desk) == "none"


def test_while_the_inbox_is_shown_its_own_count_is_taken(desk):
	desk.pass_time(5_000)
	desk.do("document.querySelector('main').append(document.createElement('wa-inbox'))")
	desk.do("chatChanged(9)")
	assert asked(desk) == 1
	desk.do(
		"document.querySelector('wa-inbox').dispatchEvent("
		"new CustomEvent('wa-inbox-count', {detail: {count: 120}, bubbles: true}))"
	)
	expect(desk.page).to_have_title("(99+) Leads")
	assert asked(desk) == 1
