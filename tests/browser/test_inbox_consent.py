"""When and how a customer agreed to be written to, from the menu of a chat."""

from playwright.sync_api import expect

from .test_inbox_list import THREE

KNOWN = """host.conversation("C-Siti").consent = {source: "Told an Agent", at_ms: 1_700_000_000_123, note: "by phone <b>", by: "Andi"};"""


def opened(inbox, arrange: str = ""):
	inbox.open(THREE + arrange)
	inbox.press("j")
	inbox.menu("More", "Consent…")
	inbox.wait()
	return inbox.root.get_by_role("dialog", name="Consent to be written to")


def test_it_is_recorded_with_its_time_and_a_note(inbox):
	dialog = opened(inbox)
	expect(dialog.get_by_label("When")).to_be_hidden()
	dialog.get_by_label("How did the customer agree?").select_option("Told an Agent")
	dialog.get_by_label("When").fill("2026-11-20T09:30:00")
	dialog.get_by_label("Note").fill("by phone")
	dialog.get_by_role("button", name="Save").click()
	inbox.wait()
	expect(dialog).to_have_count(0)
	(call,) = inbox.calls("inbox.set_consent")
	at_ms = inbox.page.evaluate("new Date('2026-11-20T09:30:00').getTime()")
	assert call["args"] == {
		"conversation": "C-Siti",
		"source": "Told an Agent",
		"at_ms": at_ms,
		"note": "by phone",
	}


def test_what_is_known_is_shown_as_text_and_an_untouched_time_stays(inbox):
	dialog = opened(inbox, KNOWN)
	expect(dialog.get_by_label("How did the customer agree?")).to_have_value("Told an Agent")
	expect(dialog.get_by_label("Note")).to_have_value("by phone <b>")
	expect(dialog).to_contain_text("Recorded by Andi")
	dialog.get_by_role("button", name="Save").click()
	inbox.wait()
	assert inbox.calls("inbox.set_consent")[0]["args"]["at_ms"] == 1_700_000_000_123


def test_it_is_removed_and_a_refusal_keeps_the_dialog(inbox):
	refused = "host.fail('inbox.set_consent', {status: 403, message: 'Not you.', once: true});"
	dialog = opened(inbox, KNOWN + refused)
	dialog.get_by_label("How did the customer agree?").select_option("")
	dialog.get_by_role("button", name="Save").click()
	inbox.wait()
	expect(dialog.get_by_role("alert")).to_have_text("Not you.")
	dialog.get_by_role("button", name="Save").click()
	inbox.wait()
	expect(dialog).to_have_count(0)
	args = inbox.calls("inbox.set_consent")[-1]["args"]
	assert (args["source"], args["at_ms"]) == ("", 0)


def test_who_may_not_write_is_not_offered_it(inbox):
	inbox.open(THREE + "host.mayReply = false;")
	inbox.press("j")
	inbox.wait()
	inbox.header.get_by_role("button", name="More").click()
	expect(inbox.header.get_by_role("menuitem", name="Consent…")).to_have_count(0)


def test_escape_leads_back_to_the_menu_that_it_was_opened_from(inbox):
	dialog = opened(inbox)
	expect(dialog).to_be_visible()
	inbox.page.keyboard.press("Escape")
	expect(dialog).to_have_count(0)
	expect(inbox.header.get_by_role("button", name="More")).to_be_focused()
