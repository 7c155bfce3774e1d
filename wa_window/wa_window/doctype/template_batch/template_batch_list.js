const STATUSES = {
	Preparing: () => [__("Preparing…"), "gray"],
	Draft: () => [__("Draft"), "orange"],
	Sending: () => [__("Being sent…"), "green"],
	Paused: () => [__("Paused"), "orange"],
	Stopped: () => [__("Stopped"), "red"],
	Done: () => [__("Done"), "gray"],
};

frappe.listview_settings["Template Batch"] = {
	hide_name_column: true,
	hide_name_filter: true,
	get_indicator({ status }) {
		const [label, colour] = STATUSES[status]();
		return [label, colour, `status,=,${status}`];
	},
};
