import { httpCalls } from "./http.js";
import { bundleLoader } from "./on_demand.js";
import { joinLists, joinRoom } from "./realtime.js";

const PHONE_FIELDS = ["phone_nos", "whatsapp_no", "whatsapp", "contact_mobile", "mobile_no", "phone"];
const MANAGERS = ["WA Window Manager", "System Manager"];

/**
 * The transport of the chat and of the inbox inside Frappe's Desk. Not `frappe.call`: even with `silent` it puts a dialog over the page for
 * 403, 404, 502 and 504, and this panel polls every 20 seconds. Here every error is shown in the panel itself.
 */
export function deskTransport() {
	return {
		...httpCalls({ headers: () => ({ "X-Frappe-CSRF-Token": frappe.csrf_token }) }),
		loadParts: bundleLoader(frappe.assets.bundled_asset("wa_window_parts.bundle.js")),
		subscribe,
		subscribeInbox,
		canAlert: true,
		locale: (frappe.boot.lang || "en").replace("_", "-"),
		timeZone: frappe.boot.time_zone?.user || frappe.boot.time_zone?.system,
		settingsLink: isManager() ? () => frappe.set_route("Form", "WA Window Settings") : null,
		recordLink: ({ doctype, name }) => frappe.utils.get_form_link(doctype, name),
		changeNumber,
	};
}

/** Scrolls to the number that is written to: the first one that is filled in, in the order of `phone_fields` in record_types.py. */
async function changeNumber({ doctype, name }) {
	await frappe.set_route("Form", doctype, name);
	const form = cur_frm; // nosemgrep: frappe-cur-frm-usage - the form that set_route has opened; no event hands it over here
	const fields = PHONE_FIELDS.filter((field) => form.fields_dict[field]);
	form.scroll_to_field(fields.find((field) => form.doc[field]) || fields[0]);
}

function isManager() {
	return MANAGERS.some((role) => frappe.user_roles.includes(role));
}

/**
 * `emit` rather than `doc_subscribe`, which drops all but one call a second (the form has just used it for the Lead) and
 * does not join again after a reconnection.
 */
function subscribe(target, onChange, onPresence) {
	const { realtime } = frappe;
	if (!realtime?.socket) return () => {};
	// Another form in this Desk may be in the same room.
	return joinRoom(realtime, target, { onChange, onPresence }, (doctype, name) =>
		realtime.open_docs?.has(`${doctype}:${name}`),
	);
}

function subscribeInbox(onChange) {
	const { realtime } = frappe;
	// The Desk itself stays in the room (needs_reply.js).
	return realtime?.socket ? joinLists(realtime, onChange, { isRoomInUse: true }) : () => {};
}
