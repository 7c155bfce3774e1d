frappe.ui.form.on("Chat Conversation", {
	refresh(frm) {
		if (!frm.doc.lead) return;
		frm.add_custom_button(__("Open Chat"), () => frappe.set_route("Form", frm.doc.lead_doctype, frm.doc.lead));
	},
});
