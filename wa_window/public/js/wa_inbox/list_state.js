import { button, h } from "../wa_chat/dom.js";

const SKELETONS = 8;

/** What stands in the list's place where there are no rows: that they are being loaded, why there are none, or what to do. */
export function listState(queue, { onRetry, settingsLink }) {
	const { problem, isLoaded, isSearching, isSearchPaused, rows } = queue;
	if (rows.length) return null;
	if (problem) return problemState(problem, { onRetry, settingsLink });
	if (!isLoaded || isSearching) return skeletons();
	if (isSearchPaused) return message(__("Nothing found so far"), "");
	return message(...emptyText(queue));
}

/** Above rows that may be out of date. */
export function staleText({ problem, isLoaded }) {
	if (!problem || !isLoaded) return "";
	return problem.status === 0
		? __("You're offline. Showing the last known chats.")
		: __("Server error. Showing the last known chats.");
}

/** What remains to be said where all is answered. */
function answeredText({ closingTonight }) {
	if (closingTonight === 1) return __("1 window closes tonight.");
	return closingTonight ? __("{0} windows close tonight.", [closingTonight]) : "";
}

function problemState(problem, { onRetry, settingsLink }) {
	if (problem.excType === "NotSetUp") {
		const open = settingsLink && button({ class: "wa-button", onclick: settingsLink }, __("Open settings"));
		return message(__("WhatsApp is not set up yet"), problem.message, open);
	}
	if (problem.status === 403) return message(__("No access to the chats"), problem.message);
	const retry = button({ class: "wa-button", onclick: onRetry }, __("Try again"));
	const text = problem.status === 0 ? __("You're offline.") : problem.message;
	return message(__("The chats could not be loaded"), text, retry);
}

function emptyText(queue) {
	const { queue: name, search, state, batch } = queue.filter;
	if (search) return [__("No chat found"), __("Try a name, a number or a word of a message.")];
	if (state || batch) return [__("No such chats here"), ""];
	const texts = {
		needs_reply: () => [__("All answered"), answeredText(queue)],
		mine: () => [__("No chats of yours"), __("Take a chat, or have one assigned to you.")],
		unassigned: () => [__("Every chat has an owner"), ""],
		all: () => [__("No chats yet"), __("They appear here when customers write.")],
	};
	return texts[name]();
}

function message(title, text, action) {
	return h(
		"div",
		{ class: "wi-empty" },
		h("p", { class: "wi-empty-title" }, title),
		text && h("p", { class: "wa-quiet", dir: "auto" }, text),
		action,
	);
}

function skeletons() {
	const row = () =>
		h(
			"div",
			{ class: "wi-row wi-skeleton" },
			h("span", { class: "wi-avatar" }),
			h("div", { class: "wi-row-body" }, h("span", {}), h("span", {})),
		);
	return h(
		"div",
		{ role: "status", "aria-label": __("Loading the chats…") },
		h("div", { "aria-hidden": "true" }, Array.from({ length: SKELETONS }, row)),
	);
}
