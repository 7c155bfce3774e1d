import { button, fill, h, icon } from "./dom.js";
import { formatted } from "./formatting.js";
import { isTooLong, tokens, tooLongText, valueError } from "./template_values.js";

/** The fields for a template's variables, a preview of the message, and the draft that can be inserted into a field. */
export class TemplateForm {
	/** `onChange` is called after every change of a value, `onEnter` when Enter is pressed in a field. */
	constructor({ id, draft, onChange, onEnter }) {
		this.id = id;
		this.draft = draft;
		this.onChange = onChange;
		this.onEnter = onEnter;
		this.valuesBySid = new Map();
		this.fields = h("div", { class: "wa-fields" });
		this.preview = h("div", { class: "wa-bubble wa-out wa-preview", dir: "auto" });
		this.lengthError = h("div", { class: "wa-field-error" });
		this.node = h(
			"div",
			{ class: "wa-dialog-side" },
			h("div", { class: "wa-preview-area", role: "group", "aria-label": __("Preview") }, this.preview),
			this.lengthError,
			this.fields,
			this.draftNote(),
		);
	}

	/** The template that is selected; null or undefined for none. What was filled in for another one is kept. */
	show(template) {
		this.template = template;
		if (template && !this.valuesBySid.has(template.content_sid)) {
			this.valuesBySid.set(template.content_sid, initialValues(template));
		}
		const variables = template?.variables || [];
		fill(
			this.fields,
			variables.map((variable) => this.field(variable)),
		);
		if (this.insert) this.insert.hidden = !variables.length;
		this.refresh();
	}

	/** The values of the template's variables, by name. */
	get values() {
		return this.valuesBySid.get(this.template.content_sid);
	}

	get isComplete() {
		const { template } = this;
		return (
			Boolean(template) &&
			template.variables.every(({ name }) => !valueError(this.values[name])) &&
			!isTooLong(template.body, this.values)
		);
	}

	/** The field to go on with, or null where all is filled in. */
	get nextField() {
		if (this.isComplete) return null;
		return this.fields.querySelector("[aria-invalid=true]") || this.fields.querySelector("input");
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

	/** Into the field that was used last, else the first empty one; a variable is one line. */
	insertDraft() {
		const inputs = [...this.fields.querySelectorAll("input")];
		const input =
			inputs.find((each) => each === this.lastInput) ||
			inputs.find((each) => !each.value.trim()) ||
			inputs[0];
		input.value = this.draft.trim().replace(/\s+/g, " ");
		input.dispatchEvent(new Event("input"));
		input.focus();
	}

	field({ name, sample }) {
		const id = `${this.id}-${name}`;
		const error = h("span", { class: "wa-field-error", id: `${id}-error` });
		const input = h("input", {
			class: "wa-input",
			id,
			dir: "auto",
			type: "text",
			autocomplete: "off",
			placeholder: sample ? __("for example {0}", [sample]) : null,
			"aria-describedby": `${id}-error`,
			oninput: () => {
				this.values[name] = input.value;
				validate(input, error);
				this.refresh();
				this.onChange();
			},
			onfocus: () => {
				this.lastInput = input;
			},
			onkeydown: (event) => this.onKey(event),
		});
		input.value = this.values[name];
		validate(input, error);
		return h("div", { class: "wa-field" }, h("label", { for: id }, name), input, error);
	}

	onKey(event) {
		if (event.key !== "Enter" || event.isComposing) return;
		event.preventDefault();
		this.onEnter();
	}

	refresh() {
		const { template } = this;
		if (!template) {
			fill(this.preview, h("span", { class: "wa-quiet" }, __("Choose a template.")));
			return;
		}
		fill(this.preview, this.previewOf(template));
		fill(this.lengthError, isTooLong(template.body, this.values) ? tooLongText() : "");
	}

	/** The message as WhatsApp shows it; templates of an older sync have the body only. */
	previewOf({ header, media_url: media, body, footer, buttons }) {
		return [
			media &&
				h(
					"div",
					{ class: "wa-file" },
					icon("document"),
					h("span", { class: "wa-file-name" }, this.withValues(media.split("/").pop())),
				),
			header && h("div", { class: "wa-text wa-preview-header" }, this.withValues(header)),
			h(
				"div",
				{ class: "wa-text" },
				formatted(body, (text) => this.withValues(text)),
			),
			footer && h("div", { class: "wa-text wa-quiet" }, this.withValues(footer)),
			buttons?.length > 0 &&
				h(
					"div",
					{ class: "wa-preview-buttons" },
					buttons.map((title) => h("span", {}, this.withValues(title))),
				),
		];
	}

	withValues(text) {
		return tokens(text).map((token) => (token.name ? this.placeholder(token) : token.text));
	}

	placeholder({ text, name }) {
		const value = this.values[name];
		return value?.trim() ? h("span", { class: "wa-filled" }, value) : h("span", { class: "wa-blank" }, text);
	}
}

function initialValues({ variables }) {
	return Object.fromEntries(variables.map(({ name, value }) => [name, value || ""]));
}

function validate(input, error) {
	const text = valueError(input.value);
	input.setAttribute("aria-invalid", Boolean(text));
	fill(error, text);
}
