"""The Desk's list of notifications, with a fake of the parts of Frappe that it uses."""

import pytest

BELL = """async () => {
	window.$ = () => ({ on() {} });
	window.frappe = {
		ui: { Notifications: class { make_tab_view() {} } },
		get_avatar: (_style, letter) => `<span class="avatar">${letter}</span>`,
	};
	await import("/public/js/wa_window_bell.bundle.js");
	const panel = document.createElement("div");
	document.body.append(panel);
	new frappe.ui.Notifications().make_tab_view({ el: [panel] });
	window.addEntry = (text, href) => {
		const entry = Object.assign(document.createElement("a"), { className: "notification-item", href });
		const message = Object.assign(document.createElement("div"), { className: "message" });
		message.append("\\n\\t", text);
		entry.innerHTML = '<span class="avatar">own</span>';
		entry.append(message);
		panel.replaceChildren(entry);
	};
}"""
A_LEAD = "/app/crm-lead/LEAD-1#wa_tab"


@pytest.mark.parametrize(
	("text", "link", "shown"),
	[
		('Budi: "Halo" (1 new)', A_LEAD, "B"),
		("budi is waiting; 40 min left to reply", A_LEAD, "B"),
		('+628121: "Halo" (1 new)', A_LEAD, "#"),
		("+628121 is waiting; 40 min left to reply", A_LEAD, "#"),
		('3M Corp: "Halo" (1 new)', A_LEAD, "M"),
		('🙂: "Halo" (1 new)', A_LEAD, "#"),
		("New customer on WhatsApp. Ask a manager.", "/app/chat-conversation/#wa_tab", "own"),
		("Budi was assigned to you", "/app/crm-lead/LEAD-1", "own"),
	],
)
def test_an_entry_has_the_letter_of_its_customer_as_the_inbox_has(page, text, link, shown):
	page.evaluate(BELL)
	page.evaluate("([text, link]) => addEntry(text, link)", [text, link])
	page.wait_for_timeout(0)
	assert page.locator(".notification-item .avatar").text_content() == shown
