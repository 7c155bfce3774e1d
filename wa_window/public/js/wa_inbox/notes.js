// Internal notes among the messages. They are never part of the chat's own messages, and nothing here sends anything.

import { h, srOnly } from "../wa_chat/dom.js";
import { linkify } from "../wa_chat/links.js";

// As the server sends messages at once (chat/panel.py): with fewer there are no older ones.
const PAGE_SIZE = 50;

/**
 * Arranges a page of messages with the notes of its time: those before `until` and from `since` on, else after its first message where
 * there are older pages.
 */
export function arrangeWith(notes) {
	const items = noteItems(notes);
	return (messages, until = Infinity, since = messages.length < PAGE_SIZE ? 0 : messages[0].sent_at_ms) => {
		const own = items.filter(({ sent_at_ms: at }) => at >= since && at < until);
		if (!own.length) return messages;
		// The sort is stable: messages stay in the server's order.
		return [...messages, ...own].sort((one, other) => one.sent_at_ms - other.sent_at_ms);
	};
}

/** Notes, each `{name, author, is_mine, at_ms, text}`, as items for the list of messages. */
function noteItems(notes) {
	return notes.map(({ name, author, is_mine: isMine, at_ms: at, text }) => ({
		name: `note-${name}`,
		body: text,
		author,
		is_mine: isMine,
		sent_at_ms: at,
		bubble: noteBubble,
	}));
}

function noteBubble({ author, is_mine: isMine, body, sent_at_ms: at }, times) {
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
