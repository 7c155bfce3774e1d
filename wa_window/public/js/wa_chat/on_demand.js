// What a chat seldom needs is no part of its first paint: it is loaded when it is first used (parts.js).

let load = null;
let loaded = null;
let loading = null;

/** `loader()` resolves with the module parts.js; all chats of a page have the same one. */
export function setLoader(loader) {
	load ||= loader;
}

/** Resolves with what parts.js exports; rejects where it cannot be loaded, and is tried again at the next call. */
export function loadParts() {
	loading ||= load().then(
		(parts) => {
			loaded = parts;
			return parts;
		},
		(error) => {
			loading = null;
			throw error;
		},
	);
	return loading;
}

/** The node that `render(parts)` returns; until the parts are loaded, or where they cannot be, `fallback` in its place. It may be in the node. */
export function whenLoaded(fallback, render) {
	if (loaded) return render(loaded);
	loadParts().then(
		(parts) => {
			const place = document.createElement("div");
			fallback.replaceWith(place);
			place.replaceWith(render(parts));
		},
		() => {},
	);
	return fallback;
}

/** A loader for a site whose scripts are bundled: `url` is that of wa_window_parts.bundle.js. */
export function bundleLoader(url) {
	return async () => {
		await import(url);
		return window.wa_window.parts;
	};
}
