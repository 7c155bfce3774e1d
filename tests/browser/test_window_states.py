"""One table defines how each state of a window is displayed: in the banner, in the lists, on a lead and in Frappe CRM."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from wa_window.chat.window import State

APP = Path(__file__).parents[2] / "wa_window"
ARRANGED = {
	"open": "host.receive(c, 'Halo', {ago: HOUR})",
	"closing": "host.receive(c, 'Halo', {ago: 23 * HOUR})",
	"closed": "host.receive(c, 'Halo', {ago: 25 * HOUR})",
	"refused": "host.receive(c, 'Halo', {ago: HOUR}); host.conversation(c).refusedAt = host.now()",
	"never": "host.send(c, 'Halo')",
	"opted_out": "host.conversation(c).optedOut = true",
	"blocked": "host.conversation(c).blocked = true",
}
TABLE = """async () => {
	const { WINDOW_STATES } = await import("/public/js/wa_chat/window_states.js");
	return Object.fromEntries(Object.entries(WINDOW_STATES).map(([state, { label, leadLabel, ...shown }]) =>
		[state, { ...shown, label: label?.(), leadLabel: leadLabel?.() }]));
}"""
CRM = """async (window) => {
	const { showInCrm } = await import("/public/js/wa_chat/crm.js");
	globalThis.fetch = async () => new Response(JSON.stringify({ message: window }));
	history.replaceState(null, "", "/crm/leads/LEAD-1");
	return new Promise((resolve) => {
		const form = {
			doc: { doctype: "CRM Lead", name: "LEAD-1" },
			get actions() { return []; },
			set actions([button]) { resolve(button.label); },
		};
		showInCrm(form, { socket: null, router: { afterEach() {}, currentRoute: { value: { hash: "" } } }, style: "data:text/css," });
	});
}"""


def test_every_state_that_the_server_knows_is_in_the_table(page):
	assert set(page.evaluate(TABLE)) == {state.value for state in State}


@pytest.mark.parametrize("state", ARRANGED)
def test_the_banner_has_the_colour_of_the_table(panel, state):
	panel.open(ARRANGED[state])
	expect(panel.root).to_have_attribute("data-state", state)
	colour = panel.page.evaluate(TABLE)[state]["colour"]
	expect(panel.root.locator(".wa-banner")).to_have_attribute("data-colour", colour)


@pytest.mark.parametrize("state", ARRANGED)
def test_what_can_be_sent_is_what_the_table_says(panel, state):
	panel.open(ARRANGED[state])
	shown = panel.page.evaluate(TABLE)[state]
	assert panel.text.is_enabled() == shown.get("freeform", False)
	assert (panel.template_button.count() > 0) == shown.get("template", False)


@pytest.mark.parametrize("state", ["closed", "refused", "never", "opted_out", "blocked"])
def test_the_button_in_frappe_crm_has_the_words_of_the_lists_of_leads(page, state):
	closes_at_ms = None if state == "never" else 1
	label = page.evaluate(CRM, {"state": state, "closes_at_ms": closes_at_ms, "now_ms": 0})
	assert label == (page.evaluate(TABLE)[state]["leadLabel"] or "WhatsApp")


def test_the_lists_read_the_table():
	source = (APP / "public/js/list_windows.js").read_text()
	pill = source[source.index("window_pill") : source.index("ListWindows")]
	assert "wa_window.WINDOW_STATES" in pill
	assert not [state.value for state in State if f"{state.value}:" in pill]
