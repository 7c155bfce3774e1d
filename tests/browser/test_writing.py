"""Writing a reply: no text is lost, and no message is sent twice."""

import re

from playwright.sync_api import expect

from .panel import SECOND

OPEN = "host.receive(c, 'Halo', {ago: HOUR})"


def test_enter_sends_and_the_message_is_shown_at_once(panel):
	panel.open(OPEN)
	panel.type("Masih ada, Pak.")
	panel.page.keyboard.press("Enter")
	expect(panel.bubble("Masih ada, Pak.")).to_have_text(re.compile("Waiting to be sent"))
	expect(panel.text).to_have_value("")
	panel.wait()
	expect(panel.bubble("Masih ada, Pak.")).to_have_count(1)
	[call] = panel.calls("chat.reply")
	assert call["post"]
	assert call["args"]["body"] == "Masih ada, Pak."
	assert call["args"]["lead_doctype"] == "CRM Lead"
	assert call["args"]["lead"] == "LEAD-1"


def test_shift_enter_makes_a_new_line(panel):
	panel.open(OPEN)
	panel.type("Satu")
	panel.page.keyboard.press("Shift+Enter")
	panel.type("Dua")
	expect(panel.text).to_have_value("Satu\nDua")
	assert panel.calls("chat.reply") == []


def test_enter_that_ends_a_composition_does_not_send(panel):
	panel.open(OPEN)
	panel.type("にほん")
	panel.text.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
	panel.wait()
	assert panel.calls("chat.reply") == []
	expect(panel.text).to_have_value("にほん")


def test_an_empty_message_cannot_be_sent(panel):
	panel.open(OPEN)
	panel.type("   ")
	expect(panel.send_button).to_be_disabled()
	panel.press("Enter")
	assert panel.calls("chat.reply") == []


def test_a_chat_that_was_given_the_focus_can_be_typed_into_once_it_is_there(panel):
	panel.open("", lead=None)
	panel.root.focus()
	panel.do(OPEN)
	panel.show("LEAD-1")
	panel.page.keyboard.type("Siang")
	expect(panel.text).to_have_value("Siang")


def test_a_double_press_sends_once(panel):
	panel.open(OPEN)
	panel.type("Masih ada")
	panel.send_button.evaluate("button => { button.click(); button.click(); }")
	panel.wait()
	assert len(panel.calls("chat.reply")) == 1
	expect(panel.bubble("Masih ada")).to_have_count(1)


def test_while_one_message_is_on_its_way_the_next_can_be_typed(panel):
	panel.open(OPEN)
	panel.type("Satu")
	panel.page.keyboard.press("Enter")
	panel.type("Dua")
	expect(panel.send_button).to_be_disabled()
	panel.wait()
	expect(panel.text).to_have_value("Dua")
	expect(panel.send_button).to_be_enabled()
	panel.press("Enter")
	expect(panel.bubbles).to_have_text([re.compile("Halo"), re.compile("Satu"), re.compile("Dua")])


def test_the_same_text_sent_again_after_a_lost_answer_arrives_once(panel):
	panel.open(OPEN)
	panel.do("host.fail('chat.reply', {status: 0, afterwards: true, once: true})")
	panel.type("Masih ada")
	panel.press("Enter")
	expect(panel.alert).to_contain_text("This may not have been sent")
	expect(panel.text).to_have_value("Masih ada")
	panel.press("Enter")
	first, second = panel.calls("chat.reply")
	assert first["args"]["client_key"] == second["args"]["client_key"]
	expect(panel.bubble("Masih ada")).to_have_count(1)
	expect(panel.text).to_have_value("")
	expect(panel.alert).to_be_empty()


def test_nothing_is_sent_again_by_itself_when_the_connection_returns(panel):
	panel.open(OPEN)
	panel.do("host.fail('*', {status: 0})")
	panel.type("Masih ada")
	panel.press("Enter")
	panel.do("host.recover(); dispatchEvent(new Event('online'))")
	panel.pass_time(60 * SECOND)
	assert len(panel.calls("chat.reply")) == 1
	expect(panel.text).to_have_value("Masih ada")
	expect(panel.bubble("Masih ada")).to_have_count(0)


