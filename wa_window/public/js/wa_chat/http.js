// Calls of /api/method/…, the same for every host that answers as Frappe does.

const TIMEOUT_MS = 60_000;

/** A transport's `call`. `headers` is asked at each call, since a CSRF token may change. */
export function httpCall({ headers = () => ({}), base = "/api/method/" } = {}) {
	return async function call(method, args = {}, { post = false } = {}) {
		const form = new URLSearchParams(Object.entries(args).filter(([, value]) => value !== null && value !== undefined).map(asText));
		const url = base + method + (post ? "" : `?${form}`);
		const options = { method: post ? "POST" : "GET", headers: { Accept: "application/json", ...headers() } };
		if (post) options.body = form;
		const response = await fetched(url, options);
		const body = await response.json().catch(() => null);
		if (!response.ok) throw failure(response.status, body);
		if (!body) throw failure(502, null);
		return body.message;
	};
}

function asText([name, value]) {
	return [name, typeof value === "object" ? JSON.stringify(value) : value];
}

async function fetched(url, options) {
	try {
		const signal = AbortSignal.timeout ? AbortSignal.timeout(TIMEOUT_MS) : undefined;
		return await fetch(url, { credentials: "same-origin", cache: "no-store", signal, ...options });
	} catch {
		throw failure(0, null);
	}
}

function failure(status, body) {
	const error = new Error(sentences(body) || words(status));
	error.status = status;
	error.excType = body?.exc_type || "";
	return error;
}

/** Frappe sends a JSON list of JSON strings, each with a message that may hold markup. */
function sentences(body) {
	try {
		return JSON.parse(body._server_messages).map((message) => plain(JSON.parse(message).message)).join(" ");
	} catch {
		return "";
	}
}

function plain(html) {
	return new DOMParser().parseFromString(html, "text/html").body.textContent.trim();
}

function words(status) {
	if (status === 0) return __("No connection to the server.");
	if (status === 401) return __("Your session has ended: log in again in another tab. Your text is kept here.");
	if (status === 403) return __("You are not permitted to do this.");
	return __("The server could not do this (HTTP {0}).", [status]);
}
