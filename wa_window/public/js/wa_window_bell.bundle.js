import { httpCalls } from "./wa_chat/http.js";
import { listenForAlerts } from "./wa_inbox/alerts.js";
import { initialOfText } from "./wa_inbox/initial.js";
import { NeedsReply } from "./wa_inbox/needs_reply.js";

const ROLES = ["WA Window Agent", "WA Window Manager"];

/** Only the newest of the entries with one name is kept. */
function removeOlderCopies(panel) {
	const names = new Set();
	for (const entry of panel.querySelectorAll(".notification-item[data-name]")) {
		if (names.has(entry.dataset.name)) entry.remove();
		names.add(entry.dataset.name);
	}
}

// Ours (record_notifications.py) about a customer: the link of one that may not name the customer has no record's name.
const ABOUT_A_CUSTOMER = '.notification-item[href$="#wa_tab"]:not([href$="/#wa_tab"], [data-wa-initial])';

/** Frappe shows its user's own picture where an entry comes from no user. */
function showInitials(panel) {
	for (const entry of panel.querySelectorAll(ABOUT_A_CUSTOMER)) {
		const letter = initialOfText(entry.querySelector(".message").textContent);
		entry.dataset.waInitial = letter;
		entry.querySelector(".avatar").outerHTML = frappe.get_avatar("avatar-medium user-avatar", letter);
	}
}

// An open Desk adds an entry that was sent again beside its older copy (notifications.js, update_dropdown).
const { make_tab_view } = frappe.ui.Notifications.prototype;
frappe.ui.Notifications.prototype.make_tab_view = function (tab) {
	make_tab_view.call(this, tab);
	const [panel] = tab.el;
	if (!panel) return;
	new MutationObserver(() => {
		removeOlderCopies(panel);
		showInitials(panel);
	}).observe(panel, { childList: true, subtree: true });
};

function openChat(conversation) {
	frappe.set_route("whatsapp", conversation);
}

function toast({ conversation, title, text }) {
	const [name, words, label] = [title, text, __("Open chat")].map(frappe.utils.escape_html);
	const body = `<div>${words}</div><button class="btn btn-xs btn-default mt-2" data-action="open">${label}</button>`;
	frappe.show_alert({ message: name, body }, 7, { open: () => openChat(conversation) });
}

// On every page of the Desk, not only in the inbox, whose button switches the alerts on.
$(document).on("app_ready", () => {
	const { realtime } = frappe;
	if (realtime?.socket) listenForAlerts(realtime, openChat, toast);
	if (ROLES.some((role) => frappe.user_roles.includes(role))) new NeedsReply(httpCalls().call, realtime);
});
