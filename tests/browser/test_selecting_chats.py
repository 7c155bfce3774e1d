"""Chats that are ticked for a template to many."""

import pytest
from playwright.sync_api import Locator, expect

from .inbox_page import Inbox
from .test_inbox_list import MANY, THREE

WITH_BATCHES = 'transport.loadBatches = () => import("/public/js/wa_batches/index.js")'


@pytest.fixture
def selecting(inbox) -> Inbox:
	inbox.open(MANY, WITH_BATCHES)
	inbox.root.get_by_role("button", name="Select chats for a template to many").click()
	expect(said(inbox)).to_have_text("Select the chats")
	return inbox


def bar(inbox: Inbox) -> Locator:
	return inbox.root.get_by_role("group", name="Selected chats")


def said(inbox: Inbox) -> Locator:
	return bar(inbox).get_by_role("status")


def select_all(inbox: Inbox) -> None:
	bar(inbox).get_by_role("button", name="Select all").click()
	inbox.pass_time(1000)


def test_all_are_ticked_also_while_the_list_itself_loads_its_next_page(selecting):
	selecting.page.evaluate("() => { inbox.queue.loadMore() }")
	select_all(selecting)
	expect(said(selecting)).to_have_text("100 selected")
	assert len(selecting.calls("inbox.chats")) == 4


def test_a_held_space_ticks_once(selecting):
	selecting.list.focus()
	selecting.press("ArrowDown")
	for _ in range(2):
		selecting.page.keyboard.down(" ")
	expect(said(selecting)).to_have_text("1 selected")
	selecting.page.keyboard.up(" ")
	selecting.press(" ")
	expect(said(selecting)).to_have_text("Select the chats")


def test_where_a_page_fails_it_says_that_some_are_missing_and_goes_on_when_pressed_again(selecting):
	selecting.do("host.fail('inbox.chats', {status: 503, once: true})")
	select_all(selecting)
	expect(said(selecting)).to_have_text("60 selected, not all yet")
	select_all(selecting)
	expect(said(selecting)).to_have_text("100 selected")


def test_where_a_search_pauses_it_says_that_some_are_missing(inbox):
	inbox.open(THREE, WITH_BATCHES)
	inbox.page.evaluate(
		"""() => {
			const { call } = host.transport;
			inbox.transport.call = async (method, args, options) => {
				const answer = await call(method, { ...args, after: "" }, options);
				return args.search ? { ...answer, next: String(Number(args.after || 0) + 1) } : answer;
			};
		}"""
	)
	inbox.root.get_by_role("button", name="Select chats for a template to many").click()
	expect(bar(inbox)).to_be_visible()
	inbox.search.fill("siti")
	inbox.pass_time(1000)
	select_all(inbox)
	expect(said(inbox)).to_have_text("1 selected, not all yet")
	expect(inbox.root.get_by_role("button", name="Search older chats")).to_be_visible()
