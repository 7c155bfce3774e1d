import { authorName } from "./author_name.js";
import { details, timeSource } from "./details.js";
import { button, h, icon, srOnly } from "./dom.js";
import { formatted } from "./formatting.js";
import { attachment, iconOf, isFileName, kindLabel } from "./media.js";
import { whenLoaded } from "./on_demand.js";

const FAILED = ["failed", "undelivered", "canceled"];
// Outside the window, as WhatsApp or this site's own clock said: only a template helps.
const WINDOW_CLOSED = "window_closed"; // the app's own code: it had closed before the message was sent
const COORDINATES = /^(-?\d{1,2}(?:\.\d+)?), ?(-?\d{1,3}(?:\.\d+)?)$/;

/**
 * One message. `actions`: `resend(message, control)`, `sendTemplate(message)` and `fetchMedia(message, control)` do it;
 * `saveReply(message)` keeps its text as a quick reply; `customerPhone()` returns the number to call and `changeNumber()` a function
 * that shows where it is changed, or null; `contacts(message)` and `createLead({lead_name, phone})` call the server,
 * `recordLink(lead)` returns a lead's URL or null; `quoted(sid)` returns the message of that SID; `expanded` is the set of names of
 * messages whose details are shown.
 */
export function bubble(message, times, actions) {
	const outbound = message.direction === "Outbound";
	return h(
		"div",
		{ class: `wa-bubble ${outbound ? "wa-out" : "wa-in"}`, "data-status": message.delivery_status },
		outbound ? author(message) : srOnly(__("Customer:")),
		kindTag(message.kind),
		message.replied_to_sid && quote(actions.quoted(message.replied_to_sid)),
		files(message, actions),
		extras(message),
		content(message),
		meta(message, times, actions),
		outbound && failureNotice(message, actions),
	);
}

function files(message, actions) {
	const all = (message.media || []).flatMap((media) =>
		attachment(media, message, (control) => actions.fetchMedia(message, control)),
	);
	const isCard = message.kind === "contact" && message.media?.some(({ file }) => file);
	if (!isCard) return all;
	const fallback = h("div", { class: "wa-files" }, all);
	return whenLoaded(fallback, ({ contactCards }) => contactCards(message.name, { fallback, ...actions }));
}

/** The ad, the form's answers and the like. */
function extras(message) {
	if (!message.received && !message.options?.length) return null;
	return whenLoaded(h("div", {}), ({ receivedParts }) => receivedParts(message, attachment));
}

function author(message) {
	const name = authorName(message);
	return name ? h("div", { class: "wa-author", dir: "auto" }, name, srOnly(":")) : srOnly(__("From us:"));
}

/** Time and status, as a button that shows and hides the details. */
function meta(message, times, { expanded, saveReply }) {
	const { name, direction, delivery_status: delivery } = message;
	const newDetails = () => details(message, times, (reached) => deliveryStatus(reached).label, saveReply);
	let panel = expanded.has(name) ? newDetails() : null;
	const toggle = () => {
		if (panel) panel.remove();
		else control.after(newDetails());
		panel = panel ? null : control.nextElementSibling;
		control.setAttribute("aria-expanded", Boolean(panel));
		expanded[panel ? "add" : "delete"](name);
	};
	const control = button(
		{ class: "wa-meta", tabindex: -1, "aria-expanded": String(Boolean(panel)), onclick: toggle },
		sentTime(message, times),
		direction === "Outbound" && statusIcon(delivery),
	);
	return [control, panel];
}

/** The message that was replied to, if it is on the page. */
function quote(quoted) {
	const text = quoted ? quoted.body || kindLabel(quoted.kind) : __("An earlier message");
	const name = quoted && authorName(quoted);
	return h(
		"div",
		{ class: "wa-quote", dir: "auto" },
		srOnly(__("In reply to:")),
		name && h("div", { class: "wa-author", dir: "auto" }, name),
		text,
	);
}

function kindTag(kind) {
	if (kind === "template") return h("span", { class: "wa-tag" }, __("Template"));
	if (kind === "button") return h("span", { class: "wa-tag" }, __("Button pressed"));
	return null;
}

