import { button, h, icon } from "./dom.js";

/** The chat in a drawer beside a page: the page can be read while writing. Its header is the chat's own. */
export class Drawer {
	constructor(transport) {
		this.chat = document.createElement("wa-chat");
		this.chat.transport = transport;
		const close = button(
			{
				class: "wa-button wa-button-icon wa-drawer-close",
				"aria-label": __("Close"),
				onclick: () => this.close(),
			},
			icon("close"),
		);
		this.node = h("div", { class: "wa-drawer wa-outside", role: "dialog" }, close, this.chat);
		// In the capturing phase, since the chat stops the propagation of plain keys.
		this.node.addEventListener("keydown", (event) => this.onKey(event), { capture: true });
	}

	open(lead, { title, onClose }) {
		this.lead = lead;
		this.onClose = onClose;
		this.opener = document.activeElement;
		this.node.setAttribute("aria-label", title);
		document.body.append(this.node);
		this.chat.show(lead);
		this.chat.focus();
	}

	close() {
		this.node.remove();
		this.lead = null;
		this.opener?.focus?.();
		this.onClose?.();
	}

	/** Closes it if it shows this lead. */
	closeFor(lead) {
		if (this.lead === lead) this.close();
	}

	onKey(event) {
		// A dialog inside the chat handles its own Escape.
		if (event.key !== "Escape" || event.target.closest("dialog")) return;
		event.stopPropagation();
		this.close();
	}
}
