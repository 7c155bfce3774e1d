"""Frappe CRM's own screens: the window's state in the header of a Lead or Deal, and the chat beside it."""

import json

import pytest
from playwright.sync_api import expect

from .conftest import on_the_site

PATIENCE_MS = 60_000
TIMES = 12
CRMS_PAGE = "#app > .h-screen > .flex-1"
# What CRM's list shows at first.
CRM_ROWS = 20


@pytest.fixture(scope="module")
def records(site) -> dict:
	"""A lead and its deal; skipped where CRM is not installed or its frontend was not built."""
	added = on_the_site(site, "wa_window.tests.simulated.add_to_crm")
	if not added.strip():
		pytest.skip("Frappe CRM is not on this site, or its screens were not built")
	return json.loads(added)


def right_edge(locator) -> float:
	box = locator.bounding_box()
	return box["x"] + box["width"]


@pytest.mark.parametrize(("doctype", "path"), [("CRM Lead", "leads"), ("CRM Deal", "deals")])
def test_a_chat_from_crms_own_screen(desk, axe, site, simulator, records, doctype, path):
	hello = f"Halo dari {path} <b>1</b>"
	simulator.post("message", customer="wayan", body=hello)
	desk.goto(f"/crm/{path}/{records[doctype]}")
	button = desk.get_by_role("button", name="WhatsApp")
	expect(button.first).to_contain_text("23 h", timeout=PATIENCE_MS)
	button.first.click()

	chat = desk.locator("wa-chat")
	expect(chat.get_by_text(hello)).to_be_visible(timeout=PATIENCE_MS)
	composer = chat.get_by_role("textbox")
	composer.fill(f"Terima kasih, {path}")
	composer.press("Enter")
	sent = chat.locator(".wa-out", has_text=f"Terima kasih, {path}")
	expect(sent.get_by_text("Delivered", exact=True)).to_be_attached(timeout=PATIENCE_MS)
	assert f"Terima kasih, {path}" in [entry["body"] for entry in simulator.outbound()]

	drawer = desk.locator(".wa-drawer")
	assert right_edge(desk.locator(CRMS_PAGE)) == drawer.bounding_box()["x"]
	assert right_edge(desk.get_by_role("button", name="WhatsApp").first) < drawer.bounding_box()["x"]
	expect(drawer.get_by_role("heading")).to_have_count(0)
	assert axe(desk, ".wa-drawer") == []
	desk.set_viewport_size({"width": 1024, "height": 900})
	assert right_edge(desk.locator(CRMS_PAGE)) == 1024
	desk.set_viewport_size({"width": 1440, "height": 900})

	composer.press("Escape")
	expect(chat).to_have_count(0)
	expect(button.first).to_be_focused()
	# CRM requests DocTypes that a site may not have.
	assert not [error for error in desk.errors if "getdoctype" not in error]


def test_a_closed_window_locks_the_chat_and_offers_a_template(desk, site, simulator, records):
	simulator.post("message", customer="wayan", body="Halo lagi")
	desk.goto(f"/crm/leads/{records['CRM Lead']}")
	desk.get_by_role("button", name="WhatsApp").first.click()
	chat = desk.locator("wa-chat")
	expect(chat.get_by_text("Halo lagi")).to_be_visible(timeout=PATIENCE_MS)
	on_the_site(
		site,
		"wa_window.tests.simulated.lapse_in",
		doctype="CRM Lead",
		lead=records["CRM Lead"],
		seconds=1,
	)
	expect(chat.get_by_role("textbox")).to_be_disabled(timeout=PATIENCE_MS)
	chat.get_by_role("button", name="Send template").first.click()
	expect(desk.get_by_role("dialog").get_by_role("listbox")).to_be_visible(timeout=PATIENCE_MS)


def test_a_notification_of_a_message_opens_the_chat(desk, site, simulator, records):
	entry = desk.locator("a", has_text="Halo dari lonceng")
	# CRM's frontend may look for socket.io at another port: it is loaded again. Who has just looked at the chat gets no bell yet.
	for _ in range(TIMES):
		simulator.post("message", customer="wayan", body="Halo dari lonceng")
		desk.goto("/crm/leads")
		desk.locator("#notifications-btn").first.click()
		desk.wait_for_timeout(PATIENCE_MS / TIMES)
		if entry.count():
			break
	entry.first.click()
	chat = desk.locator("wa-chat")
	expect(chat.get_by_text("Halo dari lonceng").last).to_be_visible(timeout=PATIENCE_MS)
	desk.keyboard.press("Escape")
	expect(chat).to_have_count(0)
	desk.locator("#notifications-btn").first.click()
	entry.first.click()
	expect(chat).to_be_visible(timeout=PATIENCE_MS)


