const WINDOW_WORDS = {
	open: (left) => [left, "green"],
	closing: (left) => [left, "orange"],
	closed: () => [__("Closed"), "gray"],
	refused: () => [__("Closed by WhatsApp"), "red"],
	never: () => [__("Never written"), "gray"],
	opted_out: () => [__("Opted out"), "red"],
};

let windows = {};

frappe.listview_settings["Chat Conversation"] = {
	add_fields: ["lead_doctype", "lead", "unread_count", "customer"],
	hide_name_column: true,
	filters: [],

	/** The server decides each window; what it said last is shown, and asked for anew at each refresh. */
	get_indicator(doc) {
		const shown = windows[doc.name];
		if (!shown) return ["…", "gray", `name,=,${doc.name}`];
		const [words, colour] = WINDOW_WORDS[shown.state](time_left(shown));
		return [words, colour, `name,=,${doc.name}`];
	},

	get_form_link(doc) {
		if (!doc.lead) return `/app/chat-conversation/${encodeURIComponent(doc.name)}`;
		return `/app/${frappe.router.slug(doc.lead_doctype)}/${encodeURIComponent(doc.lead)}#wa_tab`;
	},

	formatters: {
		unread_count: (count) => (count ? `<span class="badge badge-pill badge-primary">${cint(count)}</span>` : ""),
	},

	onload(listview) {
		const kinds = { open: __("Open"), closing: __("Closing Soon"), closed: __("Closed"), unread: __("Unread"), mine: __("Mine") };
		for (const [kind, label] of Object.entries(kinds)) {
			listview.page.add_inner_button(label, () => show_only(listview, kind), __("Show"));
		}
		listview.page.add_inner_button(__("All"), () => listview.filter_area.clear(), __("Show"));
	},

	async refresh(listview) {
		const names = listview.data.map(({ name }) => name);
		if (!names.length) return;
		const { message } = await frappe.call({ method: "wa_window.api.chat.windows", type: "POST", args: { conversations: JSON.stringify(names) } });
		if (JSON.stringify(states(message)) === JSON.stringify(states(windows))) return;
		windows = message;
		listview.render_list();
	},
};

function states(shown) {
	return Object.entries(shown).map(([name, each]) => [name, each.state, time_left(each)]);
}

function time_left({ closes_at_ms: closes, now_ms: now }) {
	const minutes = Math.max(0, Math.floor((closes - now) / 60000));
	return minutes < 60 ? __("{0} min left", [minutes]) : __("{0} h left", [Math.floor(minutes / 60)]);
}

async function show_only(listview, kind) {
	const { message } = await frappe.call({ method: "wa_window.api.inbox.filters", type: "GET", args: { kind } });
	await listview.filter_area.clear(false);
	await listview.filter_area.add(message);
}
