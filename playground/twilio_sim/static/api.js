// The simulator's control API.
export async function get(path, query = {}) {
	return payloadOf(await fetch(`/_sim/${path}?${new URLSearchParams(query)}`));
}

export async function post(path, values = {}) {
	const headers = { "Content-Type": "application/json" };
	return payloadOf(await fetch(`/_sim/${path}`, { method: "POST", headers, body: JSON.stringify(values) }));
}

async function payloadOf(response) {
	const payload = await response.json();
	if (!response.ok) {
		throw new Error(payload.error);
	}
	return payload;
}
