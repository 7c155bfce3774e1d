/** Only the latest of the entries with one name stays. */
function keepTheLatest(panel) {
	const known = new Set();
	for (const entry of panel.querySelectorAll(".notification-item[data-name]")) {
		if (known.has(entry.dataset.name)) entry.remove();
		known.add(entry.dataset.name);
	}
}

// An open Desk adds an entry that was told anew to those it shows, beside the entry's earlier self (notifications.js, update_dropdown).
const { make_tab_view } = frappe.ui.Notifications.prototype;
frappe.ui.Notifications.prototype.make_tab_view = function (tab) {
	make_tab_view.call(this, tab);
	const [panel] = tab.el;
	if (panel) new MutationObserver(() => keepTheLatest(panel)).observe(panel, { childList: true, subtree: true });
};
