import { button, fill, h, icon, isFocusable } from "./dom.js";
import { refusal } from "./standing.js";
import { recentFirst, remember } from "./recent.js";
import { TemplatePicker } from "./template_picker.js";
import { isTooLong, pieces, problemWith, tooLongWords } from "./template_values.js";

let count = 0;

/**
 * Choose a template, fill it in, send it. `load` fetches what may be sent, `send` sends one (both reject with an Error
 * that has a sentence); `draft` is the text that could not be sent; `settingsLink` opens the settings or is null.
 */
export class TemplateDialog {
	constructor({ parent, load, send, draft, settingsLink }) {
		this.parent = parent;
		this.load = load;
		this.send = send;
		this.draft = draft;
		this.settingsLink = settingsLink;
		this.values = new Map();
		this.id = `wa-dialog-${++count}`;
		this.opener = document.activeElement;
		this.build();
		this.start();
	}

	build() {
		// The focus waits here for the templates: Enter must not meet the button that closes.
		this.body = h("div", { class: "wa-dialog-body", tabindex: -1, autofocus: true });
		this.error = h("div", { class: "wa-alert", role: "alert" });
		this.sendButton = button({ class: "wa-button wa-button-primary", disabled: true, onclick: () => this.submit() }, icon("send"), __("Send"));
		this.node = h(
			"dialog",
			{
				class: "wa-dialog",
				"aria-labelledby": `${this.id}-title`,
				onclose: () => this.leave(),
				oncancel: (event) => this.onCancel(event),
				onkeydown: holdNoEnter,
			},
			h(
				"div",
				{ class: "wa-dialog-head" },
				h("h2", { id: `${this.id}-title` }, __("Send a template")),
				button({ class: "wa-button wa-button-icon", "aria-label": __("Close"), onclick: () => this.close() }, icon("close")),
			),
			this.body,
			this.error,
			h("div", { class: "wa-dialog-foot" }, button({ class: "wa-button", onclick: () => this.close() }, __("Cancel")), this.sendButton),
		);
		this.parent.append(this.node);
		this.node.showModal();
	}

	close() {
		if (!this.sending) this.leave();
	}

	/** Escape. The browser would close it too, but what is typed before its close event comes would be lost. */
	onCancel(event) {
		event.preventDefault();
		this.close();
	}

	leave() {
		if (!this.node.parentNode) return;
		this.node.close();
		this.node.remove();
		// What opened it may be gone, hidden or disabled by now, and where a press gives no focus it was no part of the chat.
		const back = this.parent.contains(this.opener) && isFocusable(this.opener) ? this.opener : this.parent;
		// Chromium gives the focus back by itself, but without the caret.
		back.blur();
		back.focus();
	}

	async start() {
		fill(this.body, h("p", { class: "wa-quiet", role: "status" }, __("Loading the templates…")));
		try {
			const templates = await this.load();
			if (templates.length) this.showPicker(recentFirst(templates));
			else this.showNothingUsable();
		} catch (error) {
			this.showLoadFailure(error);
		}
	}

	showPicker(templates) {
		this.form = h("div", { class: "wa-fields" });
		this.preview = h("div", { class: "wa-bubble wa-out wa-preview", dir: "auto" });
		this.length = h("div", { class: "wa-problem" });
		this.picker = new TemplatePicker({ id: this.id, templates, onPick: (template) => this.pick(template), onEnter: () => this.goOn() });
		fill(
			this.body,
			this.picker.node,
			h("div", { class: "wa-dialog-side" }, h("div", { class: "wa-preview-area", role: "group", "aria-label": __("Preview") }, this.preview), this.length, this.form, this.draftNote()),
		);
		this.body.classList.add("wa-dialog-columns");
		this.picker.start();
	}

	draftNote() {
		if (!this.draft.trim()) return null;
		this.insert = button({ class: "wa-link", onclick: () => this.insertDraft() }, __("Insert"));
		return h(
			"div",
			{ class: "wa-draft-note" },
			h("div", { class: "wa-quiet" }, __("Your unsent text:"), " ", this.insert),
			h("div", { class: "wa-draft-text", dir: "auto" }, this.draft),
		);
	}

	/** Into the field that was last in use, else the first empty one; a variable is one line. */
	insertDraft() {
		const inputs = [...this.form.querySelectorAll("input")];
		const input = inputs.find((each) => each === this.lastInput) || inputs.find((each) => !each.value.trim()) || inputs[0];
		input.value = this.draft.trim().replace(/\s+/g, " ");
		input.dispatchEvent(new Event("input"));
		input.focus();
	}

	showNothingUsable() {
		this.explain(
			__("No template can be sent here now. WhatsApp must have approved it, and it must have been synced from Twilio: a manager does that in WA Window Settings."),
			this.settingsLink && button({ class: "wa-button", onclick: () => this.goToSettings() }, __("Open settings")),
		);
	}

