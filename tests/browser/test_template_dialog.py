"""The template dialog: choose, fill in, preview, send."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import expect

TEMPLATES = """host.templates = [
	{content_sid: "HX1", friendly_name: "follow_up_visit", language: "id", category: "UTILITY", content_type: "twilio/text",
		body: "Halo {{name}}, kunjungan Anda ke {{place}} kami siapkan.",
		variables: [{name: "name", value: "Budi Santoso", sample: "Ani"}, {name: "place", value: "", sample: "Bintaro"}]},
	{content_sid: "HX2", friendly_name: "offer", language: "en", category: "MARKETING", content_type: "twilio/text",
		body: "Hello {{1}}, our offer ends soon.", variables: [{name: "1", value: "Budi", sample: "Ani"}]},
	{content_sid: "HX3", friendly_name: "still_interested", language: "en", category: "UTILITY", content_type: "twilio/text",
		body: "Are you still interested?", variables: []},
];"""
CLOSED = "host.receive(c, 'Halo', {ago: 25 * HOUR});"


@pytest.fixture
def dialog(panel):
	panel.open(CLOSED + TEMPLATES)
	panel.template_button.click()
	panel.wait()
	return panel


def options(panel):
	return panel.dialog.get_by_role("listbox").get_by_role("option")


def test_it_opens_with_the_search_focused_and_the_templates_listed(dialog):
	expect(dialog.dialog.get_by_label("Search templates")).to_be_focused()
	expect(options(dialog)).to_have_count(3)
	expect(dialog.dialog).to_have_accessible_name("Send a template")


def test_the_search_language_and_category_narrow_the_list(dialog):
	search = dialog.dialog.get_by_label("Search templates")
	search.fill("OFFER")
	expect(options(dialog)).to_have_text([re.compile("offer.*en · MARKETING")])
	search.fill("")
	dialog.dialog.get_by_label("All languages").select_option("en")
	dialog.dialog.get_by_label("All categories").select_option("UTILITY")
	expect(options(dialog)).to_have_text([re.compile("still_interested")])
	search.fill("nothing like that")
	expect(dialog.dialog.get_by_text("Nothing found")).to_be_visible()
	expect(dialog.dialog_send).to_be_disabled()


def test_menus_that_would_offer_no_choice_are_left_out(panel):
	panel.open(CLOSED + TEMPLATES + "host.templates.splice(1)")
	panel.template_button.click()
	panel.wait()
	expect(panel.dialog.locator("select")).to_have_count(0)


def test_values_are_prefilled_and_the_preview_follows_while_filling(dialog):
	expect(dialog.dialog.get_by_label("name", exact=True)).to_have_value("Budi Santoso")
	preview = dialog.dialog.get_by_role("group", name="Preview")
	expect(preview).to_have_text("Halo Budi Santoso, kunjungan Anda ke {{place}} kami siapkan.")
	dialog.dialog.get_by_label("place").fill("Bintaro")
	expect(preview).to_have_text("Halo Budi Santoso, kunjungan Anda ke Bintaro kami siapkan.")


def test_a_missing_variable_blocks_sending_and_is_an_error_once_one_has_typed(dialog):
	place = dialog.dialog.get_by_label("place")
	expect(place).not_to_have_attribute("aria-invalid", "true")
	expect(place).to_have_accessible_description("")
	expect(place).to_have_attribute("placeholder", "for example Bintaro")
	expect(dialog.dialog_send).to_be_disabled()
	place.fill("  ")
	expect(place).to_have_attribute("aria-invalid", "true")
	expect(place).to_have_accessible_description("Required")
	expect(dialog.dialog_send).to_be_disabled()
	place.fill("Bintaro")
	expect(place).to_have_attribute("aria-invalid", "false")
	expect(dialog.dialog_send).to_be_enabled()


@pytest.mark.parametrize("value", ["satu\tdua", "satu     dua", "x" * 1601])
def test_a_value_that_whatsapp_does_not_take_blocks_sending(dialog, value):
	dialog.dialog.get_by_label("place").fill(value)
	expect(dialog.dialog.get_by_label("place")).to_have_attribute("aria-invalid", "true")
	expect(dialog.dialog_send).to_be_disabled()


def test_a_template_too_long_when_filled_says_so(dialog):
	dialog.dialog.get_by_label("place").fill("x" * 1020)
	expect(dialog.dialog.get_by_text("longer than 1024 characters")).to_be_visible()
	expect(dialog.dialog_send).to_be_disabled()


def test_it_is_sent_by_its_sid_with_its_variables_and_shown_in_the_chat(dialog):
	dialog.dialog.get_by_label("place").fill('Bintaro\'s "blok" A')
	dialog.dialog_send.click()
	dialog.wait()
	expect(dialog.dialog).to_have_count(0)
	[call] = dialog.calls("chat.send_template")
	assert call["post"]
	assert call["args"].pop("client_key")
	assert call["args"].pop("seen")
	assert call["args"] == {
		"lead_doctype": "CRM Lead",
		"lead": "LEAD-1",
		"conversation": "LEAD-1-0100",
		"content_sid": "HX1",
		"variables": {"name": "Budi Santoso", "place": 'Bintaro\'s "blok" A'},
	}
	sent = dialog.bubble('kunjungan Anda ke Bintaro\'s "blok" A kami siapkan.')
	expect(sent).to_have_text(re.compile("Template"))


def test_a_double_press_sends_one_template(dialog):
	dialog.dialog.get_by_label("place").fill("Bintaro")
	dialog.dialog_send.evaluate("button => { button.click(); button.click(); }")
	dialog.wait()
	assert len(dialog.calls("chat.send_template")) == 1


def test_a_refusal_stays_in_the_dialog_with_everything_filled_in(dialog):
	dialog.do(
		"host.fail('chat.send_template', {status: 409, excType: 'TemplateNotUsable', message: 'This template is not approved by WhatsApp. Choose another one.', once: true})"
	)
	dialog.dialog.get_by_label("place").fill("Bintaro")
	dialog.dialog_send.click()
	dialog.wait()
	expect(dialog.dialog.get_by_role("alert")).to_contain_text("not approved by WhatsApp")
	expect(dialog.dialog.get_by_label("place")).to_have_value("Bintaro")
	expect(dialog.alert).to_be_empty()


def test_after_a_lost_answer_the_same_template_carries_the_same_key(dialog):
	dialog.do("host.fail('chat.send_template', {status: 0, afterwards: true, once: true})")
	dialog.dialog.get_by_label("place").fill("Bintaro")
	dialog.dialog_send.click()
	dialog.wait()
	dialog.dialog_send.click()
	dialog.wait()
	first, second = dialog.calls("chat.send_template")
	assert first["args"] == second["args"]
	expect(dialog.bubble("kunjungan Anda ke Bintaro")).to_have_count(1)


def test_values_typed_are_kept_while_looking_at_another_template(dialog):
	dialog.dialog.get_by_label("place").fill("Bintaro")
	options(dialog).nth(1).click()
	expect(dialog.dialog.locator(".wa-field input")).to_have_value("Budi")
	options(dialog).nth(0).click()
	expect(dialog.dialog.get_by_label("place")).to_have_value("Bintaro")


def test_everything_can_be_done_by_the_keyboard(dialog):
	dialog.page.keyboard.press("ArrowDown")
	expect(options(dialog).nth(1)).to_have_attribute("aria-selected", "true")
	dialog.page.keyboard.press("ArrowUp")
	dialog.page.keyboard.press("Enter")
	expect(dialog.dialog.get_by_label("place")).to_be_focused()
	dialog.page.keyboard.type("Bintaro")
	dialog.page.keyboard.press("Enter")
	expect(dialog.dialog_send).to_be_focused()
	assert dialog.calls("chat.send_template") == []
	dialog.press("Enter")
	expect(dialog.bubble("kunjungan Anda ke Bintaro")).to_be_visible()


def test_a_filled_template_is_sent_by_a_slash_and_two_enters(panel):
	panel.open(
		"host.receive(c, 'Halo', {ago: HOUR});"
		+ TEMPLATES
		+ "host.templates[0].variables[1].value = 'Bintaro'"
	)
	panel.text.focus()
	panel.press("/")
	expect(panel.dialog.get_by_label("Search quick replies and templates")).to_be_focused()
	panel.press("Enter")
	expect(panel.dialog_send).to_be_focused()
	assert panel.calls("chat.send_template") == []
	panel.press("Enter")
	expect(panel.bubble("kunjungan Anda ke Bintaro")).to_be_visible()
	expect(panel.text).to_be_focused()
	expect(panel.text).to_have_value("")


def test_enter_before_the_templates_are_there_closes_nothing(panel):
	panel.open("host.receive(c, 'Halo', {ago: HOUR});" + TEMPLATES)
	panel.text.focus()
	panel.page.keyboard.press("/")
	panel.page.keyboard.press("Enter")
	expect(panel.dialog).to_contain_text("Loading the templates")
	panel.wait()
	expect(panel.dialog.get_by_label("Search quick replies and templates")).to_be_focused()


def test_after_the_dialog_one_can_go_on_typing(panel):
	panel.open("host.receive(c, 'Halo', {ago: HOUR});" + TEMPLATES)
	panel.text.focus()
	for way_out in ("Cancel", "Close"):
		panel.press("/")
		panel.dialog.get_by_role("button", name=way_out).click()
		panel.wait()
		panel.page.keyboard.type("Siang")
		expect(panel.text).to_have_value("Siang")
		panel.text.fill("")


@pytest.mark.parametrize(
	"close",
	[
		"dialog.querySelector('[aria-label=Close]').click()",
		"dialog.querySelector('.wa-dialog-foot button').click()",
		"dialog.dispatchEvent(new Event('cancel', {cancelable: true}))",
	],
	ids=["close", "cancel", "escape"],
)
def test_what_is_typed_the_moment_the_dialog_closes_is_not_lost(panel, close):
	panel.open("host.receive(c, 'Halo', {ago: HOUR});" + TEMPLATES)
	panel.text.focus()
	panel.press("/")
	panel.dialog.evaluate(f"dialog => {{ {close}; document.execCommand('insertText', false, 'Siang') }}")
	expect(panel.text).to_have_value("Siang")
	expect(panel.dialog).to_have_count(0)


def test_escape_closes_and_one_can_go_on_typing(panel):
	panel.open("host.receive(c, 'Halo', {ago: HOUR});" + TEMPLATES)
	panel.text.focus()
	panel.press("/")
	panel.page.keyboard.press("Escape")
	panel.page.keyboard.type("Siang")
	expect(panel.text).to_have_value("Siang")


def test_a_slash_within_a_text_is_a_slash(panel):
	panel.open("host.receive(c, 'Halo', {ago: HOUR});" + TEMPLATES)
	panel.type("1/2")
	expect(panel.text).to_have_value("1/2")
	expect(panel.dialog).to_have_count(0)


def test_with_the_window_closed_the_templates_are_three_tabs_and_three_enters_from_the_chat(panel):
	panel.open(CLOSED + TEMPLATES + "host.templates[0].variables[1].value = 'Bintaro'")
	panel.root.focus()
	for _ in range(3):  # over the search and the menu of its owner
		panel.press("Tab")
	expect(panel.template_button).to_be_focused()
	for _ in range(3):
		panel.press("Enter")
	expect(panel.bubble("kunjungan Anda ke Bintaro")).to_be_visible()


def test_enter_goes_from_field_to_missing_field_and_then_to_send(dialog):
	name = dialog.dialog.get_by_label("name", exact=True)
	name.fill("Budi")
	name.press("Enter")
	expect(dialog.dialog.get_by_label("place")).to_be_focused()
	dialog.page.keyboard.type("Bintaro")
	name.press("Enter")
	expect(dialog.dialog_send).to_be_focused()


def test_enter_held_down_sends_nothing(panel):
	panel.open(CLOSED + TEMPLATES + "host.templates.splice(0, 2)")
	panel.template_button.click()
	panel.wait()
	for _ in range(4):
		panel.page.keyboard.down("Enter")
	panel.page.keyboard.up("Enter")
	panel.wait()
	expect(panel.dialog_send).to_be_focused()
	assert panel.calls("chat.send_template") == []


def test_the_search_box_announces_the_active_option(dialog):
	search = dialog.dialog.get_by_role("combobox", name="Search templates")
	expect(search).to_have_attribute("aria-expanded", "true")
	listbox = dialog.dialog.get_by_role("listbox", name="Templates")
	assert search.get_attribute("aria-controls") == listbox.get_attribute("id")
	dialog.page.keyboard.press("ArrowDown")
	assert search.get_attribute("aria-activedescendant") == options(dialog).nth(1).get_attribute("id")
	search.fill("nothing like that")
	expect(search).to_have_attribute("aria-expanded", "false")
	expect(search).to_have_attribute("aria-activedescendant", "")


def test_a_press_on_an_option_leaves_the_focus_in_the_search_box(dialog):
	options(dialog).nth(1).click()
	expect(dialog.dialog.get_by_label("Search templates")).to_be_focused()
	dialog.page.keyboard.press("ArrowDown")
	expect(options(dialog).nth(2)).to_have_attribute("aria-selected", "true")


def test_escape_closes_and_the_focus_returns_to_the_button(dialog):
	dialog.press("Escape")
	expect(dialog.dialog).to_have_count(0)
	expect(dialog.template_button).to_be_focused()


def test_where_the_button_is_gone_meanwhile_the_focus_is_in_the_reply(dialog):
	dialog.do("host.receive(c, 'Masih ada?')")
	dialog.press("Escape")
	expect(dialog.text).to_be_focused()


def test_where_the_reply_was_locked_meanwhile_the_focus_waits_at_the_chat_and_comes_back(panel):
	panel.open("host.receive(c, 'Halo', {ago: 24 * HOUR - 30000});" + TEMPLATES)
	panel.text.focus()
	panel.press("/")
	panel.pass_time(31_000)
	panel.press("Escape")
	expect(panel.root).to_be_focused()
	panel.do("host.receive(c, 'Masih ada?')")
	panel.type("Masih")
	expect(panel.text).to_have_value("Masih")


def test_the_focus_stays_in_the_dialog_while_the_templates_are_asked_for_again(panel):
	panel.open(CLOSED + TEMPLATES + "host.fail('templates.usable', {status: 503, message: 'Not now.'})")
	panel.template_button.click()
	panel.wait()
	for _ in range(2):
		panel.dialog.get_by_role("button", name="Try again").focus()
		panel.press("Enter")
		expect(panel.dialog.locator(".wa-dialog-body")).to_be_focused()


def test_a_draft_that_could_not_be_sent_is_offered_for_copying(panel):
	panel.open("host.receive(c, 'Halo', {ago: 24 * HOUR - 30000});" + TEMPLATES)
	panel.type("Apakah masih berminat?")
	panel.pass_time(31_000)
	panel.template_button.click()
	panel.wait()
	expect(panel.dialog.get_by_text("Apakah masih berminat?")).to_be_visible()
	panel.press("Escape")
	expect(panel.text).to_have_value("Apakah masih berminat?")


def test_nothing_usable_says_why_and_leads_to_the_settings(panel):
	panel.open(CLOSED, transport="transport.settingsLink = () => { window.went = true; }")
	panel.template_button.click()
	panel.wait()
	expect(panel.dialog).to_contain_text("No approved template for this chat")
	expect(panel.dialog_send).to_be_disabled()
	panel.dialog.get_by_role("button", name="Open settings").click()
	assert panel.page.evaluate("window.went")
	expect(panel.dialog).to_have_count(0)


def test_who_may_not_open_the_settings_gets_no_button_to_them(panel):
	panel.open(CLOSED)
	panel.template_button.click()
	panel.wait()
	expect(panel.dialog.get_by_role("button", name="Open settings")).to_have_count(0)


def test_templates_that_cannot_be_loaded_say_so_and_can_be_asked_for_again(panel):
	panel.open(CLOSED + TEMPLATES)
	panel.do("host.fail('templates.usable', {status: 503, message: 'Server error (503).', once: true})")
	panel.template_button.click()
	panel.wait()
	expect(panel.dialog).to_contain_text("Server error")
	panel.dialog.get_by_role("button", name="Try again").click()
	panel.wait()
	expect(options(panel)).to_have_count(3)


def test_hostile_names_and_values_stay_text(panel):
	hostile = "<img src=x onerror=window.harmed=1>"
	panel.open(
		CLOSED
		+ TEMPLATES
		+ f"Object.assign(host.templates[0], {{friendly_name: '{hostile}', body: '{hostile} {{{{name}}}}'}})"
	)
	panel.template_button.click()
	panel.wait()
	panel.dialog.get_by_label("name", exact=True).fill(hostile)
	expect(panel.dialog.get_by_role("group", name="Preview")).to_have_text(f"{hostile} {hostile}")
	expect(panel.dialog.locator("img")).to_have_count(0)
	assert panel.page.evaluate("window.harmed") is None


def test_a_template_can_also_be_sent_while_the_window_is_open(panel):
	panel.open("host.receive(c, 'Halo', {ago: HOUR});" + TEMPLATES)
	panel.template_button.click()
	panel.wait()
	expect(options(panel)).to_have_count(3)


def test_going_to_another_lead_closes_it(dialog):
	dialog.do("host.addLead('LEAD-2', {customer: 'whatsapp:+628'})")
	dialog.show("LEAD-2")
	expect(dialog.dialog).to_have_count(0)


MANY = """host.templates = [{content_sid: 'HX9', friendly_name: 'banyak', language: 'id', category: 'UTILITY', content_type: 'twilio/text',
	body: Array.from({length: 12}, (_, at) => `Baris {{${at + 1}}}`).join(' '),
	variables: Array.from({length: 12}, (_, at) => ({name: String(at + 1), value: '', sample: `contoh ${at + 1}`}))}];"""


@pytest.mark.parametrize("width", [390, 1440])
def test_twelve_blanks_keep_their_size_and_scroll(panel, width):
	panel.page.set_viewport_size({"width": width, "height": 740})
	panel.open(CLOSED + MANY)
	panel.template_button.click()
	panel.wait()
	panel.dialog.get_by_role("option").first.click()
	fields = panel.dialog.locator(".wa-field")
	expect(fields).to_have_count(12)
	places = fields.evaluate_all(
		"""fields => fields.flatMap(field => [...field.querySelectorAll("label, input, .wa-field-error")])
			.map(part => part.getBoundingClientRect()).map(({top, bottom, height}) => ({top, bottom, height}))
			.filter(({height}) => height)"""
	)
	assert len(places) == 24
	for above, below in pairwise(places):
		assert above["bottom"] <= below["top"] + 0.5, (above, below)
	for index in (0, 11):
		field = fields.nth(index).locator("input")
		field.fill(f"nilai {index}")
		expect(field).to_be_in_viewport()
		assert field.bounding_box()["height"] >= 30
	expect(panel.dialog_send).to_be_in_viewport()


LABELS = """host.templates = [{content_sid: 'HX8', friendly_name: 'labels', language: 'id', category: 'UTILITY', content_type: 'twilio/text',
	body: 'Halo {{1}}, kunjungan Anda ke rumah di {{2}} kami siapkan. {{3}} {{date}}', media_url: 'https://x.example/{{4}}',
	variables: [{name: '1', label: 'Lead Name', value: '', sample: 'Budi'}, {name: '2', label: '', value: '', sample: 'Bintaro'},
		{name: '3', value: '', sample: 'x'}, {name: 'date', value: '', sample: 'Senin'}, {name: '4', value: '', sample: 'a.pdf'}]}];"""


def test_a_field_is_called_by_the_leads_field_or_by_the_words_around_its_blank(panel):
	panel.open(CLOSED + LABELS)
	panel.template_button.click()
	panel.wait()
	labels = panel.dialog.locator(".wa-field label")
	expect(labels).to_have_text(["Lead Name", "ke rumah di … kami siapkan", "kami siapkan …", "date", "File"])
	expect(panel.dialog.locator("[aria-invalid=true]")).to_have_count(0)
