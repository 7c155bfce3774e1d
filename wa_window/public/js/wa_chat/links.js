import { h, safeUrl } from "./dom.js";

// A phone number begins with + or 0, for else prices and dates would be called; an address ends where the writing direction is overridden.
const FOUND =
	/\b(?:https?:\/\/|www\.)[^\s<>"\u202a-\u202e\u2066-\u2069]+|(^|[^\w.,@-])((?:\+\d|\(?0\d\d)[\d ().-]{4,20}\d)/gi;
const FEWEST_DIGITS = 8;
const MOST_DIGITS = 15;

/** A text with its addresses and phone numbers as links; all else stays text, in the same words. */
export function linked(text) {
	const pieces = [];
	let end = 0;
	for (const { 0: found, 1: before = "", 2: phone, index } of text.matchAll(FOUND)) {
		const start = index + before.length;
		const words = phone || withoutPunctuation(found);
		const href = phone ? callable(phone, text.charAt(start + phone.length)) : reachable(words);
		if (!href) continue;
		pieces.push(
			text.slice(end, start),
			h("a", { href, dir: "ltr", target: "_blank", rel: "noopener noreferrer nofollow" }, words),
		);
		end = start + words.length;
	}
	return [...pieces, text.slice(end)];
}

function reachable(address) {
	return safeUrl(/^www/i.test(address) ? `https://${address}` : address);
}

/** Not the beginning of something longer, and of a length that is dialled. */
function callable(phone, after) {
	const digits = phone.replace(/\D/g, "");
	if (/\w/.test(after) || digits.length < FEWEST_DIGITS || digits.length > MOST_DIGITS) return null;
	return `tel:${phone.startsWith("+") ? "+" : ""}${digits}`;
}

/** What follows an address in a sentence is not part of it; a bracket is where one was opened in it. */
function withoutPunctuation(address) {
	const after = `.,;:!?…'*${address.includes("(") ? "" : ")]}"}`;
	let { length } = address;
	while (after.includes(address.charAt(length - 1))) length--;
	return address.slice(0, length);
}
