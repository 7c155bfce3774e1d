"""A manager writes a template in the Desk: seen as it is typed, submitted by one press, and rejected or approved."""

import re
import secrets

import pytest
from playwright.sync_api import expect

from tests.desk.conftest import keep_dialogs, logged_in, on_the_site

PATIENCE_MS = 60_000
# Other tests use the same template.
NO_FIELD = """() => frappe.xcall("frappe.client.set_value", {
	doctype: "Content Template Variable", name: cur_frm.doc.variables[0].name, fieldname: "lead_field", value: "",
})"""
BODY = "Hi *{{1}}*, your order of < 5 kg is ready"
PREVIEW = "[data-fieldname=preview]"
PROBLEMS = ".wa-draft-problems"


@pytest.fixture
def desk(browser, site):
	"""As the manager."""
	with logged_in(browser, site, site["manager"]) as page:
		yield page


def field(desk, name: str):
	return desk.locator(f"[data-fieldname={name}]").locator("input, textarea, select").first


def written(desk, name: str):
	desk.goto("/app/content-template-draft/new")
	expect(desk.locator(PREVIEW).locator(".wa-preview")).to_be_visible(timeout=PATIENCE_MS)
	field(desk, "template_name").fill(name)
	field(desk, "language").fill("en")
	field(desk, "body").press_sequentially(BODY)


def sample(desk, value: str):
	cell = desk.locator("[data-fieldname=samples] .grid-body [data-fieldname=sample]").first
	cell.click()
	cell.locator("input").fill(value)
	cell.locator("input").press("Tab")


def test_a_template_is_shown_and_checked_while_it_is_typed(desk, axe):
	written(desk, "Order Ready")
	preview, problems = desk.locator(PREVIEW).locator(".wa-preview"), desk.locator(PROBLEMS)
	expect(preview.locator("strong")).to_contain_text("{{1}}")
	field(desk, "body").fill(BODY.replace("order", "<b>order</b>"))
	expect(preview).to_contain_text("<b>order</b>")  # a text, not markup
	expect(problems).to_contain_text("taken for HTML")
	field(desk, "body").fill(BODY)
	expect(problems).not_to_contain_text("taken for HTML")
	expect(problems).to_contain_text("only small letters")
	expect(problems).to_contain_text("Give a sample for 1")
	field(desk, "template_name").fill("order_ready")
	expect(problems).not_to_contain_text("only small letters")
	assert axe(desk, PREVIEW) == []
	sample(desk, "Budi")
	expect(preview.locator("strong")).to_contain_text("Budi")
	expect(problems).to_have_text("")
	assert desk.errors == []


def submitted(desk, simulator) -> dict:
	"""What Twilio has, after one press."""
	name = f"order_{secrets.token_hex(4)}_a"
	written(desk, name)
	sample(desk, "Budi")
	expect(desk.locator(PROBLEMS)).to_have_text("")
	desk.get_by_role("button", name="Save").click()
	desk.get_by_role("button", name="Create and Submit").click()
	expect(desk.locator("[data-fieldname=status]").last).to_contain_text("Submitted", timeout=PATIENCE_MS)
	return next(each for each in simulator.state()["contents"] if each["friendly_name"] == name)


def decided(site, simulator, sid: str, **decision):
	simulator.post("contents", sid=sid, **decision)
	on_the_site(site, "wa_window.tests.simulated.follow_templates")


def test_one_press_submits_it_and_who_wrote_it_hears_that_it_was_rejected(desk, site, simulator):
	content = submitted(desk, simulator)
	assert (content["approval_status"], content["variables"]) == ("received", {"1": "Budi"})
	decided(site, simulator, content["sid"], approval_status="rejected", rejection_reason="INVALID_FORMAT")
	desk.reload()
	expect(desk.locator("[data-fieldname=last_result]")).to_contain_text(
		"Rejected by WhatsApp: INVALID_FORMAT", timeout=PATIENCE_MS
	)
	# Frappe would show the text of a field that is read-only as HTML: the preview has it as a text.
	expect(desk.locator(PREVIEW)).to_contain_text("order of < 5 kg")
	expect(desk.locator(".frappe-control[data-fieldname=body]")).to_be_hidden()
	desk.get_by_role("button", name="Copy and Change").click()
	expect(field(desk, "template_name")).to_have_value(f"{content['friendly_name']}_2")
	expect(desk.locator(PREVIEW).locator("strong")).to_contain_text("Budi")
	assert desk.errors == []


def test_a_template_without_a_draft_here_is_copied_too(desk, site, simulator):
	desk.goto("/app/content-template")
	desk.locator(".list-row .list-subject a").first.click()
	name = desk.locator("[data-fieldname=friendly_name] .control-value").first
	expect(name).to_be_visible(timeout=PATIENCE_MS)
	stem = name.inner_text()
	desk.get_by_role("button", name="Copy and Change").click()
	expect(field(desk, "template_name")).to_have_value(re.compile(re.escape(stem)), timeout=PATIENCE_MS)
	expect(desk.locator(PREVIEW).locator(".wa-preview")).not_to_have_text("")
	assert desk.errors == []


def test_a_variable_is_filled_by_a_field_that_is_picked(desk):
	desk.goto("/app/content-template")
	desk.locator(".list-row .list-subject a").first.click()
	cell = desk.locator("[data-fieldname=variables] .grid-body [data-fieldname=lead_field]").first
	cell.click(timeout=PATIENCE_MS)
	cell.locator("input").press_sequentially("status")
	desk.locator(".awesomplete li").filter(has_text="(status)").first.click()
	desk.get_by_role("button", name="Save").click()
	expect(desk.locator(".indicator-pill", has_text="Not Saved")).to_have_count(0, timeout=PATIENCE_MS)
	desk.reload()
	expect(cell).to_contain_text("status", timeout=PATIENCE_MS)
	desk.evaluate(NO_FIELD)
	assert desk.errors == []


def test_a_template_is_deleted_at_twilio_after_a_question(desk, site, simulator):
	content = submitted(desk, simulator)
	decided(site, simulator, content["sid"], approval_status="approved")
	desk.goto(f"/app/content-template/{content['sid']}")
	keep_dialogs(desk)
	desk.get_by_role("button", name="Delete at Twilio").click(timeout=PATIENCE_MS)
	expect(desk.locator(".modal.show")).to_contain_text("It can no longer be sent")
	desk.locator(".modal.show").get_by_role("button", name="Yes").click()
	expect(desk.locator("[data-fieldname=approval_status]").last).to_contain_text("deleted")
	assert content["sid"] not in {each["sid"] for each in simulator.state()["contents"]}
	assert desk.errors == []


def test_the_list_is_by_name_so_that_languages_are_together_and_leads_to_their_use(desk):
	desk.goto("/app/content-template")
	names = desk.locator(".list-row .list-subject a")
	expect(names.first).to_be_visible(timeout=PATIENCE_MS)
	shown = [name.strip() for name in names.all_inner_texts()]
	assert shown == sorted(shown)
	expect(desk.locator(".list-row .wa-use").first).to_contain_text("30 days", timeout=PATIENCE_MS)
	desk.get_by_role("button", name="Template Use").click()
	expect(desk.locator(".dt-scrollable")).to_contain_text(shown[0], timeout=PATIENCE_MS)
	assert desk.errors == []
