const INDICATORS = { approved: "green", pending: "orange", received: "orange", rejected: "red", paused: "red", disabled: "red" };

frappe.listview_settings["Content Template"] = {
	get_indicator(doc) {
		const status = doc.approval_status;
		return [__(status), INDICATORS[status] || "gray", `approval_status,=,${status}`];
	},
	onload(listview) {
		if (!frappe.user_roles.includes("WA Window Manager")) return;
		listview.page.add_inner_button(__("Sync Templates"), async () => {
			await frappe.call({ method: "wa_window.api.templates.sync", type: "POST", freeze: true });
			listview.refresh();
		});
	},
};
