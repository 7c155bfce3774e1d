// For the lists of chats and of leads (doctype_list_js): a menu that lists one kind only, and each row's window, kept up to date.

frappe.provide("wa_window");

/** A window's state as an indicator, of one width in all lists: the time left, or why one may not write. Null: not known yet. */
wa_window.window_pill ||= (window) => {
	const { colour, label, leadLabel } = wa_window.WINDOW_STATES[window?.state] || { colour: "gray" };
	const text = window ? label?.() || time_left(window) : "…";
	const title = window?.reason ? `${leadLabel?.() || "WhatsApp"}: ${window.reason}` : "WhatsApp";
	return $(`<span class="wa-pill indicator-pill no-indicator-dot ellipsis ${colour}">`)
		.append($('<span class="ellipsis">').text(text))
		.attr({ title, "aria-label": `WhatsApp: ${text}` })
		.css({ flex: "none", justifyContent: "center", width: "10.5em", maxWidth: "45vw" })
		.get(0);

	function time_left({ closes_at_ms: closes, now_ms: now }) {
		const minutes = Math.max(0, Math.floor((closes - now) / 60000));
		return minutes < 60 ? __("{0} min left", [minutes]) : __("{0} h left", [Math.floor(minutes / 60)]);
	}
};

wa_window.ListWindows ||= class {
	static KINDS = {
		open: () => __("Open"),
		closing: () => __("Closing Soon"),
		closed: () => __("Closed"),
		unread: () => __("Unread"),
		mine: () => __("Mine"),
	};
	static MINUTE_MS = 60_000;

	/**
	 * `kinds` are offered in the menu `group`. `fetch_windows(names)` resolves with the rows' windows by name;
	 * `show_window($row, window)` puts one into its row.
	 */
	constructor(listview, { group, kinds, fetch_windows, show_window }) {
		Object.assign(this, { listview, group, kinds, fetch_windows, show_window });
		this.kind = null;
		this.filters = [];
		this.windows = {};
		this.count_upper_bound = listview.count_upper_bound;
		this.extend_listview();
		for (const kind of kinds) {
			listview.page.add_inner_button(this.label(kind), () => this.choose(kind), group);
		}
		setInterval(() => this.tick(), this.constructor.MINUTE_MS);
	}

	/** Frappe saves the list's own filters for the user. A kind's filters must not be saved: they are added to each request only. */
	extend_listview() {
		const { listview } = this;
		const { before_refresh, refresh, render_list, get_filters_for_args, get_search_params } = listview;
		Object.assign(listview, {
			before_refresh: async () => {
				await this.take_kind_from_route();
				return before_refresh.call(listview);
			},
			refresh: async (...args) => {
				await this.fetch_filters();
				return refresh.apply(listview, args);
			},
			render_list: () => {
				render_list.call(listview);
				this.refresh_windows();
			},
			get_filters_for_args: () => [...get_filters_for_args.call(listview), ...this.filters],
			get_search_params: () => {
				const { filters } = this;
				this.filters = [];
				const params = get_search_params.call(listview);
				this.filters = filters;
				if (this.kind) params.append("wa_kind", this.kind);
				return params;
			},
		});
	}

	// Kinds

	label(kind) {
		return this.constructor.KINDS[kind]();
	}

	/** A number card and the URL ask for one kind, without other filters. */
	async take_kind_from_route() {
		const { wa_kind: kind, ...others } = frappe.route_options || {};
		if (!this.kinds.includes(kind)) return;
		frappe.route_options = others;
		await this.listview.filter_area.clear(false);
		this.set_kind(kind);
	}

	choose(kind) {
		this.set_kind(kind);
		this.listview.start = 0;
		this.listview.refresh();
	}

	set_kind(kind) {
		this.kind = kind;
		// With a bound, v16 counts by a GET, into whose URL the names of many leads do not fit.
		this.listview.count_upper_bound = kind ? 0 : this.count_upper_bound;
	}

	async fetch_filters() {
		const { kind } = this;
		const args = { kind, doctype: this.listview.doctype };
		const { message } = kind
			? await frappe.call({ method: "wa_window.api.inbox.filters", type: "GET", args })
			: {};
		if (kind !== this.kind) return; // another kind has been chosen meanwhile and fetches its own
		this.filters = message?.filters || [];
		this.show_kind(message?.latest);
	}

	/** `latest`: how many are listed, if not all are. */
	show_kind(latest) {
		this.$kind?.remove();
		if (!this.kind) return;
		const label = this.label(this.kind);
		this.$kind = $('<button class="btn btn-default btn-sm wa-kind">')
			.css({ alignSelf: "flex-start", flex: "none", margin: "var(--margin-xs)" })
			.text(latest ? __("{0}: the latest {1}", [label, latest]) : label)
			.attr("title", __("Show all"))
			.append(frappe.utils.icon("es-small-close"))
			.on("click", () => this.choose(null))
			.prependTo(this.listview.$filter_section);
	}

	// Windows

	/** The server decides each window; its last answer is shown until the next one. */
	async refresh_windows() {
		if (this.listview.view_name !== "List") return; // a report does not show them
		this.render_windows();
		const names = this.listview.data.map(({ name }) => name);
		if (!names.length) return;
		this.windows = await this.fetch_windows(names);
		this.render_windows();
	}

	render_windows() {
		this.listview.$result
			.find(".list-row-checkbox")
			.each((_, box) => this.show_window($(box).closest(".list-row"), this.windows[box.dataset.name]));
		this.make_room();
	}

	/**
	 * The column of titles becomes as wide as its contents with the badges: v15 gives it an equal share, v16 the width of the titles
	 * alone (list_view.js, apply_column_widths).
	 */
	make_room() {
		if (frappe.is_mobile()) return;
		const titles = this.listview.$result.find(".list-subject:has(.wa-badge)").get();
		const widths = titles.map((title) => title.scrollWidth);
		if (widths.length) this.listview.$result.find(".list-subject").css("min-width", Math.max(...widths));
	}

	tick() {
		if (frappe.get_route_str() !== this.listview.page_name || document.visibilityState !== "visible") return;
		if (this.kind) this.listview.refresh();
		else this.refresh_windows();
	}
};
