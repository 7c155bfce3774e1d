"""The customer's phone, in a browser."""

import pytest
from playwright.sync_api import expect

BUDI = "whatsapp:+6281234567890"
SALES = "whatsapp:+622150001234"
VISIT = f"HX{5:032x}"


@pytest.fixture
def page(clean_tab, running):
	problems = []

	def on_console(said):
		if said.type == "error":
			problems.append(said.text)

	clean_tab.on("console", on_console)
	clean_tab.set_viewport_size({"width": 360, "height": 740})
	clean_tab.goto(running.url)
	expect(clean_tab.get_by_role("combobox", name="Customer")).to_have_value("budi")
	yield clean_tab
	clean_tab.remove_listener("console", on_console)
	# The page asks its server again and again, which is gone soon.
	clean_tab.goto("about:blank")
	assert not problems


def write(page, text):
	page.get_by_label("Message", exact=True).fill(text)
	page.get_by_role("button", name="Send").click()


def test_it_says_that_it_is_a_simulation(page):
	expect(page.get_by_text("This is a simulation: nothing leaves this computer.")).to_be_visible()


def test_a_customer_writes_and_the_app_gets_the_webhook(page, sim, app):
	write(page, "Halo, apakah masih ada?")
	expect(page.locator(".bubble.mine")).to_contain_text("Halo, apakah masih ada?")
	expect(page.locator(".window")).to_contain_text("open until")
	sim.pump()
	assert app.forms[-1]["Body"] == "Halo, apakah masih ada?"
	expect(page.locator(".bubble.mine .ticks")).to_have_text("✓✓")


def test_markup_in_a_message_is_text(page, sim, client):
	hostile = '<img src=x onerror="document.title=1"><script>alert(1)</script>'
	write(page, hostile)
	client.messages.create(to=BUDI, from_=SALES, body=hostile)
	sim.pump()
	expect(page.locator(".bubble .text")).to_have_text([hostile, hostile])
	expect(page.locator(".messages img, .messages script")).to_have_count(0)


def test_a_template_button_can_be_tapped(page, sim, client, app):
	client.messages.create(to=BUDI, from_=SALES, content_sid=VISIT, content_variables='{"1": "Sabtu"}')
	sim.pump()
	# The page renders its messages again where one has changed: the button to tap is the one beside the last status.
	expect(page.locator(".bubble.theirs .ticks")).to_have_class("ticks delivered")
	page.get_by_role("button", name="Ganti hari").click()
	expect(page.locator(".bubble.mine")).to_contain_text("Ganti hari")
	sim.pump()
	assert app.forms[-1]["ButtonPayload"] == "visit_move"


def test_what_whatsapp_refused_is_shown_with_its_code(page, sim, client):
	client.messages.create(to=BUDI, from_=SALES, body="Halo")
	sim.pump()
	expect(page.locator(".bubble.failed")).to_contain_text("63016")


def test_delivered_messages_are_read_with_a_button(page, sim, client):
	sim.customer_sends("budi", body="Halo")
	client.messages.create(to=BUDI, from_=SALES, body="Pagi")
	sim.pump()
	page.get_by_role("button", name="Read 1 new").click()
	expect(page.locator(".bubble.theirs .ticks")).to_have_class("ticks read")


def test_an_answer_being_written_and_what_was_read_are_seen_on_the_phone(page, sim, client):
	written = sim.customer_sends("budi", body="Halo")
	sim.pump()
	sim.business_types(written.sid)
	expect(page.locator(".bubble.typing")).to_have_text("typing…")
	expect(page.locator(".bubble.mine .ticks")).to_have_class("ticks read")
	client.messages.create(to=BUDI, from_=SALES, body="Pagi")
	sim.pump()
	expect(page.locator(".bubble.typing")).to_have_count(0)


def test_twilios_console_writes_to_the_customer_without_the_app(page, sim, app):
	sim.customer_sends("budi", body="Halo")
	sim.pump()
	page.get_by_text("Twilio's console…").click()
	page.get_by_label("Text").fill("Dari konsol")
	page.get_by_role("button", name="Send to the customer").click()
	expect(page.locator(".bubble.theirs")).to_contain_text("Dari konsol")
	sim.pump()
	assert (app.statuses, sim.snapshot()[-1].status) == ([], "delivered")


def test_each_kind_of_attachment_is_sent_and_shown(page, sim):
	labels = ["Photo", "Document", "Location", "Contact", "Voice message", "Video", "Something unknown"]
	kinds = ["image", "document", "location", "contact", "audio", "video", "unsupported"]
	for number, label in enumerate(labels, start=1):
		page.get_by_label("Attach").click()
		page.get_by_role("button", name=label, exact=True).click()
		expect(page.locator(".bubble.mine")).to_have_count(number)
	assert [message.kind for message in sim.snapshot()] == kinds


def test_the_kinds_with_more_than_a_text_have_buttons_too(page, sim):
	labels = ["Forwarded text", "Text forwarded often", "From a post", "From a new number"]
	for number, label in enumerate([*labels, "Contacts of other phones"], start=1):
		page.get_by_label("Attach").click()
		page.get_by_role("button", name=label, exact=True).click()
		expect(page.locator(".bubble.mine")).to_have_count(number)
	assert [message.kind for message in sim.snapshot()] == ["text"] * 4 + ["contact"]


def test_the_clock_and_the_faults_are_set_beside_the_phone(page, sim, app):
	before = sim.clock()
	with page.expect_response("**/_sim/clock"):
		page.get_by_role("button", name="+23 h").click()
	page.get_by_text("Break things").click()
	with page.expect_response("**/_sim/faults"):
		page.get_by_role("group", name="Incoming messages").get_by_label("Lost").select_option("all")
	with page.expect_response("**/_sim/faults"):
		page.get_by_label("Server error (500)", exact=True).fill("2")
		page.get_by_label("Server error (500)", exact=True).press("Tab")
	write(page, "Halo")
	expect(page.get_by_role("row").filter(has_text="lost")).to_have_count(1)
	assert sim.clock() - before == 23 * 60 * 60 * 1000
	assert sim.faults.server_errors == 2


def test_a_new_customer_is_added_and_writes(page, sim):
	page.get_by_text("New customer…").click()
	page.get_by_label("Name").fill("Rina")
	page.get_by_label("Number", exact=True).fill("+6281311112222")
	page.get_by_role("button", name="Add").click()
	expect(page.get_by_role("combobox", name="Customer")).to_have_value("+6281311112222")
	write(page, "Halo")
	expect(page.locator(".bubble.mine")).to_have_count(1)
	assert [m.from_ for m in sim.snapshot()] == ["whatsapp:+6281311112222"]


def test_it_fits_a_small_screen_in_both_themes(page):
	for theme in ("light", "dark"):
		page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
		assert page.evaluate("document.documentElement.scrollWidth") == 360
	assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 24, 29)"
