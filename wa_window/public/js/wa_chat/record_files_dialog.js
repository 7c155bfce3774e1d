import { fill, h, icon } from "./dom.js";
import { FormDialog } from "./form_dialog.js";
import { iconOf, kindOf, sizeText } from "./media.js";

/**
 * Choose files of the lead. `load` fetches them, `onChoose(files)` gets the chosen ones; `types` are the media types that are taken,
 * all where there are none, and then one file only.
 */
export class RecordFilesDialog extends FormDialog {
	constructor({ parent, load, onChoose, types }) {
		super({
			parent,
			title: __("Files of this lead"),
			label: __("Attach"),
			submit: async () => this.chosen,
			onDone: onChoose,
		});
		this.types = types;
		fill(this.body, h("p", { class: "wa-quiet", role: "status" }, __("Loading the files…")));
		this.start(load, (files) => this.show(files));
	}

	show(files) {
		this.files = this.types ? files.filter(({ type }) => this.types.includes(type)) : files;
		const choices = this.files.map((file, index) => this.choice(file, index));
		const none = files.length
			? __("This lead has no file of a type that the template takes.")
			: __("No files are attached to this lead.");
		fill(this.body, choices.length ? choices : h("p", { role: "status" }, none));
		this.body.querySelector("input:enabled")?.focus();
	}

	choice({ file_name: name, type, size, problem }, index) {
		const id = `${this.id}-${index}`;
		return h(
			"label",
			{ class: "wa-choice" },
			h("input", {
				type: this.types ? "radio" : "checkbox",
				name: this.id,
				value: index,
				disabled: Boolean(problem),
				"aria-describedby": id,
				onchange: () => {
					this.submitButton.disabled = !this.chosen.length;
				},
			}),
			icon(iconOf(kindOf({ type }))),
			h(
				"span",
				{},
				h("span", { class: "wa-file-name", dir: "auto" }, name),
				h("span", { class: "wa-quiet", id }, problem || sizeText(size)),
			),
		);
	}

	get chosen() {
		return [...this.body.querySelectorAll("input:checked")].map(({ value }) => this.files[value]);
	}
}
