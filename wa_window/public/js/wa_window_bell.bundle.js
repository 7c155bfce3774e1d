import { listenForAlerts } from "./wa_inbox/alerts.js";

/** Only the newest of the entries with one name is kept. */
function removeOlderCopies(panel) {
	const names = new Set();
	for (const entry of panel.querySelectorAll(".notification-item[data-name]")) {
		if (names.has(entry.dataset.name)) entry.remove();
		names.add(entry.dataset.name);
	}
}

// An open Desk adds an entry that was sent again beside its older copy (notifications.js, update_dropdown).
const { make_tab_view } = frappe.ui.Notifications.prototype;
frappe.ui.Notifications.prototype.make_tab_view = function (tab) {
	make_tab_view.call(this, tab);
	const [panel] = tab.el;
	if (panel)
		new MutationObserver(() => removeOlderCopies(panel)).observe(panel, { childList: true, subtree: true });
};

// On every page of the Desk, not only in the inbox, whose button switches them on.
$(document).on("app_ready", () => {
	if (frappe.realtime?.socket) {
		listenForAlerts(frappe.realtime, (conversation) => frappe.set_route("whatsapp", conversation));
	}
});
