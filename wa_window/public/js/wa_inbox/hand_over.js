import { button, fill, h, icon } from "../wa_chat/dom.js";

/** Whom a chat is handed over to, and a note for them. `load()` resolves with the users, `assign({user, note})` does it. */
export class HandOver {
	constructor({ parent, title, load, assign }) {
		this.assign = assign;
		this.error = h("div", { class: "wa-alert", role: "alert" });
		this.user = h("select", { class: "wa-select", id: "wi-hand-over-user", disabled: true });
		this.note = h("textarea", { class: "wa-input", id: "wi-hand-over-note", rows: 3, dir: "auto" });
		this.submitButton = button(
			{ class: "wa-button wa-button-primary", disabled: true, onclick: () => this.submit() },
			__("Hand over"),
		);
		this.node = h(
			"dialog",
			{
				class: "wa-dialog wi-hand-over",
				"aria-labelledby": "wi-hand-over-title",
				onclose: () => this.node.remove(),
			},
			h(
				"div",
				{ class: "wa-dialog-head" },
				h("h2", { id: "wi-hand-over-title" }, __("Hand over {0}", [title])),
				button(
					{ class: "wa-button wa-button-icon", "aria-label": __("Close"), onclick: () => this.node.close() },
					icon("close"),
				),
			),
			h(
				"div",
				{ class: "wa-dialog-body wa-fields" },
				h("div", { class: "wa-field" }, h("label", { for: this.user.id }, __("To")), this.user),
				h("div", { class: "wa-field" }, h("label", { for: this.note.id }, __("Note")), this.note),
			),
			this.error,
			h(
				"div",
				{ class: "wa-dialog-foot" },
				button({ class: "wa-button", onclick: () => this.node.close() }, __("Cancel")),
				this.submitButton,
			),
		);
		parent.append(this.node);
		this.node.showModal();
		this.start(load);
	}

	async start(load) {
		try {
			const users = await load();
			fill(
				this.user,
				users.map(({ user, full_name: name }) => h("option", { value: user }, name)),
			);
			this.user.disabled = this.submitButton.disabled = !users.length;
			if (users.length) this.user.focus();
			else fill(this.error, __("Nobody else may chat here."));
		} catch (error) {
			fill(this.error, error.message);
		}
	}

	async submit() {
		fill(this.error);
		this.submitButton.disabled = true;
		try {
			await this.assign({ user: this.user.value, note: this.note.value.trim() });
			this.node.close();
		} catch (error) {
			fill(this.error, error.message);
			this.submitButton.disabled = false;
		}
	}
}
