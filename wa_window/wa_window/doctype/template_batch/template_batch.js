frappe.ui.form.on("Template Batch", {
	async refresh(frm) {
		frm.disable_save();
		await frappe.require([
			"wa_window.bundle.css",
			"wa_window_batches.bundle.css",
			"wa_window_batches.bundle.js",
		]);
		wa_window.batches.showInForm(frm);
	},
});
