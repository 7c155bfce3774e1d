frappe.ui.form.on("WA Window Settings", {
	refresh(frm) {
		for (const field of ["inbound_webhook_url", "status_callback_url"]) add_copy_button(frm, field);
		// They are no passwords of this site, and need not be sent to be judged.
		for (const field of ["auth_token", "next_auth_token", "api_key_secret"])
			frm.fields_dict[field].disable_password_checks();
		show_refused_webhooks(frm);
		frm.fields_dict.lead_doctype.set_data(frm.doc.__onload.new_lead_types);
		const { holiday_lists } = frm.doc.__onload;
		frm.toggle_display("holiday_list", Boolean(holiday_lists));
		frm.fields_dict.holiday_list.set_data(holiday_lists || []);
		const connect_button = frm.add_custom_button(__("Connect"), () => choose_webhooks(frm));
		connect_button.toggleClass("btn-primary", !frm.doc.senders?.length);
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
	show_results(__("Test Connection"), await asked("test_connection"));
}

function show_results(title, results) {
	const rows = results.map(({ name, ok, words }) =>
		[ok ? "✓" : "✗", name, words].map(frappe.utils.escape_html),
	);
	frappe.msgprint({ title, message: rows, as_table: true, wide: true });
}

async function asked(method, args = {}) {
	const { message } = await frappe.call({
		method: `wa_window.api.settings.${method}`,
		type: "POST",
		args,
		freeze: true,
		freeze_message: __("Checking…"),
	});
	return message;
}

async function choose_webhooks(frm) {
	await save_first(frm);
	const owners = await asked("webhooks_at_twilio");
	if (!owners.length) {
		frappe.msgprint(
			__(
				"This Twilio account has no WhatsApp sender. For the sandbox, add its number under Senders and copy the two addresses to Twilio.",
			),
		);
		return;
	}
	const dialog = new frappe.ui.Dialog({
		title: __("Connect to This Site"),
		size: "large",
		fields: [{ fieldname: "owners", fieldtype: "HTML" }],
		primary_action_label: __("Connect"),
		primary_action: () => connect(frm, dialog),
	});
	if (frm.doc.former_webhooks) {
		dialog.set_secondary_action_label(__("Put Back"));
		dialog.set_secondary_action(() => put_back(frm, dialog));
	}
	const { $wrapper } = dialog.fields_dict.owners;
	$("<p class='text-muted'>")
		.text(__("Twilio posts incoming messages and delivery statuses of what you tick to this site."))
		.appendTo($wrapper);
	for (const owner of owners) $wrapper.append(webhook_owner(owner));
	const allow = () => dialog.get_primary_btn().prop("disabled", !$wrapper.find("input:checked").length);
	$wrapper.on("change", "input", allow);
	allow();
	dialog.show();
}

// A sender or a Messaging Service with what stands there now.
function webhook_owner(owner) {
	const $owner = $("<label class='d-flex border rounded p-3 mb-2' style='gap: 12px; cursor: pointer'>");
	$("<input type='checkbox' class='mt-1'>")
		.val(owner.sid)
		.attr("aria-label", owner.name)
		.prop("checked", !owner.elsewhere && !owner.defers)
		.appendTo($owner);
	const $about = $("<div style='flex: 1; min-width: 0'>").appendTo($owner);
	const [color, state] = webhook_state(owner);
	$("<div class='d-flex flex-wrap align-items-center mb-1' style='gap: 4px 8px'>")
		.append($("<strong>").text(owner.name), $("<span class='text-muted'>").text(owner.label))
		.append($(`<span class="indicator-pill no-indicator-dot ${color}">`).text(state))
		.appendTo($about);
	for (const line of webhook_lines(owner))
		$("<div class='small text-muted text-break'>").text(line).appendTo($about);
	return $owner;
}

function webhook_state({ here, elsewhere }) {
	if (here) return ["green", __("This site")];
	return elsewhere ? ["orange", __("Another program")] : ["gray", __("Not connected")];
}

function webhook_lines({ members, defers, inbound_url, inbound_method, status_url, elsewhere }) {
	const inbound = inbound_url ? `${inbound_method} ${inbound_url}` : __("no address");
	const lines = [
		__("Messages: {0}", [defers ? __("where its senders post them") : inbound]),
		__("Statuses: {0}", [status_url || __("no address")]),
	];
	if (members.length) {
		lines.unshift(__("Senders: {0}", [members.join(", ")]));
		lines.push(__("If you tick it, messages to all its numbers are posted here, SMS too."));
	}
	if (elsewhere) lines.push(__("If you tick it, this address is replaced. “Put Back” restores it."));
	return lines;
}

async function connect(frm, dialog) {
	const sids = dialog.$wrapper
		.find("input:checked")
		.toArray()
		.map(({ value }) => value);
	const results = await asked("connect", { sids });
	dialog.hide();
	await frm.reload_doc();
	show_results(__("Connect to This Site"), results);
	await sync_templates(frm);
}

function put_back(frm, dialog) {
	frappe.confirm(
		__(
			"Twilio then posts to the addresses that stood there before, and messages no longer arrive at this site.",
		),
		async () => {
			const results = await asked("put_back_webhooks");
			dialog.hide();
			await frm.reload_doc();
			show_results(__("Put Back"), results);
		},
	);
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
