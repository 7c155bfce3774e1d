import { details, source } from "./details.js";
import { button, h, icon, unseen } from "./dom.js";
import { linked } from "./links.js";
import { attachment, iconOf, isFileName, kindWords } from "./media.js";

const FAILED = ["failed", "undelivered", "canceled"];
// Outside the window, as WhatsApp or this site's own clock said: only a template helps.
const OUTSIDE = ["63016", "window_closed"];
const NOT_ON_WHATSAPP = "63003";
const COORDINATES = /^(-?\d{1,2}(?:\.\d+)?), ?(-?\d{1,3}(?:\.\d+)?)$/;

/**
 * One message. `does` has what a person may do with it, each called with the message: again, template, fetch. Beside them
 * `phone` answers with the number that can be called, `changeNumber` with what shows where it is changed; null if there is none.
 */
export function bubble(message, times, does) {
	const outbound = message.direction === "Outbound";
	return h(
		"div",
		{ class: `wa-bubble ${outbound ? "wa-out" : "wa-in"}`, "data-status": message.delivery_status },
		unseen(outbound ? __("You:") : __("Customer:")),
		tag(message.kind),
		message.replied_to_sid && quote(does.quoted(message.replied_to_sid)),
		(message.media || []).map((media) =>
			attachment(media, message, (control) => does.fetch(message, control)),
		),
		content(message),
		meta(message, times, does.detailed),
		outbound && trouble(message, does),
	);
}

/** Time and status; pressed, all that is known of them. `detailed` has the names of those that were pressed. */
function meta(message, times, detailed) {
	const { name, direction, delivery_status: delivery } = message;
	const made = () => details(message, times, (reached) => statusWords(reached)[1]);
	let shown = detailed.has(name) ? made() : null;
	const toggle = () => {
		if (shown) shown.remove();
		else control.after(made());
		shown = shown ? null : control.nextElementSibling;
		control.setAttribute("aria-expanded", Boolean(shown));
		detailed[shown ? "add" : "delete"](name);
	};
	const control = button(
		{ class: "wa-meta", tabindex: -1, "aria-expanded": String(Boolean(shown)), onclick: toggle },
		sentAt(message, times),
		direction === "Outbound" && status(delivery),
	);
	return [control, shown];
}

/** What is answered, where it is on the page. */
function quote(quoted) {
	const words = quoted ? quoted.body || kindWords(quoted.kind) : __("An earlier message");
	return h("div", { class: "wa-quote", dir: "auto" }, unseen(__("In reply to:")), words);
}

function tag(kind) {
	if (kind === "template") return h("span", { class: "wa-tag" }, __("Template"));
	if (kind === "button") return h("span", { class: "wa-tag" }, __("Button pressed"));
	return null;
}

function content({ kind, body, media }) {
	if (kind === "unsupported")
		return h(
			"div",
			{ class: "wa-text wa-quiet" },
			__("This kind of message cannot be shown here."),
			body && h("div", { dir: "auto" }, body),
		);
	if (kind === "location") return place(body);
	if (isFileName(kind, body)) return null;
	if (body) return h("div", { class: "wa-text", dir: "auto" }, linked(body));
	const missing = !(media && media.length) && kind !== "text";
	return missing ? h("div", { class: "wa-file" }, icon(iconOf(kind)), kindWords(kind)) : null;
}

/** Its coordinates are the last line. */
function place(body) {
	const [, latitude, longitude] = COORDINATES.exec(body.split("\n").at(-1)) || [];
	const href = latitude
		? `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`
		: null;
	return h(
		"div",
		{ class: "wa-place" },
		h(
			"div",
			{ class: "wa-file" },
			icon("location"),
			h("span", { class: "wa-text", dir: "auto" }, body || kindWords("location")),
		),
		href && h("a", { href, target: "_blank", rel: "noopener noreferrer" }, __("Show on the map")),
	);
}

function sentAt({ sent_at_ms, sent_at_source }, times) {
	const title = `${times.full.format(sent_at_ms)}${source(sent_at_source)}`;
	return h("time", { datetime: new Date(sent_at_ms).toISOString(), title }, times.time.format(sent_at_ms));
}

function status(delivery) {
	const [mark, words] = statusWords(delivery);
	return h("span", { class: "wa-status", title: words }, icon(mark), unseen(words));
}

function statusWords(delivery) {
	if (FAILED.includes(delivery)) return ["alert", __("Failed")];
	if (delivery === "unknown") return ["alert", __("Not confirmed")];
	if (delivery === "sent") return ["check", __("Sent")];
	if (delivery === "delivered") return ["checks", __("Delivered")];
	if (delivery === "read") return ["checks", __("Read")];
	if (delivery === "sending") return ["clock", __("Sending")];
	if (delivery === "accepted") return ["clock", __("Accepted by Twilio")];
	return ["clock", __("Waiting to be sent")];
}

function trouble(message, does) {
	const failed = FAILED.includes(message.delivery_status);
	if (!failed && message.delivery_status !== "unknown") return null;
	return h(
		"div",
		{ class: "wa-trouble" },
		h(
			"span",
			{ dir: "auto" },
			failed
				? failureWords(message)
				: message.error_text || __("Not confirmed: it may or may not have arrived."),
		),
		message.error_code === NOT_ON_WHATSAPP
			? otherWays(does)
			: message.may_send_again && again(message, failed ? __("Send again") : __("Send again?"), does),
		isOutside(message) &&
			button({ class: "wa-link wa-again", onclick: () => does.template(message) }, __("Send template…")),
	);
}

/** The number stays the same, so sending again would fail again. */
function otherWays({ changeNumber, phone }) {
	const number = phone();
	const change = changeNumber();
	return [
		change && button({ class: "wa-link wa-again", onclick: change }, __("Change the number")),
		number && h("a", { class: "wa-link", href: `tel:${number}` }, __("Call")),
	];
}

function again(message, words, does) {
	const freeform = message.content_template ? "" : "wa-again-freeform";
	return button(
		{ class: `wa-link wa-again ${freeform}`, onclick: (event) => does.again(message, event.currentTarget) },
		words,
	);
}

function isOutside({ content_template: template, error_code: code }) {
	return !template && OUTSIDE.includes(code);
}

function failureWords({ error_text: text, error_code: code }) {
	const words = text || __("This message was not delivered.");
	return code ? __("{0} (code {1})", [words, code]) : words;
}
