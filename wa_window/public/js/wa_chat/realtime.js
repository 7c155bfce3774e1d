// Nudges about one conversation, by Frappe's socket: whoever has its document open joins its room.

export const CONVERSATION = "Chat Conversation";
const EVENT = "wa_window_changed";

/**
 * Joins the conversation's room, and again after a reconnection; returns a function that ends it. `realtime` has `on`, `off`
 * and `emit`; `isWatched` tells whether somebody else on this page still needs the room.
 */
export function joinRoom(realtime, conversation, onChange, isWatched = () => false) {
	const join = () => realtime.emit("doc_subscribe", CONVERSATION, conversation);
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
		if (!isWatched()) realtime.emit("doc_unsubscribe", CONVERSATION, conversation);
	};
}
