// A client key per send: the same text sent again after a lost answer, or after a reload, carries the same key and arrives once.

const PREFIX = "wa-window-key:";

export class ClientKeys {
	constructor(newKey) {
		this.newKey = newKey || randomKey;
		this.unsettled = new Map();
	}

	keyOf(what) {
		const name = PREFIX + JSON.stringify(what);
		const key = this.unsettled.get(name) ?? stored((storage) => storage.getItem(name)) ?? this.newKey();
		this.unsettled.set(name, key);
		stored((storage) => storage.setItem(name, key));
		return key;
	}

	/** The server has answered: sending the same again is meant as another message. */
	settle(what) {
		const name = PREFIX + JSON.stringify(what);
		this.unsettled.delete(name);
		stored((storage) => storage.removeItem(name));
	}
}

/** A browser may have no storage, or none left. */
function stored(act) {
	try {
		return act(sessionStorage);
	} catch {
		return null;
	}
}

/** `crypto.randomUUID` is missing where Desk is served over plain http. */
function randomKey() {
	if (crypto.randomUUID) return crypto.randomUUID();
	return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
		byte.toString(16).padStart(2, "0"),
	).join("");
}
