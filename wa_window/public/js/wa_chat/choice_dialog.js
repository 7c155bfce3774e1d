import { fill, h } from "./dom.js";
import { SmallDialog } from "./small_dialog.js";

/**
 * A small dialog whose choices are loaded. A subclass shows them (`show(answer)`) in `content`, and `choose()` resolves with what was
 * chosen: `onChoose` gets it once the dialog has closed, so that it may move the focus.
 */
export class ChoiceDialog extends SmallDialog {
	constructor({ parent, title, action, loading, load, onChoose }) {
		const content = h(
			"div",
			{ class: "wa-small-body" },
			h("div", { class: "wa-hint", role: "status" }, loading),
		);
		let prefix = "";
		super({
			parent,
			title,
			action,
			ready: false,
			body: (id) => {
				prefix = id;
				return content;
			},
			act: async () => {
				const chosen = await this.choose();
				if (this.node.isConnected) this.chosen = chosen;
			},
		});
		this.id = prefix;
		this.content = content;
		this.onChoose = onChoose;
		this.start(load);
	}

	async start(load) {
		try {
			const answer = await load();
			if (this.node.isConnected) this.show(answer);
		} catch (error) {
			fill(this.error, error.message);
		}
	}

	async submit() {
		fill(this.error);
		await super.submit();
		if (this.chosen) this.onChoose(this.chosen);
	}
}
