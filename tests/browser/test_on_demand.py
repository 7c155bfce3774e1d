"""What is loaded when it is first used."""

from playwright.sync_api import expect

from .test_template_dialog import CLOSED, TEMPLATES

LATER = "transport.loadParts = () => new Promise((resolve, reject) => { window.arrive = resolve; window.fail = reject })"
ARRIVE = "() => import('/public/js/wa_chat/parts.js').then(arrive)"


def test_a_dialog_opens_once_as_soon_as_it_is_loaded(panel):
	panel.open(CLOSED + TEMPLATES, transport=LATER)
	panel.template_button.first.click()
	panel.template_button.first.click()
	expect(panel.dialog).to_have_count(0)
	panel.page.evaluate(ARRIVE)
	expect(panel.dialog).to_have_count(1)


def test_where_it_cannot_be_loaded_the_chat_says_so_and_the_next_click_tries_again(panel):
	panel.open(CLOSED + TEMPLATES, transport=LATER)
	panel.template_button.first.click()
	panel.page.evaluate("fail(new Error('offline'))")
	expect(panel.alert).to_contain_text("This could not be loaded. Reload the page and try again.")
	panel.template_button.first.click()
	panel.page.evaluate(ARRIVE)
	expect(panel.dialog).to_be_visible()


def test_a_dialog_of_a_chat_that_was_left_meanwhile_does_not_open(panel):
	panel.open(CLOSED + TEMPLATES + "host.addLead('LEAD-2')", transport=LATER)
	panel.template_button.first.click()
	panel.show("LEAD-2")
	panel.page.evaluate(ARRIVE)
	panel.wait()
	expect(panel.dialog).to_have_count(0)