def test_the_button_counts_what_is_unread(desk, site, simulator, records):
	desk.goto(f"/crm/leads/{records['CRM Lead']}")
	button = desk.get_by_role("button", name="WhatsApp").first
	expect(button).to_be_visible(timeout=PATIENCE_MS)
	simulator.post("message", customer="wayan", body="Satu")
	expect(button).to_contain_text("· 1 ·", timeout=2 * PATIENCE_MS)
	button.click()
	expect(desk.locator("wa-chat").get_by_text("Satu")).to_be_visible(timeout=PATIENCE_MS)
	desk.keyboard.press("Escape")
	expect(button).not_to_contain_text("· 1 ·", timeout=PATIENCE_MS)


def test_another_number_is_asked_about_before_it_is_saved(desk, site, simulator, records):
	simulator.post("message", customer="wayan", body="Halo")
	asked = []
	desk.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
	desk.goto(f"/crm/leads/{records['CRM Lead']}")
	expect(desk.get_by_role("button", name="WhatsApp").first).to_contain_text("23 h", timeout=PATIENCE_MS)
	number = desk.get_by_placeholder("Add Mobile No")
	old = number.input_value()
	number.fill("+6281999888700")
	number.press("Tab")
	expect(number).to_have_value(old, timeout=PATIENCE_MS)
	(question,) = asked
	assert "to +6281999888777. They stay here" in question


def test_a_template_goes_to_those_selected_in_crms_list(manager, simulator, records, axe):
	manager.goto("/crm/leads/view/list")
	row = manager.locator("a", has_text="Made Widana").first
	row.locator("input[type=checkbox]").check(timeout=PATIENCE_MS)
	manager.get_by_text("1 row selected").locator("../..").get_by_role("button").click()
	manager.get_by_role("menuitem", name="Send Template…").click(timeout=PATIENCE_MS)
	dialog = manager.get_by_role("dialog", name="Send a template to many")
	dialog.get_by_label("Search templates").fill("jadwalkan_kunjungan", timeout=PATIENCE_MS)
	dialog.get_by_label("Anda ingin berkunjung …", exact=True).select_option("First Name")
	dialog.get_by_role("button", name="Prepare").click()
	text = "Kapan Anda ingin berkunjung, Made Widana?"
	expect(dialog.get_by_role("listitem")).to_contain_text(text, timeout=PATIENCE_MS)
	assert axe(manager, ".wa-batch-dialog") == []
	dialog.get_by_role("button", name="Send to 1").click()
	expect(dialog.get_by_role("button", name="Delivered 1")).to_be_visible(timeout=PATIENCE_MS)
	assert [entry["body"] for entry in simulator.outbound() if entry["body"] == text] == [text]
	dialog.get_by_role("button", name="Close", exact=True).click()
	expect(manager.get_by_text("1 row selected")).to_have_count(0)
	assert manager.errors == []


@pytest.fixture
def many_leads(site, records):
	on_the_site(site, "wa_window.tests.simulated.add_crm_leads", name="Pameran", count=CRM_ROWS + 3)
	yield
	on_the_site(site, "wa_window.tests.simulated.delete_leads", name="Pameran", doctype="CRM Lead")


def test_where_all_rows_of_crms_list_are_selected_all_that_its_filters_find_are_offered(manager, many_leads):
	"""Without the lead that has become a deal: the list does not show it."""
	# What is in the menu when it is opened does not change any more.
	with manager.expect_response("**/*wa_window.api.crm.assets", timeout=PATIENCE_MS):
		manager.goto("/crm/leads/view/list")
	banner = manager.get_by_text("selected").locator("../../..")
	row = manager.locator("a", has_text="Pameran").first
	row.locator("input[type=checkbox]").check(timeout=PATIENCE_MS)
	banner.get_by_role("button", name="Select all").click()
	manager.get_by_text(f"{CRM_ROWS} rows selected").locator("../..").get_by_role("button").click()
	manager.get_by_role("menuitem", name="Send Template…").click(timeout=PATIENCE_MS)
	dialog = manager.get_by_role("dialog", name="Send a template to many")
	dialog.get_by_label("Search templates").fill("jadwalkan_kunjungan", timeout=PATIENCE_MS)
	dialog.get_by_label("Anda ingin berkunjung …", exact=True).select_option("First Name")
	counted = {"doctype": "CRM Lead", "filters": json.dumps({"converted": 0})}
	count = manager.request.get("/api/method/frappe.client.get_count", params=counted).json()["message"]
	dialog.get_by_label("To", exact=True).select_option(f"All {count} of this list")
	dialog.get_by_role("button", name="Prepare").click()
	everybody = dialog.get_by_role("button", name=f"All recipients {count}")
	expect(everybody).to_be_visible(timeout=PATIENCE_MS)
	manager.keyboard.press("Escape")
	assert manager.errors == []
