import { ChoiceDialog } from "./choice_dialog.js";
import { fill, h, icon } from "./dom.js";
import { iconOf, kindOf, sizeText } from "./media.js";

/**
 * Choose files of the lead. `load` fetches them, `onChoose(files)` gets the chosen ones; `types` are the media types that are taken,
 * all where there are none, and then one file only.
 */
export class RecordFilesDialog extends ChoiceDialog {
	constructor({ types, ...given }) {
		super({
			title: __("Files of this lead"),
			action: __("Attach"),
			loading: __("Loading the files…"),
			...given,
		});
		this.types = types;
	}

	show(files) {
		this.files = this.types ? files.filter(({ type }) => this.types.includes(type)) : files;
		const choices = this.files.map((file, index) => this.choice(file, index));
		fill(
			this.content,
			choices.length ? choices : h("p", { role: "status" }, __("No files are attached to this lead.")),
		);
		this.content.querySelector("input:enabled")?.focus();
	}

	choice({ name, type, size, problem }, index) {
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
					this.submitButton.disabled = !this.checked.length;
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

	async choose() {
		return this.checked;
	}

	get checked() {
		return [...this.content.querySelectorAll("input:checked")].map(({ value }) => this.files[value]);
	}
}
