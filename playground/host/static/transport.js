import { httpCalls } from "/wa_chat/index.js";

/** The panel's transport in the playground: fetch for calls, server-sent events for changes. */
export function playgroundTransport() {
	return {
		...httpCalls(),
		subscribe(_target, onChange) {
			const events = new EventSource("/events");
			events.onmessage = onChange;
			return () => events.close();
		},
		loadParts: () => import("/wa_chat/parts.js"),
		locale: document.documentElement.lang,
		timeZone: undefined,
		settingsLink: null,
		recordLink: ({ name }) => `/lead/${encodeURIComponent(name)}${location.search}`,
	};
}
