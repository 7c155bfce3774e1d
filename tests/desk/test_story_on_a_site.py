"""The main story on a real site: inbound webhook, reply, closed window, error, template, open again."""

from playwright.sync_api import expect

from .conftest import on_the_site

BUDI = "whatsapp:+6281234567890"
SOON = 60_000  # without realtime the page polls every 20 seconds, and on a busy machine the worker takes its time
SHOWN = ".list-row:visible, .form-layout .frappe-control:visible"
IMAGES_ARE_TRIED = "() => [...document.images].every(({complete, loading}) => complete || loading === 'lazy')"


def chat_of(desk, site, lead: str):
	desk.goto(f"/app/chat-lead/{site['leads'][lead]}")
	desk.get_by_role("tab", name="WhatsApp").click()
	chat = desk.locator("wa-chat")
	expect(chat).to_be_visible(timeout=SOON)
	return chat


def test_from_the_first_message_to_the_reply(desk, site, simulator):
	chat = chat_of(desk, site, "Budi Santoso")
	composer = chat.get_by_role("textbox")
	expect(chat).to_contain_text("No messages yet. Send a template to start this chat.", timeout=SOON)
	expect(composer).to_be_disabled()

	simulator.post("message", customer="budi", body="Halo, apakah rumahnya masih ada? <b>5%</b>")
	expect(chat.get_by_text("Halo, apakah rumahnya masih ada? <b>5%</b>")).to_be_visible(timeout=SOON)
	expect(chat).to_contain_text("Open · 23 h")

	composer.fill("Masih ada, Pak.")
	composer.press("Enter")
	expect(chat.get_by_text("Masih ada, Pak.")).to_be_visible()
	expect(chat.get_by_text("Delivered", exact=True)).to_be_attached(timeout=2 * SOON)
	assert [entry["body"] for entry in simulator.outbound(BUDI)] == ["Masih ada, Pak."]

	composer.fill("Sebentar, saya cek")
	lead = site["leads"]["Budi Santoso"]
	on_the_site(site, "wa_window.tests.simulated.lapse_in", lead=lead, seconds=25)
	simulator.post("read", customer="budi")
	expect(chat).to_contain_text("Closed since", timeout=3 * SOON)
	expect(chat).to_contain_text("Closed since")
	expect(composer).to_be_disabled()
	expect(composer).to_have_value("Sebentar, saya cek")

	refused = desk.evaluate(
		"""async ([lead]) => {
			const answer = await fetch("/api/method/wa_window.api.chat.reply", {
				method: "POST",
				headers: {"Content-Type": "application/json", "X-Frappe-CSRF-Token": frappe.csrf_token},
				body: JSON.stringify({lead_doctype: "Chat Lead", lead, body: "Halo lagi", client_key: "k1"}),
			});
			return [answer.status, (await answer.json()).exc_type];
		}""",
		[lead],
	)
	assert refused == [409, "WindowClosed"]
	assert len(simulator.outbound(BUDI)) == 1

	chat.get_by_role("button", name="Send template").first.click()
	dialog = desk.get_by_role("dialog")
	dialog.get_by_role("listbox").get_by_role("option").first.click()
	for field in dialog.get_by_role("textbox").all():
		if field.is_enabled() and not field.input_value():
			field.fill("rumah di BSD")
	dialog.get_by_role("button", name="Send", exact=True).click()
	expect(dialog).to_be_hidden(timeout=SOON)
	sent = chat.get_by_role("log").locator(".wa-out").last
	expect(sent.get_by_text("Delivered", exact=True)).to_be_attached(timeout=2 * SOON)
	_, template = simulator.outbound(BUDI)
	assert template["content_sid"]
	expect(chat).to_contain_text("Closed since")

	simulator.post("message", customer="budi", body="Ya, saya masih berminat")
	expect(chat.get_by_text("Ya, saya masih berminat")).to_be_visible(timeout=SOON)
	expect(composer).to_be_enabled()
	composer.press("End")
	composer.type(" dulu.")
	expect(composer).to_have_value("Sebentar, saya cek dulu.")
	assert desk.errors == []


def test_a_lead_without_a_number_says_what_to_do(desk, site):
	chat = chat_of(desk, site, "Lead without a number")
	expect(chat).to_contain_text("no valid phone number", timeout=SOON)


def test_the_form_is_reused_for_another_lead_without_mixing_chats(desk, site):
	chat = chat_of(desk, site, "Budi Santoso")
	expect(chat.get_by_text("Ya, saya masih berminat")).to_be_visible(timeout=SOON)
	desk.evaluate(f"frappe.set_route('Form', 'Chat Lead', '{site['leads']['Siti Rahmawati']}')")
	expect(desk.locator("wa-chat:visible").get_by_text("Ya, saya masih berminat")).to_have_count(
		0, timeout=SOON
	)


def test_hostile_text_from_whatsapp_is_text_everywhere_in_the_desk(desk, site, simulator):
	hostile = '<img src=x onerror="window.pwned = 1"><p onclick=1>'
	simulator.post("message", customer="siti", body=hostile, profile_name=hostile)
	chat = chat_of(desk, site, "Siti Rahmawati")
	expect(chat.get_by_text(hostile).first).to_be_visible(timeout=SOON)
	opened = desk.evaluate(
		"frappe.xcall('frappe.client.get_list', {doctype: 'Chat Message', fields: ['name', 'conversation'],"
		" order_by: 'creation desc', limit_page_length: 1}).then(rows => rows[0])"
	)
	for path in (
		"chat-message",
		f"chat-message/{opened['name']}",
		"chat-conversation",
		f"chat-conversation/{opened['conversation']}",
		"chat-lead",
	):
		desk.goto(f"/app/{path}")
		expect(desk.locator(SHOWN).first).to_be_visible(timeout=SOON)
		desk.wait_for_function(IMAGES_ARE_TRIED)
		assert not desk.evaluate("window.pwned"), path
