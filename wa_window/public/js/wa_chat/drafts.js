// Text that was typed and not sent, per conversation: kept across reloads of this tab, deleted when the tab is closed.

import { withStorage } from "./storage.js";

const PREFIX = "wa-window-draft:";
const texts = new Map();

export function draftOf(session) {
	const key = keyOf(session);
	return texts.get(key) ?? withStorage("sessionStorage", (storage) => storage.getItem(key)) ?? "";
}

export function saveDraft(session, text) {
	const key = keyOf(session);
	texts.set(key, text);
	withStorage("sessionStorage", (storage) => (text ? storage.setItem(key, text) : storage.removeItem(key)));
}

/** The text of a message that was not sent, before what has been typed since. */
export function mergeDrafts(body, typed) {
	return typed && typed !== body ? `${body}\n${typed}` : body;
}

function keyOf({ lead, conversation }) {
	return PREFIX + JSON.stringify([lead.doctype, lead.name, conversation]);
}
