import { el } from "./dom.js";
import { __, clockTime, dayAndTime } from "./words.js";

const TICKS = { queued: "…", accepted: "…", sent: "✓", delivered: "✓✓", read: "✓✓" };

// The messages of a chat, as the customer's phone shows them: the customer's own on the right.
export function bubbles(chat, onTap) {
	if (!chat.messages.length) {
		return [el("p", { class: "empty" }, __("No messages yet. Write as the customer, below."))];
	}
	let day = "";
	return chat.messages.flatMap((message) => {
		const shown = new Date(message.created_ms).toDateString();
		const heading = shown === day ? [] : [dayHeading(message.created_ms)];
		day = shown;
		return [...heading, bubble(message, onTap)];
	});
}

function dayHeading(ms) {
	const text = new Date(ms).toLocaleDateString([], { weekday: "long", day: "numeric", month: "long" });
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
		message.location.Latitude ? place(message.location) : null,
		message.body && message.body !== message.media[0]?.name
			? el("p", { class: "text", dir: "auto" }, message.body)
			: null,
		message.kind === "unsupported"
			? el("p", { class: "text" }, __("A kind of message that Twilio does not know."))
			: null,
		failed ? el("p", { class: "why" }, failure(message)) : null,
		el("footer", {}, clockTime(message.created_ms), " ", mine ? reached(message) : ticks(message)),
		...message.buttons.map((button) => tappable(message, button, onTap)),
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

function reached(message) {
	const words = message.reached
		? __("The app has answered the webhook.")
		: __("Twilio has it; the app has not answered yet.");
	return el("span", { class: "ticks", title: words }, message.reached ? "✓✓" : "✓");
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

function place(location) {
	const words = [location.Label, location.Address, `${location.Latitude}, ${location.Longitude}`];
	return el("p", { class: "text" }, __("Location: {0}", [words.filter(Boolean).join(" · ")]));
}

function tappable(message, button, onTap) {
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
