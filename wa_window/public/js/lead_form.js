// Put into the form of each lead DocType (doctype_js); the chat itself is loaded when a form first needs it.

frappe.provide("wa_window");

// This file runs once for each lead DocType whose form is opened, but the handlers are registered only once.
if (!wa_window.lead_doctypes) {
	wa_window.lead_doctypes = ["Lead", "CRM Lead", "CRM Deal", "Chat Lead"];

	wa_window.show_chat = async (frm) => {
		if (!frm.fields_dict.wa_chat_html) return;
		const is_linked = open_tab(frm);
		if (!wa_window.mount) await frappe.require(["wa_window.bundle.js", "wa_window.bundle.css"]);
		wa_window.mount(frm);
		if (is_linked) focus_when_visible(frm.fields_dict.wa_chat_html.$wrapper.find("wa-chat").get(0));
	};

	/** The tab is still opening, and a hidden element takes no focus. */
	const focus_when_visible = (chat) => {
		const observer = new IntersectionObserver(([{ isIntersecting }]) => {
			if (!isIntersecting) return;
			observer.disconnect();
			chat.focus();
		});
		observer.observe(chat);
	};

	/** Lists of chats and notifications link to the tab. The hash is removed, so that a refresh does not open the tab again. */
	const open_tab = (frm) => {
		if (window.location.hash !== "#wa_tab") return false;
		frm.layout.select_tab("wa_tab");
		window.history.replaceState(null, null, window.location.pathname + window.location.search);
		return true;
	};

	wa_window.lead_doctypes.forEach((doctype) => {
		frappe.ui.form.on(doctype, { refresh: wa_window.show_chat });
	});
}
