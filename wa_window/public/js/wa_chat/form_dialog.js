import { button, fill, h, icon, returnFocus } from "./dom.js";

let count = 0;

/** A small modal dialog: a title, what a subclass puts into `body`, and a button that submits it. */
export class FormDialog {
	/** `submit()` resolves when it is done: the dialog closes, and `onDone` gets the result. What it rejects with is shown. */
	constructor({ parent, title, label, submit, onDone = () => {} }) {
		this.parent = parent;
		this.submit = submit;
		this.onDone = onDone;
		this.opener = document.activeElement;
		this.id = `wa-form-${++count}`;
		this.error = h("div", { class: "wa-alert", role: "alert" });
		this.submitButton = button(
			{ class: "wa-button wa-button-primary", disabled: true, onclick: () => this.onSubmit() },
			label,
		);
		this.body = h("div", { class: "wa-dialog-body wa-form", tabindex: -1, autofocus: true });
		this.node = h(
			"dialog",
			{
				class: "wa-dialog wa-dialog-small",
				"aria-labelledby": `${this.id}-title`,
				onclose: () => this.close(),
				onkeydown: ignoreHeldEnter,
				oncancel: (event) => {
					event.preventDefault();
					this.close();
				},
			},
			h(
				"div",
				{ class: "wa-dialog-head" },
				h("h2", { id: `${this.id}-title` }, title),
				button(
					{ class: "wa-button wa-button-icon", "aria-label": __("Close"), onclick: () => this.close() },
					icon("close"),
				),
			),
			this.body,
			this.error,
			h(
				"div",
				{ class: "wa-dialog-foot" },
				button({ class: "wa-button", onclick: () => this.close() }, __("Cancel")),
				this.submitButton,
			),
		);
		parent.append(this.node);
		this.node.showModal();
	}

	/** `render(answer)` is called with what `load()` resolves with, unless the dialog was closed meanwhile. */
	async start(load, render) {
		try {
			const answer = await load();
			if (this.node.isConnected) render(answer);
		} catch (error) {
			fill(this.body);
			fill(this.error, error.message);
		}
	}

	async onSubmit() {
		this.submitButton.disabled = true;
		fill(this.error);
		try {
			const result = await this.submit();
			if (!this.node.isConnected) return;
			this.close();
			this.onDone(result);
		} catch (error) {
			fill(this.error, error.message);
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

/** The Enter that opened a dialog, or moved the focus to a button, and is held down does not press it. */
export function ignoreHeldEnter(event) {
	const isInText = event.target.matches("textarea");
	if (event.key === "Enter" && event.repeat && !isInText) event.preventDefault();
}

/** A label and its field. */
export function labelled(id, text, field) {
	field.id = id;
	return [h("label", { for: id }, text), field];
}
