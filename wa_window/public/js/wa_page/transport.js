import { httpCalls } from "../wa_chat/http.js";
import { bundleLoader } from "../wa_chat/on_demand.js";
import { joinLists, joinRoom } from "../wa_chat/realtime.js";
import { batchesLoader } from "../wa_inbox/load_batches.js";

/** The inbox's transport on a page without the Desk. `settings`: see frappe_host/desk/chat_page.py; `socket`: a PageSocket. */
export function pageTransport(settings, socket) {
	const { record_urls: urls, settings_url: settingsUrl } = settings;
	const recordLink = ({ doctype, name }) =>
		urls[doctype] ? `${urls[doctype]}${encodeURIComponent(name)}` : null;
	return {
		...httpCalls({ headers: () => ({ "X-Frappe-CSRF-Token": settings.csrf_token }) }),
		loadParts: bundleLoader(settings.parts),
		loadBatches: settings.batches && batchesLoader(...settings.batches),
		subscribe: (target, onChange, onPresence) =>
			joinRoom(socket, target, { onChange, onPresence }, () => false),
		subscribeInbox: (onChange) => joinLists(socket, onChange),
		canAlert: true,
		locale: settings.lang.replace("_", "-"),
		timeZone: settings.time_zone,
		settingsLink: settingsUrl ? () => location.assign(settingsUrl) : null,
		recordLink,
		changeNumber: (lead) => window.open(recordLink(lead), "_blank", "noopener"),
	};
}
