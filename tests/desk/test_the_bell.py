"""The Desk's notifications link to the chat."""

import re

from playwright.sync_api import expect

from tests.desk.conftest import on_the_site, wait_for_answer

PATIENCE_MS = 60_000
# v15's bell is in the navbar, v16's in the sidebar.
BELL = ".navbar .dropdown-notifications .notifications-icon, .body-sidebar .sidebar-notification"
NOTIFIED_BY_SOCKET = (
	"() => frappe.realtime.socket.listeners('notification').forEach((listener) => listener())"
)


def test_a_notification_leads_to_the_chat_on_the_host_where_the_user_is(desk, site):
	lead = site["leads"]["Budi Santoso"]
	entry = {"user": site["user"], "doctype": "Chat Lead", "lead": lead, "words": "Budi wrote on WhatsApp"}
	on_the_site(site, "wa_window.frappe_host.records.record_notifications.notify", **entry)
	desk.goto("/app/chat-lead")
	expect(desk.locator(".list-row", has_text="Budi Santoso").first).to_be_visible(timeout=PATIENCE_MS)
	desk.locator(BELL).filter(visible=True).click()
	entry = desk.locator(".notification-item", has_text="Budi wrote on WhatsApp")
	expect(entry.locator(".avatar")).to_have_text("B")
	entry.click()
	expect(desk.locator("wa-chat")).to_be_visible(timeout=PATIENCE_MS)
	expect(desk).to_have_url(re.compile(rf"^{site['url']}/(app|desk)/chat-lead/{lead}"))
	assert desk.errors == []


def test_an_entry_that_counts_on_while_the_desk_is_open_stays_one(desk, site):
	about = {"user": site["user"], "doctype": "Chat Lead", "lead": site["leads"]["Siti Rahmawati"]}
	desk.goto("/app/chat-lead")
	expect(desk.locator(".list-row", has_text="Siti Rahmawati").first).to_be_visible(timeout=PATIENCE_MS)
	entries = desk.locator(".notification-item", has_text="Siti wrote")
	for unread in (1, 2):
		on_the_site(
			site,
			"wa_window.frappe_host.records.record_notifications.notify",
			**about,
			words=f"Siti wrote: {unread} unread",
		)
		with desk.expect_response("**/*get_notification_logs*"):
			desk.evaluate(NOTIFIED_BY_SOCKET)  # again, where socket.io has published it already
		expect(entries.first).to_contain_text(f"Siti wrote: {unread} unread")
	desk.locator(BELL).filter(visible=True).click()
	expect(entries).to_have_count(1)
	expect(entries).to_contain_text("Siti wrote: 2 unread")
	assert desk.errors == []


# v15's sidebar is on the workspace, v16's on every page of the app.
SIDEBAR = ".desk-sidebar a[href='/app/wa-window'], .body-sidebar a[href$='/whatsapp']"
INBOX = "/api/method/wa_window.api.inbox"
NEEDS_REPLY = f"{INBOX}.chats?queue=needs_reply"
IS_LISTED = "async ([url, text]) => (await (await fetch(url)).text()).includes(text)"
# An event may be lost (joining its room is never confirmed, frappe_handlers.js); the page asks once a minute (needs_reply.js, POLL_MS).
LOST_EVENT_MS = 75_000
SHOWN_THERE = "link => getComputedStyle(link.querySelector('.sidebar-item-label'), '::after').content"


def test_the_sidebar_and_every_title_count_the_chats_that_need_a_reply(desk, site, simulator):
	simulator.post("message", customer="budi", body="Halo?")
	desk.goto("/app/wa-window")
	link = desk.locator(SIDEBAR).first
	expect(link).to_be_visible(timeout=PATIENCE_MS)
	expect(desk).to_have_title(re.compile(r"^\(\d+\) "), timeout=PATIENCE_MS)
	count = link.evaluate(SHOWN_THERE).strip('"')
	assert desk.title().startswith(f"({count}) ")
	wait_for_answer(desk, IS_LISTED, [NEEDS_REPLY, "Halo?"])
	headers = {"X-Frappe-CSRF-Token": desk.evaluate("frappe.csrf_token")}
	while chats := desk.request.get(NEEDS_REPLY).json()["message"]["chats"]:
		for chat in chats:
			done = {"conversation": chat["conversation"]}
			assert desk.request.post(f"{INBOX}.done", form=done, headers=headers).ok
	if not site["realtime"]:
		desk.reload()
	expect(desk).not_to_have_title(re.compile(r"^\("), timeout=LOST_EVENT_MS)
	assert desk.errors == []


NOTIFIED = """message => frappe.realtime.socket.listeners("wa_window_message_notified")
	.forEach((listener) => listener(message))"""


def test_who_wants_alerts_sees_them_on_every_page_of_the_desk(desk, site):
	filters = {"lead": site["leads"]["Budi Santoso"]}
	named = on_the_site(site, "frappe.db.get_value", doctype="Chat Conversation", filters=filters)
	message = {"message": "m1", "conversation": named.strip().strip('"'), "title": "Budi", "text": "Halo <b>"}
	desk.goto("/app/chat-lead")
	expect(desk.locator(".list-row").first).to_be_visible(timeout=PATIENCE_MS)
	desk.evaluate("localStorage.setItem('wa-window-alerts', '1')")
	desk.evaluate(NOTIFIED, message)
	toast = desk.locator(".desk-alert", has_text="Budi")
	expect(toast).to_contain_text("Halo <b>")
	toast.get_by_role("button", name="Open chat").click()
	expect(desk.locator("wa-inbox .wi-chat-head").get_by_role("heading", name="Budi")).to_be_visible(
		timeout=PATIENCE_MS
	)
	assert desk.errors == []
