const WINDOW_WORDS = {
	open: (left) => [left, "green"],
	closing: (left) => [left, "orange"],
	closed: () => [__("Closed"), "gray"],
	refused: () => [__("Closed by WhatsApp"), "red"],
	never: () => [__("Never written"), "gray"],
	opted_out: () => [__("Opted out"), "red"],
	blocked: () => [__("Blocked"), "red"],
};

frappe.listview_settings["Chat Conversation"] = {
	add_fields: ["lead_doctype", "lead", "lead_title", "customer", "unread_count", "last_message_at_ms"],
	hide_name_column: true,
	hide_name_filter: true,
	filters: [],

	/** There is a column for the windows; what stands in it is asked for and put there after each rendering. */
	get_indicator: () => null,

	get_form_link(doc) {
		if (!doc.lead) return frappe.utils.get_form_link("Chat Conversation", doc.name);
		return `${frappe.utils.get_form_link(doc.lead_doctype, doc.lead)}#wa_tab`;
	},

	formatters: {
		profile_name: (name, _df, doc) => name || doc.lead_title || doc.customer,
		last_message_preview: (preview, _df, { unread_count: unread }) => {
			const $shown = $('<span class="ellipsis">')
				.text(preview || "")
				.attr("title", preview || "");
			if (unread)
				$('<span class="badge badge-pill badge-primary" style="margin-inline-end: 6px">')
					.text(unread)
					.prependTo($shown);
			return $shown.get(0).outerHTML;
		},
	},

	onload(listview) {
		listview.list_view_settings.disable_comment_count = 1;
		listview.get_indicator_html = () => window_pill().outerHTML;
		show_time_of_last_message(listview);
		open_whole_link(listview);
		keep_current(listview);
		new wa_window.WindowList(listview, {
			group: __("Show"),
			kinds: ["open", "closing", "closed", "unread", "mine"],
			windows: ask_windows,
			show: ($row, shown) => $row.find(".indicator-pill").replaceWith(() => window_pill(shown)),
		});
	},
};

async function ask_windows(names) {
	const { message } = await frappe.call({
		method: "wa_window.api.chat.windows",
		type: "POST",
		args: { conversations: JSON.stringify(names) },
	});
	return message;
}

function window_pill(shown) {
	const [words, colour] = shown ? WINDOW_WORDS[shown.state](time_left(shown)) : ["…", "gray"];
	return $(`<span class="indicator-pill no-indicator-dot ellipsis ${colour}">`)
		.text(words)
		.attr("title", shown?.reason || "")
		.get(0);
}

function time_left({ closes_at_ms: closes, now_ms: now }) {
	const minutes = Math.max(0, Math.floor((closes - now) / 60000));
	return minutes < 60 ? __("{0} min left", [minutes]) : __("{0} h left", [Math.floor(minutes / 60)]);
}

/** The server says that a chat has changed, not which: who may not read it hears it too. */
function keep_current(listview) {
	const refresh = frappe.utils.debounce(() => {
		const away = frappe.get_route_str() !== listview.page_name || listview.avoid_realtime_update();
		if (!away && !listview.$checks?.length) listview.refresh();
	}, 2000);
	frappe.realtime.on("wa_window_list_changed", refresh);
}

/** At the end of a row Frappe tells when the document was changed, which says nothing of a chat. */
function show_time_of_last_message(listview) {
	const { get_meta_html } = listview;
	listview.get_meta_html = (doc) => {
		const modified = doc.last_message_at_ms
			? frappe.datetime.convert_to_system_tz(moment(doc.last_message_at_ms))
			: doc.modified;
		return get_meta_html.call(listview, { ...doc, modified });
	};
}

/** Frappe opens a row that is clicked beside its link by the link's path alone, without the tab. */
function open_whole_link(listview) {
	listview.$result.on("click", ".list-row > div", (event) => {
		if (event.ctrlKey || event.metaKey || $(event.target).closest("a, input, .select-like").length) return;
		$(event.currentTarget).closest(".list-row").find(".list-subject a").get(0).click();
		return false;
	});
}
