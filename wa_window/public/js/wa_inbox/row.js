import { statusIcon } from "../wa_chat/bubble.js";
import { capped } from "../wa_chat/counts.js";
import { h, icon, srOnly } from "../wa_chat/dom.js";
import { iconOf, kindLabel } from "../wa_chat/media.js";
import { stateAt, WINDOW_STATES } from "../wa_chat/window_states.js";
import { shortDuration } from "./durations.js";
import { initial } from "./initial.js";

const WINDOW_MS = 24 * 60 * 60 * 1000;
const KINDS_OF_TEXT = ["text", "template", "button", "unsupported"];

/** One chat in the list, in two lines and a bar: who, how long it has waited; what was said last; the window's time left. */
export function chatRow(row, { now, times }) {
	const state = stateAt(row.window, now);
	return h(
		"div",
		{ class: `wi-row ${row.gone ? "wi-row-gone" : ""}`, role: "option" },
		avatar(row.title),
		h(
			"div",
			{ class: "wi-row-body" },
			h(
				"div",
				{ class: "wi-line" },
				h("span", { class: "wi-name", dir: "auto" }, row.title),
				when(row, state, now, times),
			),
			h("div", { class: "wi-line" }, earlierNumber(row), preview(row.last), unread(row.unread), owner(row)),
		),
		windowBar(row.window, state, now),
	);
}

/** Its record has another number now. */
export function earlierNumber({ earlier_number: isEarlier }) {
	return isEarlier && h("span", { class: "wi-tag" }, __("Earlier number"));
}

/** What of a row's look depends on the time: where it is the same, the row need not be drawn again. */
export function timeText(row, { now, times }) {
	const state = stateAt(row.window, now);
	return [state, whenText(row, state, now, times), Math.round(100 * shareLeft(row.window, now))];
}

export function avatar(name, more = "") {
	return h("span", { class: `wi-avatar ${more}`, "aria-hidden": "true" }, initial(name));
}

function when(row, state, now, times) {
	const isUrgent = row.waiting_since_ms > 0 && state === "closing";
	return h(
		"span",
		{ class: "wi-when", dir: "auto", "data-urgent": isUrgent, title: whenTitle(row, state, now, times) },
		whenText(row, state, now, times),
	);
}

/** How long there is left to answer where that is short, else how long the customer has waited, else when it was. */
function whenText({ waiting_since_ms: since, snoozed_until_ms: snoozed, window, last }, state, now, times) {
	if (snoozed > now) return __("Snoozed until {0}", [times.brief(snoozed, now)]);
	if (since > 0 && state === "closing") return __("{0} left", [shortDuration(window.closes_at_ms - now)]);
	if (since > 0) return __("waits {0}", [shortDuration(now - since)]);
	return last ? times.brief(last.at_ms, now) : "";
}

function whenTitle({ waiting_since_ms: since, last }, state, now, times) {
	const at = since || last?.at_ms;
	if (!at) return null;
	const written =
		since > 0 ? __("Not answered since {0}", [times.dateTime(at, now)]) : times.dateTime(at, now);
	const { label } = WINDOW_STATES[state];
	return label ? `${written} · ${label()}` : written;
}

function preview(last) {
	if (!last) return h("span", { class: "wi-preview" }, __("No messages yet"));
	return h(
		"span",
		{ class: "wi-preview", "data-status": last.status, "data-failed": last.failed },
		last.direction === "Outbound" && statusIcon(last.status),
		writer(last),
		!KINDS_OF_TEXT.includes(last.kind) && icon(iconOf(last.kind)),
		h("span", { class: "wi-preview-text", dir: "auto" }, last.text || kindLabel(last.kind)),
	);
}

/** A customer's message has none. */
function writer({ direction, is_mine: isMine, author }) {
	if (direction !== "Outbound" || !(isMine || author)) return null;
	return h("span", { class: "wi-writer", dir: "auto" }, isMine ? __("You:") : `${author.split(" ")[0]}:`);
}

function unread(count) {
	if (!count) return null;
	return h("span", { class: "wi-unread" }, capped(count), srOnly(__("unread")));
}

function owner({ owner: user, assigned = [] }) {
	const shown = user ?? assigned[0];
	if (!shown) return null;
	return h(
		"span",
		{ class: "wi-owner", title: __("Owner: {0}", [shown.full_name]) },
		avatar(shown.full_name, "wi-avatar-small"),
		srOnly(__("Owner: {0}", [shown.full_name])),
	);
}

function windowBar(window, state, now) {
	const share = WINDOW_STATES[state].freeform ? shareLeft(window, now) : 0;
	return h(
		"span",
		{ class: "wi-bar", "data-colour": WINDOW_STATES[state].colour, "aria-hidden": "true" },
		share > 0 && h("span", { style: `inline-size: ${(100 * share).toFixed(1)}%` }),
	);
}

function shareLeft({ closes_at_ms: closesAt }, now) {
	return Math.max(0, Math.min(1, (closesAt - now) / WINDOW_MS));
}
