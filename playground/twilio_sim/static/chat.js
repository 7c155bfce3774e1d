import { el } from "./dom.js";
import { __, clockTime, day, dayAndTime } from "./i18n.js";

const TICKS = { queued: "…", accepted: "…", sent: "✓", delivered: "✓✓", read: "✓✓" };

// The messages of a chat, as the customer's phone shows them: the customer's own on the right.
export function bubbles(chat, onTap) {
	if (!chat.messages.length) {
		return [el("p", { class: "empty" }, __("No messages yet. Write as the customer, below."))];
	}
	let day = "";
	const all = chat.messages.flatMap((message) => {
		const messageDay = new Date(message.created_ms).toDateString();
		const heading = messageDay === day ? [] : [dayHeading(message.created_ms)];
		day = messageDay;
		return [...heading, bubble(message, onTap)];
	});
	return chat.typing ? [...all, el("p", { class: "bubble theirs typing" }, __("typing…"))] : all;
}

function dayHeading(ms) {
	const text = day(ms);
	return el("p", { class: "day" }, text);
}

function bubble(message, onTap) {
	const mine = message.direction === "inbound";
	const failed = message.error_code > 0;
	const side = mine ? "mine" : "theirs";
	return el(
		"article",
		{ class: `bubble ${side}${failed ? " failed" : ""}`, title: dayAndTime(message.created_ms) },
		...message.media.map(file),
		message.location.Latitude ? locationText(message.location) : null,
		message.body && message.body !== message.media[0]?.name
			? el("p", { class: "text", dir: "auto" }, message.body)
			: null,
		message.kind === "unsupported"
			? el("p", { class: "text" }, __("A kind of message that Twilio does not know."))
			: null,
		failed ? el("p", { class: "why" }, failure(message)) : null,
		el("footer", {}, clockTime(message.created_ms), " ", mine ? webhookTicks(message) : ticks(message)),
		...message.buttons.map((button) => replyButton(message, button, onTap)),
	);
}

function failure(message) {
	return __("Not delivered to the customer. {0} {1}", [message.error_code, message.error_message]);
}

function ticks(message) {
	if (message.error_code) {
		return el("span", { class: "ticks", title: message.status }, "!");
	}
	return el("span", { class: `ticks ${message.status}`, title: message.status }, TICKS[message.status] ?? "");
}

function webhookTicks(message) {
	const title = message.reached
		? __("The app has answered the webhook.")
		: __("Twilio has it; the app has not answered yet.");
	if (message.read_ms) return el("span", { class: "ticks read", title: __("Read") }, "✓✓");
	return el("span", { class: "ticks", title }, message.reached ? "✓✓" : "✓");
}

function file(media) {
	if (media.content_type.startsWith("image/")) {
		return el("img", { src: media.url, alt: media.name });
	}
	if (media.content_type.startsWith("audio/")) {
		return el("audio", { src: media.url, controls: true });
	}
	return el(
		"a",
		{ class: "file", href: media.url, download: media.name },
		media.name || __("A file without a name"),
	);
}

function locationText(location) {
	const parts = [location.Label, location.Address, `${location.Latitude}, ${location.Longitude}`];
	return el("p", { class: "text" }, __("Location: {0}", [parts.filter(Boolean).join(" · ")]));
}

function replyButton(message, button, onTap) {
	const answers = ["QUICK_REPLY", "LIST"].includes(button.type);
	return el(
		"button",
		{
			type: "button",
			class: "tap",
			disabled: !answers || message.error_code > 0,
			onclick: () => onTap(message, button),
		},
		button.title,
	);
}
