// Put into the form of each lead DocType (doctype_js); the chat itself is loaded when a form first needs it.

frappe.provide("wa_window");

// This file runs once for each lead DocType whose form is opened, but the forms are to be told only once.
if (!wa_window.show_chat) {
	wa_window.show_chat = async (frm) => {
		if (!frm.fields_dict.wa_chat_html) return;
		const asked_for = open_tab(frm);
		if (!wa_window.mount) await frappe.require(["wa_window.bundle.js", "wa_window.bundle.css"]);
		wa_window.mount(frm);
		if (asked_for) focus_once_seen(frm.fields_dict.wa_chat_html.$wrapper.find("wa-chat").get(0));
	};

	/** What is hidden takes no focus, and the tab is still opening. */
	const focus_once_seen = (chat) => {
		const seen = new IntersectionObserver(([{ isIntersecting }]) => {
			if (!isIntersecting) return;
			seen.disconnect();
			chat.focus();
		});
		seen.observe(chat);
	};

	/** Lists of chats and notifications link to the tab itself, once: whoever changes the tab then stays there. */
	const open_tab = (frm) => {
		if (window.location.hash !== "#wa_tab") return false;
		frm.layout.select_tab("wa_tab");
		window.history.replaceState(null, null, window.location.pathname + window.location.search);
		return true;
	};

	frappe.boot.wa_window_record_types.forEach((doctype) => {
		frappe.ui.form.on(doctype, { refresh: wa_window.show_chat });
	});
}
