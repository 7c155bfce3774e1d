"""A stranger writes, becomes a lead, an opportunity or deal, and a customer: who handles them sees the one chat at each step and answers
in it, on a record of their own; who has no right to these sees nothing at any step."""

import json
import re
from contextlib import ExitStack
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from .conftest import logged_in, on_the_site, wait_for_answer

PATIENCE_MS = 60_000
STRANGER, FIRST = "Sari Dewi", "Halo, masih ada?"
# As the buttons below a form's Create do: ERPNext fills a new form, which is then saved.
CONVERT = """async ([method, source_name, owner]) => {
	const filled = await frappe.call("frappe.model.mapper.make_mapped_doc", { method, source_name });
	const saved = await frappe.call("frappe.client.insert", { doc: { ...filled.message, ...owner } });
	return saved.message.name;
}"""
TO_OPPORTUNITY = "erpnext.crm.doctype.lead.lead.make_opportunity"
TO_CUSTOMER = "erpnext.crm.doctype.opportunity.opportunity.make_customer"
OWN_LEAD = """async (doc) => {
	const saved = await frappe.call("frappe.client.insert", { doc });
	await frappe.set_route("Form", "Lead", saved.message.name);
}"""
STATUS = """async (url) => (await fetch(url)).status"""
MESSAGE = """async (url) => (await (await fetch(url)).json()).message"""
# Waited for: the lead is made after the webhook was answered.
NEW_LEAD = """async ([doctype, phone]) => {
	const filters = JSON.stringify({wa_phone: phone});
	const answer = await fetch(`/api/resource/${doctype}?${new URLSearchParams({filters})}`);
	return (await answer.json()).data?.[0]?.name;
}"""


@pytest.fixture
def team(request, browser, site):
	"""A page for each of the team, by name, opened when it is asked for. Skipped where the host is not installed."""
	values = {"password": site["password"], "doctypes": request.param}
	users = on_the_site(site, "wa_window.tests.simulated.add_team", **values)
	if not users.strip():
		pytest.skip(f"{request.param[0]} is not on this site, or its screens were not built")
	with ExitStack() as pages:
		yield {
			name: lambda user=user: pages.enter_context(logged_in(browser, site, user))
			for name, user in json.loads(users).items()
		}
	on_the_site(site, "wa_window.tests.simulated.remove_rights_of_team")


def stranger_writes(simulator, phone: str) -> None:
	simulator.post("customers", id=phone, name=STRANGER, phone=phone)
	simulator.post("message", customer=phone, body=FIRST)


def row_in_the_inbox(page: Page):
	page.goto("/whatsapp")
	expect(page.locator("wa-inbox").locator("[role=option], .wi-empty").first).to_be_visible(
		timeout=PATIENCE_MS
	)
	return page.get_by_role("option").filter(has_text=STRANGER)


def new_lead(page: Page, doctype: str, phone: str) -> str:
	return wait_for_answer(page, NEW_LEAD, [doctype, phone])


def answer(page: Page, text: str, *before: str) -> None:
	"""The chat that is open shows what was said before, and takes an answer."""
	chat = page.locator("wa-chat:visible")
	for said in (FIRST, *before):
		expect(chat.get_by_text(said)).to_be_visible(timeout=PATIENCE_MS)
	composer = chat.get_by_role("textbox")
	composer.fill(text)
	composer.press("Enter")
	sent = chat.locator(".wa-out", has_text=text)
	expect(sent.get_by_text("Delivered", exact=True)).to_be_attached(timeout=PATIENCE_MS)


def in_the_form(page: Page, path: str):
	page.goto(f"/app/{path}")
	page.get_by_role("tab", name="WhatsApp").click(timeout=PATIENCE_MS)


def in_crm(page: Page, path: str):
	page.goto(f"/crm/{path}")
	page.get_by_role("button", name="WhatsApp").first.click(timeout=PATIENCE_MS)


def count_of_bells(name: str, doctype: str = "Notification Log") -> str:
	"""The URL that counts the notifications of chats of one of the team."""
	user = f"{name}@wa-window.example"
	filters = {
		"Notification Log": {"link": ["like", "%#wa_tab"], "for_user": user},
		"CRM Notification": {"type": "WhatsApp", "to_user": user},
	}
	query = urlencode({"doctype": doctype, "filters": json.dumps(filters[doctype])})
	return f"/api/method/frappe.client.get_count?{query}"


def require_nothing_seen(page: Page, records: dict[str, str]) -> None:
	"""No row, no chat of any record, no notification."""
	expect(row_in_the_inbox(page)).to_have_count(0)
	for doctype, name in records.items():
		query = urlencode({"lead_doctype": doctype, "lead": name})
		assert page.evaluate(STATUS, f"/api/method/wa_window.api.chat.open?{query}") == 403, doctype
	assert page.evaluate(MESSAGE, count_of_bells("outsider")) == 0


