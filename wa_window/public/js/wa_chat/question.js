import { button, h } from "./dom.js";
import { kindLabel } from "./media.js";
import { timeLeft } from "./times.js";

/** Whether the server asks before it sends, since a colleague has answered. */
export function isQuestion({ excType, details }) {
	return excType === "AnsweredMeanwhile" && Boolean(details);
}

/** What a colleague has answered meanwhile, and whether to send all the same. `now` is the server's time in epoch ms. */
export function question({ details }, { now, onConfirm, onCancel }) {
	const { at_ms: at, kind, text } = details;
	// Not inside the other call of __, where what collects the texts does not look.
	const author = details.author || __("A colleague");
	const answer = text || kindLabel(kind);
	const ago = timeLeft(Math.max(0, now - at));
	return h(
		"div",
		{ class: "wa-question" },
		h("p", { dir: "auto" }, __("{0} answered {1} ago: “{2}”. Send anyway?", [author, ago, answer])),
		button({ class: "wa-button", onclick: onCancel }, __("Cancel")),
		button({ class: "wa-button wa-button-primary", onclick: onConfirm }, __("Send anyway")),
	);
}
