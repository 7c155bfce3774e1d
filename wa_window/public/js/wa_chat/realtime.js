// Nudges about one chat, by Frappe's socket: whoever has a document open joins its room.

const CONVERSATION = "Chat Conversation";
const EVENT = "wa_window_changed";

/**
 * Joins the conversation's room, or the lead's while there is no conversation, and again after a reconnection; returns a
 * function that ends it. `realtime` has `on`, `off` and `emit`; `isWatched(doctype, name)` tells whether somebody else on
 * this page still needs the room.
 */
export function joinRoom(realtime, { doctype, lead, conversation }, onChange, isWatched) {
	const room = conversation ? [CONVERSATION, conversation] : [doctype, lead];
	const join = () => realtime.emit("doc_subscribe", ...room);
	const joinAgain = () => {
		join();
		onChange();
	};
	realtime.on(EVENT, onChange);
	realtime.on("connect", joinAgain);
	join();
	return () => {
		realtime.off(EVENT, onChange);
		realtime.off("connect", joinAgain);
		if (!isWatched(...room)) realtime.emit("doc_unsubscribe", ...room);
	};
}