def require_unreadable(page: Page) -> None:
	"""The chat of a record that has no more than the customer's number."""
	chat = page.locator("wa-chat:visible")
	expect(chat).to_contain_text("You don't have permission to read this chat.", timeout=PATIENCE_MS)
	expect(chat.get_by_text(FIRST)).to_have_count(0)


@pytest.mark.parametrize("team", [["Lead", "Opportunity", "Customer"]], indirect=True)
def test_from_a_stranger_to_a_customer_of_erpnext(team, simulator):
	phone = "+6281344556611"
	seller = team["seller"]()
	row = row_in_the_inbox(
		seller
	)  # before: what came until one's first look counts as seen, and rings no bell
	stranger_writes(simulator, phone)
	expect(row).to_be_visible(timeout=PATIENCE_MS)
	lead = new_lead(seller, "Lead", phone)
	wait_for_answer(seller, MESSAGE, count_of_bells("seller"))
	in_the_form(seller, f"lead/{lead}")
	answer(seller, "Masih, Bu")
	owner = {"opportunity_owner": "closer@wa-window.example"}
	opportunity = seller.evaluate(CONVERT, [TO_OPPORTUNITY, lead, owner])

	closer = team["closer"]()
	in_the_form(closer, f"opportunity/{opportunity}")
	answer(closer, "Kapan ke sini?", "Masih, Bu")
	owner = {"account_manager": "keeper@wa-window.example"}
	customer = closer.evaluate(CONVERT, [TO_CUSTOMER, opportunity, owner])

	keeper = team["keeper"]()
	in_the_form(keeper, f"customer/{customer}")
	answer(keeper, "Terima kasih, Bu", "Masih, Bu", "Kapan ke sini?")

	simulator.post("message", customer=phone, body="Sama-sama")
	expect(keeper.locator("wa-chat:visible").get_by_text("Sama-sama")).to_be_visible(timeout=PATIENCE_MS)
	outsider = team["outsider"]()
	records = {"Lead": lead, "Opportunity": opportunity, "Customer": customer}
	require_nothing_seen(outsider, records)
	outsider.goto("/app/lead/new")
	outsider.wait_for_function("window.cur_frm?.doctype === 'Lead'", timeout=PATIENCE_MS)
	outsider.evaluate(OWN_LEAD, {"doctype": "Lead", "first_name": "Sari", "mobile_no": phone})
	outsider.get_by_role("tab", name="WhatsApp").click(timeout=PATIENCE_MS)
	require_unreadable(outsider)
	for page in (seller, closer, keeper, outsider):
		assert page.errors == []


@pytest.mark.parametrize("team", [["CRM Lead", "CRM Deal"]], indirect=True)
def test_from_a_stranger_to_a_deal_of_frappe_crm(team, site, simulator):
	"""Frappe CRM has no customers of its own."""
	phone = "+6281344556622"
	seller = team["seller"]()
	row = row_in_the_inbox(
		seller
	)  # before: what came until one's first look counts as seen, and rings no bell
	stranger_writes(simulator, phone)
	expect(row).to_be_visible(timeout=PATIENCE_MS)
	lead = new_lead(seller, "CRM Lead", phone)
	for bell in ("Notification Log", "CRM Notification"):
		wait_for_answer(seller, MESSAGE, count_of_bells("seller", bell))
	in_crm(seller, f"leads/{lead}")
	answer(seller, "Masih, Bu")
	deal, own = json.loads(on_the_site(site, "wa_window.tests.simulated.convert_in_crm", lead=lead))

	closer = team["closer"]()
	in_crm(closer, f"deals/{deal}")
	answer(closer, "Kapan ke sini?", "Masih, Bu")

	simulator.post("message", customer=phone, body="Sabtu")
	expect(closer.locator("wa-chat:visible").get_by_text("Sabtu")).to_be_visible(timeout=PATIENCE_MS)
	outsider = team["outsider"]()
	require_nothing_seen(outsider, {"CRM Lead": lead, "CRM Deal": deal})
	assert outsider.evaluate(MESSAGE, count_of_bells("outsider", "CRM Notification")) == 0
	in_crm(outsider, f"leads/{own}")
	require_unreadable(outsider)
	for page in (seller, closer, outsider):
		# CRM requests DocTypes that a site may not have, and for a deal the activities of its lead, which the closer may not read.
		assert not [error for error in page.errors if not re.search("getdoctype|crm.api.activities", error)]
