// Put into the form of each lead DocType (doctype_js); the chat itself is loaded when a form first needs it.

frappe.provide("wa_window");

// This file runs once for each DocType whose form is opened, but the handlers are registered only once.
if (!wa_window.show_chat) {
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

	/** The phone fields, and the child tables that have numbers. */
	const numbers_of = (frm) => {
		// A Desk that was open during an update does not have them yet.
		const paths = frappe.boot.wa_window_phone_fields?.[frm.doctype] || [];
		const fields = paths.map((path) => path.split(".")[0]);
		return Object.fromEntries(fields.map((field) => [field, frm.doc[field] || ""]));
	};

	const has_role = () =>
		["WA Window Agent", "WA Window Manager"].some((role) => frappe.user_roles.includes(role));

	/** Another number begins another chat: the form says first what belongs to the one that it has. */
	const ask_about_number = async (frm) => {
		const values = JSON.stringify(numbers_of(frm));
		if (frm.is_new() || !has_role() || values === frm.wa_window_numbers) return;
		const question = await frappe.xcall("wa_window.api.chat.number_change", {
			lead_doctype: frm.doctype,
			lead: frm.docname,
			values,
		});
		if (question && !(await confirmed(question))) frappe.validated = false;
	};

	const confirmed = (question) =>
		new Promise((resolve) => {
			frappe.confirm(
				frappe.utils.escape_html(question),
				() => resolve(true),
				() => resolve(false),
			);
		});

	const on_refresh = (frm) => {
		frm.wa_window_numbers = frm.is_dirty() ? null : JSON.stringify(numbers_of(frm));
		return wa_window.show_chat(frm);
	};

	frappe.boot.wa_window_record_types.forEach((doctype) => {
		frappe.ui.form.on(doctype, { refresh: on_refresh, before_save: ask_about_number });
	});
}
