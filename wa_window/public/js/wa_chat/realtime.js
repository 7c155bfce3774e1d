// The server's events about one chat or all, by Frappe's socket: whoever has a document open, or a list, joins its room.

const CONVERSATION = "Chat Conversation";
const EVENT = "wa_window_changed";
export const LIST_EVENT = "wa_window_list_changed";
export const NOTIFIED_EVENT = "wa_window_message_notified";
const READ_EVENT = "wa_window_read_state_changed";
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

/**
 * The events about all chats that the user lists, and about what they have read elsewhere; returns a function that ends it.
 * `isRoomInUse`: whether other code on this page still needs the room then.
 */
export function joinLists(
	realtime,
	onChange,
	{ events: names = [LIST_EVENT, READ_EVENT], isRoomInUse = false } = {},
) {
	const join = () => realtime.emit("doctype_subscribe", CONVERSATION);
	const rejoin = () => {
		join();
		onChange();
	};
	const events = [...names.map((name) => [name, onChange]), ["connect", rejoin]];
	for (const [event, listener] of events) realtime.on(event, listener);
	join();
	return () => {
		for (const [event, listener] of events) realtime.off(event, listener);
		if (!isRoomInUse) realtime.emit("doctype_unsubscribe", CONVERSATION);
	};
}

/** Calls back when this user has been notified of a message, or has read some elsewhere. */
export function onOwnEvents(realtime, onChange) {
	for (const event of [NOTIFIED_EVENT, READ_EVENT]) realtime.on(event, onChange);
}
