// Browsers keep this script until the next build: the form itself is loaded when it is opened.

frappe.ui.form.on("Content Template Draft", {
	async refresh(frm) {
		await frappe.require(["wa_window_draft.bundle.js", "wa_window.bundle.css"]);
		wa_window.refresh_draft(frm);
	},
});
