import { button, h, icon, safeUrl, unseen } from "./dom.js";

const FAILED = ["failed", "undelivered", "canceled"];
const PREVIEWED = ["image/jpeg", "image/png", "image/webp", "image/gif"];
const COORDINATES = /(-?\d{1,2}\.\d+)\s*,\s*(-?\d{1,3}\.\d+)/;

/** One message. `onAgain` is called with the message that a person wants to send again. */
export function bubble(message, { times, onAgain }) {
	const outbound = message.direction === "Outbound";
	return h(
		"div",
		{ class: `wa-bubble ${outbound ? "wa-out" : "wa-in"}`, "data-status": message.delivery_status },
		unseen(outbound ? __("You:") : __("Customer:")),
		tag(message.kind),
		(message.media || []).map((media) => attachment(media, message)),
		content(message),
		h("div", { class: "wa-meta" }, sentAt(message, times), outbound && status(message.delivery_status)),
		outbound && trouble(message, onAgain),
	);
}

function tag(kind) {
	if (kind === "template") return h("span", { class: "wa-tag" }, __("Template"));
	if (kind === "button") return h("span", { class: "wa-tag" }, __("Button pressed"));
	return null;
}

function content({ kind, body, media }) {
	if (kind === "unsupported") return h("div", { class: "wa-text wa-quiet" }, __("This kind of message cannot be shown here."), body && h("div", { dir: "auto" }, body));
	if (kind === "location") return place(body);
	if (isFileName(kind, body)) return null;
	if (body) return h("div", { class: "wa-text", dir: "auto" }, body);
	const missing = !(media && media.length) && kind !== "text";
	return missing ? h("div", { class: "wa-file" }, icon(iconOf(kind)), kindWords(kind)) : null;
}

function place(body) {
	const [, latitude, longitude] = COORDINATES.exec(body) || [];
	const href = latitude ? `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}` : null;
	return h(
		"div",
		{ class: "wa-place" },
		h("div", { class: "wa-file" }, icon("location"), h("span", { class: "wa-text", dir: "auto" }, body || kindWords("location"))),
		href && h("a", { href, target: "_blank", rel: "noopener noreferrer" }, __("Show on the map")),
	);
}

function attachment(media, { kind, body }) {
	const href = media.file && safeUrl(media.file);
	const name = isFileName(kind, body) ? body : fileName(media) || kindWords(kindOf(media, kind));
	if (href && PREVIEWED.includes(media.type)) {
		return h("a", { class: "wa-image", href, target: "_blank", rel: "noopener noreferrer" }, h("img", { src: href, alt: name, loading: "lazy" }));
	}
	const words = [icon(iconOf(kindOf(media, kind))), h("span", { class: "wa-file-name", dir: "auto" }, name), h("span", { class: "wa-quiet" }, fileState(media, href))];
	if (!href) return h("div", { class: "wa-file" }, words);
	return h("a", { class: "wa-file", href, target: "_blank", rel: "noopener noreferrer" }, words);
}

function fileState({ size, state }, href) {
	if (!href) return state === "pending" ? __("being fetched") : __("not available");
	if (!size) return "";
	return size < 1_000_000 ? __("{0} kB", [Math.ceil(size / 1000)]) : __("{0} MB", [(size / 1_000_000).toFixed(1)]);
}

/** WhatsApp sends a document's own name as its text. */
function isFileName(kind, body) {
	return kind === "document" && /^.+\.\w{1,5}$/.test(body);
}

function fileName({ file }) {
	if (!file) return "";
	const last = file.split(/[?#]/)[0].split("/").pop();
	try {
		return decodeURIComponent(last);
	} catch {
		return last;
	}
}

function kindOf({ type }, kind) {
	const family = (type || "").split("/")[0];
	if (["image", "audio", "video"].includes(family)) return family;
	return (type || "").endsWith("vcard") ? "contact" : kind;
}

function iconOf(kind) {
	return ["image", "audio", "video", "location", "contact"].includes(kind) ? kind : "document";
}

function kindWords(kind) {
	const words = {
		image: __("Photo"),
		audio: __("Voice message or audio"),
		video: __("Video"),
		location: __("Location"),
		contact: __("Contact card"),
	};
	return words[kind] || __("Document");
}

function sentAt({ sent_at_ms, sent_at_source }, times) {
	const sources = {
		twilio: __("by Twilio's clock"),
		receipt: __("when it was received here"),
		record: __("from our own record"),
	};
	const title = [times.full.format(sent_at_ms), sources[sent_at_source]].filter(Boolean).join(", ");
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
	return ["clock", delivery === "sending" ? __("Sending") : __("Waiting to be sent")];
}

function trouble(message, onAgain) {
	const failed = FAILED.includes(message.delivery_status);
	if (!failed && message.delivery_status !== "unknown") return null;
	const again = message.content_template ? "" : "wa-again-freeform";
	return h(
		"div",
		{ class: "wa-trouble" },
		h("span", { dir: "auto" }, failed ? failureWords(message) : __("Not confirmed: it may or may not have arrived.")),
		button({ class: `wa-link wa-again ${again}`, onclick: (event) => onAgain(message, event.currentTarget) }, failed ? __("Send again") : __("Send again?")),
	);
}

function failureWords({ error_text: text, error_code: code }) {
	const words = text || __("This message was not delivered.");
	return code ? __("{0} (code {1})", [words, code]) : words;
}
