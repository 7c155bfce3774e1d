// A template's text and the values of its variables, as Twilio accepts them; the server checks the same again (chat/template.py).

const PLACEHOLDER = /\{\{\s*([A-Za-z0-9_]+)\s*\}\}/g;
const MAX_VALUE_LENGTH = 1600;
const MAX_RENDERED_LENGTH = 1024;
const WORDS_BEFORE = 3;
const WORDS_AFTER = 2;

/** A text as a list of tokens: each `{text}`, with the variable's `name` if it is a placeholder. */
export function tokens(body) {
	const all = [];
	let end = 0;
	for (const match of (body || "").matchAll(PLACEHOLDER)) {
		all.push({ text: body.slice(end, match.index) }, { text: match[0], name: match[1] });
		end = match.index + match[0].length;
	}
	return [...all, { text: (body || "").slice(end) }].filter(({ text }) => text);
}

function render(body, values) {
	return tokens(body)
		.map(({ text, name }) => (name && values[name]) || text)
		.join("");
}

/** What to call a variable: its field of the lead, else its own name, and for a mere number the words around its blank. */
export function labelOf(
	{ name, label },
	{ header, body, footer, buttons, list_items: items, media_url: media },
) {
	if (label || !/^\d+$/.test(name)) return label || name;
	const texts = [header, body, footer, ...(buttons || []), ...(items || [])];
	const around = texts.map((text) => wordsAround(name, tokens(text))).find(Boolean);
	return around || (tokens(media).some((token) => token.name === name) ? __("File") : name);
}

function wordsAround(name, all) {
	const index = all.findIndex((token) => token.name === name);
	if (index < 0) return "";
	const before = words(all[index - 1]).slice(-WORDS_BEFORE);
	const after = words(all[index + 1]).slice(0, WORDS_AFTER);
	return before.length + after.length ? [...before, "…", ...after].join(" ") : "";
}

function words(token) {
	return (token && !token.name && token.text.match(/[\p{L}\p{N}]+/gu)) || [];
}

/** Why a value is not accepted, or an empty text. */
export function valueError(value) {
	if (!value.trim()) return __("Required");
	if ([...value].length > MAX_VALUE_LENGTH) return __("Shorten this to {0} characters.", [MAX_VALUE_LENGTH]);
	if (/[\n\r\t]| {5,}/.test(value)) {
		return __("One line only, without tabs or more than four spaces in a row.");
	}
	return "";
}

export function isTooLong(body, values) {
	return [...render(body, values)].length > MAX_RENDERED_LENGTH;
}

export function tooLongText() {
	return __("The message is longer than {0} characters: shorten your values.", [MAX_RENDERED_LENGTH]);
}
