import { fill, h } from "./dom.js";

/**
 * The list of quick replies and templates, and its search box. The focus stays in the search box: the arrow keys select in the list.
 * `entries` are `replyEntry` and `templateEntry`, `label` names the list.
 */
export class TemplatePicker {
	constructor({ id, entries, label, searchLabel, onSelect, onEnter }) {
		this.id = id;
		this.entries = entries;
		this.onSelect = onSelect;
		this.onEnter = onEnter;
		this.search = h("input", {
			class: "wa-input",
			type: "text",
			role: "combobox",
			placeholder: searchLabel,
			"aria-label": searchLabel,
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
			"aria-label": label,
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

	/** A menu of the values that the templates have, or null where all have the same. Quick replies have none. */
	filterMenu(allLabel, property) {
		const all = this.entries.map((entry) => entry[property]).filter(Boolean);
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
		const found = this.entries.filter(
			({ label, note, body, language, category }) =>
				`${label}\n${note}\n${body}`.toLowerCase().includes(query) &&
				(!this.language?.value || language === this.language.value) &&
				(!this.category?.value || category === this.category.value),
		);
		const shortcut = `/${query.replace(/^\//, "")}`;
		const byShortcut = found.filter(({ note }) => query && note.toLowerCase().startsWith(shortcut));
		this.matches = [...byShortcut, ...found.filter((entry) => !byShortcut.includes(entry))];
		fill(
			this.list,
			this.matches.map((entry) => this.option(entry)),
		);
		this.search.setAttribute("aria-expanded", this.matches.length > 0);
		fill(this.noMatches, this.matches.length ? "" : __("Nothing found."));
		this.select(this.matches.includes(this.selected) ? this.selected : this.matches[0]);
	}

	option(entry) {
		const { id, label, note, body, kind, problem } = entry;
		return h(
			"div",
			{ class: "wa-option", role: "option", id: `${this.id}-${id}`, onclick: () => this.select(entry) },
			h("div", { class: "wa-option-name", dir: "auto" }, label),
			h("div", { class: "wa-quiet" }, [kind, note].filter(Boolean).join(" · ")),
			problem && h("div", { class: "wa-quiet" }, __("Not supported")),
			h("div", { class: "wa-option-body wa-quiet", dir: "auto" }, body),
		);
	}

	select(entry) {
		const changed = entry !== this.selected;
		this.selected = entry;
		this.search.setAttribute("aria-activedescendant", entry ? `${this.id}-${entry.id}` : "");
		for (const [index, option] of [...this.list.children].entries()) {
			option.setAttribute("aria-selected", this.matches[index] === entry);
		}
		if (entry) this.list.children[this.matches.indexOf(entry)].scrollIntoView({ block: "nearest" });
		if (changed || !entry) this.onSelect(entry);
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

/** A quick reply as the API answers it, in the list. */
export function replyEntry(reply) {
	const { name, title, shortcut, text } = reply;
	return {
		id: name,
		label: title,
		kind: __("Quick reply"),
		note: shortcut && `/${shortcut}`,
		body: text,
		variables: [],
		reply,
	};
}

/** A template as the API answers it, in the list. */
export function templateEntry(template) {
	const { content_sid: id, friendly_name: label, language, category } = template;
	return { ...template, id, label, note: [language, category].filter(Boolean).join(" · ") };
}
