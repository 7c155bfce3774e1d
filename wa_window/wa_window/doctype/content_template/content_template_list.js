const APPROVALS = {
	approved: () => [__("Approved"), "green"],
	received: () => [__("Received by WhatsApp"), "orange"],
	pending: () => [__("Pending"), "orange"],
	unsubmitted: () => [__("Not submitted"), "gray"],
	rejected: () => [__("Rejected"), "red"],
	paused: () => [__("Paused"), "red"],
	disabled: () => [__("Disabled"), "red"],
	deleted: () => [__("Deleted"), "gray"],
};

frappe.listview_settings["Content Template"] = {
	add_fields: ["approval_status"],
	get_indicator({ approval_status: status }) {
		const [label, colour] = APPROVALS[status]?.() || [status, "gray"];
		return [label, colour, `approval_status,=,${status}`];
	},
	refresh(listview) {
		if (is_manager()) show_use(listview);
	},
	onload(listview) {
		if (!is_manager()) return;
		listview.page.add_inner_button(__("New Template"), () => frappe.new_doc("Content Template Draft"));
		listview.page.add_inner_button(__("Drafts"), () => frappe.set_route("List", "Content Template Draft"));
		listview.page.add_inner_button(__("Template Use"), () =>
			frappe.set_route("query-report", "Template Use"),
		);
		listview.page.add_inner_button(__("Sync Templates"), async () => {
			await frappe.call({ method: "wa_window.api.templates.sync", type: "POST", freeze: true });
			listview.refresh();
		});
	},
};

function is_manager() {
	return frappe.user_roles.includes("WA Window Manager");
}

/** The report's figures, beside each name: they are counted when they are looked at, so that no list of Frappe's has them. */
async function show_use(listview) {
	const report = { report_name: "Template Use", filters: {} };
	const { result } = await frappe.xcall("frappe.desk.query_report.run", report);
	const rows = new Map(result.map((row) => [row.name, row]));
	listview.$result.find(".wa-use").remove();
	listview.$result.find(".list-row-checkbox[data-name]").each((_index, checkbox) => {
		const row = rows.get(checkbox.dataset.name);
		if (!row) return;
		$('<span class="wa-use text-muted small ellipsis hidden-xs" style="margin-inline-start: 12px">')
			.text(use_in_words(row))
			.appendTo($(checkbox).closest(".list-row").find(".list-subject"));
	});
}

/** Of the last 30 days, see the report. */
function use_in_words({ used, last_used: last, delivered, read_by: read, failed }) {
	if (!used) return __("Not used in 30 days");
	const numbers = [used, delivered, read, failed, frappe.datetime.prettyDate(last)];
	return __("Used {0} times in 30 days: {1} delivered, {2} read, {3} failed; last {4}", numbers);
}
