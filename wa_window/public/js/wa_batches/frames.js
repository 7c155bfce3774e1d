// What a template to many is shown in: the Desk's own dialog, elsewhere the one of the chat.

import { button, h, icon, returnFocus } from "../wa_chat/dom.js";
import { ignoreHeldEnter } from "../wa_chat/form_dialog.js";

let count = 0;

/** A modal dialog of the chat's look in `parent`; returns `{close}`. `onClose` is called once, however it is closed. */
export function dialogFrame(parent) {
	return ({ title, node, onClose }) => {
		const opener = document.activeElement;
		const id = `wa-batch-title-${++count}`;
		const close = () => {
			if (!dialog.parentNode) return;
			dialog.close();
			dialog.remove();
			onClose();
			returnFocus(parent, opener);
		};
		const dialog = h(
			"dialog",
			{
				class: "wa-dialog wa-batch-dialog",
				"aria-labelledby": id,
				onclose: close,
				onkeydown: ignoreHeldEnter,
				oncancel: (event) => {
					event.preventDefault();
					close();
				},
			},
			h(
				"div",
				{ class: "wa-dialog-head" },
				h("h2", { id }, title),
				button(
					{ class: "wa-button wa-button-icon", "aria-label": __("Close"), onclick: close },
					icon("close"),
				),
			),
			node,
		);
		parent.append(dialog);
		dialog.showModal();
		return { close };
	};
}

/** The Desk's dialog; returns `{close}`. */
export function deskFrame({ title, node, onClose }) {
	const dialog = new frappe.ui.Dialog({ title, size: "extra-large" });
	dialog.body.append(node);
	dialog.onhide = onClose;
	dialog.$wrapper.on("hidden.bs.modal", () => dialog.$wrapper.remove());
	dialog.show();
	return { close: () => dialog.hide() };
}
