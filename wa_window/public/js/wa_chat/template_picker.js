import { fill, h } from "./dom.js";

/** The list of templates and its search box, where the focus stays: the arrow keys move in the list from there. */
export class TemplatePicker {
	constructor({ id, templates, onPick, onEnter }) {
		this.id = id;
		this.templates = templates;
		this.onPick = onPick;
		this.onEnter = onEnter;
		this.search = h("input", {
			class: "wa-input",
			type: "text",
			role: "combobox",
			placeholder: __("Search templates"),
			"aria-label": __("Search templates"),
			"aria-autocomplete": "list",
			"aria-controls": `${id}-list`,
			autocomplete: "off",
			oninput: () => this.filter(),
			onkeydown: (event) => this.onKey(event),
		});
		this.language = this.choice(__("All languages"), ({ language }) => language);
		this.category = this.choice(__("All categories"), ({ category }) => category);
		// Pressing an option leaves the focus in the search box.
		const stay = (event) => event.preventDefault();
		this.list = h("div", {
			class: "wa-options",
			role: "listbox",
			tabindex: -1,
			id: `${id}-list`,
			"aria-label": __("Templates"),
			onmousedown: stay,
		});
		this.none = h("p", { class: "wa-quiet", role: "status" });
		this.node = h(
			"div",
			{ class: "wa-picker" },
			this.search,
			h("div", { class: "wa-choices" }, this.language, this.category),
			this.list,
			this.none,
		);
	}

	start() {
		this.filter();
		this.search.focus();
	}

	/** A menu of what differs among the templates, or nothing where all are alike. */
	choice(all, of) {
		const found = [...new Set(this.templates.map(of).filter(Boolean))].sort();
		if (found.length < 2) return null;
		return h(
			"select",
			{ class: "wa-select", "aria-label": all, onchange: () => this.filter() },
			h("option", { value: "" }, all),
			found.map((value) => h("option", { value }, value)),
		);
	}

	filter() {
		const sought = this.search.value.trim().toLowerCase();
		this.found = this.templates.filter(
			({ friendly_name, body, language, category }) =>
				`${friendly_name}\n${body}`.toLowerCase().includes(sought) &&
				(!this.language?.value || language === this.language.value) &&
				(!this.category?.value || category === this.category.value),
		);
		fill(
			this.list,
			this.found.map((template) => this.option(template)),
		);
		this.search.setAttribute("aria-expanded", this.found.length > 0);
		fill(this.none, this.found.length ? "" : __("No template matches. Change the search."));
		this.pick(this.found.includes(this.picked) ? this.picked : this.found[0]);
	}

	option(template) {
		const { content_sid, friendly_name, language, category, body } = template;
		return h(
			"div",
			{
				class: "wa-option",
				role: "option",
				id: `${this.id}-${content_sid}`,
				onclick: () => this.pick(template),
			},
			h("div", { class: "wa-option-name", dir: "auto" }, friendly_name),
			h("div", { class: "wa-quiet" }, [language, category].filter(Boolean).join(" · ")),
			h("div", { class: "wa-option-body wa-quiet", dir: "auto" }, body),
		);
	}

	pick(template) {
		const changed = template !== this.picked;
		this.picked = template;
		this.search.setAttribute("aria-activedescendant", template ? `${this.id}-${template.content_sid}` : "");
		this.found.forEach((each, index) =>
			this.list.children[index].setAttribute("aria-selected", each === template),
		);
		if (template) this.list.children[this.found.indexOf(template)].scrollIntoView({ block: "nearest" });
		if (changed || !template) this.onPick(template);
	}

	onKey(event) {
		const steps = { ArrowDown: 1, ArrowUp: -1 };
		if (event.key === "Enter" && this.picked) this.onEnter();
		else if (steps[event.key]) this.move(steps[event.key]);
		else return;
		event.preventDefault();
	}

	move(step) {
		const at = this.found.indexOf(this.picked) + step;
		if (this.found[at]) this.pick(this.found[at]);
	}
}
