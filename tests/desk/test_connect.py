"""Connect and Put Back in WA Window Settings, beside the simulated Twilio."""

import json
import re
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

from playground.twilio_sim import Account

from .conftest import keep_dialogs, logged_in, on_the_site

PATIENCE_MS = 60_000
OPENING_MS = 500  # Bootstrap does not close a dialog that is still opening
SETTINGS = "/app/wa-window-settings"
SALES, SERVICE = "whatsapp:+622150001234", "whatsapp:+622150005678"
ELSEWHERE = "https://shop:password@other.example/sms"


@pytest.fixture
def settings(desk, site, simulator, unconnected):
	"""The Settings of a manager."""
	form = {"usr": site["manager"], "pwd": site["password"]}
	assert desk.request.post("/api/method/login", form=form).ok
	keep_dialogs(desk)
	desk.goto(SETTINGS)
	return desk


@pytest.fixture
def admin(browser, site, unconnected):
	"""The Desk of a System Manager who has no role of ours."""
	with logged_in(browser, site, site["admin"]) as page:
		keep_dialogs(page)
		yield page


@pytest.fixture
def unconnected(site, simulator):
	"""Settings without senders; another program has the second number."""
	before = senders_of(simulator)
	simulator.post("senders", address=SALES, inbound_url="")
	simulator.post("senders", address=SERVICE, inbound_url=ELSEWHERE)
	set_senders(site, [])
	yield
	for sender in before:
		changed = {name: sender[name] for name in ("address", "inbound_url", "status_url")}
		simulator.post("senders", **changed)
	set_senders(site, [{"address": sender["address"], "label": sender["label"]} for sender in before])


def set_senders(site, senders: list[dict]) -> None:
	on_the_site(site, "wa_window.tests.simulated.set_senders", senders=senders)


def senders_of(simulator) -> list[dict]:
	with urlopen(f"{simulator.url}/_sim/state") as answer:
		return json.load(answer)["senders"]


def webhook_of(simulator, address: str) -> str:
	return next(sender["inbound_url"] for sender in senders_of(simulator) if sender["address"] == address)


def pressed(page, name: str):
	page.locator(".page-head").get_by_role("button", name=name, exact=True).click()
	return page.locator(".modal.show").last


def checks_of(page):
	button = page.locator(".page-head").get_by_role("button", name="Test Connection", exact=True)
	with page.expect_response(re.compile(r"load\.getdoc\b"), timeout=PATIENCE_MS):
		button.click(timeout=PATIENCE_MS)
	checks = page.locator("[data-fieldname=check_results]")
	expect(checks).to_contain_text("checks passed", timeout=PATIENCE_MS)
	return checks


def closed(page):
	page.locator(".modal.show .btn-modal-close").last.click(timeout=PATIENCE_MS)
	expect(page.locator(".modal.show")).to_have_count(0)


def test_senders_are_connected_and_what_stood_there_is_put_back(settings, site, simulator, axe):
	dialog = pressed(settings, "Connect")
	sales = dialog.locator("label", has_text="+622150001234").first
	service = dialog.locator("label", has_text="+622150005678").first
	expect(sales).to_contain_text("Not connected", timeout=PATIENCE_MS)
	expect(service).to_contain_text("Another program")
	expect(service).to_contain_text("POST https://other.example/sms")
	expect(service.get_by_role("checkbox")).not_to_be_checked()
	expect(sales.get_by_role("checkbox")).to_be_checked()
	assert axe(settings, ".modal.show .modal-body") == []
	service.click()
	dialog.get_by_role("button", name="Connect").click()
	expect(settings.get_by_text("Twilio posts its messages and statuses to this site.")).to_have_count(
		2, timeout=PATIENCE_MS
	)
	ours = f"{site['url']}/api/method/wa_window.api.webhook.inbound#rc=3&rp=all"
	assert [webhook_of(simulator, address) for address in (SALES, SERVICE)] == [ours, ours]
	closed(settings)
	expect(settings.locator(".grid-body .grid-row")).to_have_count(2)

	pressed(settings, "Connect").get_by_role("button", name="Put Back").click()
	yes = settings.get_by_role("button", name="Yes")
	expect(yes).to_be_visible()
	settings.wait_for_timeout(OPENING_MS)
	yes.click()
	expect(settings.get_by_text("Put back.")).to_have_count(2, timeout=PATIENCE_MS)
	assert [webhook_of(simulator, address) for address in (SALES, SERVICE)] == ["", ELSEWHERE]
	closed(settings)
	again = pressed(settings, "Connect")
	expect(again).to_contain_text("Another program", timeout=PATIENCE_MS)
	expect(again.get_by_role("button", name="Put Back")).to_have_count(0)
	assert settings.errors == []