function content({ kind, body, media, received }) {
	if (kind === "unsupported" && received?.answers.length) return null;
	if (kind === "unsupported") {
		return h(
			"div",
			{ class: "wa-text wa-quiet" },
			__("This kind of message cannot be shown here."),
			body && h("div", { dir: "auto" }, body),
		);
	}
	if (kind === "location") return locationCard(body);
	if (isFileName(kind, body)) return null;
	if (body) return h("div", { class: "wa-text", dir: "auto" }, formatted(body));
	const isEmpty = !media?.length && kind !== "text";
	return isEmpty ? h("div", { class: "wa-file" }, icon(iconOf(kind)), kindLabel(kind)) : null;
}

/** The coordinates are the last line of the text. */
function locationCard(body) {
	const [, latitude, longitude] = COORDINATES.exec(body.split("\n").at(-1)) || [];
	const href = latitude
		? `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`
		: null;
	return h(
		"div",
		{ class: "wa-location" },
		h(
			"div",
			{ class: "wa-file" },
			icon("location"),
			h("span", { class: "wa-text", dir: "auto" }, body || kindLabel("location")),
		),
		href && h("a", { href, target: "_blank", rel: "noopener noreferrer" }, __("Show on the map")),
	);
}

function sentTime({ sent_at_ms, sent_at_source }, times) {
	const title = `${times.full.format(sent_at_ms)}${timeSource(sent_at_source)}`;
	return h("time", { datetime: new Date(sent_at_ms).toISOString(), title }, times.time.format(sent_at_ms));
}

/** The tick, clock or warning of a delivery status, with its name. */
export function statusIcon(delivery) {
	const { mark, label } = deliveryStatus(delivery);
	return h("span", { class: "wa-status", title: label }, icon(mark), srOnly(label));
}

export function deliveryStatus(delivery) {
	if (FAILED.includes(delivery)) return { mark: "alert", label: __("Failed") };
	if (delivery === "unknown") return { mark: "alert", label: __("Not confirmed") };
	if (delivery === "sent") return { mark: "check", label: __("Sent") };
	if (delivery === "delivered") return { mark: "checks", label: __("Delivered") };
	if (delivery === "read") return { mark: "checks", label: __("Read") };
	if (delivery === "sending") return { mark: "clock", label: __("Sending") };
	if (delivery === "accepted") return { mark: "clock", label: __("Accepted by Twilio") };
	return { mark: "clock", label: __("Waiting to be sent") };
}

/** Why a message was not delivered, or may not have been, and what to do about it. */
function failureNotice(message, actions) {
	const failed = FAILED.includes(message.delivery_status);
	if (!failed && message.delivery_status !== "unknown") return null;
	const unconfirmed = message.error_text || __("Not confirmed: it may or may not have arrived.");
	return h(
		"div",
		{ class: "wa-failure-notice" },
		h("span", { dir: "auto" }, failed ? failureText(message) : unconfirmed),
		message.error_reason === "not_on_whatsapp"
			? alternatives(actions)
			: message.may_send_again &&
					resendButton(message, failed ? __("Send again") : __("Send again?"), actions),
		isOutsideWindow(message) &&
			button(
				{ class: "wa-link wa-resend", onclick: () => actions.sendTemplate(message) },
				__("Send template…"),
			),
	);
}

/** Where sending again would fail again: the number is not on WhatsApp. */
function alternatives({ changeNumber, customerPhone }) {
	const phone = customerPhone();
	const onclick = changeNumber();
	return [
		onclick && button({ class: "wa-link wa-resend", onclick }, __("Change the number")),
		phone && h("a", { class: "wa-link", href: `tel:${phone}` }, __("Call")),
	];
}

function resendButton(message, label, actions) {
	const freeform = message.content_template ? "" : "wa-resend-freeform";
	const onclick = (event) => actions.resend(message, event.currentTarget);
	return button({ class: `wa-link wa-resend ${freeform}`, onclick }, label);
}

function isOutsideWindow({ content_template: template, error_code: code, error_reason: reason }) {
	return !template && (reason === "outside_window" || code === WINDOW_CLOSED);
}

function failureText({ error_text: text, error_code: code }) {
	const reason = text || __("This message was not delivered.");
	return code ? __("{0} (code {1})", [reason, code]) : reason;
}
