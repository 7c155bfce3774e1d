// Calls of /api/method/…, for every host that answers as Frappe does.

const TIMEOUT_MS = 60_000;
const UPLOAD_TIMEOUT_MS = 10 * TIMEOUT_MS;

/** A transport's `call` and `upload`. `headers()` is called for each request, since a CSRF token may change. */
export function httpCalls({ headers = () => ({}), base = "/api/method/" } = {}) {
	async function request(path, options, timeout = TIMEOUT_MS) {
		const response = await fetchOrFail(
			base + path,
			{ ...options, headers: { Accept: "application/json", ...headers() } },
			timeout,
		);
		const body = await response.json().catch(() => null);
		if (!response.ok) throw httpError(response.status, body);
		if (!body) throw httpError(502, null);
		return body.message;
	}

	return {
		/** A `keepalive` call goes out although the page is being closed. */
		call(method, args = {}, { post = false, keepalive = false } = {}) {
			const form = new URLSearchParams(
				Object.entries(args)
					.filter(([, value]) => value !== null && value !== undefined)
					.map(asParameter),
			);
			return post
				? request(method, { method: "POST", body: form, keepalive })
				: request(`${method}?${form}`, { method: "GET" });
		},

		/** A private file; resolves with its name at the host. */
		async upload(file) {
			const form = new FormData();
			form.append("is_private", "1");
			form.append("method", "wa_window.api.media.upload");
			form.append("file", file, file.name);
			return (await request("upload_file", { method: "POST", body: form }, UPLOAD_TIMEOUT_MS)).name;
		},
	};
}

function asParameter([name, value]) {
	return [name, typeof value === "object" ? JSON.stringify(value) : value];
}

async function fetchOrFail(url, options, timeout) {
	try {
		const signal = AbortSignal.timeout ? AbortSignal.timeout(timeout) : undefined;
		return await fetch(url, { credentials: "same-origin", cache: "no-store", signal, ...options });
	} catch {
		throw httpError(0, null);
	}
}

function httpError(status, body) {
	const error = new Error(serverMessages(body) || statusText(status));
	error.status = status;
	error.excType = body?.exc_type || "";
	error.details = body?.details || null;
	return error;
}

/** Frappe sends a JSON list of JSON strings, each with a message that may hold markup. */
function serverMessages(body) {
	try {
		return JSON.parse(body._server_messages)
			.map((message) => plainText(JSON.parse(message).message))
			.join(" ");
	} catch {
		return "";
	}
}

function plainText(html) {
	return new DOMParser().parseFromString(html, "text/html").body.textContent.trim();
}

function statusText(status) {
	if (status === 0) return __("No connection to the server.");
	if (status === 401) {
		return __("Session expired. Log in again in another tab; your text is kept.");
	}
	if (status === 403) return __("You don't have permission to do this.");
	return __("Server error ({0}).", [status]);
}
