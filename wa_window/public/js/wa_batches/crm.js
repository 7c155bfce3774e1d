// Templates to many from Frappe CRM's own lists.

import { crmTransport } from "../wa_chat/crm.js";
import { h } from "../wa_chat/dom.js";
import { dialogFrame } from "./frames.js";
import { SendDialog } from "./send_dialog.js";

let place = null;

/** Called by our CRM Form Script: to the selected rows `names` of a list. `styles` are the stylesheets' URLs. */
export function sendFromCrm({ doctype, names, socket, styles, parts, onPrepared }) {
	if (!place) {
		place = h("div", { class: "wa-outside" });
		document.head.append(...styles.map((href) => h("link", { rel: "stylesheet", href })));
		document.body.append(place);
	}
	new SendDialog({
		frame: dialogFrame(place),
		transport: crmTransport(socket, parts),
		whom: [{ label: "", choice: { record_doctype: doctype, records: names } }],
		openAnswers: (batch) => window.open(`/whatsapp?batch=${encodeURIComponent(batch)}`),
		onPrepared,
	});
}
