"""The window's banner: text, countdown, locking and unlocking."""

import pytest
from playwright.sync_api import expect

from .panel import HOUR, MINUTE, SECOND

WROTE_90_MIN_AGO = "host.receive(c, 'Halo, apakah masih ada?', {ago: 1.5 * HOUR})"
WROTE_A_DAY_AGO = "host.receive(c, 'Halo', {ago: 24 * HOUR})"


def test_an_open_window_says_until_when(panel):
	panel.open(WROTE_90_MIN_AGO)
	expect(panel.banner).to_have_text("Open · 22 h 29 min left")
	expect(panel.text).to_be_enabled()
	expect(panel.root).to_have_attribute("data-state", "open")


def test_the_countdown_moves_on_an_untouched_page(panel):
	panel.open(WROTE_90_MIN_AGO)
	panel.pass_time(31 * MINUTE)
	expect(panel.banner).to_contain_text("21 h 58 min left")


def test_a_window_about_to_close_is_amber_and_counts_seconds_at_the_end(panel):
	panel.open("host.receive(c, 'Halo', {ago: 23 * HOUR})")
	expect(panel.banner).to_contain_text("Closing soon · 59 min left")
	expect(panel.root.locator(".wa-banner")).to_have_attribute("data-colour", "orange")
	panel.pass_time(55 * MINUTE)
	panel.wait(5 * SECOND)
	expect(panel.banner).to_contain_text("· 4 min 5")
	panel.pass_time(4 * MINUTE + 10 * SECOND)
	expect(panel.banner).to_contain_text("· 4")
	expect(panel.banner).not_to_contain_text("min")


def test_a_closed_window_locks_the_composer_and_offers_the_template(panel):
	panel.open(WROTE_A_DAY_AGO)
	expect(panel.banner).to_have_text("Closed since Mon 15:36.")
	expect(panel.text).to_be_disabled()
	expect(panel.send_button).to_be_disabled()
	expect(panel.template_button).to_be_visible()


def test_the_disabled_composer_is_described_by_the_banner(panel):
	panel.open(WROTE_A_DAY_AGO)
	expect(panel.text).to_have_accessible_description("Closed since Mon 15:36.")


def test_a_customer_who_never_wrote_is_worded_differently(panel):
	panel.open("host.conversation(c).virtual = true")
	expect(panel.banner).to_contain_text("No messages yet")
	expect(panel.text).to_be_disabled()
	expect(panel.template_button).to_be_visible()


def test_a_refusal_by_whatsapp_locks_although_the_clock_says_open(panel):
	panel.open(f"{WROTE_90_MIN_AGO}; host.conversation(c).refusedAt = host.now()")
	expect(panel.banner).to_contain_text("Closed by WhatsApp: it refused the last reply")
	expect(panel.text).to_be_disabled()
	expect(panel.template_button).to_be_visible()


@pytest.mark.parametrize(("field", "words"), [("optedOut", "Opted out"), ("blocked", "blocked your number")])
def test_who_opted_out_or_blocks_us_gets_not_even_a_template(panel, field, words):
	panel.open(f"{WROTE_90_MIN_AGO}; host.conversation(c).{field} = true")
	expect(panel.banner).to_contain_text(words)
	expect(panel.text).to_be_disabled()
	expect(panel.template_button).to_have_count(0)


def test_an_untouched_page_locks_itself_at_the_very_end_without_any_network(panel):
	panel.open("host.receive(c, 'Halo', {ago: 24 * HOUR - 30000})")
	panel.type("Sebentar, Pak")
	panel.do("host.fail('*', {status: 0})")
	panel.page.clock.run_for(29 * SECOND)
	expect(panel.text).to_be_enabled()
	panel.page.clock.run_for(1 * SECOND)
	expect(panel.text).to_be_disabled()
	expect(panel.text).to_have_value("Sebentar, Pak")
	expect(panel.template_button).to_be_visible()


def test_when_the_window_closes_the_server_is_asked_and_the_state_is_announced(panel):
	panel.open("host.receive(c, 'Halo', {ago: 24 * HOUR - 30000})")
	before = len(panel.calls("chat.open"))
	panel.page.clock.run_for(29 * SECOND)
	between = len(panel.calls("chat.open"))
	expect(panel.announced).to_have_text("")
	panel.page.clock.run_for(2 * SECOND)
	assert len(panel.calls("chat.open")) == between + 1 > before
	expect(panel.announced).to_contain_text("Closed since Mon 15:3")


