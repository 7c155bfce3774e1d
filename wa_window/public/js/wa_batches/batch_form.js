import { fill, h } from "../wa_chat/dom.js";
import { recentFirst } from "../wa_chat/recent_templates.js";
import { TemplatePicker, templateEntry } from "../wa_chat/template_picker.js";
import { templatePreview } from "../wa_chat/template_preview.js";
import { labelOf, valueError } from "../wa_chat/template_values.js";

/** Which template, what fills its variables for each recipient, from which number, and to whom where there is a choice. */
export class BatchForm {
	/** `choices`: as batches.choices answers; `whom`: `[{label, choice}]`; `onChange()` after every change, `onEnter()` where all is filled in. */
	constructor({ id, choices, whom, onChange, onEnter }) {
		this.id = id;
		this.recordFields = choices.fields;
		this.whom = whom;
		this.onChange = onChange;
		this.onEnter = onEnter;
		this.valuesBySid = new Map();
		this.preview = h("div", { class: "wa-bubble wa-out wa-preview", dir: "auto" });
		this.variables = h("div", { class: "wa-fields" });
		const to = whom.map(({ label }, index) => [String(index), label]);
		this.to = this.menu("to", __("To"), to);
		const from = choices.senders.map(({ address, label }) => [address, label]);
		this.sender = this.menu("from", __("From"), from);
		this.picker = new TemplatePicker({
			id,
			entries: recentFirst(choices.templates).map(templateEntry),
			label: __("Templates"),
			searchLabel: __("Search templates"),
			onSelect: (template) => this.show(template),
			onEnter: () => this.focusNext(),
		});
		this.node = h(
			"div",
			{ class: "wa-dialog-columns" },
			this.picker.node,
			h(
				"div",
				{ class: "wa-dialog-side" },
				h("div", { class: "wa-preview-area", role: "group", "aria-label": __("Preview") }, this.preview),
				this.variables,
				this.to.node,
				this.sender.node,
			),
		);
	}

	start() {
		this.picker.start();
	}

	/** A menu where there is a choice. */
	menu(name, label, options) {
		const id = `${this.id}-${name}`;
		const select = h(
			"select",
			{ class: "wa-select", id },
			options.map(([value, text]) => h("option", { value }, text)),
		);
		const node = h(
			"div",
			{ class: "wa-field", hidden: options.length < 2 },
			h("label", { for: id }, label),
			select,
		);
		return { node, select };
	}

	/** The template that is chosen, or undefined. What was filled in for another one is kept. */
	show(template) {
		this.template = template;
		const { content_sid: sid, problem, variables = [] } = template ?? {};
		if (template && !this.valuesBySid.has(sid)) this.valuesBySid.set(sid, this.initialValues(variables));
		fill(
			this.variables,
			problem && h("p", { class: "wa-field-error" }, problem),
			problem ? [] : variables.map((variable) => this.variableField(variable)),
		);
		this.refresh();
	}

	initialValues(variables) {
		const isKnown = (name) => this.recordFields.some(({ fieldname }) => fieldname === name);
		return Object.fromEntries(
			variables.map(({ name, field, value }) => [
				name,
				{ field: isKnown(field) ? field : "", text: value || "" },
			]),
		);
	}

	variableField(variable) {
		const { name, sample } = variable;
		const id = `${this.id}-${name}`;
		const value = this.values[name];
		const label = labelOf({ ...variable, label: "" }, this.template);
		const source = h(
			"select",
			{
				class: "wa-select",
				id,
				onchange: () => {
					value.field = source.value;
					showSource();
					this.refresh();
				},
			},
			h("option", { value: "" }, __("The same text for all")),
			this.recordFields.map(({ fieldname, label: text }) => h("option", { value: fieldname }, text)),
		);
		const error = h("span", { class: "wa-field-error", id: `${id}-error` });
		const text = h("input", {
			class: "wa-input",
			type: "text",
			dir: "auto",
			autocomplete: "off",
			"aria-describedby": `${id}-error`,
			"data-name": name,
			oninput: () => {
				value.text = text.value;
				const problem = value.field && !text.value ? "" : valueError(text.value);
				text.setAttribute("aria-invalid", Boolean(problem));
				fill(error, problem);
				this.refresh();
			},
			onkeydown: (event) => this.onKey(event),
		});
		const showSource = () => {
			const isField = Boolean(value.field);
			const fallback = __("Where it is empty");
			const fixed = sample ? __("for example {0}", [sample]) : __("Text");
			text.placeholder = isField ? fallback : fixed;
			text.setAttribute("aria-label", `${label}: ${isField ? fallback : __("Text")}`);
		};
		source.value = value.field;
		text.value = value.text;
		showSource();
		return h(
			"div",
			{ class: "wa-field" },
			h("label", { for: id, dir: "auto" }, label),
			h("div", { class: "wa-batch-value" }, source, text),
			error,
		);
	}

	onKey(event) {
		if (event.key !== "Enter" || event.isComposing) return;
		event.preventDefault();
		this.focusNext();
	}

	get values() {
		return this.valuesBySid.get(this.template.content_sid);
	}

	/** To what is still missing, else to what comes then. */
	focusNext() {
		const inputs = [...this.variables.querySelectorAll("[data-name]")];
		const missing = inputs.find(({ dataset }) => !isFilled(this.values[dataset.name]));
		if (missing) missing.focus();
		else this.onEnter();
	}

	get isComplete() {
		const { template } = this;
		return Boolean(template) && !template.problem && Object.values(this.values).every(isFilled);
	}

	/** As batches.prepare takes it. */
	get given() {
		const { choice } = this.whom[Number(this.to.select.value)];
		return {
			...choice,
			content_sid: this.template.content_sid,
			values: this.values,
			sender: this.sender.select.value,
		};
	}

	refresh() {
		const { template } = this;
		if (template) fill(this.preview, templatePreview(template, this.shownValues));
		else fill(this.preview, h("span", { class: "wa-quiet" }, __("Nothing is chosen.")));
		this.onChange();
	}

	fieldLabel(name) {
		return this.recordFields.find(({ fieldname }) => fieldname === name)?.label ?? name;
	}

	/** A field of the record stands there by its label. */
	get shownValues() {
		return Object.fromEntries(
			Object.entries(this.values).map(([name, { field, text }]) => [
				name,
				field ? `[${this.fieldLabel(field)}]` : text,
			]),
		);
	}
}

/** A field may do without a text for where it is empty: who has no value is skipped, and is seen so. */
function isFilled({ field, text }) {
	return field && !text ? true : !valueError(text);
}
