// The words that were searched for, marked in a text.

import { h } from "./dom.js";

/** Text nodes and marks. */
export function marked(text, words) {
	return text.split(pattern(words)).map((part, index) => (index % 2 ? h("mark", {}, part) : part));
}

/** Marks the words in the text of an element. */
export function markIn(element, words) {
	const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
	const texts = [];
	while (walker.nextNode()) texts.push(walker.currentNode);
	for (const text of texts) text.replaceWith(...marked(text.data, words));
}

export function unmark(mark) {
	const { parentNode } = mark;
	mark.replaceWith(mark.textContent);
	parentNode.normalize();
}

/** Any of the words, as a group. */
export function pattern(words) {
	const escaped = words.split(/\s+/).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
	return new RegExp(`(${escaped.join("|")})`, "giu");
}
