import { fill, h } from "./dom.js";
import { FormDialog, labelled } from "./form_dialog.js";

/** Keep a text as a quick reply of one's own. `save({title, shortcut, text})` does. */
export class SaveReplyDialog extends FormDialog {
	constructor({ parent, text, save }) {
		const title = h("input", { class: "wa-input", dir: "auto", maxlength: 140, autocomplete: "off" });
		const shortcut = h("input", { class: "wa-input", dir: "auto", maxlength: 140, autocomplete: "off" });
		const area = h("textarea", { class: "wa-input", rows: 6, dir: "auto" });
		super({
			parent,
			title: __("Save as quick reply"),
			label: __("Save"),
			submit: () => save({ title: title.value, shortcut: shortcut.value, text: area.value }),
		});
		area.value = text;
		fill(
			this.body,
			...labelled(`${this.id}-title-field`, __("Title"), title),
			...labelled(`${this.id}-shortcut`, __("Shortcut"), shortcut),
			...labelled(`${this.id}-text`, __("Text"), area),
			h(
				"p",
				{ class: "wa-quiet" },
				__("A field of the lead, and what stands there where it is empty: {0}", ["{{ lead_name | there }}"]),
			),
		);
		this.submitButton.disabled = false;
		title.focus();
	}
}
