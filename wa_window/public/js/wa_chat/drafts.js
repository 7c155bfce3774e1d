// What was typed and not sent, per conversation: kept across reloads in this tab, and gone when it is closed.

const PREFIX = "wa-window-draft:";
const texts = new Map();

export function draftOf(visit) {
	const key = keyOf(visit);
	return texts.get(key) ?? stored((storage) => storage.getItem(key)) ?? "";
}

export function keepDraft(visit, text) {
	const key = keyOf(visit);
	texts.set(key, text);
	stored((storage) => (text ? storage.setItem(key, text) : storage.removeItem(key)));
}

/** The text of a message that was not taken, before whatever has been typed since. */
export function together(body, typed) {
	return typed && typed !== body ? `${body}\n${typed}` : body;
}

function keyOf({ lead, conversation }) {
	return PREFIX + JSON.stringify([lead.doctype, lead.name, conversation]);
}

/** A browser may have no storage, or none left. */
function stored(act) {
	try {
		return act(sessionStorage);
	} catch {
		return null;
	}
}
