"""What the inbox shows when there is nothing to answer, nothing known yet, or something wrong; and its actions."""

import pytest
from playwright.sync_api import expect

from .test_inbox_list import THREE


def test_nothing_left_says_so_and_what_closes_tonight(inbox):
	inbox.open('host.addChat("Budi", {ago: HOUR}); host.send("C-Budi", "Baik"); host.closingTonight = 3')
	expect(inbox.root.locator(".wi-state")).to_have_text("All answered3 windows close tonight.")
	expect(inbox.queue("All")).to_have_text("All1")


def test_until_the_first_answer_there_are_skeletons(inbox):
	inbox.page.evaluate(
		"""() => {
			window.host = new FakeInboxHost();
			host.addChat("Budi", {ago: HOUR});
			inbox.transport = host.transport;
		}"""
	)
	expect(inbox.root.get_by_role("status", name="Loading the chats…")).to_be_visible()
	inbox.wait()
	assert inbox.names() == ["Budi"]


@pytest.mark.parametrize(
	("arrange", "press", "text"),
	[
		(THREE, lambda inbox: inbox.search.fill("nobody"), "No chat found"),
		(THREE, lambda inbox: inbox.chip("Failed").click(), "No such chats here"),
		("", lambda inbox: inbox.queue("All").click(), "No chats yet"),
		("", lambda inbox: inbox.queue("Mine").click(), "No chats of yours"),
		("", lambda inbox: inbox.queue("Unassigned").click(), "Every chat has an owner"),
	],
)
def test_an_empty_list_says_why(inbox, arrange, press, text):
	inbox.open(arrange)
	press(inbox)
	inbox.wait()
	expect(inbox.root.locator(".wi-state")).to_contain_text(text)


def test_offline_the_last_known_chats_stay(inbox):
	inbox.open(THREE)
	inbox.do("host.fail('*', {status: 0}); dispatchEvent(new Event('offline'))")
	expect(inbox.root.get_by_text("You're offline. Showing the last known chats.")).to_be_visible()
	assert inbox.names() == ["Siti", "Budi", "Agus"]
	inbox.do("host.recover(); dispatchEvent(new Event('online'))")
	expect(inbox.root.get_by_text("You're offline.")).to_have_count(0)


def test_a_list_that_could_not_be_loaded_can_be_asked_for_again(inbox):
	inbox.open(THREE + "host.fail('inbox.chats', {status: 503, message: 'Not now.', once: true})")
	expect(inbox.root.locator(".wi-state")).to_contain_text("The chats could not be loaded")
	inbox.root.get_by_role("button", name="Try again").first.click()
	inbox.wait()
	assert inbox.names() == ["Siti", "Budi", "Agus"]


def test_not_set_up_leads_to_the_settings(inbox):
	inbox.open(
		"host.fail('inbox.chats', {status: 417, excType: 'NotSetUp', message: 'Fill in the account SID.'})",
		"transport.settingsLink = () => { window.opened = true }",
	)
	state = inbox.root.locator(".wi-state")
	expect(state).to_contain_text("WhatsApp is not set up yetFill in the account SID.")
	state.get_by_role("button", name="Open settings").click()
	assert inbox.page.evaluate("window.opened")


def test_without_the_right_to_chat_it_says_so(inbox):
	inbox.open(THREE)
	inbox.do("host.fail('*', {status: 403, message: 'Ask for the role WA Window Agent.'})")
	inbox.pass_time(25_000)
	expect(inbox.root.locator(".wi-state")).to_contain_text("No access to the chatsAsk for the role")
	assert inbox.names() == []


def test_a_colleague_who_answered_meanwhile_is_shown_before_it_is_sent(inbox):
	inbox.open(THREE)
	inbox.press("j", "Enter")
	inbox.page.keyboard.type("Rp 475 juta")
	inbox.do("host.send('C-Siti', 'Rp 450 juta', {author: 'Andi'}); host.notify()")
	inbox.press("Enter")
	alert = inbox.chat.locator(":scope > [role=alert]")
	expect(alert).to_contain_text("“Rp 450 juta”. Send anyway?")
	expect(inbox.text).to_have_value("Rp 475 juta")
	assert "475" not in inbox.page.evaluate("JSON.stringify(host.conversation('C-Siti').messages)")
	alert.get_by_role("button", name="Send anyway").click()
	inbox.wait()
	expect(inbox.bubbles.last).to_contain_text("Rp 475 juta")
	first, second = inbox.calls("chat.reply")
	assert (first["args"]["seen"], second["args"]["seen"]) == ("m1", "m4")


def test_what_was_seen_is_as_old_as_the_draft_also_after_another_chat_was_open(inbox):
	inbox.open(THREE)
	inbox.press("j", "Enter")
	inbox.page.keyboard.type("Rp 475 juta")
	inbox.press("Escape", "j")
	# Without an event: with one the list is fetched again, at a moment of its own, and has the answered chat no longer.
	inbox.do("host.send('C-Siti', 'Rp 450 juta', {author: 'Andi'})")
	inbox.press("k", "Enter", "Enter")
	assert inbox.calls("chat.reply")[0]["args"]["seen"] == "m1"
	expect(inbox.chat.locator(":scope > [role=alert]")).to_contain_text("Send anyway?")


