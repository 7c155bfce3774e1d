"""A template to many from a list of the Desk, and the document that is kept of it."""

import json
import re
from contextlib import suppress
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator, expect
from playwright.sync_api import TimeoutError as NotInTime

from .conftest import on_the_site

PATIENCE_MS, SOON_MS, TIMES = 60_000, 5_000, 6
TEMPLATE = "jadwalkan_kunjungan"
# Who has never written: nobody is in conversation with him.
TONO = "Tono Hidayat"
TEXT = "Kapan Anda ingin berkunjung, "
ACTION = "Send Template…"
# A call of the browser prepares no more than 200 (chat/batches.py).
MANY = 210


def ticked(desk, *names: str, listed: str = "%") -> Locator:
	"""These leads, all that are shown without a name; the menu of what can be done with them is open."""
	desk.goto(f"/app/chat-lead?{urlencode({'lead_name': json.dumps(['like', listed])})}")
	actions = desk.locator(".page-head").get_by_role("button", name="Actions")
	for name in names or [""]:
		expect(desk.locator(".list-row", has_text=name).first).to_be_visible(timeout=PATIENCE_MS)
	for _ in range(TIMES):  # a list that is loaded once more forgets what was ticked
		for name in names:
			desk.locator(".list-row", has_text=name).locator(".list-row-checkbox").check()
		if not names:
			desk.locator(".list-header-subject .list-check-all").click()
		with suppress(NotInTime):
			actions.click(timeout=SOON_MS)
			break
	return desk.locator(".page-head .dropdown-menu.show")


def prepared(desk, *names: str) -> Locator:
	ticked(desk, *names).get_by_text(ACTION).click()
	dialog = filled_in(desk)
	dialog.get_by_role("button", name="Prepare").click()
	expect(dialog.get_by_text("Draft: nothing is sent yet")).to_be_visible(timeout=PATIENCE_MS)
	return dialog


def filled_in(desk) -> Locator:
	dialog = desk.get_by_role("dialog")
	dialog.get_by_label("Search templates").fill(TEMPLATE, timeout=PATIENCE_MS)
	dialog.get_by_label("Anda ingin berkunjung …", exact=True).select_option("Lead Name")
	return dialog


def sent(simulator, to: str = "") -> list[str]:
	return sorted(entry["body"] for entry in simulator.outbound() if entry["body"].startswith(TEXT + to))


def test_who_may_not_send_to_many_is_offered_nothing(desk):
	menu = ticked(desk, TONO)
	expect(menu.get_by_text("Assign To", exact=True)).to_be_visible()
	expect(menu.get_by_text(ACTION)).to_have_count(0)


def test_each_gets_it_once_and_the_document_says_what_became_of_it(manager, simulator, axe):
	dialog = prepared(manager, TONO, "Lead without a number")
	rows = dialog.get_by_role("listitem")
	expect(rows.filter(has_text=TONO)).to_contain_text(f"{TEXT}{TONO}?")
	expect(rows.filter(has_text="Lead without")).to_contain_text("Skipped: No valid phone number.")
	assert axe(manager, ".modal.show .wa-batch") == []
	before = sent(simulator)
	dialog.get_by_role("button", name="Send to 1").dblclick()
	expect(dialog.get_by_role("button", name="Delivered 1")).to_be_visible(timeout=PATIENCE_MS)
	manager.reload()
	assert sent(simulator) == sorted([*before, f"{TEXT}{TONO}?"])
	simulator.post("customers", id="tono", name=TONO, phone="+6281344556677")
	simulator.post("message", customer="tono", body="Minggu saja")
	manager.goto("/app/template-batch")
	row = manager.locator(".list-row", has_text=TEMPLATE).first
	expect(row).to_contain_text("Done", timeout=PATIENCE_MS)
	row.locator(".list-subject a").click()
	form = manager.locator(".form-page:visible")
	answered = form.get_by_role("button", name="Answered 1")
	expect(answered).to_be_visible(timeout=PATIENCE_MS)
	answered.press("Enter")
	expect(form.locator(".wa-batch-row")).to_have_count(1)
	expect(form.locator(".wa-batch-row")).to_contain_text(re.compile(f"{TONO}.*Answered", re.DOTALL))
	assert axe(manager, ".wa-batch") == []
	form.get_by_role("button", name="Show who answered").click()
	chats = manager.get_by_role("listbox", name="Chats").get_by_role("option")
	expect(chats).to_have_count(1, timeout=PATIENCE_MS)
	expect(chats).to_contain_text("Minggu saja")
	manager.locator("wa-inbox").get_by_role("button", name=f"Answers to “{TEMPLATE}”").click()
	expect(chats).not_to_have_count(1)
	assert manager.errors == []


def test_where_all_rows_are_ticked_all_of_the_list_are_offered(manager):
	ticked(manager)
	manager.evaluate("cur_list.total_count = cur_list.data.length + 1")
	manager.locator(".page-head .dropdown-menu.show").get_by_text(ACTION).click()
	to = manager.get_by_role("dialog").get_by_label("To", exact=True)
	expect(to.locator("option")).to_have_text(
		[re.compile(r"^\d+ selected$"), re.compile(r"^All \d+ of this list$")], timeout=PATIENCE_MS
	)


@pytest.fixture
def many_leads(site):
	on_the_site(site, "wa_window.tests.simulated.add_leads", name="Rombongan", count=MANY)
	yield
	on_the_site(site, "wa_window.tests.simulated.delete_leads", name="Rombongan")


def test_more_than_one_answer_holds_are_prepared_by_a_worker_and_sent(manager, many_leads, simulator):
	ticked(manager, listed="Rombongan%").get_by_text(ACTION).click()
	dialog = filled_in(manager)
	dialog.get_by_label("To", exact=True).select_option(f"All {MANY} of this list")
	dialog.get_by_role("button", name="Prepare").click()
	send = dialog.get_by_role("button", name=f"Send to {MANY}")
	expect(send).to_be_enabled(timeout=PATIENCE_MS)
	assert sent(simulator, "Rombongan") == []
	send.click()
	expect(dialog.get_by_role("button", name=f"Delivered {MANY}")).to_be_visible(timeout=PATIENCE_MS)
	assert sent(simulator, "Rombongan") == sorted(f"{TEXT}Rombongan {number}?" for number in range(MANY))


def test_a_draft_is_stopped_in_its_document(manager, simulator):
	before = sent(simulator)
	dialog = prepared(manager, "Lead without a number")
	expect(dialog.get_by_role("button", name=re.compile("^Send to"))).to_be_hidden()
	manager.keyboard.press("Escape")
	manager.goto("/app/template-batch")
	row = manager.locator(".list-row", has_text="Draft").first
	row.locator(".list-subject a").click(timeout=PATIENCE_MS)
	form = manager.locator(".form-page:visible")
	form.get_by_role("button", name="Stop").click(timeout=PATIENCE_MS)
	expect(form.locator(".wa-batch-pill")).to_have_text("Stopped")
	assert sent(simulator) == before
