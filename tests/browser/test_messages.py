"""The messages on the screen: kinds, statuses, days, and malicious text."""

import re

from playwright.sync_api import expect


def test_messages_stand_oldest_first_with_their_times_in_the_readers_time_zone(panel):
	panel.open("host.receive(c, 'Halo', {ago: 2 * HOUR}); host.send(c, 'Selamat siang', {ago: HOUR})")
	expect(panel.bubbles).to_have_text([re.compile("Halo.*13:36"), re.compile("Selamat siang.*14:36")])


def test_the_full_time_and_its_source_are_displayed_on_hovering(panel):
	panel.open("host.receive(c, 'Halo', {ago: 2 * HOUR})")
	title = panel.bubble("Halo").locator("time").get_attribute("title")
	assert "23 November 2026" in title
	assert "13:36:" in title
	assert "by Twilio's clock" in title


def test_an_imported_message_says_so_in_place_of_an_author_and_of_a_source(panel):
	imported = "sent_at_source: 'import', is_mine: false"
	panel.open(
		f"host.send(c, 'Siang', {{{imported}, sent_outside: true, author: 'imported'}});"
		f"host.send(c, 'Sore', {{{imported}, author: 'Andi Pratama'}})"
	)
	expect(panel.bubble("Siang")).to_contain_text("imported")
	expect(panel.bubble("Sore")).to_contain_text("Andi Pratama")
	assert "imported" in panel.bubble("Sore").locator("time").get_attribute("title")


def test_days_are_named(panel):
	panel.open("for (const days of [400, 3, 1, 0]) host.receive(c, `D${days}`, {ago: days * 24 * HOUR})")
	expect(panel.root.locator(".wa-day")).to_have_text(
		[re.compile("19 Oct 2025"), "Friday", "Yesterday", "Today"]
	)


def test_today_becomes_yesterday_at_midnight_in_the_readers_time_zone(panel):
	panel.open("host.receive(c, 'Halo', {ago: 30 * MINUTE})")
	expect(panel.root.locator(".wa-day")).to_have_text("Today")
	panel.do("host.startNow += 8.5 * HOUR")
	panel.do("host.receive(c, 'Selamat pagi')")
	expect(panel.root.locator(".wa-day")).to_have_text(["Yesterday", "Today"])


def test_each_delivery_status_has_a_label(panel):
	panel.open(
		"for (const status of ['queued', 'sending', 'sent', 'delivered', 'read', 'unknown'])"
		"host.send(c, status, {delivery_status: status})"
	)
	words = panel.root.locator(".wa-status")
	expect(words).to_have_text(
		["Waiting to be sent", "Sending", "Sent", "Delivered", "Read", "Not confirmed"]
	)


def test_a_click_on_its_time_displays_the_details_of_a_message(panel):
	panel.open(
		"host.send(c, 'Selamat siang', {ago: HOUR, delivery_status: 'undelivered', error_code: '63016', error_reason: 'outside_window', error_text: 'Outside.',"
		" status_times: {undelivered: host.now() - HOUR + 9000, accepted: host.now() - HOUR + 1000}})"
	)
	meta = panel.bubble("Selamat siang").locator(".wa-meta")
	meta.click()
	expect(meta).to_have_attribute("aria-expanded", "true")
	details = panel.bubble("Selamat siang").locator(".wa-details")
	expect(details.locator("dt")).to_have_text(["Written", "Accepted by Twilio", "Failed"])
	expect(details.locator("dd").nth(2)).to_contain_text("14:36:")
	expect(panel.bubble("Selamat siang").locator(".wa-failure-notice")).to_contain_text(
		"Outside. (code 63016)"
	)
	panel.do("host.receive(c, 'Halo')")
	expect(details).to_be_visible()
	meta.click()
	expect(details).to_have_count(0)


def test_the_text_of_a_message_can_be_copied(panel):
	panel.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
	panel.open("host.receive(c, 'Halo <b>5%</b>')")
	panel.bubble("Halo").locator(".wa-meta").click()
	panel.bubble("Halo").get_by_role("button", name="Copy the text").click()
	expect(panel.bubble("Halo").get_by_role("status")).to_have_text("Copied")
	assert panel.page.evaluate("navigator.clipboard.readText()") == "Halo <b>5%</b>"


def test_the_text_can_be_copied_over_plain_http_too(panel):
	panel.page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
	panel.open("host.receive(c, 'Halo <b>5%</b>')")
	panel.bubble("Halo").locator(".wa-meta").click()
	copy = panel.bubble("Halo").get_by_role("button", name="Copy the text")
	copy.click()
	expect(panel.bubble("Halo").get_by_role("status")).to_have_text("Copied")
	expect(copy).to_be_focused()
	panel.text.press("Control+v")
	expect(panel.text).to_have_value("Halo <b>5%</b>")


