import { withStorage } from "./storage.js";

const PREFIX = "wa-window-key:";

/** A key for each send: the same request after a lost answer, or after a reload, has the same key, and the server sends it once. */
export class IdempotencyKeys {
	constructor(newKey = randomKey) {
		this.newKey = newKey;
		this.pending = new Map();
	}

	keyFor(request) {
		const name = PREFIX + JSON.stringify(request);
		const key =
			this.pending.get(name) ??
			withStorage("sessionStorage", (storage) => storage.getItem(name)) ??
			this.newKey();
		this.pending.set(name, key);
		withStorage("sessionStorage", (storage) => storage.setItem(name, key));
		return key;
	}

	/** The server has answered: the same request from now on means another message. */
	release(request) {
		const name = PREFIX + JSON.stringify(request);
		this.pending.delete(name);
		withStorage("sessionStorage", (storage) => storage.removeItem(name));
	}
}

/** `crypto.randomUUID` is missing where Desk is served over plain http. */
function randomKey() {
	if (crypto.randomUUID) return crypto.randomUUID();
	return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
		byte.toString(16).padStart(2, "0"),
	).join("");
}
