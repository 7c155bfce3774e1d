import { h } from "./dom.js";

const FULL = 100;
const TYPICAL_HEIGHT = 46;

/**
 * A long list in pages. The browser skips the pages out of sight as a whole (content-visibility), so that ten thousand
 * messages cost it about as much as the few pages near the eye.
 */
export class Pages {
	constructor() {
		this.node = h("div", { class: "wa-list" });
	}

	get first() {
		return this.node.firstElementChild?.firstElementChild ?? null;
	}

	get last() {
		return this.node.lastElementChild?.lastElementChild ?? null;
	}

	prepend(items) {
		if (items.length) this.node.prepend(page(items));
	}

	/** Before `next`, or at the end where there is none. */
	insert(item, next) {
		const left = item.parentNode;
		const last = this.node.lastElementChild;
		if (next) next.before(item);
		else if (last && last.childElementCount < FULL) last.append(item);
		else this.node.append(page([item]));
		dropIfEmpty(left);
	}

	remove(item) {
		const { parentNode } = item;
		item.remove();
		dropIfEmpty(parentNode);
	}

	clear() {
		this.node.replaceChildren();
	}
}

export function before(item) {
	return item.previousElementSibling || item.parentNode.previousElementSibling?.lastElementChild || null;
}

export function after(item) {
	return item.nextElementSibling || item.parentNode.nextElementSibling?.firstElementChild || null;
}

/** `item` and all after it. */
export function* from(item) {
	for (let next = item; next; next = after(next)) yield next;
}

function dropIfEmpty(page) {
	if (page && !page.firstElementChild) page.remove();
}

function page(items) {
	return h(
		"div",
		{ class: "wa-page", style: `contain-intrinsic-block-size: auto ${items.length * TYPICAL_HEIGHT}px` },
		items,
	);
}
