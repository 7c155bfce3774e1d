// Put into the list of each lead DocType (doctype_list_js): a badge with the state of the lead's window, and filters by it.

frappe.provide("wa_window");

// This file runs once for each lead DocType whose list is opened, but each list is extended only once.
wa_window.extended_lists = wa_window.extended_lists || {};

/** A lead nobody has chatted with has no badge. */
wa_window.show_badge = ($row, window) => {
	$row.find(".wa-badge").remove();
	if (!window || !wa_window.WINDOW_STATES[window.state]?.leadLabel) return;
	$row.find(".list-subject a").css("max-width", "20em");
	$(wa_window.window_pill(window))
		.addClass("wa-badge")
		.css("margin-inline-start", "8px")
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

frappe.boot.wa_window_record_types.forEach((doctype) => {
	const extended = wa_window.extended_lists[doctype];
	if (extended && frappe.listview_settings[doctype] === extended) return;
	const settings = frappe.listview_settings[doctype] || {};
	const { onload } = settings;
	frappe.listview_settings[doctype] = wa_window.extended_lists[doctype] = {
		...settings,
		onload(listview) {
			onload?.call(this, listview);
			wa_window.add_send_to_many(listview);
			new wa_window.ListWindows(listview, {
				group: "WhatsApp",
				kinds: frappe.model.can_read("Chat Conversation") ? ["open", "closing", "closed", "unread"] : [],
				fetch_windows: (leads) => wa_window.lead_windows(doctype, leads),
				show_window: wa_window.show_badge,
			});
		},
	};
});
