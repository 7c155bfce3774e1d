"""Contact cards: names and numbers, with what can be done with them."""

import re

from playwright.sync_api import expect

CARD = """host.receive(c, '', {kind: 'contact', media: [{name: 'contact.vcf', type: 'text/vcard', size: 900, file: '/private/files/a.vcf', state: 'stored'}]});
host.cards.m1 = {may_create: true, contacts: [
	{name: 'Siti Rahma', organisation: 'PT Melati', emails: ['siti@melati.example'], numbers: [
		{number: '+62 812-9999-0000', label: 'Ponsel', phone: '+6281299990000', is_lead: false, lead: null},
		{number: '112', label: '', phone: null, is_lead: false, lead: null}]},
	{name: 'Budi', organisation: '', emails: [], numbers: [
		{number: '0812 3456 7890', label: '', phone: '+6281234567890', is_lead: true, lead: {doctype: 'CRM Lead', name: 'LEAD-7', title: 'Budi Santoso'}},
		{number: '0812 3456 7891', label: '', phone: '+6281234567891', is_lead: true, lead: null}]}]};"""


def cards(panel):
	return panel.bubbles.first.get_by_role("group")


def test_names_and_numbers_are_shown_with_the_file_below_them(panel):
	panel.open(CARD)
	siti, budi = cards(panel).all()
	expect(siti).to_have_accessible_name("Siti Rahma")
	expect(siti).to_contain_text("PT Melati")
	expect(siti).to_contain_text("+62 812-9999-0000Ponsel")
	expect(siti.get_by_role("link", name="siti@melati.example")).to_be_visible()
	expect(budi).to_contain_text("0812 3456 7890")
	expect(panel.bubbles.first.get_by_role("link", name=re.compile("contact.vcf"))).to_be_visible()


def test_a_number_that_is_a_lead_links_to_it_and_to_its_chat(panel):
	panel.open(CARD)
	budi = cards(panel).nth(1)
	expect(budi.get_by_role("link", name="Budi Santoso")).to_have_attribute("href", "/app/lead/LEAD-7")
	expect(budi.get_by_role("link", name="Write")).to_have_attribute("href", "/app/lead/LEAD-7#wa_tab")
	expect(budi).to_contain_text("A lead you may not read")
	expect(budi.get_by_role("button")).to_have_count(0)


def test_a_lead_is_created_and_linked_in_place(panel):
	panel.open(CARD)
	siti = cards(panel).first
	siti.get_by_role("button", name="Create lead").click()
	panel.wait()
	assert panel.page.evaluate("host.createdLeads") == [
		{"lead_name": "Siti Rahma", "phone": "+6281299990000"}
	]
	expect(siti.get_by_role("link", name="Siti Rahma")).to_be_focused()
	expect(siti.get_by_role("link", name="Write")).to_be_visible()
	expect(siti.get_by_role("button")).to_have_count(0)


def test_writing_to_somebody_new_creates_the_lead_and_opens_its_chat(panel):
	panel.open(CARD)
	panel.page.route("**/app/lead/**", lambda route: route.fulfill(body="<title>its chat</title>"))
	cards(panel).first.get_by_role("button", name="Write").click()
	panel.wait()
	panel.page.wait_for_url("**/app/lead/LEAD-OF-+6281299990000#wa_tab")


def test_a_lead_that_cannot_be_created_says_why_and_can_be_tried_again(panel):
	panel.open(
		CARD + "host.fail('chat.create_lead', {status: 417, message: 'Source is mandatory.', once: true})"
	)
	siti = cards(panel).first
	siti.get_by_role("button", name="Create lead").click()
	panel.wait()
	expect(siti.get_by_role("alert")).to_have_text("Source is mandatory.")
	siti.get_by_role("button", name="Create lead").click()
	panel.wait()
	expect(siti.get_by_role("link", name="Siti Rahma")).to_be_visible()


def test_who_may_create_no_lead_is_not_offered_it(panel):
	panel.open(CARD + "host.cards.m1.may_create = false")
	expect(cards(panel).first).to_contain_text("+62 812-9999-0000")
	expect(cards(panel).first.get_by_role("button")).to_have_count(0)


def test_a_card_that_cannot_be_read_is_its_file(panel):
	panel.open(CARD + "host.cards.m1 = {may_create: true, contacts: []}")
	expect(cards(panel)).to_have_count(0)
	expect(panel.bubbles.first.get_by_role("link", name=re.compile("contact.vcf"))).to_be_visible()


def test_where_the_server_does_not_answer_the_file_stays(panel):
	panel.open(CARD + "host.fail('chat.contacts', {status: 500})")
	expect(panel.bubbles.first.get_by_role("link", name=re.compile("contact.vcf"))).to_be_visible()


def test_text_of_a_card_never_becomes_markup(panel):
	hostile = '<img src=x onerror="window.harmed=1">'
	panel.open(
		CARD
		+ f"""const hostile = {hostile!r};
		const [one] = host.cards.m1.contacts;
		Object.assign(one, {{name: hostile, organisation: hostile, emails: [`javascript:alert(1)`, hostile]}});
		Object.assign(one.numbers[0], {{number: hostile, label: hostile}})"""
	)
	expect(cards(panel).first).to_contain_text(hostile)
	expect(panel.root.locator("img, [href^='javascript']")).to_have_count(0)
	assert panel.page.evaluate("window.harmed") is None


def test_a_lead_that_is_there_later_does_not_take_the_focus_from_who_writes_a_reply(panel):
	panel.open(CARD)
	cards(panel).first.get_by_role("button", name="Create lead").click()
	panel.text.click()
	panel.wait()
	expect(cards(panel).first.get_by_role("link", name="Siti Rahma")).to_be_visible()
	expect(panel.text).to_be_focused()