def test_the_same_text_meant_twice_is_sent_twice(panel):
	panel.open(OPEN)
	for _ in range(2):
		panel.type("Halo?")
		panel.press("Enter")
	first, second = panel.calls("chat.reply")
	assert first["args"]["client_key"] != second["args"]["client_key"]
	expect(panel.bubble("Halo?")).to_have_count(2)


def test_a_refusal_leaves_no_message_and_gives_the_text_back_with_the_reason(panel):
	panel.open(OPEN)
	panel.type("Masih ada")
	panel.page.evaluate("host.conversation(c).refusedAt = host.now()")
	panel.press("Enter")
	expect(panel.alert).to_contain_text("Closed by WhatsApp: it refused the last reply")
	expect(panel.bubble("Masih ada")).to_have_count(0)
	expect(panel.text).to_have_value("Masih ada")
	expect(panel.text).to_be_disabled()
	expect(panel.banner).to_contain_text("Closed by WhatsApp")
	expect(panel.template_button).to_be_visible()


def test_text_typed_while_a_refused_message_was_on_its_way_is_kept_too(panel):
	panel.open(OPEN)
	panel.do("host.fail('chat.reply', {status: 417, message: 'Nothing is set up.'})")
	panel.type("Satu")
	panel.page.keyboard.press("Enter")
	panel.type("Dua")
	panel.wait()
	expect(panel.text).to_have_value("Satu\nDua")
	expect(panel.alert).to_contain_text("Nothing is set up.")


def test_a_server_in_trouble_loses_nothing(panel):
	panel.open(OPEN)
	panel.do("host.fail('*', {status: 503, message: 'x'})")
	panel.type("Masih ada")
	panel.press("Enter")
	expect(panel.alert).to_contain_text("This may not have been sent")
	expect(panel.banner).to_contain_text("Server error")
	expect(panel.text).to_have_value("Masih ada")


def test_the_reason_goes_away_when_the_person_writes_on_or_dismisses_it(panel):
	panel.open(OPEN)
	panel.do("host.fail('chat.reply', {status: 417, message: 'No.', once: true})")
	panel.type("Satu")
	panel.press("Enter")
	panel.alert.get_by_role("button", name="Dismiss").click()
	expect(panel.alert).to_be_empty()


def test_characters_are_counted_as_people_count_them_and_too_many_block_sending(panel):
	panel.open(OPEN)
	panel.text.fill("😊" * 1600)
	expect(panel.root.get_by_text("1600 of 1600 characters")).to_be_visible()
	expect(panel.send_button).to_be_enabled()
	panel.text.fill("😊" * 1601)
	expect(panel.root.get_by_text("1601 of 1600 characters: too long")).to_be_visible()
	expect(panel.send_button).to_be_disabled()
	panel.press("Enter")
	assert panel.calls("chat.reply") == []


def test_a_draft_is_kept_for_each_lead(panel):
	panel.open(
		f"{OPEN}; host.addLead('LEAD-2', {{customer: 'whatsapp:+628'}}); host.receive('LEAD-2-0100', 'Hi')"
	)
	panel.type("Untuk Budi")
	panel.show("LEAD-2")
	expect(panel.text).to_have_value("")
	expect(panel.bubbles).to_have_text([re.compile("Hi")])
	panel.type("Untuk Ani")
	panel.show("LEAD-1")
	expect(panel.text).to_have_value("Untuk Budi")
	panel.show("LEAD-2")
	expect(panel.text).to_have_value("Untuk Ani")


def test_a_draft_is_kept_for_each_conversation(panel):
	panel.open(
		"""host.addLead("LEAD-1", {name: "ID"}, {name: "SG", business: "whatsapp:+6560001000", label: "Sales SG"});
		host.receive("ID", "Halo"); host.receive("SG", "Hello")"""
	)
	panel.type("Siang")
	menu = panel.root.get_by_label("Chat", exact=True)
	menu.select_option("SG")
	panel.wait()
	panel.type("Good day")
	menu.select_option("ID")
	panel.wait()
	expect(panel.text).to_have_value("Siang")


def test_a_refresh_of_the_form_keeps_draft_focus_and_place(panel):
	panel.open("for (let i = 0; i < 60; i++) host.receive(c, `Pesan ${i}`, {ago: (60 - i) * 1000})")
	panel.type("Belum selesai")
	panel.page.evaluate(
		"window.node = chat.querySelector('.wa-log'); window.first = node.querySelector('.wa-item'); node.scrollTop = 700"
	)
	panel.wait()
	place = panel.page.evaluate("node.scrollTop")
	panel.show("LEAD-1")
	expect(panel.text).to_have_value("Belum selesai")
	expect(panel.text).to_be_focused()
	assert panel.page.evaluate("first.isConnected && node.scrollTop") == place > 0


