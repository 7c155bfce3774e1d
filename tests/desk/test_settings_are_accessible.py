"""WA Window Settings, as axe-core sees what is ours there: its other controls are Frappe's."""

import pytest
from playwright.sync_api import expect

from .conftest import keep_dialogs, logged_in

PATIENCE_MS = 60_000


@pytest.fixture
def settings(browser, site):
	with logged_in(browser, site, site["manager"]) as page:
		keep_dialogs(page)
		page.goto("/app/wa-window-settings")
		yield page


def test_axe_finds_nothing_in_the_results_of_test_connection(settings, axe):
	button = settings.locator(".page-head").get_by_role("button", name="Test Connection", exact=True)
	button.click(timeout=PATIENCE_MS)
	expect(settings.locator(".modal.show .modal-body")).to_contain_text("Twilio", timeout=PATIENCE_MS)
	assert axe(settings, ".modal.show .modal-body") == []
	assert settings.errors == []
