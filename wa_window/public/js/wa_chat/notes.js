// Internal notes among the messages. They are never part of the chat's own messages, and nothing here sends anything.

import { h, srOnly } from "./dom.js";
import { linkify } from "./links.js";

export const NOTE = "note";

/** A note as an item of the list: `{name, author, is_mine, at_ms, text}`. */
function item({ name, author, is_mine: isMine, at_ms: at, text }) {
	return {
		name: `note-${name}`,
		kind: NOTE,
		direction: "",
		body: text,
		author,
		is_mine: isMine,
		sent_at_ms: at,
	};
}

/**
 * A page of messages with the notes of its time among them. `from` and `until` (epoch ms, `until` excluded) are the page's
 * bounds: notes outside belong to other pages.
 */
export function withNotes(messages, notes, { from = -Infinity, until = Infinity } = {}) {
	const own = notes.filter(({ at_ms: at }) => at >= from && at < until).map(item);
	if (!own.length) return messages;
	// The sort is stable: messages stay in the server's order.
	return [...messages, ...own].sort((one, other) => one.sent_at_ms - other.sent_at_ms);
}

export function countMessages(items) {
	return items.filter(({ kind }) => kind !== NOTE).length;
}

export function noteBubble({ author, is_mine: isMine, body, sent_at_ms: at }, times) {
	return h(
		"div",
		{ class: "wa-bubble wa-note" },
		h(
			"div",
			{ class: "wa-author" },
			__("Internal note"),
			" · ",
			h("bdi", {}, isMine ? __("You") : author),
			srOnly(":"),
		),
		h("div", { class: "wa-text", dir: "auto" }, linkify(body)),
		h(
			"time",
			{
				class: "wa-meta",
				tabindex: -1,
				datetime: new Date(at).toISOString(),
				title: times.full.format(at),
			},
			times.time.format(at),
		),
	);
}
