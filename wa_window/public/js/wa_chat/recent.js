// The templates that were sent last from this browser, the latest first: by their SIDs, nothing else.

const KEY = "wa-window-recent-templates";
const KEPT = 10;

export function recentFirst(templates) {
	const recent = read();
	const rank = ({ content_sid: sid }) => (recent.includes(sid) ? recent.indexOf(sid) : KEPT);
	return [...templates].sort((one, other) => rank(one) - rank(other));
}

export function remember(sid) {
	const recent = [sid, ...read().filter((each) => each !== sid)].slice(0, KEPT);
	try {
		localStorage.setItem(KEY, JSON.stringify(recent));
	} catch {
		// A browser may have no storage: then the order is that of the names.
	}
}

function read() {
	try {
		return JSON.parse(localStorage.getItem(KEY)) || [];
	} catch {
		return [];
	}
}
