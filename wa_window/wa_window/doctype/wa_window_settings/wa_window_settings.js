frappe.ui.form.on("WA Window Settings", {
	refresh(frm) {
		for (const field of ["inbound_webhook_url", "status_callback_url"]) add_copy_button(frm, field);
		show_refused_webhooks(frm);
		frm.fields_dict.lead_doctype.set_data(frm.doc.__onload.new_lead_types);
		const { holiday_lists } = frm.doc.__onload;
		frm.toggle_display("holiday_list", Boolean(holiday_lists));
		frm.fields_dict.holiday_list.set_data(holiday_lists || []);
		frm.add_custom_button(__("Test Connection"), () => test_connection(frm));
		frm.add_custom_button(__("Sync Templates"), () => sync_templates(frm));
		frm.add_custom_button(__("Fetch Missed Messages"), () => catch_up(frm));
		if (frappe.user_roles.includes("System Manager")) frm.add_custom_button(__("Give Access"), give_access);
	},
});

function show_refused_webhooks(frm) {
	const {
		refused_since,
		refused_wrong_signature: wrong,
		refused_no_signature: unsigned,
		refused_no_token: no_token,
	} = frm.doc;
	const remedy = no_token
		? __("Fill in Auth Token.")
		: __("Check that Auth Token is the primary one and that Public URL is the address entered at Twilio.");
	const refused = __("{0} webhooks were refused since {1}.", [
		wrong + unsigned + no_token,
		frappe.format(refused_since, { fieldtype: "Datetime" }, { inline: true }),
	]);
	frm.set_intro(refused_since ? `${refused} ${remedy}` : "", "red");
}

function add_copy_button(frm, field) {
	const { $wrapper } = frm.fields_dict[field];
	$wrapper.find(".wa-copy").remove();
	$('<button type="button" class="btn btn-xs btn-default wa-copy">')
		.text(__("Copy"))
		.on("click", () => frappe.utils.copy_to_clipboard(frm.doc[field]))
		.appendTo($wrapper.find(".control-input-wrapper").parent());
}

async function test_connection(frm) {
	await save_first(frm);
	const { message } = await frappe.call({
		method: "wa_window.api.settings.test_connection",
		type: "POST",
		freeze: true,
		freeze_message: __("Checking…"),
	});
	const rows = message.map(({ name, ok, words }) =>
		[ok ? "✓" : "✗", name, words].map(frappe.utils.escape_html),
	);
	frappe.msgprint({ title: __("Test Connection"), message: rows, as_table: true, wide: true });
}

async function sync_templates(frm) {
	await save_first(frm);
	const { message } = await frappe.call({
		method: "wa_window.api.templates.sync",
		type: "POST",
		freeze: true,
		freeze_message: __("Checking…"),
	});
	await frm.reload_doc();
	const result = message.errors.length
		? message.errors.join(" ")
		: __("{0} templates synced, {1} removed.", [message.synced, message.removed]);
	frappe.show_alert(
		{ message: frappe.utils.escape_html(result), indicator: message.errors.length ? "red" : "green" },
		10,
	);
}

function catch_up(frm) {
	const days = {
		fieldname: "days",
		fieldtype: "Int",
		label: __("Days"),
		default: 7,
		reqd: 1,
		description: __("Fetches messages whose webhook never arrived, and updates statuses."),
	};
	frappe.prompt(
		days,
		async (values) => {
			await save_first(frm);
			await frappe.call({ method: "wa_window.api.settings.catch_up", type: "POST", args: values });
			frappe.show_alert(__("Fetching in the background. The result appears here."), 10);
		},
		__("How far back?"),
		__("Fetch"),
	);
}

function give_access() {
	const users = {
		fieldname: "users",
		fieldtype: "MultiSelectList",
		label: __("Users"),
		reqd: 1,
		get_data: (text) => frappe.db.get_link_options("User", text, { enabled: 1, user_type: "System User" }),
	};
	const roles = ["WA Window Agent", "WA Window Manager"];
	const role = {
		fieldname: "role",
		fieldtype: "Select",
		label: __("Role"),
		options: roles.map((value) => ({ value, label: __(value) })),
		default: roles[0],
		reqd: 1,
		description: __(
			"Agents read and answer the chats of the leads they may see. Managers also see chats without a lead, templates and settings.",
		),
	};
	frappe.prompt(
		[users, role],
		async (values) => {
			await frappe.call({
				method: "wa_window.api.settings.give_role",
				type: "POST",
				args: values,
				freeze: true,
			});
			frappe.show_alert({ message: __("They have access now."), indicator: "green" });
		},
		__("Who May Chat?"),
		__("Give Access"),
	);
}

async function save_first(frm) {
	if (frm.is_dirty()) await frm.save();
}
