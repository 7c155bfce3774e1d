frappe.listview_settings["Chat Conversation"] = {
	add_fields: ["lead_doctype", "lead", "lead_title", "customer", "last_message_at_ms"],
	hide_name_column: true,
	hide_name_filter: true,
	filters: [],

	/** The column of the indicator is kept; ListWindows puts the window into it after each rendering, and the unread count. */
	get_indicator: () => null,

	get_form_link(doc) {
		if (!doc.lead) return frappe.utils.get_form_link("Chat Conversation", doc.name);
		return `${frappe.utils.get_form_link(doc.lead_doctype, doc.lead)}#wa_tab`;
	},

	formatters: {
		profile_name: (name, _df, doc) => name || doc.lead_title || doc.customer,
		last_message_preview: (preview) =>
			$('<span class="ellipsis wa-preview">')
				.text(preview || "")
				.attr("title", preview || "")
				.get(0).outerHTML,
	},

	onload(listview) {
		listview.list_view_settings.disable_comment_count = 1;
		wa_window.add_send_to_many(listview);
		listview.get_indicator_html = () => wa_window.window_pill().outerHTML;
		show_time_of_last_message(listview);
		open_link_with_tab(listview);
		refresh_on_changes(listview);
		new wa_window.ListWindows(listview, {
			group: __("Show"),
			kinds: ["open", "closing", "closed", "unread", "mine"],
			fetch_windows,
			show_window: ($row, window) => {
				$row.find(".indicator-pill").replaceWith(() => wa_window.window_pill(window));
				show_unread($row.find(".wa-preview"), window?.unread);
			},
		});
	},
};

async function fetch_windows(names) {
	const { message } = await frappe.call({
		method: "wa_window.api.chat.windows",
		type: "POST",
		args: { conversations: JSON.stringify(names) },
	});
	return message;
}

/** The user's own count of unread messages, before the last one; the server counts up to 100. */
function show_unread($preview, unread) {
	$preview.children(".badge").remove();
	if (!unread) return;
	$('<span class="badge badge-pill badge-primary" style="margin-inline-end: 6px">')
		.text(unread > 99 ? "99+" : unread)
		.prependTo($preview);
}

/** The event does not say which chat has changed: it reaches those who may not read that chat too. */
function refresh_on_changes(listview) {
	const refresh = frappe.utils.debounce(() => {
		const is_hidden = frappe.get_route_str() !== listview.page_name || listview.avoid_realtime_update();
		if (!is_hidden && !listview.$checks?.length) listview.refresh();
	}, 2000);
	frappe.realtime.on("wa_window_list_changed", refresh);
	frappe.realtime.on("wa_window_read_state_changed", refresh);
}

/** At the end of a row Frappe shows when the document was changed; here it is the time of the last message. */
function show_time_of_last_message(listview) {
	const { get_meta_html } = listview;
	listview.get_meta_html = (doc) => {
		const modified = doc.last_message_at_ms
			? frappe.datetime.convert_to_system_tz(moment(doc.last_message_at_ms))
			: doc.modified;
		return get_meta_html.call(listview, { ...doc, modified });
	};
}

/** A click on a row beside its link: Frappe opens the link's path only, without the tab in its hash. */
function open_link_with_tab(listview) {
	listview.$result.on("click", ".list-row > div", (event) => {
		if (event.ctrlKey || event.metaKey || $(event.target).closest("a, input, .select-like").length) return;
		$(event.currentTarget).closest(".list-row").find(".list-subject a").get(0).click();
		return false;
	});
}
