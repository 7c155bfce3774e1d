import { button, fill, h } from "../wa_chat/dom.js";
import { noteDraftOf, saveNoteDraft } from "./note_drafts.js";

// As the server (records/assignments.py).
const MAX_LENGTH = 5000;

/**
 * The field for an internal note. It has a text, a draft, a button and a call of its own, and shares nothing with the field for
 * a reply: what is typed here cannot be sent.
 */
export class NoteField {
	/**
	 * `save(conversation, text)` resolves when the note is stored. `onSaved(conversation)` and `onError(conversation, error)`
	 * may be called when another chat is open.
	 */
	constructor({ save, onSaved, onError }) {
		this.save = save;
		this.onSaved = onSaved;
		this.onError = onError;
		this.conversation = null;
		this.saving = new Set();
		this.area = h("textarea", {
			class: "wa-input wi-note-area",
			rows: 2,
			dir: "auto",
			maxlength: MAX_LENGTH,
			placeholder: __("Write a note for your team…"),
			"aria-label": __("Internal note"),
			"aria-describedby": "wi-note-warning",
			onkeydown: (event) => this.onKey(event),
			oninput: () => this.onInput(),
		});
		this.button = button({ class: "wa-button wi-note-save", onclick: () => this.submit() }, __("Add note"));
		this.alert = h("div", { class: "wa-alert", role: "alert" });
		this.node = h(
			"div",
			{ class: "wi-note" },
			this.alert,
			h("div", { class: "wi-note-row" }, this.area, this.button),
			h(
				"p",
				{ class: "wi-note-warning", id: "wi-note-warning" },
				__("Internal note: not sent to the customer"),
			),
		);
	}

	/** The draft of this conversation; null: no chat is open. */
	show(conversation) {
		if (conversation === this.conversation) return;
		this.conversation = conversation;
		this.area.value = conversation ? noteDraftOf(conversation) : "";
		fill(this.alert);
		this.refresh();
	}

	focus() {
		this.area.focus();
	}

	onInput() {
		saveNoteDraft(this.conversation, this.area.value);
		fill(this.alert);
		this.refresh();
	}

	onKey(event) {
		if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
		event.preventDefault();
		if (!event.repeat) this.submit();
	}

	refresh() {
		this.button.disabled = this.saving.has(this.conversation) || !this.area.value.trim();
	}

	/** The text stays until the server has it, wherever the person has gone meanwhile. */
	async submit() {
		const { conversation } = this;
		const text = this.area.value;
		if (!conversation || this.button.disabled) return;
		this.saving.add(conversation);
		this.refresh();
		try {
			await this.save(conversation, text);
			if (noteDraftOf(conversation) === text) saveNoteDraft(conversation, "");
			this.showDraft(conversation);
			this.onSaved(conversation);
		} catch (error) {
			if (conversation === this.conversation) fill(this.alert, error.message);
			else this.onError(conversation, error);
		} finally {
			this.saving.delete(conversation);
			this.refresh();
		}
	}

	showDraft(conversation) {
		if (conversation === this.conversation) this.area.value = noteDraftOf(conversation);
	}
}
