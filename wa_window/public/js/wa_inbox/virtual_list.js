import { fill, h } from "../wa_chat/dom.js";

const MARGIN_ROWS = 6;
const NEAR_END_ROWS = 15;
const FALLBACK_HEIGHT_PX = 66;

let count = 0;

/**
 * A long list of rows of one height, of which only those are in the page that can be seen. The focus stays at the list;
 * the selected row is its active descendant.
 */
export class VirtualList {
	/**
	 * `render(row)` makes a row's node and `snapshot(row)` a text that changes with its look; `onOpen(row)`, `onNearEnd()`,
	 * `onScroll()`.
	 */
	constructor({ label, render, snapshot, onOpen, onNearEnd, onScroll }) {
		this.id = `wi-list-${++count}`;
		this.render = render;
		this.snapshot = snapshot;
		this.onNearEnd = onNearEnd;
		this.rows = [];
		this.nodes = new Map();
		// Names of the rows that are ticked; null where none can be.
		this.ticked = null;
		this.probe = h("div", { class: "wi-row wi-probe", "aria-hidden": "true" });
		this.sizer = h("div", { class: "wi-sizer", role: "presentation" });
		this.node = h(
			"div",
			{
				class: "wi-rows",
				role: "listbox",
				tabindex: 0,
				"aria-label": label,
				onscroll: () => {
					this.scrollTop = this.node.scrollTop;
					this.draw();
					onScroll();
				},
				onclick: (event) => {
					const node = event.target.closest("[role=option]");
					if (node) onOpen(node.waRow);
				},
			},
			this.sizer,
		);
		this.wrapper = h("div", { class: "wi-list" }, this.probe, this.node);
		// Sizes and the position are remembered, since each look at them would make the browser lay out the page.
		this.scrollTop = 0;
		this.viewHeight = 0;
		this.rowHeight = FALLBACK_HEIGHT_PX;
		this.resizeObserver = new ResizeObserver(() => this.measure());
		this.resizeObserver.observe(this.wrapper);
		this.resizeObserver.observe(this.probe);
	}

	get isScrolled() {
		return this.scrollTop > 0;
	}

	measure() {
		this.viewHeight = this.wrapper.clientHeight;
		this.rowHeight = this.probe.offsetHeight || this.rowHeight;
		this.draw();
	}

	/** `selected` is a row's conversation. */
	update(rows, selected) {
		this.rows = rows;
		this.selected = selected;
		this.node.hidden = rows.length === 0;
		this.draw();
	}

	toTop() {
		this.scrollTo(0);
	}

	scrollTo(top) {
		this.draw();
		this.node.scrollTop = this.scrollTop = top;
		this.draw();
	}

	/** Scrolls as little as needed to show a row. */
	reveal(name) {
		const index = this.rows.findIndex(({ conversation }) => conversation === name);
		if (index < 0) return;
		const { rowHeight, viewHeight, scrollTop } = this;
		const top = index * rowHeight;
		const bottom = top + rowHeight;
		if (top < scrollTop) this.scrollTo(top);
		else if (bottom > scrollTop + viewHeight) this.scrollTo(bottom - viewHeight);
	}

	/** Draws what can be seen, and a few rows more; nodes whose look has not changed are kept. */
	draw() {
		const { rowHeight, rows, scrollTop, viewHeight } = this;
		this.sizer.style.blockSize = `${rows.length * rowHeight}px`;
		const first = Math.max(0, Math.floor(scrollTop / rowHeight) - MARGIN_ROWS);
		const last = Math.min(rows.length, Math.ceil((scrollTop + viewHeight) / rowHeight) + MARGIN_ROWS);
		const drawn = rows.slice(first, last).map((row, offset) => this.drawRow(row, first + offset));
		const keep = new Set(drawn);
		for (const [name, { node }] of this.nodes) if (!keep.has(node)) this.nodes.delete(name);
		if (!isSame(drawn, this.sizer.children)) fill(this.sizer, drawn);
		const active = this.nodes.get(this.selected)?.node;
		if (active) this.node.setAttribute("aria-activedescendant", active.id);
		else this.node.removeAttribute("aria-activedescendant");
		if (last > rows.length - NEAR_END_ROWS) this.onNearEnd();
	}

	drawRow(row, index) {
		const name = row.conversation;
		const snapshot = this.snapshot(row);
		let known = this.nodes.get(name);
		if (known?.snapshot !== snapshot) {
			known = { snapshot, node: this.render(row) };
			this.nodes.set(name, known);
		}
		const { node } = known;
		node.waRow = row;
		node.id = `${this.id}-${name}`;
		node.style.insetBlockStart = `${index * this.rowHeight}px`;
		node.setAttribute("aria-selected", name === this.selected);
		node.ariaChecked = this.ticked ? this.ticked.has(name) : null;
		node.setAttribute("aria-posinset", index + 1);
		node.setAttribute("aria-setsize", this.rows.length);
		return node;
	}
}

function isSame(nodes, children) {
	return nodes.length === children.length && nodes.every((node, index) => node === children[index]);
}
