import { fill, h } from "./dom.js";
import { FormDialog, labelled } from "./form_dialog.js";

/** How and when a customer agreed to be written to. `load` fetches it, `save({source, at_ms, note})` records it; an empty source removes it. */
export class ConsentDialog extends FormDialog {
	constructor({ parent, load, save, now }) {
		super({
			parent,
			title: __("Consent to be written to"),
			label: __("Save"),
			submit: () =>
				save({
					source: this.source.value,
					at_ms: this.source.value ? this.atMs() : 0,
					note: this.note.value,
				}),
		});
		this.now = now;
		this.source = h("select", { class: "wa-select", disabled: true, onchange: () => this.showFields() });
		this.at = h("input", { class: "wa-input", type: "datetime-local", step: 1 });
		this.note = h("textarea", { class: "wa-input", rows: 3, dir: "auto", maxlength: 500 });
		this.by = h("p", { class: "wa-quiet" });
		this.fields = h(
			"div",
			{ class: "wa-form" },
			...labelled(`${this.id}-at`, __("When"), this.at),
			...labelled(`${this.id}-note`, __("Note (optional)"), this.note),
		);
		fill(
			this.body,
			...labelled(`${this.id}-source`, __("How did the customer agree?"), this.source),
			this.fields,
			this.by,
		);
		this.start(load, (consent) => this.show(consent));
	}

	show({ source, at_ms: at, note, by, sources }) {
		const none = h("option", { value: "" }, __("Not recorded"));
		fill(this.source, none, ...sources.map(({ value, label }) => h("option", { value }, label)));
		this.source.value = source;
		this.known = at;
		this.at.value = this.shown = localTime(at ?? this.now());
		this.note.value = note;
		fill(this.by, by && __("Recorded by {0}", [by]));
		this.source.disabled = this.submitButton.disabled = false;
		this.showFields();
		this.source.focus();
	}

	showFields() {
		this.fields.hidden = !this.source.value;
	}

	/** A time that was not touched stays as it is, to the millisecond. */
	atMs() {
		if (this.known && this.at.value === this.shown) return this.known;
		return this.at.value ? new Date(this.at.value).getTime() : 0;
	}
}

/** As a field for times has it: in the browser's time zone, to the second. */
function localTime(at) {
	const date = new Date(at);
	return new Date(at - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
