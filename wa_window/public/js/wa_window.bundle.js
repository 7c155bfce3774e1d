import "./wa_chat/index.js";
import { deskTransport } from "./wa_chat/desk.js";
import { WINDOW_STATES } from "./wa_chat/window_states.js";

const FIELD = "wa_chat_html";
const TAB = "wa_tab";

/** Desk reuses one form for all leads of a DocType: the chat is added once and shows the lead at each refresh. */
function mount(frm) {
	const container = frm.fields_dict[FIELD].$wrapper.get(0);
	let chat = container.querySelector("wa-chat");
	if (!chat) {
		chat = document.createElement("wa-chat");
		chat.transport = deskTransport();
		chat.addEventListener("wa-chat-state", ({ detail }) => showInTab(frm, detail));
		container.append(chat);
	}
	chat.show(frm.is_new() ? null : { doctype: frm.doctype, name: frm.docname });
}

/** The tab says how many messages are unread, and by a dot whether one may write. */
function showInTab(frm, { unread, window, windowState }) {
	const tab = frm.layout.tabs?.find(({ df }) => df.fieldname === TAB);
	const link = tab?.tab_link.find(".nav-link").get(0);
	if (!link) return;
	const colour = window && WINDOW_STATES[windowState]?.colour;
	const label = __(tab.df.label);
	link.textContent = unread ? `${label} (${unread})` : label;
	if (!colour) return;
	const dot = document.createElement("span");
	dot.className = `indicator ${colour}`;
	dot.style.marginInlineStart = "6px";
	dot.title = window.reason || "";
	link.append(dot);
}

frappe.provide("wa_window");
wa_window.mount = mount;
