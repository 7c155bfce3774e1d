import "./wa_chat/index.js";
import { deskTransport } from "./wa_chat/desk.js";

const FIELD = "wa_chat_html";

/** Desk reuses one form for all leads of a DocType: the chat is added once and shows the lead at each refresh. */
function mount(frm) {
	const container = frm.fields_dict[FIELD].$wrapper.get(0);
	let chat = container.querySelector("wa-chat");
	if (!chat) {
		chat = document.createElement("wa-chat");
		chat.transport = deskTransport();
		container.append(chat);
	}
	chat.show(frm.is_new() ? null : { doctype: frm.doctype, name: frm.docname });
}

frappe.provide("wa_window");
wa_window.mount = mount;
