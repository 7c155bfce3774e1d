frappe.ui.form.on("Chat Conversation", {
	refresh(frm) {
		if (frm.doc.lead) frm.add_custom_button(__("Open Chat"), () => frappe.set_route("Form", frm.doc.lead_doctype, frm.doc.lead));
		if (frappe.user_roles.includes("WA Window Manager")) frm.add_custom_button(__("Erase Customer"), () => erase_customer(frm));
	},
});

function erase_customer(frm) {
	frappe.warn(
		__("Erase this customer?"),
		__("All messages and files exchanged with this customer, with all your numbers, are deleted and cannot be restored. The lead stays. What Twilio keeps has to be deleted there."),
		async () => {
			await frappe.call({ method: "wa_window.api.settings.erase_customer", type: "POST", args: { conversation: frm.doc.name } });
			frappe.show_alert({ message: __("The customer was erased."), indicator: "green" });
			frappe.set_route("List", "Chat Conversation");
		},
		__("Erase"),
	);
}
