"""The inbox, the leads' list, and files, in the Desk of a real site."""

import re

from playwright.sync_api import expect

from tests.desk.conftest import on_the_site

PATIENCE_MS = 60_000


def lapse(site, lead: str, *, in_s: int):
	on_the_site(site, "wa_window.tests.simulated.lapse_in", lead=site["leads"][lead], seconds=in_s)


def opened(desk, path: str):
	desk.goto(path)
	return desk


INBOX = "/app/chat-conversation"
KIND = ".wa-kind"


def opened_inbox(desk, whose: str = "Siti Rahmawati"):
	"""The inbox, and a row of it with its window."""
	opened(desk, INBOX)
	row = desk.locator(".list-row", has_text=whose)
	expect(row).to_contain_text(" left", timeout=PATIENCE_MS)
	return row


def chosen(desk, kind: str, group: str = "Show"):
	desk.locator(".page-head").get_by_role("button", name=group).click()
	desk.locator(".page-head .dropdown-menu.show").get_by_text(kind, exact=True).click()
	expect(desk.locator(KIND)).to_contain_text(kind)


def list_update(desk, customer: str):
	"""Trigger Frappe's `list_update` of the list, once the agent may see this customer's chat."""
	desk.evaluate(
		"""async (customer) => {
			let name;
			for (let asked = 0; !name && asked < 500; asked++) {
				const { message } = await frappe.db.get_value("Chat Conversation", { customer }, "name");
				name = message?.name;
			}
			cur_list.pending_document_refreshes.push({ doctype: "Chat Conversation", name });
			cur_list.process_document_refreshes();
		}""",
		customer,
	)


def test_the_inbox_shows_who_waits_and_leads_to_the_chat(desk, simulator):
	simulator.post("message", customer="siti", body="Apakah bisa KPR?")
	row = opened_inbox(desk)
	expect(row).to_contain_text("Apakah bisa KPR?")
	expect(row).to_contain_text("23 h left")
	expect(row.locator(".list-row-activity .frappe-timestamp")).to_have_text(re.compile("now|m$"))
	row.locator(".list-subject a").first.click()
	expect(desk).to_have_url(re.compile("/chat-lead/"))
	chat = desk.locator("wa-chat")
	expect(chat.get_by_text("Apakah bisa KPR?", exact=True).last).to_be_visible(timeout=PATIENCE_MS)
	expect(chat.get_by_role("textbox")).to_be_focused()
	assert desk.errors == []


def test_a_click_beside_the_name_opens_the_chat_too_and_again(desk, simulator):
	simulator.post("message", customer="siti", body="Halo, ada orang?")
	for _ in range(2):
		opened_inbox(desk).locator(".list-row-activity").click(position={"x": 2, "y": 2})
		chat = desk.locator("wa-chat").get_by_text("Halo, ada orang?").last
		expect(chat).to_be_visible(timeout=PATIENCE_MS)
		desk.get_by_role("tab", name="Details").click()
		expect(chat).to_be_hidden()
		desk.evaluate("cur_frm.refresh()")
		expect(chat).to_be_hidden()
		desk.evaluate("frappe.set_route('List', 'Chat Conversation')")
	assert desk.errors == []


def test_a_chat_that_is_new_while_the_inbox_is_open_has_its_window(desk, simulator):
	simulator.post("message", customer="siti", body="Halo")
	opened_inbox(desk)
	customer = {"id": "rini", "name": "Rini Wulandari", "phone": "+6281355512345"}
	simulator.post("customers", **customer)
	simulator.post("message", customer="rini", body="Saya baru di sini")
	row = desk.locator(".list-row", has_text="Rini Wulandari")
	list_update(desk, customer["phone"])
	expect(row).to_contain_text("23 h left", timeout=PATIENCE_MS)
	assert desk.errors == []


def test_the_windows_are_asked_for_every_minute(desk, simulator):
	simulator.post("message", customer="siti", body="Halo")
	desk.clock.install()
	opened_inbox(desk)
	with desk.expect_response("**/wa_window.api.chat.windows"):
		desk.clock.fast_forward(61_000)
	assert desk.errors == []


def test_a_kind_is_shown_beside_the_agents_own_filters_and_saved_nowhere(desk, simulator, site):
	simulator.post("message", customer="siti", body="Halo")
	simulator.post("message", customer="budi", body="Halo juga")
	siti, budi = opened_inbox(desk), desk.locator(".list-row", has_text="Budi Santoso")
	lapse(site, "Budi Santoso", in_s=1800)
	chosen(desk, "Closing Soon")
	expect(siti).to_have_count(0)
	expect(budi).to_contain_text("29 min left")
	chosen(desk, "Unread")
	expect(siti).to_be_visible()
	own = desk.locator(".standard-filter-section").get_by_placeholder("Profile Name")
	own.fill("Budi")
	expect(siti).to_have_count(0)
	desk.locator(KIND).click()
	expect(desk.locator(KIND)).to_have_count(0)
	expect(own).to_have_value("Budi")
	chosen(desk, "Open")
	expect(desk).to_have_url(re.compile("wa_kind=open"))
	desk.reload()
	expect(desk.locator(KIND)).to_contain_text("Open", timeout=PATIENCE_MS)
	saved = desk.evaluate("JSON.stringify(frappe.get_user_settings('Chat Conversation').List.filters)")
	assert "at_ms" not in saved
	opened(desk, INBOX)
	expect(budi).to_be_visible(timeout=PATIENCE_MS)
	expect(desk.locator(KIND)).to_have_count(0)
	desk.evaluate("cur_list.filter_area.clear()")
	expect(siti).to_be_visible()
	assert desk.errors == []


