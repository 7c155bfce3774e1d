import { h } from "./dom.js";
import { labelled, SmallDialog } from "./small_dialog.js";

/** Keep a text as a quick reply of one's own. `save({title, shortcut, text})` does. */
export class SaveReplyDialog extends SmallDialog {
	constructor({ parent, text, save }) {
		const title = h("input", { class: "wa-input", dir: "auto", maxlength: 140, autocomplete: "off" });
		const shortcut = h("input", { class: "wa-input", dir: "auto", maxlength: 140, autocomplete: "off" });
		const area = h("textarea", { class: "wa-input", rows: 6, dir: "auto" });
		super({
			parent,
			title: __("Save as quick reply"),
			action: __("Save"),
			act: () => save({ title: title.value, shortcut: shortcut.value, text: area.value }),
			body: (id) => {
				for (const [name, field] of Object.entries({ title, shortcut, area }))
					field.id = `${id}-field-${name}`;
				return [
					...labelled(__("Title"), title),
					...labelled(__("Shortcut"), shortcut),
					...labelled(__("Text"), area),
					h(
						"p",
						{ class: "wa-quiet" },
						__("A field of the lead, and what stands there where it is empty: {0}", [
							"{{ lead_name | there }}",
						]),
					),
				];
			},
		});
		area.value = text;
		title.focus();
	}
}
