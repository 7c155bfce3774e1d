// What was typed and not sent, per conversation, for as long as the page lives: Desk may make the element anew.

const texts = new Map();

export function draftOf(visit) {
	return texts.get(keyOf(visit)) || "";
}

export function keepDraft(visit, text) {
	if (text) texts.set(keyOf(visit), text);
	else texts.delete(keyOf(visit));
}

/** The text of a message that was not taken, before whatever has been typed since. */
export function together(body, typed) {
	return typed && typed !== body ? `${body}\n${typed}` : body;
}

function keyOf({ lead, conversation }) {
	return JSON.stringify([lead.doctype, lead.name, conversation]);
}
