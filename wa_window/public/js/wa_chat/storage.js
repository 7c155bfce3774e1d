/** `use(storage)`, or null where the browser has no storage or none left. */
export function withStorage(storageName, use) {
	try {
		return use(window[storageName]);
	} catch {
		return null;
	}
}
