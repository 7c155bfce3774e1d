/** A loader of wa_batches for a site whose scripts are bundled, by the URLs of its script and its styles. */
export function batchesLoader(script, style) {
	return async () => {
		if (!window.wa_window?.batches) await Promise.all([import(script), loadStyle(style)]);
		return window.wa_window.batches;
	};
}

/** Without its styles too it can be used. */
function loadStyle(href) {
	const link = document.createElement("link");
	const loaded = new Promise((resolve) => {
		link.onload = link.onerror = resolve;
	});
	document.head.append(Object.assign(link, { rel: "stylesheet", href }));
	return loaded;
}
