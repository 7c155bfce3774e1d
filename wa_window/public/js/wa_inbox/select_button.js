import { button } from "../wa_chat/dom.js";
import { showAnswers } from "./answers.js";
import { inboxIcon } from "./icons.js";

/** Begins and ends that chats are ticked, for a template to all of them. What that needs is loaded when it is first used. */
export class SelectButton {
	constructor(inbox) {
		this.inbox = inbox;
		this.selection = null;
		const label = __("Select chats for a template to many");
		this.node = button(
			{
				class: "wa-button wa-button-icon wi-alerts wi-select",
				title: label,
				"aria-label": label,
				"aria-pressed": "false",
				onclick: () => this.toggle(),
			},
			inboxIcon("tick"),
		);
	}

	/** Whether the row was ticked rather than to be opened. */
	take(row) {
		this.selection?.toggle(row);
		return Boolean(this.selection);
	}

	async toggle() {
		if (this.selection) {
			this.selection.end();
			return;
		}
		const { inbox } = this;
		try {
			const { Selection } = await inbox.transport.loadBatches();
			this.selection ??= new Selection({
				inbox,
				openAnswers: (batch) => showAnswers(inbox, batch),
				onEnd: () => this.show(null),
			});
			this.show(this.selection);
		} catch {
			inbox.view.list.showError(__("This could not be loaded. Reload the page and try again."));
		}
	}

	show(selection) {
		this.selection = selection;
		this.node.setAttribute("aria-pressed", Boolean(selection));
	}
}
