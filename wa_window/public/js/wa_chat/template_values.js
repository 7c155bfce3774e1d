// What Twilio takes as a template's variables; the server checks the same again.

const PLACEHOLDER = /\{\{\s*([A-Za-z0-9_]+)\s*\}\}/g;
const MAX_VALUE = 1600;
const MAX_RENDERED = 1024;

/** The body in pieces: plain text, and `{name}` of the variable that stands there. */
export function pieces(body) {
	const found = [];
	let end = 0;
	for (const match of (body || "").matchAll(PLACEHOLDER)) {
		found.push({ text: body.slice(end, match.index) }, { text: match[0], name: match[1] });
		end = match.index + match[0].length;
	}
	return [...found, { text: (body || "").slice(end) }].filter(({ text }) => text);
}

export function rendered(body, values) {
	return pieces(body)
		.map(({ text, name }) => (name && values[name]) || text)
		.join("");
}

export function problemWith(value) {
	if (!value.trim()) return __("Fill this in.");
	if ([...value].length > MAX_VALUE) return __("Shorten this to {0} characters.", [MAX_VALUE]);
	if (/[\n\r\t]| {5,}/.test(value))
		return __("Write this in one line, without tabs or more than four spaces in a row.");
	return "";
}

export function isTooLong(body, values) {
	return [...rendered(body, values)].length > MAX_RENDERED;
}

export function tooLongWords() {
	return __("The filled template is longer than {0} characters: shorten what you filled in.", [MAX_RENDERED]);
}
