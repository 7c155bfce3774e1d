import { icon } from "../wa_chat/dom.js";

const DRAWINGS = {
	bell: "M3.2 11.5h9.6L11.6 9.6V7a3.6 3.6 0 0 0-7.2 0v2.6ZM6.6 13.4h2.8M8 3.4V2.2",
	back: "M10 3 5 8l5 5",
	more: "M3.5 8h.01M8 8h.01M12.5 8h.01",
	copy: "M5.5 5.5h8v8h-8ZM3 10.5h-.5v-8h8V3",
	tick: "M2.5 2.5h11v11h-11ZM5 8.2l2.1 2.1L11 6.2",
	panel: "M2.5 3h11v10h-11ZM9.8 3v10",
	pencil: "M10.8 2.8l2.4 2.4L5.6 12.8l-3 .6.6-3Z",
	up: "M8 13V3.5M4 7l4-4 4 4",
};

/** The inbox's own icons. */
export function inboxIcon(name) {
	return icon(name, DRAWINGS[name]);
}
