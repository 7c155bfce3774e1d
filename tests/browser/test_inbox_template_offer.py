"""Where only a template can be sent: the last one, one key away and never sent by itself."""

from playwright.sync_api import expect

CLOSED = """
	host.addChat("Old", {ago: 30 * HOUR});
	host.addChat("Older", {ago: 40 * HOUR});
	host.templates = [
		{content_sid: "HX1", friendly_name: "greeting", language: "id", category: "UTILITY", body: "Halo", variables: []},
		{content_sid: "HX2", friendly_name: "follow_up", language: "id", category: "UTILITY",
			body: "Halo {{1}}, masih berminat?", variables: [{name: "1", value: "Pak Budi"}]},
		{content_sid: "HX3", friendly_name: "offer", language: "id", category: "UTILITY",
			body: "Promo {{1}}", variables: [{name: "1", value: ""}]}];
"""
RECENT = """localStorage.setItem("wa-window-recent-templates", JSON.stringify(["HX3", "HX2"]));"""


def test_the_template_that_was_sent_last_is_filled_in_and_enter_sends_it(inbox):
	inbox.open(CLOSED + RECENT)
	inbox.press("j")
	expect(inbox.offer).to_contain_text("Last template: follow_up")
	expect(inbox.offer).to_contain_text("Halo Pak Budi, masih berminat?")
	expect(inbox.text).to_be_hidden()
	assert not inbox.calls("chat.send_template")
	inbox.press("Enter")
	expect(inbox.offer.get_by_role("button", name="Send template")).to_be_focused()
	assert not inbox.calls("chat.send_template")
	inbox.press("Enter")
	(call,) = inbox.calls("chat.send_template")
	assert (call["args"]["content_sid"], call["args"]["variables"]) == ("HX2", {"1": "Pak Budi"})
	expect(inbox.bubbles.last).to_contain_text("Halo Pak Budi, masih berminat?")
	expect(inbox.offer).to_be_hidden()
	inbox.press("Enter", "Enter")
	assert len(inbox.calls("chat.send_template")) == 1


def test_an_enter_that_is_held_down_does_not_send(inbox):
	inbox.open(CLOSED + RECENT)
	inbox.press("j")
	for _ in range(5):
		inbox.page.keyboard.down("Enter")
	inbox.page.keyboard.up("Enter")
	inbox.wait()
	assert not inbox.calls("chat.send_template")


def test_without_one_of_this_persons_the_chats_own_last_template_is_offered(inbox):
	inbox.open(
		CLOSED + 'host.send("C-Old", "Halo", {kind: "template", content_template: "HX1", ago: 29 * HOUR})'
	)
	inbox.queue("All").click()
	inbox.wait()
	inbox.row("Old").first.click()
	inbox.wait()
	expect(inbox.offer).to_contain_text("Last template: greeting")


def test_where_none_was_sent_before_the_field_says_that_only_a_template_can_be_sent(inbox):
	inbox.open(CLOSED)
	inbox.press("j")
	expect(inbox.offer).to_be_hidden()
	expect(inbox.text).to_be_visible()


def test_the_offer_goes_when_the_customer_writes_and_never_shows_in_another_chat(inbox):
	inbox.open(CLOSED + RECENT + 'host.addChat("Budi", {ago: HOUR})')
	inbox.row("Old").first.click()
	inbox.wait()
	expect(inbox.offer).to_be_visible()
	inbox.row("Budi").click()
	expect(inbox.offer).to_be_hidden()
	inbox.wait()
	expect(inbox.offer).to_be_hidden()
	inbox.row("Old").first.click()
	inbox.wait()
	inbox.do("host.receive('C-Old', 'Halo')")
	expect(inbox.offer).to_be_hidden()
	expect(inbox.text).to_be_enabled()
	assert not inbox.calls("chat.send_template")


def test_a_template_that_was_refused_says_why_and_is_offered_still(inbox):
	inbox.open(
		CLOSED
		+ RECENT
		+ "host.fail('chat.send_template', {status: 409, message: 'Not approved.', once: true})"
	)
	inbox.press("j", "Enter", "Enter")
	expect(inbox.chat.get_by_role("alert").filter(has_text="Not approved.")).to_be_visible()
	expect(inbox.offer.get_by_role("button", name="Send template")).to_be_focused()


def test_a_colleagues_template_meanwhile_is_asked_about(inbox):
	inbox.open(CLOSED + RECENT)
	inbox.press("j", "Enter")
	inbox.page.evaluate(
		"host.send('C-Old', 'Promo', {author: 'Andi Pratama', kind: 'template', content_template: 'HX1'})"
	)
	inbox.press("Enter")
	expect(inbox.chat.get_by_role("button", name="Send anyway")).to_be_visible()
	assert len(inbox.page.evaluate("host.conversation('C-Old').messages")) == 2
	inbox.chat.get_by_role("button", name="Send anyway").click()
	inbox.wait()
	assert len(inbox.page.evaluate("host.conversation('C-Old').messages")) == 3


def test_another_template_is_one_key_away_too(inbox):
	inbox.open(CLOSED + RECENT)
	inbox.press("j", "/")
	expect(inbox.chat.get_by_role("dialog", name="Send a template")).to_be_visible()
