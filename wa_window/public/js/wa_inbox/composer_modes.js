import { button, h } from "../wa_chat/dom.js";

/** The switch above the field: a reply, or an internal note. Only the field of the mode is shown. */
export class ComposerModes {
	/** `chat` is the `<wa-chat>`, `onChoose(mode)` a person's choice, "reply" or "note". */
	constructor({ chat, onChoose }) {
		this.chat = chat;
		this.buttons = new Map(
			[
				["reply", __("Reply"), null],
				["note", __("Internal note"), "N"],
			].map(([mode, label, key]) => [
				mode,
				button(
					{ class: "wi-mode", "aria-keyshortcuts": key, onclick: () => onChoose(mode) },
					label,
					key && h("kbd", { "aria-hidden": "true" }, key),
				),
			]),
		);
		this.node = h("div", { class: "wi-modes", role: "group", "aria-label": __("Write") }, [
			...this.buttons.values(),
		]);
		this.show("reply");
	}

	show(mode) {
		for (const [each, control] of this.buttons) control.setAttribute("aria-pressed", each === mode);
		this.chat.dataset.mode = mode;
	}
}
