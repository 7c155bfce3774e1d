import "./wa_chat/index.js";
import { deskTransport } from "./wa_chat/desk.js";

const FIELD = "wa_chat_html";

/** Desk reuses one form for all Leads: the chat is put there once and told the Lead at each refresh. */
function mount(frm) {
	const place = frm.fields_dict[FIELD].$wrapper.get(0);
	let chat = place.querySelector("wa-chat");
	if (!chat) {
		chat = document.createElement("wa-chat");
		chat.transport = deskTransport();
		place.append(chat);
	}
	chat.show(frm.is_new() ? null : { doctype: frm.doctype, name: frm.docname });
}

frappe.provide("wa_window");
wa_window.mount = mount;
