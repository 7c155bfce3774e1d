// Templates to many from Frappe CRM's own lists.

import { crmTransport } from "../wa_chat/crm.js";
import { h } from "../wa_chat/dom.js";
import { dialogFrame } from "./frames.js";
import { SendDialog } from "./send_dialog.js";
import { whomOfList } from "./whom.js";

let place = null;

/**
 * Called by our CRM Form Script: to the selected rows `names` of `list`; where those are all that it shows, also to all that it has. `styles` are
 * the stylesheets' URLs.
 */
export function sendFromCrm({ doctype, names, list, socket, styles, parts, onPrepared }) {
	if (!place) {
		place = h("div", { class: "wa-outside" });
		document.head.append(...styles.map((href) => h("link", { rel: "stylesheet", href })));
		document.body.append(place);
	}
	new SendDialog({
		frame: dialogFrame(place),
		transport: crmTransport(socket, parts),
		whom: whomOfList(doctype, names, shownBy(list)),
		openAnswers: (batch) => window.open(`/whatsapp?batch=${encodeURIComponent(batch)}`),
		onPrepared,
	});
}

/**
 * CRM's list is the answer of its get_data, with what was asked for in `params`: its filters, over which the page's own go, and in which @me
 * is the session's user (its crm/api/doc.py and frontend/src/components/ViewControls.vue).
 */
function shownBy({ data, params }) {
	const { filters, default_filters: own } = params;
	const user = new URLSearchParams(document.cookie.replaceAll("; ", "&")).get("user_id");
	const named = new Map([
		["@me", user],
		["%@me%", `%${user}%`],
	]);
	return {
		shown: data.row_count,
		total: data.total_count,
		filters: JSON.parse(JSON.stringify({ ...filters, ...own }), (_key, value) => named.get(value) ?? value),
	};
}
