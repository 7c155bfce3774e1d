frappe.ui.form.on("Content Template", {
	refresh(frm) {
		const { can_be_copied, lead_fields } = frm.doc.__onload || {};
		frm.fields_dict.variables.grid.update_docfield_property("lead_field", "options", lead_fields || []);
		if (!frappe.user_roles.includes("WA Window Manager") || frm.doc.approval_status === "deleted") return;
		if (can_be_copied) frm.add_custom_button(__("Copy and Change"), () => copy(frm));
		frm.add_custom_button(__("Delete at Twilio"), () => {
			const question = __(
				"Delete {0} at Twilio? It can no longer be sent, and WhatsApp keeps its name for 30 days. Messages that were sent with it stay.",
				[frappe.utils.escape_html(frm.doc.friendly_name)],
			);
			frappe.confirm(question, async () => {
				await frappe.xcall("wa_window.api.templates.delete", { content_sid: frm.docname });
				frm.reload_doc();
			});
		});
	},
});

function copy(frm) {
	frappe.model.open_mapped_doc({ method: "wa_window.api.templates.copy", frm });
}
