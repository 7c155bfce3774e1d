// The templates that were sent from this browser, the latest first: only their SIDs are kept.

import { withStorage } from "./storage.js";

const KEY = "wa-window-recent-templates";
const MAX_RECENT = 10;

/** Recently sent templates first, the others in their order. */
export function recentFirst(templates) {
	const recent = recentSids();
	const rank = ({ content_sid: sid }) => (recent.includes(sid) ? recent.indexOf(sid) : MAX_RECENT);
	return [...templates].sort((one, other) => rank(one) - rank(other));
}

export function rememberTemplate(sid) {
	const recent = [sid, ...recentSids().filter((each) => each !== sid)].slice(0, MAX_RECENT);
	withStorage("localStorage", (storage) => storage.setItem(KEY, JSON.stringify(recent)));
}

/** Their SIDs, the latest first. */
export function recentSids() {
	return withStorage("localStorage", (storage) => JSON.parse(storage.getItem(KEY))) || [];
}
