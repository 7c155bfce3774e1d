// Notes that were typed and not saved, per conversation, as drafts.js keeps those of replies and apart from them.

import { withStorage } from "../wa_chat/storage.js";

const PREFIX = "wa-window-note:";
const texts = new Map();

export function noteDraftOf(conversation) {
	const key = PREFIX + conversation;
	return texts.get(key) ?? withStorage("sessionStorage", (storage) => storage.getItem(key)) ?? "";
}

/** An empty text ends the draft. */
export function saveNoteDraft(conversation, text) {
	const key = PREFIX + conversation;
	if (text) texts.set(key, text);
	else texts.delete(key);
	withStorage("sessionStorage", (storage) => (text ? storage.setItem(key, text) : storage.removeItem(key)));
}