def test_a_kind_that_is_taken_off_while_it_is_asked_for_does_not_come_back(desk, simulator, site):
	simulator.post("message", customer="siti", body="Halo")
	siti = opened_inbox(desk)
	held = []

	def hold(route):  # playwright marks what it is given, which cannot be done to a list's own method
		held.append(route)

	desk.route("**/*inbox.filters?kind=closed*", hold)
	with desk.expect_request("**/*inbox.filters?kind=closed*"):
		desk.evaluate("() => { cur_list.page.inner_toolbar.find('a:contains(Closed)').click() }")
	chosen(desk, "Unread")
	expect(siti).to_be_visible()
	with desk.expect_response("**/*reportview.get", timeout=PATIENCE_MS):
		held[0].continue_()
	expect(desk.locator(KIND)).to_contain_text("Unread")
	expect(siti).to_be_visible()
	assert desk.errors == []


def test_a_number_card_leads_to_the_chats_it_counts(desk, simulator, site):
	simulator.post("message", customer="siti", body="Halo")
	simulator.post("message", customer="budi", body="Halo juga")
	opened_inbox(desk, "Budi Santoso")
	lapse(site, "Budi Santoso", in_s=1800)
	opened(desk, "/app/wa-window")
	desk.locator(".number-widget-box", has_text="Closing Soon").locator(".widget-content").click()
	expect(desk.locator(KIND)).to_contain_text("Closing Soon", timeout=PATIENCE_MS)
	expect(desk.locator(".list-row", has_text="Budi Santoso")).to_contain_text("29 min left")
	expect(desk.locator(".list-row", has_text="Siti Rahmawati")).to_have_count(0)
	assert desk.errors == []


def test_a_chat_without_a_profile_name_is_called_by_its_lead_or_number(desk):
	opened(desk, INBOX)
	title = (
		"""(doc) => frappe.listview_settings["Chat Conversation"].formatters.profile_name("", null, doc)"""
	)
	desk.wait_for_function("window.cur_list?.doctype === 'Chat Conversation'", timeout=PATIENCE_MS)
	assert desk.evaluate(title, {"lead_title": "Budi", "customer": "+62812"}) == "Budi"
	assert desk.evaluate(title, {"lead_title": "", "customer": "+62812"}) == "+62812"


def test_the_list_of_leads_shows_whose_window_is_open(desk, simulator):
	simulator.post("message", customer="siti", body="Halo lagi")
	opened(desk, "/app/chat-lead")
	row = desk.locator(".list-row", has_text="Siti Rahmawati")
	badge = row.locator(".wa-badge")
	expect(badge).to_have_text("23 h left", timeout=PATIENCE_MS)
	silent = desk.locator(".list-row", has_text="Lead without a number")
	expect(silent.locator(".wa-badge")).to_have_count(0)
	desk.evaluate("cur_list.render_list()")
	expect(badge).to_have_text("23 h left")
	chosen(desk, "Open", "WhatsApp")
	expect(silent).to_have_count(0)
	expect(badge).to_have_text("23 h left")
	desk.locator(KIND).click()
	expect(silent).to_be_visible()
	assert desk.errors == []


def test_photos_come_and_go(desk, simulator, site):
	simulator.post("message", customer="budi", kind="image")
	opened(desk, f"/app/chat-lead/{site['leads']['Budi Santoso']}#wa_tab")
	chat = desk.locator("wa-chat")
	photo = chat.locator(".wa-in img").last
	expect(photo).to_be_visible(timeout=PATIENCE_MS)
	assert photo.evaluate("node => node.decode().then(() => node.naturalWidth > 0)")
	plan = bytes.fromhex(
		"89504e470d0a1a0a0000000d4948445200000001000000010806000000"
		"1f15c4890000000d49444154789c63f8ffff3f0005fe02fea72d0b5f0000000049454e44ae426082"
	)
	chat.locator("input[type=file]").set_input_files(
		{"name": "denah.png", "mimeType": "image/png", "buffer": plan}
	)
	chat.get_by_role("textbox").fill("Denahnya")
	chat.get_by_role("textbox").press("Enter")
	sent = chat.locator(".wa-out", has_text="Denahnya")
	expect(sent.get_by_text("Delivered", exact=True)).to_be_attached(timeout=PATIENCE_MS)
	assert [entry for entry in simulator.outbound() if entry["body"] == "Denahnya" and entry["media_url"]]
	assert desk.errors == []
