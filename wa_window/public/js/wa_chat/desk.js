import { httpCalls } from "./http.js";

const EVENT = "wa_window_changed";
const CONVERSATION = "Chat Conversation";
const MANAGERS = ["WA Window Manager", "System Manager"];

/**
 * The panel's transport inside Frappe's Desk. Not `frappe.call`: even with `silent` it puts a dialog over the page for
 * 403, 404, 502 and 504, and this panel asks every 20 seconds. Here every failure is said in the panel itself.
 */
export function deskTransport() {
	return {
		...httpCalls({ headers: () => ({ "X-Frappe-CSRF-Token": frappe.csrf_token }) }),
		subscribe,
		locale: (frappe.boot.lang || "en").replace("_", "-"),
		timeZone: frappe.boot.time_zone?.user || frappe.boot.time_zone?.system,
		settingsLink: isManager() ? () => frappe.set_route("Form", "WA Window Settings") : null,
	};
}

function isManager() {
	return MANAGERS.some((role) => frappe.user_roles.includes(role));
}

/**
 * Joins the conversation's room. `emit` rather than `doc_subscribe`, which drops all but one call a second - the form
 * has just used it for the Lead - and after a reconnection would not join again.
 */
function subscribe({ conversation }, onChange) {
	const { realtime } = frappe;
	if (!conversation || !realtime?.socket) return () => {};
	const join = () => realtime.emit("doc_subscribe", CONVERSATION, conversation);
	const joinAgain = () => {
		join();
		onChange();
	};
	realtime.on(EVENT, onChange);
	realtime.on("connect", joinAgain);
	join();
	return () => {
		realtime.off(EVENT, onChange);
		realtime.off("connect", joinAgain);
		// Another form in this Desk may be listening in the same room.
		if (!realtime.open_docs?.has(`${CONVERSATION}:${conversation}`)) realtime.emit("doc_unsubscribe", CONVERSATION, conversation);
	};
}
