import { button, h } from "./dom.js";

/** Names the `others` with the number of a session's chat above the banner, each with what the user may do: open it, or merge it into the
 * chat's lead. */
export function showOtherLeads(others, chat, session) {
	if (session !== chat.session) return;
	const names = others.map((other) => {
		const href = chat.transport.recordLink?.(other);
		const name = h(href ? "a" : "span", { href, dir: "auto" }, other.title);
		const row = h(
			"span",
			{},
			" ",
			name,
			" ",
			mergeButton(other, () => remove(row)),
		);
		return row;
	});
	const node = h("div", { class: "wa-quiet" }, __("Also with this number:"), names);
	const remove = (row) => {
		row.remove();
		if (!node.querySelector("span")) node.remove();
	};
	node.style.padding = "4px 14px";
	chat.view.banner.node.before(node);
	chat.others = { close: () => node.remove() };
}

/** In the Desk, which has Frappe's own dialog. */
function mergeButton(other, onMerged) {
	const canMerge = other.merge_into && window.frappe?.confirm;
	return canMerge && button({ class: "wa-link", onclick: () => merge(other, onMerged) }, __("Merge…"));
}

/** By Frappe's own merge, which the other lead does not survive: what refers to it then refers to this one, also its chats. */
function merge({ doctype, name, title, merge_into: kept }, onMerged) {
	const names = [title, name, kept].map(frappe.utils.escape_html);
	const text = __("Merge {0} ({1}) into {2}? The first one is deleted. This cannot be undone.", names);
	frappe.confirm(text, async () => {
		const args = { doctype, docname: name, name: kept, merge: 1 };
		await frappe.call({ method: "frappe.model.rename_doc.update_document_title", args, freeze: true });
		onMerged();
		frappe.show_alert({ message: __("Merged."), indicator: "green" });
	});
}
