// The inbox in the Desk. Browsers keep this script until the next build: the inbox itself is loaded when the page is opened.

frappe.pages.whatsapp.on_page_load = async (wrapper) => {
	const assets = ["wa_window.bundle.css", "wa_window_inbox.bundle.css", "wa_window_inbox.bundle.js"];
	await frappe.require(assets);
	wa_window.mount_inbox(wrapper);
};
