import { ChoiceDialog } from "./choice_dialog.js";
import { fill, h } from "./dom.js";
import { labelled } from "./small_dialog.js";

/**
 * Choose a quotation, order or invoice, its print format and language. `load` fetches what can be printed, `print(chosen)` makes the
 * PDF, a file that `onChoose([file])` gets.
 */
export class PrintDialog extends ChoiceDialog {
	constructor({ print, ...given }) {
		super({
			title: __("Print a document"),
			action: __("Attach PDF"),
			loading: __("Loading the documents…"),
			...given,
		});
		this.print = print;
		this.document = h("select", {
			class: "wa-select",
			id: `${this.id}-document`,
			onchange: () => this.onDocument(),
		});
		this.format = h("select", { class: "wa-select", id: `${this.id}-format` });
		this.language = h("select", { class: "wa-select", id: `${this.id}-language` });
		this.progress = this.content.firstElementChild;
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
			this.content,
			labelled(__("Document"), this.document),
			labelled(__("Print format"), this.format),
			labelled(__("Language"), this.language),
			this.progress,
		);
		this.submitButton.disabled = false;
		this.onDocument();
		this.document.focus();
	}

	get row() {
		return this.choices.documents[this.document.value];
	}

	/** The format that Frappe takes first, and the document's own language. */
	onDocument() {
		fill(this.format, this.choices.formats[this.row.doctype].map(option));
		this.language.value = this.row.language;
		if (!this.language.value) this.language.selectedIndex = 0;
	}

	async choose() {
		const { doctype, name } = this.row;
		fill(this.progress, __("Making the PDF…"));
		try {
			const chosen = { doctype, name, print_format: this.format.value, language: this.language.value };
			return [await this.print(chosen)];
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
