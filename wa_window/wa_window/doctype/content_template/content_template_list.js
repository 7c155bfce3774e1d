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
	onload(listview) {
		if (!frappe.user_roles.includes("WA Window Manager")) return;
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
