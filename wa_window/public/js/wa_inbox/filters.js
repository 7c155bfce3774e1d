import { capped } from "../wa_chat/counts.js";
import { button, fill, h } from "../wa_chat/dom.js";
import { inboxIcon } from "./icons.js";
import { CONTROL } from "./keys.js";

const SEARCH_DELAY_MS = 200;

const queues = () => [
	["needs_reply", __("Needs reply")],
	["mine", __("Mine")],
	["unassigned", __("Unassigned")],
	["all", __("All")],
];
const states = () => [
	["closing", __("Closing soon")],
	["closed", __("Closed")],
	["failed", __("Failed")],
];

/** Above the list: the search, the queues with their counts, and what narrows them. */
export class Filters {
	/**
	 * `onFilter(changes)`: changes of a ChatQueue's filter, resolves when its chats are there; `onEnter()`, `onDown()` and `onLeave()`: keys
	 * in the search.
	 */
	constructor({ onFilter, onEnter, onDown, onLeave }) {
		this.onFilter = onFilter;
		this.keys = { Enter: () => this.enter(onEnter), ArrowDown: onDown, Escape: () => this.leave(onLeave) };
		this.search = h("input", {
			class: "wa-input wi-search-input",
			type: "search",
			placeholder: __("Search"),
			"aria-label": __("Search by name, number or text"),
			"aria-keyshortcuts": "Control+K",
			autocomplete: "off",
			enterkeyhint: "search",
			oninput: () => this.onSearch(),
			onkeydown: (event) => this.onKey(event),
		});
		this.queues = queues().map(([queue, label]) => {
			const badge = h("span", { class: "wi-count" });
			const node = button({ class: "wi-queue", onclick: () => this.choose({ queue }) }, label, badge);
			return { queue, node, badge };
		});
		this.states = states().map(([state, label]) => ({
			state,
			node: button({ class: "wi-chip", onclick: () => this.toggleState(state) }, label),
		}));
		this.sender = h("select", {
			class: "wa-select wi-sender",
			"aria-label": __("Your number"),
			onchange: () => onFilter({ sender: this.sender.value }),
		});
		this.searchRow = h(
			"div",
			{ class: "wi-search-row" },
			h(
				"div",
				{ class: "wi-search" },
				inboxIcon("search"),
				this.search,
				h("kbd", { "aria-hidden": "true" }, `${CONTROL} K`),
			),
		);
		this.chips = h(
			"div",
			{ class: "wi-chips", role: "group", "aria-label": __("Only show") },
			this.states.map(({ node }) => node),
			this.sender,
		);
		this.node = h(
			"div",
			{ class: "wi-filters" },
			this.searchRow,
			h(
				"div",
				{ class: "wi-queues", role: "group", "aria-label": __("Queue") },
				this.queues.map(({ node }) => node),
			),
			this.chips,
		);
	}

	/** Beside the search. */
	addButton(node) {
		this.searchRow.append(node);
	}

	/** Takes a ChatQueue. */
	show({ filter, counts, senders }) {
		const queue = filter.search ? "all" : filter.queue;
		for (const each of this.queues) {
			each.node.setAttribute("aria-pressed", each.queue === queue);
			fill(each.badge, counts[each.queue] ? capped(counts[each.queue]) : "");
		}
		for (const { state, node } of this.states) node.setAttribute("aria-pressed", state === filter.state);
		this.filter = filter;
		this.showSenders(senders);
	}

	/** A choice only where there is one. A menu that has not changed is left alone: it may be open. */
	showSenders(senders) {
		this.sender.hidden = senders.length < 2;
		const snapshot = JSON.stringify(senders);
		if (snapshot !== this.snapshot) {
			fill(
				this.sender,
				h("option", { value: "" }, __("All numbers")),
				senders.map(({ address, label }) => h("option", { value: address }, label)),
			);
		}
		this.snapshot = snapshot;
		this.sender.value = this.filter.sender;
	}

	/** Choosing a queue ends the search. */
	choose({ queue }) {
		this.search.value = "";
		this.onFilter({ queue, search: "" });
	}

	toggleState(state) {
		this.onFilter({ state: this.filter.state === state ? "" : state });
	}

	onSearch() {
		clearTimeout(this.timer);
		this.timer = setTimeout(() => this.find(), SEARCH_DELAY_MS);
	}

	find() {
		clearTimeout(this.timer);
		this.found = this.onFilter({ search: this.search.value.trim() });
	}

	/** First what has been typed is found, unless the person has gone on by then. */
	async enter(onEnter) {
		const { value } = this.search;
		if (value.trim() !== this.filter.search) this.find();
		await this.found;
		if (this.search.value === value && this.search.matches(":focus")) onEnter();
	}

	onKey(event) {
		const act = this.keys[event.key];
		if (!act || event.isComposing) return;
		event.preventDefault();
		event.stopPropagation();
		act();
	}

	/** The first Escape ends the search, the next one leaves its field. */
	leave(onLeave) {
		if (!this.search.value) {
			onLeave();
			return;
		}
		clearTimeout(this.timer);
		this.search.value = "";
		this.onFilter({ search: "" });
	}
}
