// For the lists of chats and of leads (doctype_list_js): those of one kind alone, and each row's window, kept up to date.

frappe.provide("wa_window");

wa_window.WindowList ||= class {
	static KINDS = {
		open: () => __("Open"),
		closing: () => __("Closing Soon"),
		closed: () => __("Closed"),
		unread: () => __("Unread"),
		mine: () => __("Mine"),
	};
	static MINUTE_MS = 60_000;

	/**
	 * `kinds` are offered in the menu `group`. `windows(names)` asks the server for the rows' windows, by name; `show($row, window)`
	 * puts one into its row.
	 */
	constructor(listview, { group, kinds, windows, show }) {
		Object.assign(this, { listview, group, kinds, ask_windows: windows, show });
		this.kind = null;
		this.filters = [];
		this.windows = {};
		this.count_upper_bound = listview.count_upper_bound;
		this.extend_listview();
		for (const kind of kinds)
			listview.page.add_inner_button(this.label(kind), () => this.choose(kind), group);
		setInterval(() => this.tick(), this.constructor.MINUTE_MS);
	}

	/** Frappe saves the list's own filters for the user. A kind's filters hold for a moment only: they join each request, and nothing else. */
	extend_listview() {
		const { listview } = this;
		const { before_refresh, refresh, render_list, get_filters_for_args, get_search_params } = listview;
		Object.assign(listview, {
			before_refresh: async () => {
				await this.take_kind_from_route();
				return before_refresh.call(listview);
			},
			refresh: async (...args) => {
				await this.ask_filters();
				return refresh.apply(listview, args);
			},
			render_list: () => {
				render_list.call(listview);
				this.show_windows();
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

	/** A number card, or the address, asks for one kind and nothing but it. */
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
		// With a bound, v16 counts by a GET, into whose address the names of many leads do not fit.
		this.listview.count_upper_bound = kind ? 0 : this.count_upper_bound;
	}

	async ask_filters() {
		const { kind } = this;
		const args = { kind, doctype: this.listview.doctype };
		const { message } = kind
			? await frappe.call({ method: "wa_window.api.inbox.filters", type: "GET", args })
			: {};
		if (kind !== this.kind) return; // another one was chosen meanwhile, which asks for itself
		this.filters = message?.filters || [];
		this.show_kind(message?.latest);
	}

	/** `latest`: how many are listed, where they are not all. */
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

	/** The server decides each window; what it said last is shown until it has answered anew. */
	async show_windows() {
		if (this.listview.view_name !== "List") return; // a report has no place for them
		this.show_known();
		const names = this.listview.data.map(({ name }) => name);
		if (!names.length) return;
		this.windows = await this.ask_windows(names);
		this.show_known();
	}

	show_known() {
		this.listview.$result
			.find(".list-row-checkbox")
			.each((_, box) => this.show($(box).closest(".list-row"), this.windows[box.dataset.name]));
	}

	tick() {
		if (frappe.get_route_str() !== this.listview.page_name || document.visibilityState !== "visible") return;
		if (this.kind) this.listview.refresh();
		else this.show_windows();
	}
};
