// Templates to many in the Desk: from its lists, and as the document that is kept of each.

import { deskTransport } from "../wa_chat/desk.js";
import { fill, h } from "../wa_chat/dom.js";
import { BatchView } from "./batch_view.js";
import { deskFrame } from "./frames.js";
import { SendDialog } from "./send_dialog.js";
import { whomOfList } from "./whom.js";

/** To the records that are ticked in a list; where those are all that it shows, also to all that it has. */
export function sendFromList(listview) {
	const { doctype, data, total_count: total, count_upper_bound: bound } = listview;
	const list = {
		shown: data.length,
		total,
		// The Desk counts up to a bound only.
		count: bound && total >= bound ? `${total - 1}+` : total,
		filters: listview.get_filters_for_args(),
	};
	new SendDialog({
		frame: deskFrame,
		transport: deskTransport(),
		whom: whomOfList(doctype, listview.get_checked_items(true), list),
		openAnswers,
		onPrepared: () => listview.clear_checked_items(),
	});
}

/** In the form of a Template Batch, which the Desk reuses for all of them. */
export async function showInForm(frm) {
	const place = frm.fields_dict.view.$wrapper.get(0);
	const { docname: batch } = frm;
	if (frm.wa_batch?.batch === batch) {
		frm.wa_batch.refresh();
		return;
	}
	frm.wa_batch?.stop();
	frm.wa_batch = null;
	fill(place);
	const transport = deskTransport();
	try {
		const [progress] = await Promise.all([
			transport.call("wa_window.api.batches.progress", { batch }),
			frappe.model.with_doctype(frm.doc.record_doctype),
		]);
		if (frm.docname !== batch) return;
		const fieldLabel = (name) => __(frappe.meta.get_label(frm.doc.record_doctype, name));
		frm.wa_batch = new BatchView({ transport, progress, openAnswers, fieldLabel });
		fill(place, frm.wa_batch.node);
		frm.wa_batch.start();
	} catch (error) {
		fill(place, h("p", { class: "wa-quiet", role: "alert" }, error.message));
	}
}

function openAnswers(batch) {
	frappe.route_options = { batch };
	frappe.set_route("whatsapp");
}
