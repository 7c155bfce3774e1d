import { fill, h } from "../wa_chat/dom.js";
import { timeLeft } from "../wa_chat/times.js";
import { stateAt, WINDOW_STATES } from "../wa_chat/window_states.js";

/** A window's state in two words: how long one may still write, or why not. */
export class WindowPill {
	constructor() {
		this.label = h("span", { dir: "auto" });
		this.node = h("span", { class: "wi-pill" }, h("span", { class: "wa-dot" }), this.label);
	}

	/** `isHint`: from the list, until the chat itself has said. */
	show(window, now, times, { isHint = false } = {}) {
		this.node.hidden = !window;
		if (!window) return;
		const state = stateAt(window, now);
		this.node.dataset.colour = WINDOW_STATES[state].colour;
		this.node.toggleAttribute("data-hint", isHint);
		this.node.title = windowTitle(window, state, now, times);
		const text = windowText(window, state, now);
		if (this.label.textContent !== text) fill(this.label, text);
	}
}

/** The state in words, such as "Closed", or the time left. */
export function windowText(window, state, now) {
	const { freeform, label } = WINDOW_STATES[state];
	return freeform ? __("{0} left", [timeLeft(window.closes_at_ms - now)]) : label();
}

function windowTitle(window, state, now, times) {
	if (WINDOW_STATES[state].freeform) {
		return __("You can reply until {0}.", [times.dateTime(window.closes_at_ms, now)]);
	}
	if (state === "closed") return __("Closed since {0}.", [times.dateTime(window.closes_at_ms, now)]);
	return window.reason;
}
