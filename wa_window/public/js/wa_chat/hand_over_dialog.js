import { fill, h } from "./dom.js";
import { labelled, SmallDialog } from "./small_dialog.js";

/** Choose a colleague and write them a note. `load` fetches who may chat here, `assign({user, note})` hands the chat over. */
export class HandOverDialog extends SmallDialog {
	constructor({ parent, load, assign }) {
		const user = h("select", { class: "wa-select", disabled: true });
		const note = h("textarea", { class: "wa-input", rows: 3, dir: "auto", maxlength: 5000 });
		super({
			parent,
			title: __("Hand over this chat"),
			action: __("Hand over"),
			ready: false,
			act: () => assign({ user: user.value, note: note.value }),
			body: (id) => {
				user.id = `${id}-user`;
				note.id = `${id}-note`;
				return [...labelled(__("Colleague"), user), ...labelled(__("Note for them (optional)"), note)];
			},
		});
		this.user = user;
		this.start(load);
	}

	async start(load) {
		try {
			const people = await load();
			fill(
				this.user,
				people.map(({ user, full_name: name }) => h("option", { value: user }, name)),
			);
			this.user.disabled = this.submitButton.disabled = !people.length;
			if (people.length) this.user.focus();
			else fill(this.error, __("No colleague may chat here yet. Give them the role and permission first."));
		} catch (error) {
			fill(this.error, error.message);
		}
	}
}