def test_a_text_that_cannot_be_copied_says_so(panel):
	panel.page.evaluate(
		"() => { Object.defineProperty(navigator, 'clipboard', {value: undefined}); document.execCommand = () => false; }"
	)
	panel.open("host.receive(c, 'Halo')")
	panel.bubble("Halo").locator(".wa-meta").click()
	panel.bubble("Halo").get_by_role("button", name="Copy the text").click()
	expect(panel.bubble("Halo").get_by_role("status")).to_have_text("Not copied: select the text instead.")


def test_the_keyboard_goes_from_message_to_message(panel):
	panel.open("host.receive(c, 'Satu', {ago: HOUR}); host.receive(c, 'Dua')")
	log = panel.root.get_by_role("log")
	log.press("Enter")
	expect(panel.bubble("Dua").locator(".wa-meta")).to_be_focused()
	panel.page.keyboard.press("ArrowUp")
	expect(panel.bubble("Satu").locator(".wa-meta")).to_be_focused()
	panel.page.keyboard.press("Enter")
	expect(panel.bubble("Satu").locator(".wa-details")).to_be_visible()
	panel.page.keyboard.press("Escape")
	expect(log).to_be_focused()


def test_a_failed_message_says_why_and_can_be_sent_again(panel):
	panel.open(
		"host.receive(c, 'Halo', {ago: HOUR});"
		"host.send(c, 'Masih ada', {delivery_status: 'undelivered', error_code: '63024', error_text: 'The number is not on WhatsApp.'})"
	)
	failed = panel.bubble("Masih ada")
	expect(failed).to_contain_text("The number is not on WhatsApp. (code 63024)")
	failed.get_by_role("button", name="Send again").click()
	panel.wait()
	expect(panel.bubble("Masih ada")).to_have_count(2)
	[call] = panel.calls("chat.send_again")
	assert call["args"]["message"] == "m2"
	assert call["args"]["client_key"]
	assert call["post"]


def test_freeform_text_that_failed_cannot_be_sent_again_once_the_window_is_closed(panel):
	panel.open(
		"host.receive(c, 'Halo', {ago: 25 * HOUR});"
		"host.send(c, 'Masih ada', {delivery_status: 'failed', error_code: '63016', error_reason: 'outside_window', error_text: 'Outside the window.'});"
		"host.send(c, 'Halo Budi', {kind: 'template', content_template: 'HX1', delivery_status: 'failed'})"
	)
	expect(panel.bubble("Masih ada").get_by_role("button", name="Send again")).to_have_count(0)
	expect(panel.bubble("Masih ada").get_by_role("button", name="Send template…")).to_be_visible()
	expect(panel.bubble("Halo Budi").get_by_role("button", name="Send again")).to_be_visible()


def test_a_status_that_arrives_changes_the_message_in_its_place(panel):
	panel.open("host.send(c, 'Satu', {delivery_status: 'sent', ago: 2000}); host.send(c, 'Dua', {ago: 1000})")
	panel.do("host.change('m1', {delivery_status: 'read'})")
	expect(panel.bubbles).to_have_text([re.compile("Satu.*Read"), re.compile("Dua")])


def test_text_of_a_customer_never_becomes_markup(panel):
	hostile = '<img src=x onerror="window.harmed=1"><script>window.harmed=1</script>{{constructor}}'
	panel.open(
		f"""const hostile = {hostile!r};
		const c2 = host.conversation(c);
		c2.profile = c2.label = hostile;
		host.receive(c, hostile);
		host.receive(c, hostile, {{kind: 'location'}});
		host.receive(c, hostile, {{kind: 'unsupported'}});
		host.receive(c, hostile, {{kind: 'document', media: [{{name: hostile, type: 'image/jpeg', size: 1, file: 'javascript:window.harmed=1', state: 'done'}}]}});
		host.send(c, hostile, {{delivery_status: 'failed', error_text: hostile, error_code: hostile}})"""
	)
	expect(panel.bubbles).to_have_count(5)
	expect(panel.bubbles.first).to_contain_text(hostile)
	expect(panel.root.locator("img, script, a")).to_have_count(0)
	assert panel.page.evaluate("window.harmed") is None


def test_a_location_links_to_the_map_by_its_last_line(panel):
	panel.open("host.receive(c, 'Kavling 3.5, 7.2\\n-6, 106', {kind: 'location'})")
	expect(panel.bubbles.get_by_role("link")).to_have_attribute("href", re.compile("mlat=-6&mlon=106"))


