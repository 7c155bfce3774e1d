// Put into the list of each lead DocType (doctype_list_js): a badge with the state of the lead's window, and filters by it.

frappe.provide("wa_window");

// This file runs once for each lead DocType whose list is opened, but each list is to be told only once.
wa_window.told_lists = wa_window.told_lists || {};

// The state first: where a badge does not fit, its end is cut.
wa_window.lead_badges = {
	open: () => ["green", __("Open on WhatsApp")],
	closing: () => ["orange", __("Closes soon on WhatsApp")],
	closed: () => ["gray", __("Closed on WhatsApp")],
	refused: () => ["red", __("Closed on WhatsApp")],
	opted_out: () => ["red", __("Opted out on WhatsApp")],
	blocked: () => ["red", __("Blocked on WhatsApp")],
};

wa_window.show_badge = ($row, window) => {
	$row.find(".wa-badge").remove();
	const badge = wa_window.lead_badges[window?.state];
	if (!badge) return;
	const [colour, words] = badge();
	$(`<span class="wa-badge indicator-pill no-indicator-dot ellipsis ${colour}">`)
		.append($('<span class="ellipsis">').text(words))
		.attr("title", words)
		.css({ marginInlineStart: "8px", minWidth: 0 })
		.appendTo($row.find(".list-subject"));
};

wa_window.lead_windows = async (lead_doctype, leads) => {
	const { message } = await frappe.call({
		method: "wa_window.api.chat.lead_windows",
		type: "POST",
		args: { lead_doctype, leads: JSON.stringify(leads) },
	});
	return message;
};

["Lead", "CRM Lead", "CRM Deal", "Chat Lead"].forEach((doctype) => {
	if (wa_window.told_lists[doctype] && frappe.listview_settings[doctype] === wa_window.told_lists[doctype])
		return;
	const settings = frappe.listview_settings[doctype] || {};
	const { onload } = settings;
	frappe.listview_settings[doctype] = wa_window.told_lists[doctype] = {
		...settings,
		onload(listview) {
			onload?.call(this, listview);
			new wa_window.WindowList(listview, {
				group: "WhatsApp",
				kinds: frappe.model.can_read("Chat Conversation") ? ["open", "closing", "closed", "unread"] : [],
				windows: (leads) => wa_window.lead_windows(doctype, leads),
				show: wa_window.show_badge,
			});
		},
	};
});
