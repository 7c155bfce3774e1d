import { fill, h } from "./dom.js";

/** The list of templates and its search box. The focus stays in the search box: the arrow keys select in the list. */
export class TemplatePicker {
	constructor({ id, templates, onSelect, onEnter }) {
		this.id = id;
		this.templates = templates;
		this.onSelect = onSelect;
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
		this.language = this.filterMenu(__("All languages"), "language");
		this.category = this.filterMenu(__("All categories"), "category");
		// A click on an option leaves the focus in the search box.
		const keepFocus = (event) => event.preventDefault();
		this.list = h("div", {
			class: "wa-options",
			role: "listbox",
			tabindex: -1,
			id: `${id}-list`,
			"aria-label": __("Templates"),
			onmousedown: keepFocus,
		});
		this.noMatches = h("p", { class: "wa-quiet", role: "status" });
		this.node = h(
			"div",
			{ class: "wa-picker" },
			this.search,
			h("div", { class: "wa-choices" }, this.language, this.category),
			this.list,
			this.noMatches,
		);
	}

	start() {
		this.filter();
		this.search.focus();
	}

	/** A menu of the values that the templates have, or null where all have the same. */
	filterMenu(allLabel, property) {
		const all = this.templates.map((template) => template[property]).filter(Boolean);
		const values = [...new Set(all)].sort();
		if (values.length < 2) return null;
		return h(
			"select",
			{ class: "wa-select", "aria-label": allLabel, onchange: () => this.filter() },
			h("option", { value: "" }, allLabel),
			values.map((value) => h("option", { value }, value)),
		);
	}

	filter() {
		const query = this.search.value.trim().toLowerCase();
		this.matches = this.templates.filter(
			({ friendly_name, body, language, category }) =>
				`${friendly_name}\n${body}`.toLowerCase().includes(query) &&
				(!this.language?.value || language === this.language.value) &&
				(!this.category?.value || category === this.category.value),
		);
		fill(
			this.list,
			this.matches.map((template) => this.option(template)),
		);
		this.search.setAttribute("aria-expanded", this.matches.length > 0);
		fill(this.noMatches, this.matches.length ? "" : __("No templates found"));
		this.select(this.matches.includes(this.selected) ? this.selected : this.matches[0]);
	}

	option(template) {
		const { content_sid, friendly_name, language, category, body, problem } = template;
		return h(
			"div",
			{
				class: "wa-option",
				role: "option",
				id: `${this.id}-${content_sid}`,
				onclick: () => this.select(template),
			},
			h("div", { class: "wa-option-name", dir: "auto" }, friendly_name),
			h("div", { class: "wa-quiet" }, [language, category].filter(Boolean).join(" · ")),
			problem && h("div", { class: "wa-quiet" }, __("Not supported")),
			h("div", { class: "wa-option-body wa-quiet", dir: "auto" }, body),
		);
	}

	select(template) {
		const changed = template !== this.selected;
		this.selected = template;
		this.search.setAttribute("aria-activedescendant", template ? `${this.id}-${template.content_sid}` : "");
		for (const [index, option] of [...this.list.children].entries()) {
			option.setAttribute("aria-selected", this.matches[index] === template);
		}
		if (template) this.list.children[this.matches.indexOf(template)].scrollIntoView({ block: "nearest" });
		if (changed || !template) this.onSelect(template);
	}

	onKey(event) {
		const steps = { ArrowDown: 1, ArrowUp: -1 };
		if (event.key === "Enter" && this.selected) this.onEnter();
		else if (steps[event.key]) this.move(steps[event.key]);
		else return;
		event.preventDefault();
	}

	move(step) {
		const index = this.matches.indexOf(this.selected) + step;
		if (this.matches[index]) this.select(this.matches[index]);
	}
}
