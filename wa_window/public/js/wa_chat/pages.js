import { h } from "./dom.js";

const ITEMS_PER_PAGE = 100;
const TYPICAL_HEIGHT_PX = 46;

/**
 * A long list in pages. The browser skips the pages out of sight as a whole (content-visibility), so that ten thousand
 * messages cost about as much as the few pages that are visible.
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
		const oldPage = item.parentNode;
		const lastPage = this.node.lastElementChild;
		if (next) next.before(item);
		else if (lastPage && lastPage.childElementCount < ITEMS_PER_PAGE) lastPage.append(item);
		else this.node.append(page([item]));
		removeIfEmpty(oldPage);
	}

	remove(item) {
		const { parentNode } = item;
		item.remove();
		removeIfEmpty(parentNode);
	}

	clear() {
		this.node.replaceChildren();
	}
}

export function previousItem(item) {
	return item.previousElementSibling || item.parentNode.previousElementSibling?.lastElementChild || null;
}

export function nextItem(item) {
	return item.nextElementSibling || item.parentNode.nextElementSibling?.firstElementChild || null;
}

/** `item` and all after it. */
export function* itemsFrom(item) {
	for (let next = item; next; next = nextItem(next)) yield next;
}

function removeIfEmpty(page) {
	if (page && !page.firstElementChild) page.remove();
}

function page(items) {
	return h(
		"div",
		{ class: "wa-page", style: `contain-intrinsic-block-size: auto ${items.length * TYPICAL_HEIGHT_PX}px` },
		items,
	);
}
