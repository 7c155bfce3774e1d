import { button, fill, h, icon } from "./dom.js";
import { timeLeft } from "./times.js";

const TONES = {
	open: "green",
	closing: "amber",
	closed: "red",
	refused: "red",
	never: "gray",
	opted_out: "gray",
	blocked: "gray",
	unavailable: "amber",
	offline: "amber",
};

/** The line that says whether one may write, until when, and what to do otherwise. */
export class Banner {
	constructor({ id, onTemplate, onSettings, onRetry }) {
		this.words = h("span", { class: "wa-banner-words", id });
		this.template = button(
			{ class: "wa-button wa-button-primary", onclick: onTemplate },
			icon("template"),
			__("Send template…"),
		);
		this.settings = button({ class: "wa-button", onclick: onSettings }, __("Open settings"));
		this.retry = button({ class: "wa-button", onclick: onRetry }, __("Try again"));
		this.node = h(
			"div",
			{ class: "wa-banner" },
			h("span", { class: "wa-dot" }),
			this.words,
			this.template,
			this.settings,
			this.retry,
		);
	}

	show(view, { now, times, hasSettings }) {
		this.node.dataset.tone = TONES[view.state] || "gray";
		const words = bannerWords(view, now, times);
		if (this.words.textContent !== words) fill(this.words, words);
		this.template.hidden = !(view.template && view.locked);
		this.settings.hidden = !(hasSettings && view.problem?.excType === "NotSetUp");
		this.retry.hidden = !view.problem;
	}
}

export function bannerWords(view, now, times) {
	const { state, window, problem } = view;
	if (state === "unsaved") return __("Save this lead first: then its WhatsApp chat is here.");
	if (state === "loading") return __("Loading the chat…");
	if (state === "unavailable") return problem.message;
	if (state === "offline") return offlineWords(view, now, times);
	return windowWords(state, window, now, times);
}

function offlineWords({ problem, window, windowState }, now, times) {
	const words =
		problem.status === 0
			? __("No connection: what you see may be out of date, your text is kept.")
			: __("The server does not answer as it should: what you see may be out of date.");
	return window ? `${words} ${windowWords(windowState, window, now, times)}` : words;
}

function windowWords(state, window, now, times) {
	const ends = window.closes_at_ms;
	if (state === "open")
		return __("Open · closes in {0} ({1})", [timeLeft(ends - now), times.moment(ends, now)]);
	if (state === "closing")
		return __("Closing soon · closes in {0} ({1})", [timeLeft(ends - now), times.moment(ends, now)]);
	if (state === "closed") return __("Closed since {0}, by the messages received.", [times.moment(ends, now)]);
	if (state === "never")
		return __("No message from this customer yet: only an approved template can be sent.");
	return window.reason;
}

/** What is read out when the state changes; the countdown itself is not. */
export function announcement(view, now, times) {
	const { windowState, window } = view;
	if (view.state === windowState && (windowState === "open" || windowState === "closing")) {
		return __("The window is open until {0}: you can write.", [times.moment(window.closes_at_ms, now)]);
	}
	return bannerWords(view, now, times);
}
