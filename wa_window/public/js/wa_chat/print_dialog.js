import { fill, h } from "./dom.js";
import { FormDialog, labelled } from "./form_dialog.js";

/**
 * Choose a quotation, order or invoice, its print format and language. `load` fetches what can be printed, `print(chosen)` makes the
 * PDF, a file that `onChoose([file])` gets.
 */
export class PrintDialog extends FormDialog {
	constructor({ parent, load, print, onChoose }) {
		super({
			parent,
			title: __("Print a document"),
			label: __("Attach PDF"),
			submit: async () => [await this.print(print)],
			onDone: onChoose,
		});
		this.document = h("select", { class: "wa-select", onchange: () => this.onDocument() });
		this.format = h("select", { class: "wa-select" });
		this.language = h("select", { class: "wa-select" });
		this.progress = h("div", { class: "wa-hint", role: "status" }, __("Loading the documents…"));
		fill(this.body, this.progress);
		this.start(load, (choices) => this.show(choices));
	}

	show(choices) {
		this.choices = choices;
		const { documents, languages } = choices;
		if (!documents.length) {
			fill(this.progress, __("There is no quotation, order or invoice of this lead that you may print."));
			return;
		}
		fill(this.progress);
		fill(this.document, documents.map(documentOption));
		fill(this.language, languages.map(option));
		fill(
			this.body,
			...labelled(`${this.id}-document`, __("Document"), this.document),
			...labelled(`${this.id}-format`, __("Print format"), this.format),
			...labelled(`${this.id}-language`, __("Language"), this.language),
			this.progress,
		);
		this.submitButton.disabled = false;
		this.onDocument();
		this.document.focus();
	}

	get chosen() {
		return this.choices.documents[this.document.value];
	}

	/** The format that Frappe takes first, and the document's own language. */
	onDocument() {
		fill(this.format, this.choices.formats[this.chosen.doctype].map(option));
		this.language.value = this.chosen.language;
		if (!this.language.value) this.language.selectedIndex = 0;
	}

	async print(print) {
		const { doctype, name } = this.chosen;
		fill(this.progress, __("Making the PDF…"));
		try {
			return await print({
				doctype,
				name,
				print_format: this.format.value,
				language: this.language.value,
			});
		} finally {
			fill(this.progress);
		}
	}
}

function option({ name, label }) {
	return h("option", { value: name }, label);
}

function documentOption({ label, name, status, amount, date }, index) {
	const text = [`${label} ${name}`, status, amount, date].filter(Boolean).join(" · ");
	return h("option", { value: index }, text);
}
