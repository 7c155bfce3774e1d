import { button, h } from "./dom.js";

/** A menu beside the button `anchor`, which opens and closes it. `items` are pairs of a label and what it does. */
export class PopupMenu {
	constructor({ anchor, label, items, look = "" }) {
		this.anchor = anchor;
		this.isOpen = true;
		this.menu = h(
			"div",
			{
				class: `wa-menu ${look}`,
				role: "menu",
				"aria-label": label,
				onkeydown: (event) => this.onKey(event),
				onfocusout: ({ relatedTarget: next }) =>
					next === anchor || this.menu.contains(next) || this.closeMenu(),
			},
			items.map(([text, act]) => this.item(text, act)),
		);
		anchor.after(this.menu);
		anchor.setAttribute("aria-expanded", true);
		this.menu.scrollIntoView({ block: "nearest" });
		this.menu.firstElementChild.focus();
	}

	item(label, act) {
		const onclick = () => {
			this.anchor.focus();
			this.closeMenu();
			act();
		};
		return button({ class: "wa-menu-item", role: "menuitem", tabindex: -1, onclick }, label);
	}

	closeMenu() {
		// Removing it moves the focus out of it, which closes it too.
		if (!this.isOpen) return;
		this.isOpen = false;
		this.anchor.setAttribute("aria-expanded", false);
		this.menu.remove();
	}

	/** Another chat is shown. */
	close() {
		this.closeMenu();
	}

	onKey(event) {
		const items = [...this.menu.children];
		const index = items.indexOf(document.activeElement);
		const targets = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: -1 };
		if (event.key === "Escape") {
			this.anchor.focus();
			this.closeMenu();
		} else if (event.key in targets) items.at(targets[event.key] % items.length).focus();
		else return;
		event.preventDefault();
		event.stopPropagation();
	}
}