def test_a_draft_outlives_the_element(panel):
	panel.open(OPEN)
	panel.type("Belum selesai")
	panel.page.evaluate(
		"""() => {
			const fresh = document.createElement("wa-chat");
			fresh.transport = chat.transport;
			chat.replaceWith(fresh);
			window.chat = fresh;
		}"""
	)
	panel.show("LEAD-1")
	expect(panel.text).to_have_value("Belum selesai")


def test_a_draft_of_a_customer_who_never_wrote_is_there_when_they_do(panel):
	panel.open("host.conversation(c).virtual = true; host.conversation(c).lastInbound = host.now() - HOUR")
	panel.type("Selamat siang")
	panel.do("host.receive(c, 'Halo')")
	expect(panel.text).to_have_value("Selamat siang")
	expect(panel.bubble("Halo")).to_be_visible()


def test_an_answer_for_the_lead_before_never_shows_on_the_next(panel):
	panel.open(
		f"{OPEN}; host.addLead('LEAD-2', {{customer: 'whatsapp:+628'}}); host.receive('LEAD-2-0100', 'Hi')"
	)
	panel.page.evaluate(
		"""() => {
			chat.show({doctype: "CRM Lead", name: "LEAD-1"});
			chat.show({doctype: "CRM Lead", name: "LEAD-2"});
		}"""
	)
	panel.wait()
	expect(panel.bubbles).to_have_text([re.compile("Hi")])


def test_a_message_rejected_after_the_person_went_to_another_lead_is_kept_as_a_draft(panel):
	panel.open(
		f"{OPEN}; host.addLead('LEAD-2', {{customer: 'whatsapp:+628'}}); host.receive('LEAD-2-0100', 'Hi')"
	)
	panel.do("host.fail('chat.reply', {status: 0})")
	panel.type("Untuk Budi")
	panel.page.keyboard.press("Enter")
	panel.show("LEAD-2")
	expect(panel.text).to_have_value("")
	panel.show("LEAD-1")
	expect(panel.text).to_have_value("Untuk Budi")


def test_a_message_taken_after_the_person_went_away_and_came_back_is_no_draft(panel):
	panel.open(
		f"{OPEN}; host.addLead('LEAD-2', {{customer: 'whatsapp:+628'}}); host.receive('LEAD-2-0100', 'Hi')"
	)
	panel.type("Untuk Budi")
	panel.page.keyboard.press("Enter")
	panel.page.evaluate(
		"""() => {
			chat.show({doctype: "CRM Lead", name: "LEAD-2"});
			chat.show({doctype: "CRM Lead", name: "LEAD-1"});
		}"""
	)
	panel.wait()
	expect(panel.text).to_have_value("")
	expect(panel.bubble("Untuk Budi")).to_have_count(1)


def test_without_randomuuid_a_key_is_still_made(panel):
	panel.page.evaluate("Object.defineProperty(crypto, 'randomUUID', {value: undefined})")
	panel.open(OPEN)
	panel.type("Halo")
	panel.press("Enter")
	assert re.fullmatch("[0-9a-f]{32}", panel.calls("chat.reply")[0]["args"]["client_key"])


def test_plain_typing_does_not_reach_the_shortcuts_of_the_page_around(panel):
	panel.open(OPEN)
	panel.page.evaluate("window.heard = []; addEventListener('keydown', event => heard.push(event.key))")
	panel.type("jk")
	panel.page.keyboard.press("Control+s")
	assert panel.page.evaluate("heard") == ["Control", "s"] or panel.page.evaluate("heard") == ["s"]


def test_a_computer_that_slept_asks_the_server_within_a_second_near_the_end(panel):
	panel.open("host.receive(c, 'Halo', {ago: 24 * HOUR - 5 * MINUTE})")
	before = len(panel.calls("chat.open"))
	panel.page.clock.set_system_time("2026-11-23T08:36:59Z")
	panel.pass_time(SECOND)
	assert len(panel.calls("chat.open")) == before + 1