def test_a_file_that_was_not_sent_is_attached_again_when_one_comes_back(inbox):
	inbox.open(THREE + "host.fail('upload', {status: 503, message: 'Not now.'})")
	inbox.press("j", "Enter")
	inbox.chat.locator("input[type=file]").set_input_files(
		{"name": "price.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"}
	)
	inbox.press("Control+Enter")
	expect(inbox.title).to_have_text("Budi")
	expect(inbox.chat.get_by_text("price.pdf")).to_have_count(0)
	inbox.pass_time(3000)
	inbox.press("Escape", "k")
	expect(inbox.title).to_have_text("Siti")
	expect(inbox.chat.get_by_text("price.pdf")).to_be_visible()


def test_a_snoozed_chat_leaves_the_queue_until_then(inbox):
	inbox.open(THREE)
	inbox.press("j")
	inbox.menu("More", "Snooze until Tue 09:00")
	inbox.pass_time(3000)
	assert inbox.names() == ["Budi", "Agus"]
	expect(inbox.title).to_have_text("Budi")
	[call] = inbox.calls("inbox.snooze")
	assert call["args"]["until_ms"] == 1_795_485_600_000  # 2026-11-24 09:00 in Jakarta
	inbox.queue("All").click()
	inbox.wait()
	expect(inbox.row("Siti").locator(".wi-when")).to_have_text("Snoozed until Tue")
	inbox.row("Siti").click()
	inbox.menu("More", "End the snooze")
	inbox.pass_time(3000)
	expect(inbox.row("Siti").locator(".wi-when")).to_have_text("29 min left")


def test_a_chat_is_snoozed_until_a_time_of_ones_choice(inbox):
	"""By the clocks of the site's zone, wherever the browser is."""
	inbox.open(THREE)
	inbox.press("j")
	inbox.menu("More", "Snooze until…")
	dialog = inbox.root.get_by_role("dialog", name="Snooze this chat")
	until = dialog.get_by_label("Until")
	expect(until).to_be_focused()
	expect(until).to_have_value("2026-11-24T09:00")
	for wrong in ("2026-11-23T15:36", ""):
		until.fill(wrong)
		dialog.get_by_role("button", name="Snooze").click()
		expect(dialog.get_by_role("alert")).to_have_text("Choose a time in the future.")
	until.fill("2026-12-24T16:30")
	dialog.get_by_role("button", name="Snooze").click()
	inbox.wait()
	expect(dialog).to_have_count(0)
	expect(inbox.title).to_have_text("Budi")
	expect(inbox.root.get_by_text("Siti is snoozed until 24 Dec 2026, 16:30")).to_be_visible()
	[call] = inbox.calls("inbox.snooze")
	assert call["args"] == {"conversation": "C-Siti", "until_ms": 1_798_104_600_000}


def test_a_time_that_is_chosen_is_right_where_the_clocks_change(inbox):
	"""In New York they go back at 2 o'clock in the night of 2026-11-01, and forward on 2027-03-14."""
	chosen = inbox.page.evaluate(
		"""async () => {
			const { InboxTimes } = await import("/public/js/wa_inbox/durations.js");
			const times = new InboxTimes({ locale: "en", timeZone: "America/New_York" });
			const fields = ["2026-11-01T00:30", "2026-11-01T23:30", "2027-03-14T01:30", "2027-03-14T03:30"];
			return fields.map((field) => [times.fromField(field), times.toField(times.fromField(field)) === field]);
		}"""
	)
	assert chosen == [
		[1_793_507_400_000, True],
		[1_793_593_800_000, True],
		[1_805_005_800_000, True],
		[1_805_009_400_000, True],
	]


def test_who_may_only_read_is_offered_nothing_else(inbox):
	inbox.open(THREE + "host.mayReply = false")
	inbox.press("j", "e", "a")
	assert not inbox.calls("inbox.done") + inbox.calls("inbox.take")
	expect(inbox.header.get_by_role("button", name="Done")).to_be_disabled()
	expect(inbox.header.get_by_role("button", name="No owner")).to_be_disabled()
	inbox.header.get_by_role("button", name="More").click()
	expect(inbox.header.get_by_role("menuitem")).to_have_text(
		["Search in this chatF", "Mark as unreadU", "Keyboard shortcuts?"]
	)


def test_a_chat_is_handed_over_with_a_note(inbox):
	inbox.open(THREE)
	inbox.press("j")
	inbox.menu("No owner", "Hand over…")
	dialog = inbox.root.get_by_role("dialog", name="Hand over this chat")
	dialog.get_by_label("Colleague").select_option(label="Andi Pratama")
	dialog.get_by_label("Note for them").fill("Tanya KPR")
	dialog.get_by_role("button", name="Hand over").click()
	inbox.wait()
	expect(dialog).to_have_count(0)
	expect(inbox.header.get_by_role("button", name="Owner: Andi Pratama")).to_be_visible()
	assert inbox.calls("inbox.assign")[0]["args"] == {
		"conversation": "C-Siti",
		"user": "andi@example.com",
		"note": "Tanya KPR",
	}


