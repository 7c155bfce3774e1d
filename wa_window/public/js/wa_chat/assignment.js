import { button, fill, h, icon } from "./dom.js";

let count = 0;

/** Whose chat it is, in the header; for who may change that, a button with a menu. */
export class Assignment {
	constructor({ onTake, onHandOver }) {
		const id = `wa-assignment-${++count}`;
		this.take = this.item(__("Take"), onTake);
		this.handOver = this.item(__("Hand over…"), onHandOver);
		this.label = h("span", { dir: "auto" });
		this.text = h("span", { class: "wa-owner" });
		this.control = button(
			{
				class: "wa-button wa-owner",
				"aria-haspopup": "menu",
				"aria-expanded": "false",
				"aria-controls": id,
				onclick: () => this.toggle(this.menu.hidden),
			},
			icon("contact"),
			this.label,
			icon("down"),
		);
		this.menu = h("div", { class: "wa-menu", role: "menu", id, hidden: true }, this.take, this.handOver);
		this.node = h(
			"div",
			{
				class: "wa-assignment",
				onkeydown: (event) => this.onKey(event),
				onfocusout: ({ relatedTarget }) => this.node.contains(relatedTarget) || this.toggle(false),
			},
			this.control,
			this.text,
			this.menu,
		);
		this.show(null);
	}

	/** The server's answer about a chat, or null while there is none. */
	show(answer) {
		const mayAssign = Boolean(answer?.may_assign);
		const { names, title } = answer ? responsible(answer) : { names: "", title: "" };
		fill(this.label, names || __("Unassigned"));
		fill(this.text, names);
		this.control.setAttribute("aria-label", title || __("Unassigned"));
		for (const node of [this.control, this.text]) node.title = title;
		this.control.hidden = !mayAssign;
		this.text.hidden = mayAssign || !names;
		this.take.hidden = !answer?.may_take;
		this.node.hidden = this.control.hidden && this.text.hidden;
		if (!mayAssign) this.toggle(false);
	}

	item(label, act) {
		const onclick = () => {
			this.toggle(false);
			this.control.focus();
			act(this.control);
		};
		return button({ class: "wa-menu-item", role: "menuitem", tabindex: -1, onclick }, label);
	}

	get items() {
		return [this.take, this.handOver].filter(({ hidden }) => !hidden);
	}

	toggle(open) {
		if (this.menu.hidden !== open) return;
		this.menu.hidden = !open;
		this.control.setAttribute("aria-expanded", open);
		if (open) this.items[0].focus();
	}

	onKey(event) {
		const { items } = this;
		const index = items.indexOf(document.activeElement);
		if (this.menu.hidden) {
			if (event.key !== "ArrowDown" || event.target !== this.control) return;
			this.toggle(true);
		} else if (event.key === "Escape") {
			this.toggle(false);
			this.control.focus();
		} else {
			const targets = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: -1 };
			if (!(event.key in targets)) return;
			items.at(targets[event.key] % items.length).focus();
		}
		event.preventDefault();
		event.stopPropagation();
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
