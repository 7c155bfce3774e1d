import { button, fill, h } from "./dom.js";
import { TemplateFileField } from "./template_file_field.js";
import { replyPreview, templatePreview } from "./template_preview.js";
import { isTooLong, labelOf, tooLongText, valueError } from "./template_values.js";

// The fields for text, into which a draft can be inserted.
const TEXTS = "input[type=text]";

/**
 * The fields for a template's variables, a preview of the message, and the draft that can be inserted into a field. A quick reply
 * has the preview alone.
 */
export class TemplateForm {
	/** `onChange` is called after every change of a value, `onEnter` when Enter is pressed in a field; `openSources` opens FileSources. */
	constructor({ id, draft, onChange, onEnter, openSources }) {
		this.id = id;
		this.draft = draft;
		this.onChange = onChange;
		this.onEnter = onEnter;
		this.openSources = openSources;
		this.valuesById = new Map();
		this.filesBySid = new Map();
		this.fields = h("div", { class: "wa-fields" });
		this.preview = h("div", { class: "wa-bubble wa-out wa-preview", dir: "auto" });
		this.lengthError = h("div", { class: "wa-field-error" });
		this.note = this.draftNote();
		this.node = h(
			"div",
			{ class: "wa-dialog-side" },
			h("div", { class: "wa-preview-area", role: "group", "aria-label": __("Preview") }, this.preview),
			this.lengthError,
			this.fields,
			this.note,
		);
	}

	/** The template that is selected; null or undefined for none. What was filled in for another one is kept. */
	show(template) {
		this.template = template;
		if (template && !this.valuesById.has(template.id)) {
			this.valuesById.set(template.id, initialValues(template));
		}
		const variables = template && !template.problem ? template.variables : [];
		fill(
			this.fields,
			template?.problem && h("p", { class: "wa-field-error" }, template.problem),
			variables.map((variable) => (variable.file ? this.fileField(variable) : this.field(variable))),
		);
		if (this.insert) this.insert.hidden = !this.fields.querySelector(TEXTS);
		if (this.note) this.note.hidden = Boolean(template?.reply);
		this.refresh();
	}

	/** What is sent: the template's SID, its values, and the file that is `attached` in place of one of them. */
	get filled() {
		const { content_sid: sid, variables } = this.template;
		const attached = this.filesBySid.get(sid);
		const texts = variables.filter(({ file }) => !(file && attached));
		return {
			content_sid: sid,
			variables: Object.fromEntries(texts.map(({ name }) => [name, this.values[name]])),
			attached,
		};
	}

	/** The values of the template's variables, by name; that of a file which was chosen is its name, else the rest of its link. */
	get values() {
		return this.valuesById.get(this.template.id);
	}

	get isComplete() {
		const { template } = this;
		return (
			Boolean(template) &&
			!template.problem &&
			!this.filesBySid.get(template.content_sid)?.shrinking &&
			template.variables.every(({ name }) => !valueError(this.values[name])) &&
			!this.isTooLong
		);
	}

	/** A quick reply may be of any length: it is edited, and split if need be. */
	get isTooLong() {
		return !this.template.reply && isTooLong(this.template.body, this.values);
	}

	/** The field to go on with, or null where all is filled in. */
	get nextField() {
		if (this.isComplete) return null;
		const inputs = [...this.fields.querySelectorAll("[data-name]")];
		return inputs.find(({ dataset }) => valueError(this.values[dataset.name])) || inputs[0];
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
		const inputs = [...this.fields.querySelectorAll(TEXTS)];
		const input =
			inputs.find((each) => each === this.lastInput) ||
			inputs.find((each) => !each.value.trim()) ||
			inputs[0];
		input.value = this.draft.trim().replace(/\s+/g, " ");
		input.dispatchEvent(new Event("input"));
		input.focus();
	}

	fileField(variable) {
		const { name } = variable;
		const { content_sid: sid } = this.template;
		const field = new TemplateFileField({
			id: `${this.id}-${name}`,
			label: labelOf(variable, this.template),
			variable,
			attached: this.filesBySid.get(sid),
			openSources: this.openSources,
			onChange: (attached) => {
				this.filesBySid.set(sid, attached);
				const text = attached ? attached.file.name.replace(/\s+/g, " ") : variable.value;
				this.valuesById.get(sid)[name] = text || "";
				this.refresh();
				this.onChange();
			},
		});
		return field.node;
	}

	/** What is wrong with a value is said once one has typed. */
	field(variable) {
		const { name, sample, address } = variable;
		const id = `${this.id}-${name}`;
		const error = h("span", { class: "wa-field-error", id: `${id}-error` });
		const hint =
			address && __("This template takes its file from {0}: enter the rest of that link.", [address]);
		const input = h("input", {
			class: "wa-input",
			id,
			dir: "auto",
			type: "text",
			autocomplete: "off",
			placeholder: sample ? __("for example {0}", [sample]) : null,
			"data-name": name,
			"aria-describedby": hint ? `${id}-error ${id}-hint` : `${id}-error`,
			"aria-required": "true",
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
		const label = labelOf(variable, this.template);
		return h(
			"div",
			{ class: "wa-field" },
			h("label", { for: id, dir: "auto" }, label),
			input,
			hint && h("span", { class: "wa-quiet", id: `${id}-hint` }, hint),
			error,
		);
	}

	onKey(event) {
		if (event.key !== "Enter" || event.isComposing) return;
		event.preventDefault();
		this.onEnter();
	}

	refresh() {
		const { template } = this;
		if (!template) {
			fill(this.preview, h("span", { class: "wa-quiet" }, __("Nothing is chosen.")));
			return;
		}
		const { reply } = template;
		fill(this.preview, reply ? replyPreview(reply) : templatePreview(template, this.values));
		fill(this.lengthError, this.isTooLong ? tooLongText() : "");
	}
}

export function initialValues({ variables }) {
	return Object.fromEntries(variables.map(({ name, value }) => [name, value || ""]));
}

function validate(input, error) {
	const text = valueError(input.value);
	input.setAttribute("aria-invalid", Boolean(text));
	fill(error, text);
}
