// What the inbox does with its `<wa-chat>`, and a chat on a lead's form does not.

import { moveDraft } from "../wa_chat/drafts.js";
import { arrangeWith } from "./notes.js";

/** The lead by which a row's chat is opened; a chat without a lead is opened by itself. */
export function leadOf({ lead_doctype: doctype, lead: name, conversation }) {
	return name ? { doctype, name } : { doctype: "Chat Conversation", name: conversation };
}

/** Shows internal notes among the messages of this conversation: each `{name, author, is_mine, at_ms, text}`. */
export function showNotes(chat, conversation, notes) {
	if (chat.session.answer?.conversation !== conversation) return;
	chat.session.arrange = arrangeWith(notes);
	chat.showMessages();
}

/** The name of the message that was stored last of those that this conversation shows: one that was sent earlier may arrive later. */
export function lastStored(chat, conversation) {
	const { answer } = chat.session;
	if (answer?.conversation !== conversation) return undefined;
	return [...answer.messages].sort((one, other) => one.stored_at_ms - other.stored_at_ms).at(-1)?.name;
}

/** Adds elements before and after the field for a reply. */
export function surroundComposer(chat, before, after) {
	const { node } = chat.view.composer;
	node.before(before);
	node.after(...after);
}

/** The chat that is shown belongs to this lead from now on; what has been typed stays. */
export function relink(chat, lead) {
	moveDraft(chat.session, { lead }, chat.view.composer.text);
	chat.refresh();
}

/** Whether a text or file has been begun and not sent. */
export function hasDraft(chat) {
	return Boolean(chat.view.composer.text.trim()) || chat.session.files.length > 0;
}

/** Sends a template without the dialog. Resolves with whether it was sent. */
export async function sendTemplate(chat, template, seen = chat.session.newest) {
	const { session, view, sending } = chat;
	if (session.sending) return false;
	view.clearError();
	try {
		await sending.postTemplate(session, template, seen);
		return true;
	} catch (error) {
		const again = () => sendTemplate(chat, template, error.details.message);
		if (sending.isCurrent(session)) sending.showProblem(error, again);
		return false;
	}
}
