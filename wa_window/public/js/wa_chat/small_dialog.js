import { button, fill, h, icon, returnFocus } from "./dom.js";
import { errorText } from "./errors.js";

let count = 0;

/** A dialog that asks for little and does one thing. */
export class SmallDialog {
	/** `body(id)` makes its nodes, with an id to begin theirs with. `act()` does it: where it rejects, the dialog says why and stays. */
	constructor({ parent, title, action, act, body, ready = true }) {
		this.parent = parent;
		this.act = act;
		this.opener = document.activeElement;
		const id = `wa-small-dialog-${++count}`;
		const close = () => this.close();
		this.error = h("div", { class: "wa-alert", role: "alert" });
		this.submitButton = button(
			{ class: "wa-button wa-button-primary", disabled: !ready, onclick: () => this.submit() },
			action,
		);
		this.node = h(
			"dialog",
			{
				class: "wa-dialog wa-dialog-small",
				"aria-labelledby": `${id}-title`,
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
				h("h2", { id: `${id}-title` }, title),
				button(
					{ class: "wa-button wa-button-icon", "aria-label": __("Close"), onclick: close },
					icon("close"),
				),
			),
			h("div", { class: "wa-dialog-body wa-small-body", tabindex: -1, autofocus: true }, body(id)),
			this.error,
			h(
				"div",
				{ class: "wa-dialog-foot" },
				button({ class: "wa-button", onclick: close }, __("Cancel")),
				this.submitButton,
			),
		);
		parent.append(this.node);
		this.node.showModal();
	}

	async submit() {
		this.submitButton.disabled = true;
		try {
			await this.act();
			this.close();
		} catch (error) {
			fill(this.error, errorText(error));
			this.submitButton.disabled = false;
			this.submitButton.focus();
		}
	}

	close() {
		if (!this.node.parentNode) return;
		this.node.close();
		this.node.remove();
		returnFocus(this.parent, this.opener);
	}
}

/** The Enter that opened the dialog, or moved the focus to its button, and is held down does not press it. */
export function ignoreHeldEnter(event) {
	const isInText = event.target.matches("textarea");
	if (event.key === "Enter" && event.repeat && !isInText) event.preventDefault();
}

/** A field under its label. */
export function labelled(label, field) {
	return [h("label", { for: field.id }, label), field];
}
