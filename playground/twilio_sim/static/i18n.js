// Texts that a person reads pass through __(), with positional placeholders: __("Read {0}", [3]).
export function __(text, values = []) {
	return text.replace(/\{(\d+)\}/g, (placeholder, number) => values[number] ?? placeholder);
}

export function clockTime(ms) {
	return new Date(ms).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

export function dayAndTime(ms) {
	return new Date(ms).toLocaleString([], {
		weekday: "short",
		day: "numeric",
		month: "short",
		hour: "2-digit",
		minute: "2-digit",
	});
}
