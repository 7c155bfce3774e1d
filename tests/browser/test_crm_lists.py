"""Templates to many from Frappe CRM's list, in a page with what our CRM Form Script hands over."""

import json
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Locator, Page, expect

from .test_desk import Site

TEMPLATE = {
	"content_sid": "HX1",
	"friendly_name": "visit",
	"language": "en",
	"category": "MARKETING",
	"body": "When would you like to visit?",
	"variables": [],
}
PARAMS = {
	"filters": {"status": ["in", ["New", "@me.id"]], "lead_owner": "@me", "_assign": ["LIKE", "%@me%"]},
	"default_filters": {"converted": 0},
}


@pytest.fixture
def crm(page: Page) -> Site:
	crm = Site(page)
	choices = {"templates": [TEMPLATE], "fields": [], "senders": []}
	crm.answers |= {"batches.choices": (200, choices), "batches.prepare": (500, None)}
	page.context.add_cookies([{"name": "user_id", "value": "rina%40example.com", "url": page.url}])
	return crm


def dialog(page: Page, names: list[str], *, total: int) -> Locator:
	listed = {"data": {"row_count": 2, "total_count": total}, "params": PARAMS}
	page.evaluate(
		"""async ([names, list]) => {
			const { sendFromCrm } = await import("/public/js/wa_batches/crm.js");
			const nothing = { socket: null, styles: [], parts: "", onPrepared() {} };
			sendFromCrm({ doctype: "CRM Lead", names, list, ...nothing });
		}""",
		[names, listed],
	)
	shown = page.get_by_role("dialog", name="Send a template to many")
	shown.get_by_role("option", name="visit").click()
	return shown


def prepared(crm: Site, shown: Locator) -> dict:
	shown.get_by_role("button", name="Prepare").click()
	expect(shown.get_by_role("alert")).not_to_be_empty()
	given = parse_qs(crm.requests[-1].post_data)
	return {name: json.loads(given[name][0]) for name in ("records", "filters") if name in given}


def test_where_all_shown_rows_are_selected_it_can_go_to_all_that_the_filters_find(page, crm):
	shown = dialog(page, ["L1", "L2"], total=83)
	to = shown.get_by_label("To", exact=True)
	expect(to.locator("option")).to_have_text(["2 selected", "All 83 of this list"])
	assert prepared(crm, shown) == {"records": ["L1", "L2"]}
	to.select_option("All 83 of this list")
	assert prepared(crm, shown) == {
		"filters": {
			"status": ["in", ["New", "@me.id"]],
			"lead_owner": "rina@example.com",
			"_assign": ["LIKE", "%rina@example.com%"],
			"converted": 0,
		}
	}


@pytest.mark.parametrize(("names", "total"), [(["L1"], 83), (["L1", "L2"], 2)])
def test_otherwise_there_is_no_choice(page, crm, names, total):
	shown = dialog(page, names, total=total)
	expect(shown.get_by_label("To", exact=True)).to_be_hidden()
	assert prepared(crm, shown) == {"records": names}
