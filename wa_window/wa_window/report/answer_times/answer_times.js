frappe.query_reports["Answer Times"] = {
	filters: [
		{
			fieldname: "from_date",
			label: __("From Date"),
			fieldtype: "Date",
			reqd: 1,
			default: frappe.datetime.add_days(frappe.datetime.get_today(), -7),
		},
		{
			fieldname: "to_date",
			label: __("To Date"),
			fieldtype: "Date",
			reqd: 1,
			default: frappe.datetime.get_today(),
		},
		{
			fieldname: "group_by",
			label: __("Group By"),
			fieldtype: "Select",
			reqd: 1,
			options: [
				{ value: "Day", label: __("Day") },
				{ value: "Agent", label: __("Agent") },
				{ value: "Sender", label: __("Sender") },
			],
			default: "Day",
		},
		{ fieldname: "agent", label: __("Agent"), fieldtype: "Link", options: "User" },
		{ fieldname: "sender", label: __("Sender"), fieldtype: "Autocomplete" },
	],
	/** Frappe shows 0s for a time that there is none of. */
	formatter(value, row, column, data, formatted) {
		const has_no_time = column.fieldtype === "Duration" && value == null;
		return has_no_time ? "" : formatted(value, row, column, data);
	},
	async onload(report) {
		const { message } = await frappe.call({
			method: "wa_window.api.inbox.chats",
			type: "GET",
			args: { queue: "all", limit: 1 },
		});
		const senders = message.senders.map(({ address, label }) => ({ value: address, label }));
		report.get_filter("sender").set_data(senders);
	},
};
