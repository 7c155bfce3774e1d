// Calls of /api/method/…, the same for every host that answers as Frappe does.

const TIMEOUT_MS = 60_000;
const UPLOAD_TIMEOUT_MS = 10 * TIMEOUT_MS;

/** A transport's `call` and `upload`. `headers` is asked at each call, since a CSRF token may change. */
export function httpCalls({ headers = () => ({}), base = "/api/method/" } = {}) {
	async function answer(path, options, timeout = TIMEOUT_MS) {
		const response = await fetched(
			base + path,
			{ ...options, headers: { Accept: "application/json", ...headers() } },
			timeout,
		);
		const body = await response.json().catch(() => null);
		if (!response.ok) throw failure(response.status, body);
		if (!body) throw failure(502, null);
		return body.message;
	}

	return {
		call(method, args = {}, { post = false } = {}) {
			const form = new URLSearchParams(
				Object.entries(args)
					.filter(([, value]) => value !== null && value !== undefined)
					.map(asText),
			);
			return post
				? answer(method, { method: "POST", body: form })
				: answer(`${method}?${form}`, { method: "GET" });
		},

		/** A private file; resolves with its name at the host. */
		async upload(file) {
			const form = new FormData();
			form.append("is_private", "1");
			form.append("method", "wa_window.api.media.upload");
			form.append("file", file, file.name);
			return (await answer("upload_file", { method: "POST", body: form }, UPLOAD_TIMEOUT_MS)).name;
		},
	};
}

function asText([name, value]) {
	return [name, typeof value === "object" ? JSON.stringify(value) : value];
}

async function fetched(url, options, timeout) {
	try {
		const signal = AbortSignal.timeout ? AbortSignal.timeout(timeout) : undefined;
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
		return JSON.parse(body._server_messages)
			.map((message) => plain(JSON.parse(message).message))
			.join(" ");
	} catch {
		return "";
	}
}

function plain(html) {
	return new DOMParser().parseFromString(html, "text/html").body.textContent.trim();
}

function words(status) {
	if (status === 0) return __("No connection to the server.");
	if (status === 401)
		return __("Your session has ended: log in again in another tab. Your text is kept here.");
	if (status === 403) return __("You are not permitted to do this.");
	return __("The server could not do this (HTTP {0}).", [status]);
}
