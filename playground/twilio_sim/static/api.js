// The simulator's control API.
export async function get(path, query = {}) {
	return answered(await fetch(`/_sim/${path}?${new URLSearchParams(query)}`));
}

export async function post(path, given = {}) {
	const headers = { "Content-Type": "application/json" };
	return answered(await fetch(`/_sim/${path}`, { method: "POST", headers, body: JSON.stringify(given) }));
}

async function answered(response) {
	const payload = await response.json();
	if (!response.ok) {
		throw new Error(payload.error);
	}
	return payload;
}
