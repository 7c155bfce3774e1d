// Put into the form of each lead DocType (doctype_js); the chat itself is loaded when a form first needs it.

frappe.provide("wa_window");

// This file runs once for each lead DocType whose form is opened, but the forms are to be told only once.
if (!wa_window.lead_doctypes) {
	wa_window.lead_doctypes = ["Lead", "CRM Lead", "Chat Lead"];

	wa_window.show_chat = async (frm) => {
		if (!frm.fields_dict.wa_chat_html) return;
		if (!wa_window.mount) await frappe.require(["wa_window.bundle.js", "wa_window.bundle.css"]);
		wa_window.mount(frm);
	};

	wa_window.lead_doctypes.forEach((doctype) => {
		frappe.ui.form.on(doctype, { refresh: wa_window.show_chat });
	});
}
