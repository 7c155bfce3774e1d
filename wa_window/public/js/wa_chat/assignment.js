import { button, fill, h, icon } from "./dom.js";

/** Whose chat it is, in the header; for who may change something about it, a button with a menu (chat_menu.js). */
export class Assignment {
	constructor({ onMenu }) {
		this.label = h("span", { dir: "auto" });
		this.text = h("span", { class: "wa-owner" });
		this.control = button(
			{
				class: "wa-button wa-owner",
				"aria-haspopup": "menu",
				"aria-expanded": "false",
				onclick: () => onMenu(this.control),
				onkeydown: (event) => {
					if (event.key !== "ArrowDown") return;
					event.preventDefault();
					onMenu(this.control);
				},
			},
			icon("contact"),
			this.label,
			icon("down"),
		);
		this.node = h("div", { class: "wa-assignment" }, this.control, this.text);
		this.show(null);
	}

	/** The server's answer about a chat, or null while there is none. */
	show(answer) {
		const hasMenu = Boolean(answer?.conversation && (answer.may_assign || answer.may_reply));
		const { names, title } = answer ? responsible(answer) : { names: "", title: "" };
		fill(this.label, names || __("Unassigned"));
		fill(this.text, names);
		this.control.setAttribute("aria-label", title || __("Unassigned"));
		for (const node of [this.control, this.text]) node.title = title;
		this.control.hidden = !hasMenu;
		this.text.hidden = hasMenu || !names;
		this.node.hidden = this.control.hidden && this.text.hidden;
	}
}

/** Whom the chat is assigned to, else whose it is; empty texts for nobody. */
function responsible({ owner, assigned }) {
	const names = assigned.map(({ full_name: name }) => name).join(", ");
	if (names) return { names, title: __("Assigned to {0}", [names]) };
	return owner
		? { names: owner.full_name, title: __("Owner: {0}", [owner.full_name]) }
		: { names: "", title: "" };
}
