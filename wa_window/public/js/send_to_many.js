// For the lists of chats and of leads (doctype_list_js): a template to those that are ticked, for who may send to many.

frappe.provide("wa_window");

wa_window.add_send_to_many ||= (listview) => {
	// A DocType that nobody makes by a form is among these (frappe/utils/user.py, build_permissions).
	if (!frappe.boot.user.in_create.includes("Template Batch")) return;
	listview.page.add_actions_menu_item(__("Send Template…"), async () => {
		await frappe.require([
			"wa_window.bundle.css",
			"wa_window_batches.bundle.css",
			"wa_window_batches.bundle.js",
		]);
		wa_window.batches.sendFromList(listview);
	});
};
