import { button, fill, h } from "../wa_chat/dom.js";

/** A button with a menu under it. The arrow keys move in it, Escape and a click elsewhere close it. */
export class Menu {
	/** `items()` returns `{label, key, act}` for each entry, made anew whenever it is opened. */
	constructor({ name, content, items, more = "" }) {
		this.items = items;
		this.list = h("div", { class: "wi-menu", role: "menu", "aria-label": name, hidden: true });
		this.control = button(
			{
				class: `wa-button ${more}`,
				"aria-haspopup": "menu",
				"aria-expanded": "false",
				"aria-label": name,
				title: name,
				onclick: () => (this.list.hidden ? this.open() : this.close()),
			},
			content,
		);
		this.node = h(
			"div",
			{
				class: "wi-menu-place",
				onkeydown: (event) => this.onKey(event),
				onfocusout: (event) => this.onBlur(event),
			},
			this.control,
			this.list,
		);
	}

	open() {
		fill(
			this.list,
			this.items().map(({ label, key, act }) =>
				button(
					{ class: "wi-menu-item", role: "menuitem", tabindex: -1, onclick: () => this.choose(act) },
					h("span", {}, label),
					key && h("kbd", { "aria-hidden": "true" }, key),
				),
			),
		);
		this.list.hidden = false;
		this.control.setAttribute("aria-expanded", "true");
		this.list.firstElementChild.focus();
	}

	close() {
		this.list.hidden = true;
		this.control.setAttribute("aria-expanded", "false");
	}

	choose(act) {
		this.close();
		this.control.focus();
		act();
	}

	onKey(event) {
		if (this.list.hidden) return;
		const entries = [...this.list.children];
		const index = entries.indexOf(document.activeElement);
		const targets = {
			ArrowDown: index + 1,
			ArrowUp: index - 1 + entries.length,
			Home: 0,
			End: entries.length - 1,
		};
		if (event.key === "Escape") {
			this.close();
			this.control.focus();
		} else if (event.key in targets) entries[targets[event.key] % entries.length].focus();
		else return;
		event.preventDefault();
		event.stopPropagation();
	}

	onBlur({ relatedTarget }) {
		if (!this.node.contains(relatedTarget)) this.close();
	}
}
