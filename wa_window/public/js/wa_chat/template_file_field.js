import { button, fill, h, icon } from "./dom.js";
import { canShrink, shrinkToLimit, sizeError } from "./file_limits.js";
import { sizeText } from "./media.js";

/** The field for a template's file: a button that opens the menu of where it comes from, and what was chosen. A lead's field or a fallback
 * may say which file of this site is sent if none is chosen. */
export class TemplateFileField {
	/** `attached` is what was chosen before; `onChange(attached)` gets `{file, uploaded, shrinking}`, or undefined where a file is not taken. */
	constructor({ id, label, variable, attached, openSources, onChange }) {
		this.accepted = variable.file;
		this.prefilled = variable.value;
		this.openSources = openSources;
		this.onChange = onChange;
		this.input = h("input", {
			type: "file",
			hidden: true,
			tabindex: -1,
			accept: this.accepted.types.join(","),
			onchange: () => this.onPicked(),
		});
		this.text = h("span", { class: "wa-file-name", dir: "auto", id: `${id}-file` });
		this.choose = button(
			{
				class: "wa-button",
				id,
				"data-name": variable.name,
				"aria-haspopup": "menu",
				"aria-expanded": "false",
				"aria-labelledby": `${id}-label ${id}-file`,
				"aria-describedby": `${id}-hint ${id}-error`,
				onclick: () => this.open(),
			},
			icon("attach"),
			this.text,
		);
		this.error = h("span", { class: "wa-field-error", id: `${id}-error`, role: "alert" });
		this.node = h(
			"div",
			{ class: "wa-field" },
			h("label", { for: id, id: `${id}-label`, dir: "auto" }, label),
			this.choose,
			this.input,
			h("span", { class: "wa-quiet", id: `${id}-hint` }, this.accepted.hint),
			this.error,
		);
		this.show(attached);
	}

	show(attached) {
		const { name, size } = attached?.file || {};
		const chosen = [name, attached?.shrinking ? __("compressing…") : sizeText(size)]
			.filter(Boolean)
			.join(" · ");
		fill(this.text, chosen || this.prefilled || __("Choose a file…"));
	}

	open() {
		if (this.sources?.isOpen) {
			this.sources.closeMenu();
			return;
		}
		this.sources = this.openSources({
			anchor: this.choose,
			types: this.accepted.types,
			pick: () => this.input.click(),
			onChoose: ([{ name, file_name, type, size }]) =>
				this.take({ file: { name: file_name, type, size }, uploaded: name }),
		});
	}

	async onPicked() {
		const [file] = this.input.files;
		this.input.value = "";
		if (!file) return;
		if (!canShrink(file)) {
			this.take({ file });
			return;
		}
		const photo = { file, shrinking: true };
		this.set(photo);
		const fitting = await shrinkToLimit(file).catch(() => file);
		// Another one may have been chosen meanwhile.
		if (this.attached === photo) this.take({ file: fitting });
	}

	/** Type and size are checked here; the server checks them again, and looks into the file. */
	take(attached) {
		const { file } = attached;
		const problem = this.accepted.types.includes(file.type) ? sizeError(file) : this.accepted.hint;
		fill(this.error, problem);
		this.set(problem ? undefined : attached);
		this.choose.focus();
	}

	set(attached) {
		this.attached = attached;
		this.show(attached);
		this.onChange(attached);
	}
}
