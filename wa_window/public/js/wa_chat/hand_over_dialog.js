import { fill, h } from "./dom.js";
import { FormDialog, labelled } from "./form_dialog.js";

/** Choose a colleague and write them a note. `load` fetches who may chat here, `assign({user, note})` hands the chat over. */
export class HandOverDialog extends FormDialog {
	constructor({ parent, load, assign }) {
		super({
			parent,
			title: __("Hand over this chat"),
			label: __("Hand over"),
			submit: () => assign({ user: this.user.value, note: this.note.value }),
		});
		this.user = h("select", { class: "wa-select", disabled: true });
		this.note = h("textarea", { class: "wa-input", rows: 3, dir: "auto", maxlength: 5000 });
		fill(
			this.body,
			...labelled(`${this.id}-user`, __("Colleague"), this.user),
			...labelled(`${this.id}-note`, __("Note for them (optional)"), this.note),
		);
		this.start(load, (people) => this.show(people));
	}

	show(people) {
		fill(
			this.user,
			people.map(({ user, full_name: name }) => h("option", { value: user }, name)),
		);
		this.user.disabled = this.submitButton.disabled = !people.length;
		if (people.length) this.user.focus();
		else fill(this.error, __("No colleague may chat here yet. Give them the role and permission first."));
	}
}
