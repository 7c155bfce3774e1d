import { Drawer } from "./drawer.js";
import { httpCalls } from "./http.js";
import { joinRoom } from "./realtime.js";
import { stateAt } from "./standing.js";
import { timeLeft } from "./times.js";

const REFRESH_MS = 60_000;
const WORDS = {
	closed: () => __("WhatsApp: closed"),
	refused: () => __("WhatsApp: closed"),
	opted_out: () => __("WhatsApp: opted out"),
	blocked: () => __("WhatsApp: blocked"),
};

let drawer = null;
let shownForm = null;

/**
 * In Frappe CRM's own screens, called by our CRM Form Script: a button with the window's state in the header of a Lead or
 * Deal, which opens the chat beside it. `form` is the script's instance, `host` has CRM's `socket`, `router` and `style`
 * (the stylesheet's address).
 */
export function showInCrm(form, { socket, router, style }) {
	const transport = crmTransport(socket);
	if (!drawer) {
		document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: style }));
		drawer = new Drawer(transport);
		setInterval(() => shownForm?.refresh(), REFRESH_MS);
	}
	const button = new CrmButton(form, transport);
	const follow = () => {
		const here = button.isHere();
		if (here) shownForm = button;
		if (here) button.refresh();
		else drawer.leave(button.lead);
	};
	router.afterEach(follow);
	follow();
}

class CrmButton {
	constructor(form, transport) {
		this.form = form;
		this.transport = transport;
		this.lead = { doctype: form.doc.doctype, name: form.doc.name };
	}

	isHere() {
		return decodeURIComponent(location.pathname).split("/").includes(this.lead.name);
	}

	async refresh() {
		if (!this.isHere() || document.visibilityState !== "visible") return;
		const { doctype, name } = this.lead;
		const where = { lead_doctype: doctype, lead: name };
		// A lead without a number has no window; the chat says so in words.
		const window = await this.transport.call("wa_window.api.chat.window", where).catch(() => null);
		this.show(window ? label(window) : "WhatsApp");
	}

	show(words) {
		const others = (this.form.actions || []).filter(({ opens }) => opens !== "wa-chat");
		const { lead_name, organization, name } = this.form.doc;
		const title = lead_name || organization || name;
		const onClick = () => drawer.open(this.lead, { title, onClose: () => this.refresh() });
		this.form.actions = [...others, { label: words, icon: "message-circle", opens: "wa-chat", onClick }];
	}
}

function label(window) {
	const words = WORDS[stateAt(window, window.now_ms)];
	if (words) return words();
	return window.closes_at_ms ? `WhatsApp · ${timeLeft(window.closes_at_ms - window.now_ms)}` : "WhatsApp";
}

function crmTransport(socket) {
	return {
		...httpCalls({ headers: () => ({ "X-Frappe-CSRF-Token": window.csrf_token }) }),
		// CRM's page may be in its lead's room for itself.
		subscribe: (where, onChange) =>
			socket ? joinRoom(socket, where, onChange, () => !where.conversation) : () => {},
		locale: navigator.language,
		timeZone: window.timezone?.user || window.timezone?.system,
		settingsLink: null,
		// The lead is beside the chat, or under it.
		changeNumber: () => drawer.close(),
	};
}
