// Texts that a person reads pass through __(), with positional placeholders: __("Read {0}", [3]). /translations.js defines it.
export const { __ } = window;

const { lang } = document.documentElement;
// Plain "en" is American to a browser.
const language = lang === "en" ? "en-GB" : lang;
const TIME = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

export function clockTime(ms) {
	return new Date(ms).toLocaleTimeString(language, TIME);
}

export function exactTime(ms) {
	return new Date(ms).toLocaleTimeString(language, { ...TIME, second: "2-digit" });
}

/** As the bar of the page beside it writes the time. */
export function weekdayAndTime(ms) {
	return new Date(ms).toLocaleString(language, { weekday: "short", ...TIME });
}

export function dayAndTime(ms) {
	return new Date(ms).toLocaleString(language, { weekday: "short", day: "numeric", month: "short", ...TIME });
}

export function day(ms) {
	return new Date(ms).toLocaleDateString(language, { weekday: "long", day: "numeric", month: "long" });
}
