import { button, fill, h } from "./dom.js";
import { FormDialog } from "./form_dialog.js";
import { formatted } from "./formatting.js";
import { piecesOf } from "./text_pieces.js";

/** The button that offers to send a text as several messages of at most `max` characters. */
export function splitOffer(text, max, onclick) {
	return button({ class: "wa-link", onclick }, `${sendAs(piecesOf(text, max))}…`);
}

/** Shows the messages that a long text would become; `send(pieces)` sends them, once the dialog is closed. */
export class SplitDialog extends FormDialog {
	constructor({ parent, text, max, send }) {
		const pieces = piecesOf(text, max);
		const item = (piece) =>
			h(
				"li",
				{ class: "wa-bubble wa-out wa-preview" },
				h("div", { class: "wa-text", dir: "auto" }, formatted(piece.text)),
			);
		super({
			parent,
			title: __("Too long for one message"),
			label: sendAs(pieces),
			submit: async () => pieces,
			onDone: send,
		});
		fill(this.body, h("ol", { class: "wa-pieces wa-preview-area", tabindex: 0 }, pieces.map(item)));
		this.submitButton.disabled = false;
		this.submitButton.focus();
	}
}

function sendAs(pieces) {
	return __("Send as {0} messages", [pieces.length]);
}
