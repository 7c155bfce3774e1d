// Text that was typed and not sent, per conversation: kept across reloads of this tab, deleted when the tab is closed.

import { withStorage } from "./storage.js";

const PREFIX = "wa-window-draft:";
const SEEN_PREFIX = "wa-window-seen:";
const texts = new Map();
const files = new Map();

export function draftOf(session) {
	return read(keyOf(session));
}

export function saveDraft(session, text) {
	save(keyOf(session), text);
	const key = keyOf(session, SEEN_PREFIX);
	if (!text) save(key, "");
	else if (!read(key)) save(key, session.newest || "");
}

/** The newest message when the draft was begun: the server compares it with a colleague's answers. */
export function seenOf(session) {
	return read(keyOf(session, SEEN_PREFIX)) || session.newest;
}

/** The sender has seen what a colleague answered meanwhile. */
export function confirmSeen(session) {
	save(keyOf(session, SEEN_PREFIX), session.newest || "");
}

/** The files that are attached in a session's chat but not sent: the same list whenever the chat is shown again. */
export function filesOf(session) {
	const key = keyOf(session);
	if (!files.has(key)) files.set(key, []);
	return files.get(key);
}

/** Text and files belong to `conversation` from now on; the first message has begun it, or it was merged. */
export function moveDraft(session, conversation, typed) {
	saveDraft(session, "");
	files.delete(keyOf(session));
	session.conversation = conversation;
	files.set(keyOf(session), session.files);
	if (typed) saveDraft(session, typed);
}

/** The text of a message that was not sent, before what has been typed since. */
export function mergeDrafts(body, typed) {
	return typed && typed !== body ? `${body}\n${typed}` : body;
}

function read(key) {
	return texts.get(key) ?? withStorage("sessionStorage", (storage) => storage.getItem(key)) ?? "";
}

function save(key, text) {
	texts.set(key, text);
	withStorage("sessionStorage", (storage) => (text ? storage.setItem(key, text) : storage.removeItem(key)));
}

function keyOf({ lead, conversation }, prefix = PREFIX) {
	return prefix + JSON.stringify([lead.doctype, lead.name, conversation]);
}
