import { httpCalls } from "/wa_chat/index.js";

/** The panel's transport in the playground: fetch for calls, server-sent events for nudges. */
export function playgroundTransport() {
	return {
		...httpCalls(),
		subscribe(where, onChange) {
			const events = new EventSource("/events");
			events.onmessage = onChange;
			return () => events.close();
		},
		locale: document.documentElement.lang,
		timeZone: undefined,
		settingsLink: null,
	};
}
