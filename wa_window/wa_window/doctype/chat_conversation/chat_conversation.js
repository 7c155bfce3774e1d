frappe.ui.form.on("Chat Conversation", {
	refresh(frm) {
		show_chat(frm);
		if (frm.doc.lead)
			frm.add_custom_button(__("Open Lead"), () =>
				frappe.set_route("Form", frm.doc.lead_doctype, frm.doc.lead),
			);
		if (!frappe.user_roles.includes("WA Window Manager")) return;
		if (!frm.doc.lead) {
			frm.add_custom_button(__("Link to Lead"), () => link_to_lead(frm));
			frm.add_custom_button(__("Create Lead"), () => create_lead(frm));
		}
		if (frm.doc.opted_out) frm.add_custom_button(__("Record Opt-In"), () => opt_in(frm));
		frm.add_custom_button(__("Erase Customer"), () => erase_customer(frm));
	},
});

async function show_chat(frm) {
	if (!window.wa_window?.mount) await frappe.require(["wa_window.bundle.js", "wa_window.bundle.css"]);
	wa_window.mount(frm);
}

function link_to_lead(frm) {
	const types = frappe.boot.wa_window_record_types.filter((doctype) => frappe.model.can_read(doctype));
	const fields = [
		{
			fieldname: "lead_doctype",
			fieldtype: "Select",
			label: __("Lead Type"),
			options: types,
			default: types[0],
			reqd: 1,
		},
		{ fieldname: "lead", fieldtype: "Dynamic Link", label: __("Lead"), options: "lead_doctype", reqd: 1 },
	];
	frappe.prompt(
		fields,
		async ({ lead_doctype, lead }) => {
			await frm.reload_doc();
			await frm.set_value({ lead_doctype, lead });
			await frm.save();
		},
		__("Link to Lead"),
		__("Link"),
	);
}

async function create_lead(frm) {
	const { message } = await frappe.call({
		method: "wa_window.api.inbox.create_lead",
		type: "POST",
		args: { conversation: frm.doc.name },
		freeze: true,
	});
	frappe.set_route("Form", message.doctype, message.name);
}

function opt_in(frm) {
	const fields = [
		{ fieldname: "reason", fieldtype: "Small Text", label: __("How did the customer opt in?"), reqd: 1 },
		{
			fieldname: "twilio",
			fieldtype: "HTML",
			options: __(
				"Saved as a comment on the lead. Twilio keeps its own list and may refuse messages (21610) until the customer sends START.",
			),
		},
	];
	frappe.prompt(
		fields,
		async ({ reason }) => {
			await frappe.call({
				method: "wa_window.api.settings.opt_in",
				type: "POST",
				args: { conversation: frm.doc.name, reason },
			});
			await frm.reload_doc();
		},
		__("Record Opt-In"),
		__("Record"),
	);
}

function erase_customer(frm) {
	frappe.warn(
		__("Erase this customer?"),
		__(
			"All messages and files with this customer, on all your numbers, are deleted for good. The lead stays. Delete Twilio's copies at Twilio.",
		),
		async () => {
			await frappe.call({
				method: "wa_window.api.settings.erase_customer",
				type: "POST",
				args: { conversation: frm.doc.name },
			});
			frappe.show_alert({ message: __("The customer was erased."), indicator: "green" });
			frappe.set_route("List", "Chat Conversation");
		},
		__("Erase"),
	);
}
