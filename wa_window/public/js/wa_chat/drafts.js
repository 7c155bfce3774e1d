// Text that was typed and not sent, per conversation: kept across reloads of this tab, deleted when the tab is closed. With it,
// the newest message when its first character was typed (`seen`): the server asks before it sends a text that a colleague's
// answer has overtaken.

import { withStorage } from "./storage.js";

const PREFIX = "wa-window-draft:";
const SEEN_PREFIX = "wa-window-seen:";
const values = new Map();
const outboxes = new Map();

export function draftOf(session) {
	return read(PREFIX, session) ?? "";
}

/** An empty text ends the draft. */
export function saveDraft(session, text) {
	write(PREFIX, session, text || null);
	if (!text) saveSeen(session, null);
}

/** The name of the message, empty where there was none; null where no draft was begun. */
export function seenOf(session) {
	return read(SEEN_PREFIX, session);
}

export function saveSeen(session, seen) {
	write(SEEN_PREFIX, session, seen);
}

/** The `files` that are attached in a session's chat but not sent, and whether it is `sending`: the same whenever the chat is shown again. */
export function outboxOf(session) {
	const chat = chatOf(session);
	if (!outboxes.has(chat)) outboxes.set(chat, { files: [], sending: false });
	return outboxes.get(chat);
}

/**
 * Text, files and `seen` belong to another `conversation` or `lead` from now on, by which the session has become known; where nothing is
 * attached, those that were left there are shown again.
 */
export function moveDraft(session, changes, typed) {
	const seen = seenOf(session);
	saveDraft(session, "");
	outboxes.delete(chatOf(session));
	Object.assign(session, changes);
	const left = outboxes.get(chatOf(session));
	if (left && !session.files.length && !session.sending) session.outbox = left;
	else outboxes.set(chatOf(session), session.outbox);
	if (!typed) return;
	saveDraft(session, typed);
	saveSeen(session, seen);
}

/** The text of a message that was not sent, before what has been typed since. */
export function mergeDrafts(body, typed) {
	return typed && typed !== body ? `${body}\n${typed}` : body;
}

function read(prefix, session) {
	const key = prefix + chatOf(session);
	return values.get(key) ?? withStorage("sessionStorage", (storage) => storage.getItem(key));
}

function write(prefix, session, value) {
	const key = prefix + chatOf(session);
	if (value === null) values.delete(key);
	else values.set(key, value);
	withStorage("sessionStorage", (storage) =>
		value === null ? storage.removeItem(key) : storage.setItem(key, value),
	);
}

function chatOf({ lead, conversation }) {
	return JSON.stringify([lead.doctype, lead.name, conversation]);
}
