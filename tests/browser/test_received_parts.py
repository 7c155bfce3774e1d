"""Ads, forwarded messages, picks and the answers of forms."""

import json

import pytest
from playwright.sync_api import expect

from playground.twilio_sim.samples import png

NOTHING = {
	"referral": None,
	"forwarded": "",
	"picked": False,
	"description": "",
	"answers": [],
	"number_before": "",
}
AD = {
	"headline": "Cluster Melati",
	"body": "Mulai 500 juta",
	"source_type": "ad",
	"source_id": "1202",
	"source_url": "https://fb.me/x",
	"media_url": "https://scontent.example/ad.jpg",
	"media_type": "image/jpeg",
	"click_id": "ARAk",
}


def receive(body: str = "", kind: str = "text", options: tuple[str, ...] = (), **received) -> str:
	more = {"kind": kind, "received": NOTHING | received, "options": options}
	return f"host.receive(c, {body!r}, {json.dumps(more)});"


def test_the_ad_at_which_a_chat_began_is_a_card(panel):
	panel.open(receive("Halo", referral=AD))
	card = panel.bubbles.first.get_by_role("group", name="From an ad")
	expect(card).to_contain_text("Cluster MelatiMulai 500 juta")
	expect(card.get_by_role("link", name="Show the ad")).to_have_attribute("href", "https://fb.me/x")
	expect(card.get_by_role("link", name="Show its picture")).to_have_attribute(
		"rel", "noopener noreferrer nofollow"
	)
	card.get_by_text("Details").click()
	expect(card.locator("dd")).to_have_text(["1202", "ARAk"])
	expect(panel.root.locator("img")).to_have_count(0)
	expect(panel.bubbles.first).to_contain_text("Halo")


def test_the_picture_of_an_ad_is_this_sites_copy_and_opens_large(panel):
	panel.page.route("**/melati.png", lambda route: route.fulfill(body=png(40, 30), content_type="image/png"))
	asked = []
	panel.page.on("request", lambda request: asked.append(request.url))
	file = {"name": "Melati.png", "type": "image/png", "size": 900}
	stored = file | {"file": "/private/files/melati.png", "state": "stored"}
	waiting = file | {"file": None, "state": "failed"}
	panel.open(
		receive("Halo", referral=AD | {"picture": stored})
		+ receive("Lagi", referral=AD | {"picture": waiting})
	)
	card = panel.bubbles.first.get_by_role("group", name="From an ad")
	expect(card.get_by_role("img", name="Melati.png")).to_be_visible()
	expect(card.get_by_role("link", name="Show its picture")).to_have_attribute("href", AD["media_url"])
	card.get_by_role("link", name="Melati.png").click()
	expect(panel.dialog).to_have_accessible_name("Melati.png")
	panel.page.keyboard.press("Escape")
	other = panel.bubbles.nth(1).get_by_role("group", name="From an ad")
	expect(other.get_by_role("link", name="Show its picture")).to_be_visible()
	expect(other.get_by_role("img")).to_have_count(0)
	expect(other).not_to_contain_text("download failed")
	assert not any("scontent" in url for url in asked)


def test_text_of_an_ad_or_a_form_never_becomes_markup_or_a_dangerous_link(panel):
	hostile = '<img src=x onerror="window.harmed=1">'
	ad = AD | {
		"headline": hostile,
		"body": hostile,
		"source_url": "javascript:alert(1)",
		"media_url": "data:text/html,x",
	}
	panel.open(
		receive("", referral=ad)
		+ receive("", "unsupported", answers=[{"name": hostile, "value": hostile}])
		+ receive("Ya", "button", options=(hostile,), description=hostile)
	)
	expect(panel.bubbles).to_have_count(3)
	expect(panel.bubbles.first).to_contain_text(hostile)
	expect(panel.root.locator("img, .wa-ad a")).to_have_count(0)
	assert panel.page.evaluate("window.harmed") is None


def test_the_answers_of_a_form_stand_in_place_of_an_unknown_message(panel):
	panel.open(
		receive(
			"", "unsupported", answers=[{"name": "Nama", "value": "Budi"}, {"name": "Tipe", "value": "45"}]
		)
	)
	expect(panel.bubbles.first.locator("dt")).to_have_text(["Nama", "Tipe"])
	expect(panel.bubbles.first.locator("dd")).to_have_text(["Budi", "45"])
	expect(panel.bubbles.first).not_to_contain_text("cannot be shown")


def test_forwarded_messages_and_picks_say_so(panel):
	panel.open(
		receive("Satu", forwarded="forwarded")
		+ receive("Dua", forwarded="often")
		+ receive("Tipe 45", picked=True, description="2 kamar")
		+ receive("Jadi", "button", options=("Jadi", "Tidak"))
		+ receive("Tipe 60", picked=True, options=("Tipe 36", "Tipe 60"))
	)
	for text, words in (
		("Satu", "Forwarded"),
		("Dua", "Forwarded many times"),
		("Tipe 45", "Picked from a list"),
		("Tipe 45", "2 kamar"),
		("Jadi", "Picked from: Jadi · Tidak"),
		("Tipe 60", "Picked from: Tipe 36 · Tipe 60"),
	):
		expect(panel.bubble(text)).to_contain_text(words)
	expect(panel.bubble("Tipe 60")).not_to_contain_text("from a list")


EVERYTHING = """const said = (more) => ({referral: null, forwarded: '', picked: false, description: '', answers: [], ...more});
host.receive(c, '*Halo* _semua_\\n- satu\\n- dua\\n> kata\\n`kode`', {received: said({referral: AD})});
host.receive(c, '', {kind: 'unsupported', received: said({answers: [{name: 'Nama', value: 'Budi'}]})});
host.receive(c, 'Jadi', {kind: 'button', options: ['Jadi', 'Tidak'], received: said({forwarded: 'often'})});
const file = (kind, type, name) => host.receive(c, '', {kind, media: [{name, type, size: 900, file: `/private/files/${name}`, state: 'stored'}]});
file('contact', 'text/vcard', 'a.vcf');
host.cards.m4 = {may_create: true, contacts: [{name: 'Siti', organisation: 'PT Melati', emails: ['siti@melati.example'], numbers: [
	{number: '0812', label: 'Ponsel', phone: '+6281299990000', is_lead: false, lead: null},
	{number: '0813', label: '', phone: '+6281399990000', is_lead: true, lead: {doctype: 'CRM Lead', name: 'L', title: 'Budi'}}]}]};
file('document', 'application/pdf', 'b.pdf');""".replace("AD", json.dumps(AD))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_what_is_received(panel, axe, theme):
	panel.page.evaluate("theme => Object.assign(document.documentElement.dataset, {theme})", theme)
	panel.page.set_viewport_size({"width": 900, "height": 1600})
	panel.page.add_style_tag(content=".wa-chat { --wa-height: 1500px }")
	panel.open(EVERYTHING)
	expect(panel.bubbles.get_by_role("group", name="Siti")).to_be_visible()
	panel.page.clock.resume()
	assert axe(panel.page, "wa-chat") == []
