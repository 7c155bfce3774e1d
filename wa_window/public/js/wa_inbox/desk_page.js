import { deskTransport } from "../wa_chat/desk.js";
import { showAnswers } from "./answers.js";
import { batchesLoader } from "./load_batches.js";

/**
 * The inbox in a page of the Desk. It is in the document only while the page is shown: it polls, joins rooms and takes keys
 * as long as it is there, and shows afterwards what it has shown before.
 */
export class DeskPage {
	constructor(wrapper) {
		this.wrapper = wrapper;
		// The Desk's keyboard shortcuts expect that every page has a frame (alt_keyboard_shortcuts.js); nothing of it is shown.
		frappe.ui.make_app_page({ parent: wrapper, title: "WhatsApp", single_column: true });
		for (const part of wrapper.children) part.hidden = true;
		this.inbox = document.createElement("wa-inbox");
		this.inbox.transport = { ...deskTransport(), loadBatches: loadBatches() };
		$(wrapper).on("show", () => this.show());
		$(wrapper).on("hide", () => this.hide());
		addEventListener("resize", () => this.fit());
		if (frappe.container.page === wrapper) this.show();
	}

	show() {
		if (!this.inbox.isConnected) this.wrapper.append(this.inbox);
		this.fit();
		this.followLink();
	}

	hide() {
		this.inbox.remove();
		document.dispatchEvent(new Event("wa-inbox-left"));
	}

	/** Opens the chat in the address, which then is the page's own: going back to it must not open that chat again. */
	followLink() {
		const { pathname } = location;
		const { batch } = frappe.route_options ?? {};
		frappe.route_options = null;
		if (batch) {
			history.replaceState(history.state, "", pathname);
			showAnswers(this.inbox, batch);
		}
		const [, conversation] = frappe.get_route();
		if (!conversation || !pathname.endsWith(`/${conversation}`)) return;
		history.replaceState(history.state, "", pathname.slice(0, -conversation.length - 1));
		this.inbox.openConversation(conversation);
	}

	/** As high as what the Desk's own bars leave. */
	fit() {
		if (!this.inbox.isConnected) return;
		const above = this.inbox.getBoundingClientRect().top + this.wrapper.scrollTop;
		this.inbox.style.setProperty("--wi-height", `calc(100dvh - ${Math.round(Math.max(0, above))}px)`);
	}
}

/** For who may send to many: a DocType that nobody makes by a form is among these (frappe/utils/user.py, build_permissions). */
function loadBatches() {
	if (!frappe.boot.user.in_create.includes("Template Batch")) return null;
	const [script, style] = ["js", "css"].map((kind) =>
		frappe.assets.bundled_asset(`wa_window_batches.bundle.${kind}`),
	);
	return batchesLoader(script, style);
}
