"""Conveniences: new messages, replies to messages, drafts that stay, quick templates."""

import re

from playwright.sync_api import expect

from .panel import HOUR

TEMPLATES = """;host.templates = ["satu", "dua", "tiga"].map((name, number) => ({
	content_sid: `HX${number}`, friendly_name: name, language: "id", category: "UTILITY", content_type: "twilio/text",
	body: "Halo {{1}}, tentang {{2}}", variables: [{name: "1", value: "Budi", sample: ""}, {name: "2", value: "", sample: ""}],
}))"""


def test_a_line_stands_above_what_nobody_has_read_and_stays_while_it_is_being_read(panel):
	panel.open(
		"host.receive(c, 'Satu', {ago: 3 * HOUR}); host.conversation(c).unread = 0;"
		"host.receive(c, 'Dua', {ago: 2 * HOUR}); host.receive(c, 'Tiga', {ago: HOUR})"
	)
	expect(panel.root.locator(".wa-unread-line")).to_have_count(1)
	expect(panel.root.locator(".wa-item:has(.wa-unread-line)")).to_contain_text("Dua")
	panel.do("host.receive(c, 'Empat')")
	expect(panel.root.locator(".wa-unread-line")).to_have_count(1)


def test_an_answer_shows_what_it_answers(panel):
	panel.open(
		"host.send(c, 'Jadi hari Sabtu?', {ago: HOUR, message_sid: 'SM1'});"
		"host.receive(c, 'Jadi', {replied_to_sid: 'SM1'}); host.receive(c, 'Itu', {replied_to_sid: 'SM0'})"
	)
	expect(panel.bubbles.nth(1).locator(".wa-quote")).to_have_text(re.compile("Jadi hari Sabtu"))
	expect(panel.bubbles.nth(2).locator(".wa-quote")).to_have_text(re.compile("An earlier message"))


def test_an_answer_quotes_what_it_answers_also_where_its_sid_comes_together_with_the_answer(panel):
	panel.open("host.receive(c, 'Halo'); host.send(c, 'Jadi hari Sabtu?')")
	expect(panel.bubbles).to_have_count(2)
	panel.do("host.change('m2', {message_sid: 'SM2'}); host.receive(c, 'Jadi', {replied_to_sid: 'SM2'})")
	expect(panel.bubbles.nth(2).locator(".wa-quote")).to_have_text(re.compile("Jadi hari Sabtu"))


def test_a_quoted_text_never_becomes_markup(panel):
	panel.open(
		"host.send(c, '<img src=x onerror=\"window.harmed=1\">', {ago: HOUR, message_sid: 'SM1'});"
		"host.receive(c, 'Jadi', {replied_to_sid: 'SM1'})"
	)
	expect(panel.bubbles.nth(1).locator("img")).to_have_count(0)
	assert panel.page.evaluate("window.harmed") is None


def test_a_draft_outlives_a_reload_of_the_page(panel):
	arrange = "host.receive(c, 'Halo', {ago: HOUR})"
	panel.open(arrange)
	panel.type("Belum selesai")
	panel.page.reload()
	panel.page.wait_for_function("window.ready")
	panel.open(arrange)
	expect(panel.text).to_have_value("Belum selesai")


def test_a_sent_text_is_no_draft_any_more(panel):
	arrange = "host.receive(c, 'Halo', {ago: HOUR})"
	panel.open(arrange)
	panel.type("Selesai")
	panel.press("Enter")
	panel.page.reload()
	panel.page.wait_for_function("window.ready")
	panel.open(arrange)
	expect(panel.text).to_have_value("")


def test_the_way_back_to_the_newest_message_is_one_press(panel):
	panel.open("for (let i = 1; i <= 40; i++) host.receive(c, `Pesan ${i}`, {ago: (50 - i) * MINUTE})")
	panel.scroll_to(0)
	panel.root.get_by_role("button", name="Go to the newest message").click()
	panel.wait()
	expect(panel.bubble("Pesan 40")).to_be_in_viewport()


