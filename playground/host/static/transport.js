import { httpCalls } from "/wa_chat/http.js";

// `?as=rina` is the other agent's page.
const agent = new URLSearchParams(location.search).get("as") || "";
// One connection for the page: a browser opens six to a server at most.
const events = new EventSource("/events");

/** Calls back at each event of the server's; returns a function that ends it. */
export function subscribe(onChange) {
	events.addEventListener("message", onChange);
	return () => events.removeEventListener("message", onChange);
}

export async function fetchState() {
	return (await fetch("/playground/state")).json();
}

/** The transport of chat and inbox in the playground: fetch for calls, server-sent events for changes. */
export function playgroundTransport() {
	return {
		...httpCalls({
			headers: () => ({
				"X-Playground-Agent": agent,
				"Accept-Language": document.documentElement.lang,
			}),
		}),
		subscribe: ({ conversation, lead }, onChange, onPresence) =>
			subscribe(({ data }) => {
				const { conversation: changed, about } = JSON.parse(data);
				if (!["", conversation, lead].includes(changed)) return;
				if (["chat", "batch"].includes(about)) onChange();
				if (about === "presence") onPresence?.();
			}),
		subscribeInbox: (onChange) =>
			subscribe(({ data }) => {
				if (JSON.parse(data).about !== "presence") onChange();
			}),
		loadParts: () => import("/wa_chat/parts.js"),
		loadBatches: () => import("/wa_batches/index.js"),
		locale: document.documentElement.lang,
		timeZone: undefined,
		settingsLink: null,
		recordLink: ({ name }) => `/lead/${encodeURIComponent(name)}${location.search}`,
	};
}
