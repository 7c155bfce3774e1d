// A client key per send: the same text sent again after a lost answer carries the same key and arrives once.

export class ClientKeys {
	constructor(newKey) {
		this.newKey = newKey || randomKey;
		this.unsettled = new Map();
	}

	keyOf(what) {
		const text = JSON.stringify(what);
		if (!this.unsettled.has(text)) this.unsettled.set(text, this.newKey());
		return this.unsettled.get(text);
	}

	/** The server has answered: sending the same again is meant as another message. */
	settle(what) {
		this.unsettled.delete(JSON.stringify(what));
	}
}

/** `crypto.randomUUID` is missing where Desk is served over plain http. */
function randomKey() {
	if (crypto.randomUUID) return crypto.randomUUID();
	return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