	showLoadFailure(error) {
		this.explain(error.message, button({ class: "wa-button", onclick: () => this.tryAgain() }, __("Try again")));
	}

	/** The button goes, so the focus waits where it did at first. */
	tryAgain() {
		this.body.focus();
		this.start();
	}

	explain(words, action) {
		fill(this.body, h("div", { class: "wa-explain", role: "status" }, h("p", {}, words), action));
	}

	goToSettings() {
		this.close();
		this.settingsLink();
	}

	pick(template) {
		this.template = template;
		fill(this.error, "");
		if (!template) fill(this.form);
		else {
			if (!this.values.has(template.content_sid)) this.values.set(template.content_sid, prefilled(template));
			fill(this.form, template.variables.map((variable) => this.field(variable)));
		}
		if (this.insert) this.insert.hidden = !template?.variables.length;
		this.refresh();
	}

	field({ name, sample }) {
		const id = `${this.id}-${name}`;
		const problem = h("span", { class: "wa-problem", id: `${id}-problem` });
		const input = h("input", {
			class: "wa-input",
			id,
			dir: "auto",
			type: "text",
			autocomplete: "off",
			placeholder: sample ? __("for example {0}", [sample]) : null,
			"aria-describedby": `${id}-problem`,
			oninput: () => {
				this.filled[name] = input.value;
				fill(this.error, "");
				this.mark(input, problem);
				this.refresh();
			},
			onfocus: () => (this.lastInput = input),
			onkeydown: (event) => this.onFieldKey(event),
		});
		input.value = this.filled[name];
		this.mark(input, problem);
		return h("div", { class: "wa-field" }, h("label", { for: id }, name), input, problem);
	}

	mark(input, problem) {
		const words = problemWith(input.value);
		input.setAttribute("aria-invalid", Boolean(words));
		fill(problem, words);
	}

	onFieldKey(event) {
		if (event.key !== "Enter" || event.isComposing) return;
		event.preventDefault();
		this.goOn();
	}

	/** Enter goes to what is still missing, and then to Send: it never sends by itself. */
	goOn() {
		const missing = this.form.querySelector("[aria-invalid=true]");
		const field = this.complete ? null : missing || this.form.querySelector("input");
		(field || this.sendButton).focus();
	}

	get filled() {
		return this.values.get(this.template.content_sid);
	}

	get complete() {
		const { template } = this;
		return Boolean(template) && template.variables.every(({ name }) => !problemWith(this.filled[name])) && !isTooLong(template.body, this.filled);
	}

	refresh() {
		const { template } = this;
		this.sendButton.disabled = this.sending || !this.complete;
		if (!this.picker) return;
		if (!template) {
			fill(this.preview, h("span", { class: "wa-quiet" }, __("Choose a template.")));
			return;
		}
		fill(this.preview, this.parts(template));
		fill(this.length, isTooLong(template.body, this.filled) ? tooLongWords() : "");
	}

	/** As WhatsApp shows it; templates of an older sync have the body only. */
	parts({ header, media_url: media, body, footer, buttons }) {
		return [
			media && h("div", { class: "wa-file" }, icon("document"), h("span", { class: "wa-file-name" }, this.filledIn(media.split("/").pop()))),
			header && h("div", { class: "wa-text wa-preview-header" }, this.filledIn(header)),
			h("div", { class: "wa-text" }, this.filledIn(body)),
			footer && h("div", { class: "wa-text wa-quiet" }, this.filledIn(footer)),
			buttons?.length > 0 && h("div", { class: "wa-preview-buttons" }, buttons.map((title) => h("span", {}, this.filledIn(title)))),
		];
	}

	filledIn(text) {
		return pieces(text).map((piece) => (piece.name ? this.blank(piece.text, piece.name) : piece.text));
	}

	blank(text, name) {
		const value = this.filled[name];
		return h("span", { class: value?.trim() ? "wa-filled" : "wa-blank" }, value?.trim() ? value : text);
	}

	async submit() {
		if (this.sendButton.disabled) return;
		this.setSending(true);
		try {
			await this.send({ content_sid: this.template.content_sid, variables: { ...this.filled } });
			remember(this.template.content_sid);
			this.setSending(false);
			this.close();
		} catch (error) {
			fill(this.error, refusal(error));
			this.setSending(false);
			this.sendButton.focus();
		}
	}

	setSending(sending) {
		this.sending = sending;
		this.body.inert = sending;
		this.node.setAttribute("aria-busy", sending);
		this.refresh();
	}
}

/** An Enter held down that has just moved the focus to Send shall not press it. */
function holdNoEnter(event) {
	if (event.key === "Enter" && event.repeat) event.preventDefault();
}

function prefilled({ variables }) {
	return Object.fromEntries(variables.map(({ name, value }) => [name, value || ""]));
}
