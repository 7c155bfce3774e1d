// Put into the list of each lead DocType (doctype_list_js): a badge with the state of the lead's window, and filters by it.

frappe.provide("wa_window");

// This file runs once for each lead DocType whose list is opened, but each list is to be told only once.
wa_window.told_lists = wa_window.told_lists || {};

wa_window.lead_badges = {
	open: () => ["green", __("WhatsApp: open")],
	closing: () => ["orange", __("WhatsApp: closes soon")],
	closed: () => ["gray", __("WhatsApp: closed")],
	refused: () => ["red", __("WhatsApp: closed")],
	opted_out: () => ["red", __("WhatsApp: opted out")],
};

wa_window.show_badges = async (listview) => {
	const leads = listview.data.map(({ name }) => name);
	if (!leads.length) return;
	const { message: windows } = await frappe.call({
		method: "wa_window.api.chat.lead_windows",
		type: "POST",
		args: { lead_doctype: listview.doctype, leads: JSON.stringify(leads) },
	});
	listview.$result.find(".wa-badge").remove();
	listview.$result.find(".list-row-checkbox").each((_, box) => {
		const badge = wa_window.lead_badges[windows[box.dataset.name]?.state];
		if (!badge) return;
		const [colour, words] = badge();
		$(`<span class="wa-badge indicator-pill no-indicator-dot ${colour}">`).text(words).css("margin-inline-start", "8px").appendTo($(box).closest(".list-row").find(".list-subject"));
	});
};

wa_window.filter_leads = async (listview, kind) => {
	const { message: leads } = await frappe.call({
		method: "wa_window.api.inbox.leads",
		type: "GET",
		args: { kind, lead_doctype: listview.doctype },
	});
	await listview.filter_area.clear(false);
	await listview.filter_area.add([[listview.doctype, "name", "in", leads.length ? leads : ["-"]]]);
};

["Lead", "CRM Lead", "CRM Deal", "Chat Lead"].forEach((doctype) => {
	if (wa_window.told_lists[doctype] && frappe.listview_settings[doctype] === wa_window.told_lists[doctype]) return;
	const settings = frappe.listview_settings[doctype] || {};
	const { onload, refresh } = settings;
	frappe.listview_settings[doctype] = wa_window.told_lists[doctype] = {
		...settings,
		onload(listview) {
			onload?.call(this, listview);
			const kinds = { open: __("Open"), closing: __("Closing Soon"), closed: __("Closed"), unread: __("Unread") };
			for (const [kind, label] of Object.entries(kinds)) {
				listview.page.add_inner_button(label, () => wa_window.filter_leads(listview, kind), "WhatsApp");
			}
		},
		refresh(listview) {
			refresh?.call(this, listview);
			wa_window.show_badges(listview);
		},
	};
});
