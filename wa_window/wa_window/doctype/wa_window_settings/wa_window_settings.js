const AGENT = "WA Window Agent";
const ROLES = [AGENT, "WA Window Manager"];

frappe.ui.form.on("WA Window Settings", {
	refresh(frm) {
		for (const field of ["inbound_webhook_url", "status_callback_url"]) add_copy_button(frm, field);
		// They are no passwords of this site, and need not be sent to be judged.
		for (const field of ["auth_token", "next_auth_token", "api_key_secret"])
			frm.fields_dict[field].disable_password_checks();
		show_refused_webhooks(frm);
		show_last_check(frm);
		frm.fields_dict.lead_doctype.set_data(frm.doc.__onload.new_lead_types);
		const { holiday_lists } = frm.doc.__onload;
		frm.toggle_display("holiday_list", Boolean(holiday_lists));
		frm.fields_dict.holiday_list.set_data(holiday_lists || []);
		const connect_button = frm.add_custom_button(__("Connect"), () => choose_webhooks(frm));
		connect_button.toggleClass("btn-primary", !frm.doc.senders?.length);
		frm.add_custom_button(__("Test Connection"), () => test_connection(frm));
		frm.add_custom_button(__("Sync Templates"), () => sync_templates(frm));
		frm.add_custom_button(__("Fetch Missed Messages"), () => catch_up(frm));
		if (is_system_manager()) frm.add_custom_button(__("Give Access"), () => give_access());
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
		date_and_time(refused_since),
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
	await asked("test_connection");
	await frm.reload_doc();
	frm.scroll_to_field("check_results");
}

// The buttons that mend what a check found, by their names in frappe_host/desk/twilio_checks.py.
const ACTIONS = {
	connect: [__("Connect"), choose_webhooks],
	sync_templates: [__("Sync Templates"), sync_templates],
	give_access: [__("Give Access"), give_access],
};

// What failed first, each with what failed for the same reason; what passed is folded.
function show_last_check(frm) {
	const { last_check, last_check_results, modified } = frm.doc;
	const $results = frm.fields_dict.check_results.$wrapper.empty();
	if (!last_check) return;
	const results = JSON.parse(last_check_results);
	const [passed, failed] = [results.filter(({ ok }) => ok), results.filter(({ ok }) => !ok)];
	const tested = __("Tested at {0}.", [date_and_time(last_check)]);
	const changed = modified > last_check ? __("Settings have changed since.") : "";
	$("<p class='text-muted'>").text(`${tested} ${changed}`).appendTo($results);
	for (const result of failed.filter(({ cause }) => !cause)) {
		const others = failed.filter(({ cause }) => cause === result.name).map(({ name }) => name);
		$results.append(result_row(result, others, fix_button(frm, result.action)));
	}
	$("<details>")
		.prop("open", !failed.length)
		.append($("<summary class='py-2'>").text(__("{0} checks passed", [passed.length])))
		.append(passed.map((result) => result_row(result)))
		.appendTo($results);
}

function fix_button(frm, action) {
	if (!ACTIONS[action] || (action === "give_access" && !is_system_manager())) return "";
	const [label, press] = ACTIONS[action];
	return $("<button type='button' class='btn btn-xs btn-default'>")
		.text(label)
		.on("click", () => press(frm));
}

function result_row({ name, ok, words }, others = [], $button = "") {
	const [color, state] = ok ? ["green", __("Passed")] : ["red", __("Failed")];
	const $words = $("<div class='text-break' style='flex: 1 1 20em; min-width: 0'>").append(
		$("<strong class='d-block'>").text(name),
		$("<div>").text(words),
	);
	if (others.length)
		$("<div class='text-muted'>")
			.text(__("Not checked because of this: {0}", [others.join(", ")]))
			.appendTo($words);
	return $("<div class='d-flex flex-wrap align-items-start border-top py-2' style='gap: 4px 12px'>").append(
		$(`<span class="indicator-pill no-indicator-dot ${color}">`).text(state),
		$words,
		$button,
	);
}

function show_results(title, results) {
	const $results = $("<div>").append(results.map((result) => result_row(result)));
	frappe.msgprint({ title, message: $results.html(), wide: true });
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
		fields: [{ fieldname: "owners", fieldtype: "HTML" }, ...access_for_me()],
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
	const sids = dialog.fields_dict.owners.$wrapper
		.find("input:checked")
		.toArray()
		.map(({ value }) => value);
	const results = await asked("connect", { sids });
	dialog.hide();
	await frm.reload_doc();
	show_results(__("Connect to This Site"), results);
	if (dialog.get_value("give_me_access")) give_role([frappe.session.user], AGENT);
	await sync_templates(frm);
}

// Who may connect may not chat by that: the message that arrives first would be for somebody else.
function access_for_me() {
	if (!is_system_manager() || ROLES.some((role) => frappe.user_roles.includes(role))) return [];
	const label = __("Let me read and answer chats: the role {0}", [__(AGENT)]);
	return [{ fieldname: "give_me_access", fieldtype: "Check", label, default: 1 }];
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
	const role = {
		fieldname: "role",
		fieldtype: "Select",
		label: __("Role"),
		options: ROLES.map((value) => ({ value, label: __(value) })),
		default: AGENT,
		reqd: 1,
		description: __(
			"Agents read and answer the chats of the leads they may see. Managers also see chats without a lead, templates and settings.",
		),
	};
	frappe.prompt(
		[users, role],
		async (values) => {
			await give_role(values.users, values.role);
			frappe.show_alert({ message: __("They have access now."), indicator: "green" });
		},
		__("Who May Chat?"),
		__("Give Access"),
	);
}

function give_role(users, role) {
	return frappe.call({
		method: "wa_window.api.settings.give_role",
		type: "POST",
		args: { users, role },
		freeze: true,
	});
}

function date_and_time(value) {
	return frappe.format(value, { fieldtype: "Datetime" }, { inline: true });
}

function is_system_manager() {
	return frappe.user_roles.includes("System Manager");
}

async function save_first(frm) {
	if (frm.is_dirty()) await frm.save();
}
