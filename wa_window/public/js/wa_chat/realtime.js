// The server's events about one chat, by Frappe's socket: whoever has a document open joins its room.

const CONVERSATION = "Chat Conversation";
const EVENT = "wa_window_changed";
const PRESENCE_EVENT = "wa_window_presence_changed";

/**
 * Joins the conversation's room, or the lead's while there is no conversation, and again after a reconnection; returns a
 * function that ends it. `realtime` has `on`, `off` and `emit`; `isRoomInUse(doctype, name)` says whether other code on this
 * page still needs the room. `onPresence` is called when somebody came, or began or stopped writing.
 */
export function joinRoom(
	realtime,
	{ doctype, lead, conversation },
	{ onChange, onPresence = () => {} },
	isRoomInUse,
) {
	const room = conversation ? [CONVERSATION, conversation] : [doctype, lead];
	const join = () => realtime.emit("doc_subscribe", ...room);
	const rejoin = () => {
		join();
		onChange();
	};
	realtime.on(EVENT, onChange);
	realtime.on(PRESENCE_EVENT, onPresence);
	realtime.on("connect", rejoin);
	join();
	return () => {
		realtime.off(EVENT, onChange);
		realtime.off(PRESENCE_EVENT, onPresence);
		realtime.off("connect", rejoin);
		if (!isRoomInUse(...room)) realtime.emit("doc_unsubscribe", ...room);
	};
}
