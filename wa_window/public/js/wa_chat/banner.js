import { button, fill, h, icon } from "./dom.js";
import { timeLeft } from "./times.js";
import { WINDOW_STATES } from "./window_states.js";

/** The line that says whether one may write, until when, and what to do otherwise. */
export class Banner {
	constructor({ id, onTemplate, onSettings, onRetry }) {
		this.text = h("span", { class: "wa-banner-text", id });
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
			this.text,
			this.template,
			this.settings,
			this.retry,
		);
	}

	/** `view` is a viewState. */
	show(view, { now, times, hasSettings }) {
		this.node.dataset.colour = view.colour;
		const text = bannerText(view, now, times);
		if (this.text.textContent !== text) fill(this.text, text);
		this.text.title = titleOf(view, now, times);
		this.template.hidden = !(view.template && view.locked);
		this.settings.hidden = !(hasSettings && view.problem?.excType === "NotSetUp");
		this.retry.hidden = !view.problem;
	}
}

function titleOf({ windowState, window }, now, times) {
	if (!window) return "";
	if (!WINDOW_STATES[windowState].freeform) return window.reason;
	return __("You can reply until {0}.", [times.dateTime(window.closes_at_ms, now)]);
}

function bannerText(view, now, times) {
	const { state, window, problem } = view;
	if (state === "unsaved") return __("Save this lead to see its chat.");
	if (state === "loading") return __("Loading the chat…");
	if (state === "unavailable") return problem.message;
	if (state === "offline") return offlineText(view, now, times);
	return windowText(state, window, now, times);
}

function offlineText({ problem, window, windowState }, now, times) {
	const text =
		problem.status === 0
			? __("You're offline. Showing the last known messages.")
			: __("Server error. Showing the last known messages.");
	return window ? `${text} ${windowText(windowState, window, now, times)}` : text;
}

function windowText(state, window, now, times) {
	const end = window.closes_at_ms;
	if (state === "open") return __("Open · {0} left", [timeLeft(end - now)]);
	if (state === "closing") return __("Closing soon · {0} left", [timeLeft(end - now)]);
	if (state === "closed") return __("Closed since {0}.", [times.dateTime(end, now)]);
	if (state === "never") return __("No messages yet. Send a template to start this chat.");
	return window.reason;
}

/** What a screen reader says when the state changes; it does not read out the countdown. */
export function announcement(view, now, times) {
	const { windowState, window } = view;
	if (view.state === windowState && (windowState === "open" || windowState === "closing")) {
		return __("Open until {0}. You can reply.", [times.dateTime(window.closes_at_ms, now)]);
	}
	return bannerText(view, now, times);
}
