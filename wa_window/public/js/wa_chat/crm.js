import { listenForAlerts } from "../wa_inbox/alerts.js";
import { capped } from "./counts.js";
import { Drawer } from "./drawer.js";
import { httpCalls } from "./http.js";
import { bundleLoader } from "./on_demand.js";
import { joinRoom, onOwnEvents } from "./realtime.js";
import { timeLeft } from "./times.js";
import { stateAt, WINDOW_STATES } from "./window_states.js";

const REFRESH_MS = 60_000;
// Of Frappe CRM's own screens (its frontend/src/router.js).
const ROUTES = { "CRM Lead": "leads", "CRM Deal": "deals", Contact: "contacts" };
// Of CRM's notifications, and of links from other chats.
const CHAT_HASHES = ["#whatsapp", "#wa_tab"];

let drawer = null;
let visibleButton = null;

/**
 * In Frappe CRM's own screens, called by our CRM Form Script: a button with the window's state in the header of a Lead, Deal or
 * Contact, which opens the chat beside it. `form` is the script's instance, `socket` and `router` are CRM's, `style` is the
 * stylesheet's URL, `parts` that of wa_window_parts.bundle.js.
 */
export function showInCrm(form, { socket, router, style, parts }) {
	const transport = crmTransport(socket, parts);
	if (!drawer) {
		document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: style }));
		drawer = new Drawer(transport);
		setInterval(() => visibleButton?.refresh(), REFRESH_MS);
		if (socket) {
			onOwnEvents(socket, () => visibleButton?.refresh());
			listenForAlerts(socket, (conversation) => window.open(`/whatsapp?chat=${conversation}`));
		}
	}
	const button = new CrmButton(form, transport);
	const onRouteChange = () => {
		if (button.isOnPage()) {
			visibleButton = button;
			button.refresh();
		} else {
			drawer.closeFor(button.lead);
		}
	};
	router.afterEach(onRouteChange);
	onRouteChange();
	followNotification(button, router.currentRoute.value);
	router.afterEach((route) => followNotification(button, route));
}

/**
 * Called by our CRM Form Script when the phone field of a form was changed and is not saved yet: asks, and rejects where the number is to
 * stay. Not by CRM's own dialog, which does not say when it is dismissed (its frontend/src/utils/dialogs.jsx). `call` is CRM's.
 */
export async function askInCrm({ doc, value }, field, call) {
	const args = { lead_doctype: doc.doctype, lead: doc.name, values: { [field]: value } };
	// Who may not chat is not asked, nor about a record that is new.
	const question = await call("wa_window.api.chat.number_change", args).catch(() => "");
	if (question && !window.confirm(question)) throw new Error(question);
}

/**
 * CRM's notification of a WhatsApp message leads to the lead with this hash (crm/api/notifications.py, get_hash), for a tab of
 * its own that is not there. Also a second click is a navigation, though to the same place.
 */
function followNotification(button, { hash }) {
	if (CHAT_HASHES.includes(hash) && button.isOnPage()) button.open();
}

class CrmButton {
	constructor(form, transport) {
		this.form = form;
		this.transport = transport;
		this.lead = { doctype: form.doc.doctype, name: form.doc.name };
	}

	isOnPage() {
		return decodeURIComponent(location.pathname).split("/").includes(this.lead.name);
	}

	async refresh() {
		if (!this.isOnPage() || document.visibilityState !== "visible") return;
		const { doctype, name } = this.lead;
		const args = { lead_doctype: doctype, lead: name };
		// A lead without a number has no window; the chat itself says so.
		const window = await this.transport.call("wa_window.api.chat.window", args).catch(() => null);
		this.show(window ? buttonLabel(window) : "WhatsApp");
	}

	show(label) {
		const { owner, key } = this.buttons;
		const others = (owner[key] || []).filter(({ opens }) => opens !== "wa-chat");
		const action = { label, icon: "message-circle", opens: "wa-chat", onClick: () => this.open() };
		owner[key] = [...others, action];
	}

	/** CRM's page of a Contact shows only the buttons of its older kind of scripts (its frontend/src/pages/Contact.vue). */
	get buttons() {
		const isContact = this.lead.doctype === "Contact";
		return isContact
			? { owner: this.form._originalDocumentContext, key: "_actions" }
			: { owner: this.form, key: "actions" };
	}

	open() {
		const { lead_name, organization, full_name, name } = this.form.doc;
		const title = lead_name || organization || full_name || name;
		drawer.open(this.lead, { title, onClose: () => this.refresh() });
	}
}

/** "WhatsApp · 2 · 3 h": what is unread, and the time that is left. */
function buttonLabel(window) {
	const { freeform, leadLabel } = WINDOW_STATES[stateAt(window, window.now_ms)];
	const unread = window.unread ? capped(window.unread) : "";
	if (!freeform && leadLabel) return [leadLabel(), unread].filter(Boolean).join(" · ");
	const left = freeform ? timeLeft(window.closes_at_ms - window.now_ms) : "";
	return ["WhatsApp", unread, left].filter(Boolean).join(" · ");
}

/** `socket` is CRM's, `parts` the URL of wa_window_parts.bundle.js. */
export function crmTransport(socket, parts) {
	return {
		...httpCalls({ headers: () => ({ "X-Frappe-CSRF-Token": window.csrf_token }) }),
		loadParts: bundleLoader(parts),
		// CRM's own page may be in the lead's room.
		subscribe: (target, onChange, onPresence) =>
			socket ? joinRoom(socket, target, { onChange, onPresence }, () => !target.conversation) : () => {},
		locale: navigator.language,
		timeZone: window.timezone?.user || window.timezone?.system,
		settingsLink: null,
		recordLink: ({ doctype, name }) =>
			doctype in ROUTES ? `/crm/${ROUTES[doctype]}/${encodeURIComponent(name)}` : null,
		// The lead with its number is beside the drawer, or under it.
		changeNumber: () => drawer.close(),
	};
}
