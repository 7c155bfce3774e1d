"""A number that changes, and other leads with the same number."""

import json

from playwright.sync_api import expect

from .test_received_parts import receive

EARLIER = "Budi Santoso · Earlier number +6281234563456"
NEW = {"name": "", "label": "New number", "unread_count": 0, "may_read": False}
SITI = {"doctype": "CRM Lead", "name": "LEAD-2", "title": "Siti <b>Rahma</b>", "merge_into": "LEAD-1"}


def menu(panel):
	return panel.root.get_by_label("Chat", exact=True)


CHANGED = """
	host.receive(c, "Halo");
	const open = host.on_open.bind(host);
	host.on_open = (args) => {
		const answer = open({ ...args, conversation: args.conversation || c });
		answer.conversations[0].label = "Earlier number +6281234563456";
		answer.conversations[0].unread_count = 0;
		answer.conversations.unshift(NEW);
		if (args.conversation) return answer;
		const window = { ...answer.window, customer_address: "whatsapp:+6281311112222", state: "never" };
		return { ...answer, conversation: null, messages: [], window };
	};
"""


def test_the_chat_with_the_earlier_number_is_in_the_menu_and_the_new_one_is_shown(panel):
	panel.open(CHANGED.replace("NEW", json.dumps(NEW)))
	expect(menu(panel).locator("option")).to_have_text(["New number", EARLIER])
	expect(menu(panel)).to_have_value("")
	expect(panel.root.locator(".wa-address")).to_have_text("+6281311112222")
	expect(panel.bubbles).to_have_count(0)
	menu(panel).select_option(label=EARLIER)
	panel.wait()
	expect(panel.bubbles).to_have_count(1)
	menu(panel).select_option(label="New number")
	panel.wait()
	expect(panel.bubbles).to_have_count(0)


def test_the_chat_to_begin_with_a_contact_of_the_record_is_named_like_the_others(panel):
	contact = {**NEW, "label": "New chat", "person": "Siti"}
	panel.open(CHANGED.replace("NEW", json.dumps(contact)))
	expect(menu(panel).locator("option")).to_have_text(["Siti · New chat", EARLIER])
	expect(panel.root.locator(".wa-customer")).to_have_text("Siti")
	expect(panel.root.locator(".wa-address")).to_have_text("+6281311112222")


def test_a_message_from_a_new_number_says_which_one_it_was_before(panel):
	panel.open(receive("Ini nomor baru saya", number_before="+628120001111"))
	expect(panel.bubbles.first).to_contain_text("Changed number. Before: +628120001111")


def test_other_leads_with_the_number_are_named_as_text_and_gone_with_the_next_lead(panel):
	panel.open(f"host.receive(c, 'Halo'); host.others = [{json.dumps(SITI)}]; host.addLead('LEAD-3')")
	panel.pass_time(1000)
	expect(panel.root.get_by_text("Also with this number:")).to_contain_text("Siti <b>Rahma</b>")
	expect(panel.root.get_by_role("button", name="Merge…")).to_have_count(0)
	panel.do("host.others = []")
	panel.show("LEAD-3")
	expect(panel.root.get_by_text("Also with this number:")).to_have_count(0)


def test_in_the_desk_another_lead_is_merged_by_frappes_own_method_once_that_is_confirmed(panel):
	panel.page.evaluate(
		"""() => {
			window.asked = [];
			window.frappe = {
				utils: { escape_html: (text) => text.replaceAll("<", "&lt;") },
				confirm: (text, yes) => { asked.push(text); yes(); },
				call: async (request) => asked.push(request),
				show_alert: () => {},
			};
		}"""
	)
	panel.open(f"host.receive(c, 'Halo'); host.others = [{json.dumps(SITI)}]")
	panel.pass_time(1000)
	panel.root.get_by_role("button", name="Merge…").click()
	panel.wait()
	text, request = panel.page.evaluate("asked")
	assert "Siti &lt;b>Rahma&lt;/b> (LEAD-2) into LEAD-1" in text
	assert request["method"] == "frappe.model.rename_doc.update_document_title"
	assert request["args"] == {"doctype": "CRM Lead", "docname": "LEAD-2", "name": "LEAD-1", "merge": 1}
	expect(panel.root.get_by_text("Also with this number:")).to_have_count(0)
