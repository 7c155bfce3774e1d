"""What customers send, by each of the simulator's kinds: posted as Twilio does, shown on the site in Chromium."""

import pytest
from playwright.sync_api import Locator, expect

from playground.twilio_sim.extended_kinds import AD, KINDS, NEW_NUMBER
from playground.twilio_sim.samples import FILES

from .conftest import logged_in

PATIENCE_MS = 60_000
RECEIVED = ".wa-bubble.wa-in"
PHONE = "+6281344556633"
LAST = "Itu semuanya"
QUICK_REPLY, LIST_PICKER = f"HX{5:032x}", f"HX{7:032x}"
SEND = """async ([customer_phone, content_sid, variables]) => {
	const { message } = await frappe.db.get_value("Chat Conversation", { customer_phone }, ["name", "lead"]);
	const of = { lead_doctype: "Chat Lead", lead: message.lead, conversation: message.name };
	const template = { content_sid, variables, client_key: `pick-${content_sid}` };
	await frappe.xcall("wa_window.api.chat.send_template", { ...of, ...template });
}"""


def text(bubbles: Locator) -> None:
	expect(bubbles.locator("strong")).to_have_text("*tebal*")


def image(bubbles: Locator) -> None:
	photo = bubbles.locator("img")
	expect(photo).to_be_visible(timeout=PATIENCE_MS)
	assert photo.evaluate("node => node.decode().then(() => node.naturalWidth)") == 160


def document(bubbles: Locator) -> None:
	link = bubbles.get_by_role("link", name=FILES["document"].name).first
	expect(link).to_be_visible(timeout=PATIENCE_MS)


def audio(bubbles: Locator) -> None:
	expect(bubbles.locator("audio")).to_have_count(1, timeout=PATIENCE_MS)


def video(bubbles: Locator) -> None:
	expect(bubbles.locator("video")).to_have_count(1, timeout=PATIENCE_MS)


def location(bubbles: Locator) -> None:
	bubble = bubbles.filter(has_text="Kantor")
	expect(bubble.get_by_role("link", name="Show on the map")).to_be_visible()


def contact(bubbles: Locator) -> None:
	friend = bubbles.get_by_role("group", name="Siti Rahma")
	expect(friend).to_contain_text("+6281299990000", timeout=PATIENCE_MS)
	expect(friend.get_by_role("button", name="Create lead")).to_be_visible()


def ad(bubbles: Locator) -> None:
	card = bubbles.get_by_role("group", name="From an ad")
	expect(card).to_contain_text(AD["ReferralHeadline"])
	expect(card.get_by_role("img")).to_be_visible(timeout=PATIENCE_MS)


def post(bubbles: Locator) -> None:
	card = bubbles.get_by_role("group", name="From a post")
	expect(card).to_contain_text(AD["ReferralHeadline"])


def contact_versions(bubbles: Locator) -> None:
	old = bubbles.get_by_role("group", name="Ana Sánchez")
	expect(old).to_contain_text("+62 812-1111-2222", timeout=PATIENCE_MS)
	expect(bubbles.get_by_role("group", name="Zoë Wijaya")).to_contain_text("+62-813-3333-4444")


def forwarded(bubbles: Locator) -> None:
	expect(bubbles.locator(".wa-tag")).to_have_text("Forwarded")


def forwarded_often(bubbles: Locator) -> None:
	expect(bubbles.locator(".wa-tag")).to_have_text("Forwarded many times")


def form(bubbles: Locator) -> None:
	expect(bubbles.locator("dd")).to_have_text(["Budi Santoso", "45, 70", "2026-12-05"])


def order(bubbles: Locator) -> None:
	expect(bubbles.filter(has_text="MELATI-45")).to_have_count(1)


def unsupported(bubbles: Locator) -> None:
	expect(bubbles.filter(has_text="This kind of message cannot be shown here.")).to_have_count(1)


# The customer's text, by which the bubble is found where there is one, and what it shows.
SHOWN = {
	"text": ("Halo *tebal*", text),
	"image": ("Foto unit", image),
	"document": ("", document),
	"audio": ("", audio),
	"video": ("", video),
	"location": ("", location),
	"contact": ("", contact),
	"ad": ("Iklannya masih berlaku?", ad),
	"post": ("Postingannya masih berlaku?", post),
	"contact_versions": ("", contact_versions),
	"forwarded": ("Ini brosurnya", forwarded),
	"forwarded_often": ("Rumah dijual!", forwarded_often),
	"form": ("Formulir satu", form),
	"form_in_interactive_data": ("Formulir dua", form),
	"form_in_flow_data": ("Formulir tiga", form),
	"order": ("", order),
	"unsupported": ("", unsupported),
}


@pytest.fixture(scope="module")
def chat(browser, site, simulator):
	"""The chat of a customer who has sent all of it, in the inbox."""
	simulator.post("customers", id="mira", name="Mira Lestari", phone=PHONE, user_id="ID.20817740099001")
	for kind, (body, _show) in SHOWN.items():
		simulator.post("message", customer="mira", kind=kind, body=body)
	simulator.post("message", customer="mira", body=LAST)
	with logged_in(browser, site, site["user"]) as page:
		page.goto("/app/whatsapp")
		row = page.get_by_role("option").filter(has_text="Mira Lestari")
		row.filter(has_text=LAST).click(timeout=PATIENCE_MS)
		chat = page.locator("wa-chat")
		expect(chat.locator(RECEIVED)).to_have_count(len(SHOWN) + 1, timeout=PATIENCE_MS)
		yield chat
		assert page.errors == []


@pytest.mark.parametrize("kind", SHOWN)
def test_what_a_customer_sends_is_shown(chat, kind):
	body, show = SHOWN[kind]
	show(chat.locator(RECEIVED, has_text=body))


def test_no_kind_of_the_simulator_is_left_out():
	tested_below = {NEW_NUMBER}
	assert set(SHOWN) | tested_below == {"text", "location", "contact", "unsupported", *FILES, *KINDS}


def test_a_pressed_button_and_a_pick_from_a_list_say_of_what(chat, simulator):
	for content_sid, values in ((QUICK_REPLY, {"1": "Sabtu"}), (LIST_PICKER, {})):
		chat.page.evaluate(SEND, [PHONE, content_sid, values])
	delivered = chat.locator(".wa-out").get_by_text("Delivered", exact=True)
	expect(delivered).to_have_count(2, timeout=PATIENCE_MS)
	sent = {entry["content_sid"]: entry["sid"] for entry in simulator.outbound(f"whatsapp:{PHONE}")}
	for content_sid, button in ((QUICK_REPLY, "visit_move"), (LIST_PICKER, "t45")):
		tapped = {"kind": "button", "replied_to": sent[content_sid], "button": button}
		simulator.post("message", customer="mira", **tapped)
	for options in ("Picked from: Jadi · Ganti hari", "Picked from: Tipe 36 · Tipe 45"):
		expect(chat.locator(RECEIVED, has_text=options)).to_be_visible(timeout=PATIENCE_MS)


def test_a_message_from_a_new_number_stays_in_the_chat_and_says_so(chat, simulator):
	simulator.post("message", customer="mira", kind=NEW_NUMBER, body="Ini nomor baru saya")
	bubble = chat.locator(RECEIVED, has_text="Ini nomor baru saya")
	expect(bubble).to_contain_text("Changed number. Before:", timeout=PATIENCE_MS)
