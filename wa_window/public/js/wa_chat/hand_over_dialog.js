import { button, fill, h, icon, returnFocus } from "./dom.js";
import { errorText } from "./errors.js";

let count = 0;

/** Choose a colleague and write them a note. `load` fetches who may chat here, `assign({user, note})` hands the chat over. */
export class HandOverDialog {
	constructor({ parent, load, assign }) {
		this.parent = parent;
		this.load = load;
		this.assign = assign;
		this.opener = document.activeElement;
		this.build(`wa-hand-over-${++count}`);
		this.start();
	}

	build(id) {
		this.user = h("select", { class: "wa-select", id: `${id}-user`, disabled: true });
		this.note = h("textarea", { class: "wa-input", id: `${id}-note`, rows: 3, dir: "auto", maxlength: 5000 });
		this.error = h("div", { class: "wa-alert", role: "alert" });
		this.submitButton = button(
			{ class: "wa-button wa-button-primary", disabled: true, onclick: () => this.submit() },
			__("Hand over"),
		);
		this.body = h(
			"div",
			{ class: "wa-dialog-body wa-hand-over", tabindex: -1, autofocus: true },
			h("label", { for: this.user.id }, __("Colleague")),
			this.user,
			h("label", { for: this.note.id }, __("Note for them (optional)")),
			this.note,
		);
		this.node = h(
			"dialog",
			{
				class: "wa-dialog wa-dialog-small",
				"aria-labelledby": `${id}-title`,
				onclose: () => this.close(),
				oncancel: (event) => {
					event.preventDefault();
					this.close();
				},
			},
			h(
				"div",
				{ class: "wa-dialog-head" },
				h("h2", { id: `${id}-title` }, __("Hand over this chat")),
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
		this.parent.append(this.node);
		this.node.showModal();
	}

	async start() {
		try {
			const people = await this.load();
			fill(
				this.user,
				people.map(({ user, full_name: name }) => h("option", { value: user }, name)),
			);
			this.user.disabled = this.submitButton.disabled = !people.length;
			if (people.length) this.user.focus();
			else fill(this.error, __("No colleague may chat here yet. Give them the role and permission first."));
		} catch (error) {
			fill(this.error, error.message);
		}
	}

	async submit() {
		this.submitButton.disabled = true;
		try {
			await this.assign({ user: this.user.value, note: this.note.value });
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