def test_test_connection_tells_of_the_other_program(settings):
	dialog = pressed(settings, "Connect")
	dialog.get_by_role("button", name="Connect").click()
	expect(settings.get_by_text("Twilio posts its messages and statuses to this site.")).to_be_visible(
		timeout=PATIENCE_MS
	)
	closed(settings)
	checks = checks_of(settings)
	checks.locator("summary").click()
	expect(checks).to_contain_text("A signed webhook to the public address arrived unchanged.")
	expect(checks).to_contain_text("quality HIGH, limit 10K Customers/24hr")
	expect(checks).to_contain_text("Twilio posts incoming messages to this site.")


def test_what_test_connection_found_stays_and_a_button_mends_it(settings, site, simulator, axe):
	set_senders(site, [{"address": SALES, "label": "Sales"}])
	settings.reload()
	failed = checks_of(settings).locator(":scope > div").filter(has_text="Failed")
	webhook = failed.filter(has=settings.get_by_text("Webhook", exact=True))
	expect(webhook).to_contain_text("posts its messages to no address. Press Connect")
	assert axe(settings, "[data-fieldname=check_results]") == []
	settings.reload()
	expect(webhook).to_be_visible(timeout=PATIENCE_MS)
	expect(settings.get_by_text(re.compile(r"Tested at \S+ \d+:\d+"))).to_be_visible()
	webhook.get_by_role("button", name="Connect").click()
	expect(settings.locator(".modal.show")).to_contain_text("+622150001234", timeout=PATIENCE_MS)
	assert settings.errors == []


@pytest.fixture
def real_token(site):
	"""Put back afterwards."""
	yield
	on_the_site(site, "wa_window.tests.simulated.set_auth_token", auth_token=Account().auth_token)


def test_a_token_that_is_wrong_fails_one_check(settings, real_token):
	field = settings.locator("[data-fieldname=auth_token] input")
	field.fill("no token of this account", timeout=PATIENCE_MS)
	checks = checks_of(settings)
	expect(checks).to_contain_text("Not checked because of this: Clock, Quality", timeout=PATIENCE_MS)
	expect(checks.get_by_text("Twilio refused")).to_have_count(1)


def test_what_failed_for_one_reason_is_one_row(settings, site):
	refused = {
		"name": "Twilio account",
		"ok": False,
		"words": "Twilio refused <b>.",
		"action": "",
		"cause": "",
	}
	senders = refused | {"name": "Senders", "words": "See Twilio account.", "cause": "Twilio account"}
	results = [refused, senders, senders | {"name": "Webhook"}]
	kept = {"last_check": "2026-01-01 03:00:00", "last_check_results": json.dumps(results)}
	on_the_site(site, "wa_window.frappe_host.settings.note", values=kept)
	settings.reload()
	failed = settings.locator("[data-fieldname=check_results] > div").filter(has_text="Failed")
	expect(failed).to_have_count(1, timeout=PATIENCE_MS)
	expect(failed).to_contain_text("Twilio refused <b>.")
	expect(failed).to_contain_text("Not checked because of this: Senders, Webhook")
	expect(settings.get_by_text("Settings have changed since.")).to_have_count(1)
	assert settings.errors == []


def test_whoever_connects_can_answer_the_first_message(admin, simulator):
	admin.goto(SETTINGS)
	dialog = pressed(admin, "Connect")
	expect(dialog.get_by_label("Let me read and answer chats")).to_be_checked(timeout=PATIENCE_MS)
	with admin.expect_response("**/wa_window.api.settings.give_role", timeout=PATIENCE_MS):
		dialog.get_by_role("button", name="Connect").click()
	expect(admin.get_by_text("Twilio posts its messages and statuses to this site.")).to_be_visible()
	simulator.post("customers", id="dimas", name="Dimas", phone="+6281255566677")  # a lead
	simulator.post("message", customer="dimas", body="Halo, yang pertama")
	admin.goto("/app/whatsapp")
	row = admin.locator("wa-inbox").get_by_role("option").filter(has_text="Dimas")
	row.click(timeout=PATIENCE_MS)
	composer = admin.get_by_label("Reply")
	composer.fill("Halo, Pak Dimas")
	composer.press("Enter")
	sent = admin.locator(".wa-out", has_text="Halo, Pak Dimas")
	expect(sent.get_by_text("Delivered", exact=True)).to_be_attached(timeout=PATIENCE_MS)
	assert admin.errors == []