def test_the_countdown_itself_is_not_announced(panel):
	panel.open(WROTE_90_MIN_AGO)
	panel.pass_time(10 * MINUTE)
	expect(panel.announced).to_have_text("")


def test_an_inbound_message_unlocks_the_page_and_typing_works(panel):
	panel.open(WROTE_A_DAY_AGO)
	panel.do("host.receive(c, 'Masih ada?')")
	expect(panel.banner).to_contain_text("Open · 23 h 59 min left")
	expect(panel.announced).to_contain_text("You can reply")
	panel.text.click()
	panel.type("Masih")
	panel.press("Enter")
	expect(panel.bubble("Masih")).to_have_count(2)


def test_the_focus_comes_back_to_the_composer_when_it_is_unlocked(panel):
	panel.open("host.receive(c, 'Halo', {ago: 24 * HOUR - 30000})")
	panel.text.click()
	panel.type("Sebentar")
	panel.pass_time(31 * SECOND)
	expect(panel.text).to_be_disabled()
	panel.do("host.receive(c, 'Masih ada?')")
	panel.page.keyboard.type(" ya")
	expect(panel.text).to_have_value("Sebentar ya")


def test_the_focus_is_not_taken_from_where_the_person_went_meanwhile(panel):
	panel.open("host.receive(c, 'Halo', {ago: 24 * HOUR - 30000})")
	panel.text.click()
	panel.pass_time(31 * SECOND)
	panel.template_button.focus()
	panel.do("host.receive(c, 'Masih ada?')")
	expect(panel.text).not_to_be_focused()


def test_a_wrong_computer_clock_changes_nothing(panel):
	panel.page.clock.set_system_time("2031-01-01T00:00:00Z")
	panel.open(WROTE_90_MIN_AGO)
	expect(panel.banner).to_contain_text("Open · 22 h 29 min left")
	panel.page.clock.set_system_time("2020-01-01T00:00:00Z")
	panel.pass_time(2 * MINUTE)
	expect(panel.banner).to_contain_text("Open · 22 h 27 min left")


def test_without_an_event_the_page_finds_a_message_by_polling(panel):
	panel.open(WROTE_A_DAY_AGO, transport="transport.subscribe = () => () => {}")
	panel.do("host.receive(c, 'Masih ada?')")
	expect(panel.text).to_be_disabled()
	panel.pass_time(20 * SECOND)
	expect(panel.text).to_be_enabled()


def test_an_element_taken_off_the_page_asks_no_more(panel):
	panel.open(WROTE_90_MIN_AGO)
	panel.do("chat.remove()")
	before = len(panel.calls("chat.open"))
	panel.pass_time(2 * HOUR)
	assert len(panel.calls("chat.open")) == before
	assert panel.page.evaluate("host.listeners.size") == 0


def test_each_number_pair_has_its_own_window(panel):
	panel.open(
		"""const [id, sg] = (host.addLead("LEAD-1", {name: "ID"}, {name: "SG", business: "whatsapp:+6560001000", label: "Sales SG"}),
			["ID", "SG"]);
		host.receive(id, "Halo", {ago: HOUR});
		host.receive(sg, "Hello", {ago: 30 * HOUR})"""
	)
	expect(panel.text).to_be_enabled()
	panel.root.get_by_label("Chat", exact=True).select_option(label="via Sales SG (1 unread)")
	panel.wait()
	expect(panel.banner).to_contain_text("Closed since")
	expect(panel.bubble("Hello")).to_be_visible()
	expect(panel.bubble("Halo")).to_have_count(0)
	assert panel.calls("chat.open")[-1]["args"]["conversation"] == "SG"


def test_the_chats_of_several_people_are_told_apart_by_their_names(panel):
	panel.open(
		"""host.addLead("LEAD-1", {name: "B", person: "Budi Santoso", profile: "budi"},
			{name: "S", person: "", profile: "siti r", customer: "whatsapp:+6281200000002"},
			{name: "X", profile: "", customer: "whatsapp:+6281200000003"});
		host.receive("B", "Halo", {ago: HOUR}); host.receive("S", "Saya bagian keuangan", {ago: HOUR})"""
	)
	menu = panel.root.get_by_label("Chat", exact=True)
	expect(menu.locator("option")).to_have_text(
		[
			"Budi Santoso · via Sales ID",
			"siti r · via Sales ID (1 unread)",
			"+6281200000003 · via Sales ID",
		]
	)
	expect(panel.root.locator(".wa-customer")).to_have_text("Budi Santoso")
	menu.select_option(value="S")
	panel.wait()
	expect(panel.root.locator(".wa-customer")).to_have_text("siti r")
	expect(panel.bubble("Saya bagian keuangan")).to_be_visible()