def test_a_location_links_to_a_map(panel):
	panel.open("host.receive(c, 'Rumah contoh\\n-6.2731, 106.7243', {kind: 'location'})")
	link = panel.root.get_by_role("link", name="Show on the map")
	expect(link).to_have_attribute(
		"href", "https://www.openstreetmap.org/?mlat=-6.2731&mlon=106.7243#map=16/-6.2731/106.7243"
	)
	expect(link).to_have_attribute("rel", "noopener noreferrer")


def test_a_file_is_named_and_linked_and_one_not_there_yet_says_so(panel):
	panel.open(
		"""host.receive(c, '', {kind: 'document', media: [{name: '', type: 'application/pdf', size: 1820000, file: '/private/files/brosur%20tipe%2070.pdf', state: 'done'}]});
		host.receive(c, '', {kind: 'image', media: [{name: '', type: 'image/jpeg', size: 0, file: null, state: 'pending'}]})"""
	)
	expect(panel.root.get_by_role("link", name="brosur tipe 70.pdf 1.8 MB")).to_have_attribute(
		"href", re.compile("/private/files/brosur%20tipe%2070.pdf$")
	)
	expect(panel.bubbles.nth(1)).to_contain_text("Photo")
	expect(panel.bubbles.nth(1)).to_contain_text("downloading")


def test_a_documents_text_is_its_name(panel):
	panel.open(
		"host.receive(c, 'Brosur tipe 70.pdf', {kind: 'document', media: [{name: '', type: 'application/pdf', size: 1, file: '/private/files/a1b2.pdf', state: 'done'}]})"
	)
	expect(panel.root.get_by_role("link", name="Brosur tipe 70.pdf 1 kB")).to_be_visible()
	expect(panel.bubbles.first.locator(".wa-text")).to_have_count(0)


def test_an_image_is_shown(panel):
	panel.open(
		"host.receive(c, 'Lihat', {kind: 'image', media: [{name: '', type: 'image/png', size: 9, file: '/private/files/rumah.png', state: 'done'}]})"
	)
	expect(panel.root.get_by_role("img", name="rumah.png")).to_be_attached()


def test_other_kinds_are_said_in_words(panel):
	panel.open(
		"""host.receive(c, '', {kind: 'unsupported'});
		host.receive(c, 'Ya', {kind: 'button'});
		host.receive(c, '', {kind: 'contact'});
		host.send(c, 'Halo Budi', {kind: 'template', content_template: 'HX1'})"""
	)
	words = [
		"This kind of message cannot be shown here",
		"Button pressed.*Ya",
		"Contact card",
		"Template.*Halo Budi",
	]
	expect(panel.bubbles).to_have_text([re.compile(word) for word in words])


def test_line_breaks_and_writing_direction_are_kept(panel):
	panel.open("host.receive(c, 'Satu\\n\\nDua')")
	text = panel.bubbles.first.locator(".wa-text")
	assert text.evaluate("node => node.textContent") == "Satu\n\nDua"
	assert text.evaluate("node => getComputedStyle(node).whiteSpaceCollapse") == "preserve"
	expect(text).to_have_attribute("dir", "auto")


def test_a_message_sent_hours_ago_by_the_clock_of_another_day_shows_its_day(panel):
	panel.open("host.receive(c, 'Malam', {ago: 16 * HOUR})")
	expect(panel.root.locator(".wa-day")).to_have_text("Yesterday")


ABSENT = "{delivery_status: 'failed', error_code: '63003', error_reason: 'not_on_whatsapp', error_text: 'Not on WhatsApp.', may_send_again: true}"


def test_to_a_number_that_is_not_on_whatsapp_it_is_not_sent_again_but_changed_or_called(panel):
	panel.open(
		f"host.send(c, 'Selamat siang', {ABSENT})",
		transport="transport.changeNumber = (lead) => { window.changed = lead; }",
	)
	bubble = panel.bubble("Selamat siang")
	expect(bubble.get_by_role("button", name="Send again")).to_have_count(0)
	expect(bubble.get_by_role("link", name="Call")).to_have_attribute("href", "tel:+6281234563456")
	bubble.get_by_role("button", name="Change the number").click()
	assert panel.page.evaluate("window.changed") == {"doctype": "CRM Lead", "name": "LEAD-1"}


def test_where_the_number_is_hidden_or_cannot_be_changed_nothing_of_it_is_offered(panel):
	panel.open(
		f"host.conversation(c).customer = 'whatsapp:ID.208112345'; host.send(c, 'Selamat siang', {ABSENT})"
	)
	expect(panel.bubble("Selamat siang")).to_contain_text("Not on WhatsApp.")
	expect(panel.bubble("Selamat siang").locator(".wa-failure-notice :is(a, button)")).to_have_count(0)
