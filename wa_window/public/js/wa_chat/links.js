import { h, safeUrl } from "./dom.js";

// A phone number begins with + or 0, or else prices and dates would become links; a URL ends where the writing direction is overridden.
const LINK =
	/\b(?:https?:\/\/|www\.)[^\s<>"\u202a-\u202e\u2066-\u2069]+|(^|[^\w.,@-])((?:\+\d|\(?0\d\d)[\d ().-]{4,20}\d)/gi;
const MIN_DIGITS = 8;
const MAX_DIGITS = 15;

/** The URLs and phone numbers in a text, each from `start` to `end`, with its `label` and `href`. */
export function linksIn(text) {
	const links = [];
	for (const { 0: match, 1: before = "", 2: phone, index } of text.matchAll(LINK)) {
		const start = index + before.length;
		const label = phone || withoutPunctuation(match);
		const href = phone ? telUrl(phone, text.charAt(start + phone.length)) : webUrl(label);
		if (href) links.push({ start, end: start + label.length, label, href });
	}
	return links;
}

/** A text with its URLs and phone numbers as links; everything else stays text, unchanged. */
export function linkify(text) {
	const parts = [];
	let end = 0;
	for (const link of linksIn(text)) {
		parts.push(text.slice(end, link.start), linkNode(link));
		end = link.end;
	}
	return [...parts, text.slice(end)];
}

export function linkNode({ label, href }) {
	return h("a", { href, dir: "ltr", target: "_blank", rel: "noopener noreferrer nofollow" }, label);
}

function webUrl(address) {
	return safeUrl(/^www/i.test(address) ? `https://${address}` : address);
}

/** Null for the beginning of something longer, and for what is too short or too long to be dialled. */
function telUrl(phone, nextCharacter) {
	const digits = phone.replace(/\D/g, "");
	if (/\w/.test(nextCharacter) || digits.length < MIN_DIGITS || digits.length > MAX_DIGITS) return null;
	return `tel:${phone.startsWith("+") ? "+" : ""}${digits}`;
}

/** Punctuation after a URL belongs to the sentence; a closing bracket belongs to the URL only if one was opened in it. */
function withoutPunctuation(url) {
	const punctuation = `.,;:!?…'*${url.includes("(") ? "" : ")]}"}`;
	let { length } = url;
	while (punctuation.includes(url.charAt(length - 1))) length--;
	return url.slice(0, length);
}