def test_the_messages_of_somebody_elses_lead_stay_theirs_but_the_window_is_shown(panel):
	panel.open(
		"host.addLead('LEAD-1', {name: 'X', mayRead: false}); host.receive('X', 'Rahasia', {ago: HOUR})"
	)
	expect(panel.banner).to_contain_text("Open ·")
	expect(panel.root.get_by_text("You don't have permission to read this chat.")).to_be_visible()
	expect(panel.bubbles).to_have_count(0)
	expect(panel.text).to_be_disabled()


def test_who_may_only_read_sees_why_the_composer_is_locked(panel):
	panel.open(f"{WROTE_90_MIN_AGO}; host.mayReply = false")
	expect(panel.bubble("apakah masih ada")).to_be_visible()
	expect(panel.text).to_be_disabled()
	expect(panel.text).to_have_accessible_description(
		"Open · 22 h 29 min left View only: to reply you need write permission on the lead."
	)
	expect(panel.template_button).to_have_count(0)


def test_without_permission_the_server_s_sentence_is_shown(panel):
	panel.open("", lead="SOMEBODY-ELSES")
	expect(panel.banner).to_have_text("You are not permitted to read this lead.")
	expect(panel.text).to_be_disabled()


def test_a_lead_without_a_number_says_what_to_do_and_recovers(panel):
	panel.open(f"{WROTE_90_MIN_AGO}; host.leads.get('LEAD-1').noNumber = true")
	expect(panel.banner).to_contain_text("Fill in its mobile number")
	panel.do("host.leads.get('LEAD-1').noNumber = false")
	panel.root.get_by_role("button", name="Try again").click()
	panel.wait()
	expect(panel.banner).to_contain_text("Open ·")


def test_a_site_not_set_up_leads_to_the_settings(panel):
	panel.open(
		"host.fail('chat.open', {status: 417, excType: 'NotSetUp', message: 'Fill in the Account SID in WA Window Settings.'})",
		transport="transport.settingsLink = () => { window.went = true; }",
	)
	expect(panel.banner).to_have_text("Fill in the Account SID in WA Window Settings.")
	panel.root.get_by_role("button", name="Open settings").click()
	assert panel.page.evaluate("window.went")


def test_an_unsaved_lead_says_so_and_asks_nothing(panel):
	panel.open("", lead=None)
	expect(panel.banner).to_contain_text("Save this lead to see its chat")
	assert panel.page.evaluate("host.calls.length") == 0


def test_offline_keeps_what_is_on_the_screen_and_comes_back(panel):
	panel.open(WROTE_90_MIN_AGO)
	panel.type("Baik, Pak")
	panel.do("host.fail('*', {status: 0})")
	panel.pass_time(20 * SECOND)
	expect(panel.banner).to_contain_text("You're offline. Showing the last known messages.")
	expect(panel.bubble("apakah masih ada")).to_be_visible()
	expect(panel.text).to_have_value("Baik, Pak")
	panel.do("host.recover(); dispatchEvent(new Event('online'))")
	expect(panel.banner).to_contain_text("Open ·")
	expect(panel.text).to_have_value("Baik, Pak")


def test_going_offline_is_shown_at_once(panel):
	panel.open(WROTE_90_MIN_AGO)
	panel.do("host.fail('*', {status: 0}); dispatchEvent(new Event('offline'))")
	expect(panel.banner).to_contain_text("You're offline")


def test_a_chat_with_a_number_that_is_no_sender_says_what_to_do_and_offers_no_reply(panel):
	panel.open(f"host.senderProblem = 'Add +62811 to the senders, then reply.'; {WROTE_90_MIN_AGO}")
	expect(panel.banner).to_have_text("Add +62811 to the senders, then reply.")
	expect(panel.text).to_be_disabled()
	expect(panel.root.get_by_role("button", name="Send template…")).to_have_count(0)
	expect(panel.root.get_by_text("Halo, apakah masih ada?")).to_be_visible()