def test_a_hand_over_that_was_refused_keeps_the_note(inbox):
	inbox.open(
		THREE + "host.fail('inbox.assign', {status: 403, message: 'Andi may not chat here.', once: true})"
	)
	inbox.press("j")
	inbox.menu("No owner", "Hand over…")
	dialog = inbox.root.get_by_role("dialog", name="Hand over this chat")
	dialog.get_by_label("Note for them").fill("Tanya KPR")
	dialog.get_by_role("button", name="Hand over").click()
	inbox.wait()
	expect(dialog.get_by_role("alert")).to_have_text("Andi may not chat here.")
	expect(dialog.get_by_label("Note for them")).to_have_value("Tanya KPR")


def test_the_header_says_who_and_how_long_one_may_write(inbox):
	inbox.open(THREE)
	inbox.press("j")
	expect(inbox.title).to_have_text("Siti")
	expect(inbox.pill).to_have_text("29 min left")
	expect(inbox.pill).to_have_attribute("title", "You can reply until Mon 16:06.")
	expect(inbox.chat.locator(".wa-head")).to_be_hidden()
	expect(inbox.chat.locator(".wa-banner")).to_be_hidden()
	inbox.pass_time(21 * 60_000)
	expect(inbox.pill).to_have_text("8 min 58 s left")


def test_the_chat_itself_is_right_about_the_window_where_the_list_is_old(inbox):
	inbox.open('host.addChat("Budi", {ago: HOUR})')
	inbox.page.evaluate("host.conversation('C-Budi').lastInbound -= 30 * HOUR")
	inbox.press("j")
	expect(inbox.pill).to_have_text("Closed")
	expect(inbox.chat.get_by_role("button", name="Send template…").first).to_be_visible()


def test_the_number_is_copied(inbox):
	inbox.open(THREE)
	inbox.press("j")
	inbox.page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text }")
	inbox.header.get_by_role("button", name="Copy the number").click()
	expect(inbox.header.get_by_text("Copied")).to_be_visible()
	assert inbox.page.evaluate("window.copied") == "+628121000000"


def test_the_details_are_folded_and_stay_so(inbox):
	inbox.open(THREE)
	inbox.press("j")
	expect(inbox.details).to_contain_text("Siti")
	expect(inbox.details.get_by_role("link", name="Open record")).to_have_attribute(
		"href", f"{inbox.page.url.split('/browser')[0]}/app/lead/LEAD-Siti"
	)
	inbox.details.get_by_role("button", name="Close").click()
	expect(inbox.details).to_be_hidden()
	inbox.page.reload()
	inbox.page.wait_for_function("window.ready")
	inbox.open(THREE)
	inbox.press("j")
	expect(inbox.details).to_be_hidden()
	inbox.header.get_by_role("button", name="Details").click()
	expect(inbox.details).to_be_visible()


def test_a_message_of_mine_is_in_the_row_before_the_list_is_fetched_again(inbox):
	inbox.open(THREE)
	inbox.press("j", "Enter")
	inbox.page.keyboard.type("Bisa, Bu")
	inbox.page.keyboard.press("Enter")
	inbox.page.clock.run_for(100)
	expect(inbox.row("Siti").locator(".wi-preview")).to_contain_text("You:Bisa, Bu")


def test_a_chat_without_a_record_is_opened_by_its_conversation(inbox):
	inbox.open(
		THREE + "const row = host.row.bind(host);"
		"host.row = (each) => Object.assign(row(each), each.name === 'C-Siti' && {lead_doctype: '', lead: ''})"
	)
	inbox.press("j")
	args = inbox.calls("chat.open")[0]["args"]
	assert args == {"lead_doctype": "Chat Conversation", "lead": "C-Siti", "conversation": "C-Siti"}
	expect(inbox.details).to_contain_text("No record yet")


def test_an_inbox_that_left_the_page_makes_no_more_calls(inbox):
	inbox.open(THREE)
	inbox.do("window.removed = inbox; inbox.remove()")
	inbox.forget_calls()
	inbox.do("host.receive('C-Budi', 'Halo')")
	inbox.pass_time(60_000)
	assert not inbox.calls()
	inbox.do("document.querySelector('main').append(removed)")
	inbox.wait()
	assert inbox.names() == ["Siti", "Agus", "Budi"]


def test_of_a_long_owners_name_the_end_is_cut_not_what_stands_beside_it(inbox):
	inbox.open(
		"host.addChat('Siti', {owner: {user: 'r', full_name: 'Raden Mas Panji Kusumaningrat Hadiwijaya'}})"
	)
	inbox.press("j")
	content = inbox.header.locator(".wi-owner-name")
	avatar, caret = content.locator(".wi-avatar").bounding_box(), content.locator(".wa-icon").bounding_box()
	around = content.bounding_box()
	assert avatar["width"] == avatar["height"]
	assert caret["x"] + caret["width"] <= around["x"] + around["width"]