def test_the_template_sent_last_is_offered_first(panel):
	panel.open(f"host.receive(c, 'Halo', {{ago: {25 * HOUR}}})" + TEMPLATES)
	panel.root.get_by_role("button", name="Send template…").first.click()
	panel.wait()
	options = panel.dialog.get_by_role("option")
	expect(options.first).to_contain_text("satu")
	options.nth(2).click()
	panel.dialog.get_by_label("tentang …", exact=True).fill("rumah")
	panel.dialog_send.click()
	panel.wait()
	panel.root.get_by_role("button", name="Send template…").first.click()
	panel.wait()
	expect(options.first).to_contain_text("tiga")


def test_unsent_text_goes_into_a_variable_with_one_press(panel):
	panel.open(f"host.receive(c, 'Halo', {{ago: {24 * HOUR - 60_000}}})" + TEMPLATES)
	panel.type("rumah di Depok")
	panel.pass_time(60_000)
	panel.root.get_by_role("button", name="Send template…").first.click()
	panel.wait()
	panel.dialog.get_by_role("button", name="Insert").click()
	expect(panel.dialog.get_by_label("tentang …", exact=True)).to_have_value("rumah di Depok")
	expect(panel.dialog.locator(".wa-preview")).to_contain_text("rumah di Depok")


def test_the_preview_shows_header_file_footer_and_buttons_filled_in(panel):
	panel.open(
		f"host.receive(c, 'Halo', {{ago: {25 * HOUR}}});"
		"""host.templates = [{content_sid: "HX1", friendly_name: "brosur", language: "id", category: "UTILITY", content_type: "twilio/card",
			header: "Untuk {{1}}", body: "Ini brosurnya.", footer: "Sampai Sabtu", buttons: ["Lihat", "Hubungi saya"],
			media_url: "https://files.example.com/{{2}}",
			variables: [{name: "1", value: "Budi", sample: ""}, {name: "2", value: "melati.pdf", sample: ""}]}]"""
	)
	panel.root.get_by_role("button", name="Send template…").first.click()
	panel.wait()
	preview = panel.dialog.locator(".wa-preview")
	expect(preview).to_have_text(
		re.compile("melati.pdf.*Untuk Budi.*Ini brosurnya.*Sampai Sabtu.*Lihat.*Hubungi saya")
	)
	expect(preview.locator("a, img")).to_have_count(0)


def test_the_preview_of_a_list_shows_what_can_be_picked(panel):
	panel.open(
		"host.receive(c, 'Halo');"
		"""host.templates = [{content_sid: "HX1", friendly_name: "pilihan", language: "id", category: "", content_type: "twilio/list-picker",
			body: "Kapan?", buttons: ["Pilih"], list_items: ["Sabtu {{1}}", "<b>Minggu</b>"],
			variables: [{name: "1", value: "", sample: "pagi"}]}]"""
	)
	panel.root.get_by_role("button", name="Template").first.click()
	panel.wait()
	panel.dialog.get_by_label("Sabtu …", exact=True).fill("sore")
	expect(panel.dialog.locator(".wa-preview").get_by_role("listitem")).to_have_text(
		["Sabtu sore", "<b>Minggu</b>"]
	)


def test_a_text_whose_answer_got_lost_keeps_its_key_across_a_reload(panel):
	arrange = "host.receive(c, 'Halo', {ago: HOUR}); host.fail('chat.reply', {status: 0, afterwards: true, once: true})"
	panel.open(arrange)
	panel.type("Sekali saja")
	panel.press("Enter")
	(first,) = panel.calls("chat.reply")
	panel.page.reload()
	panel.page.wait_for_function("window.ready")
	panel.open("host.receive(c, 'Halo', {ago: HOUR})")
	panel.press("Tab")
	panel.send_button.click()
	panel.wait()
	(second,) = panel.calls("chat.reply")
	assert first["args"]["client_key"] == second["args"]["client_key"]
