/** The letter that stands for somebody. A number has none. */
export function initial(name) {
	const [letter] = (name || "").match(/\p{L}/u) || ["#"];
	return letter.toUpperCase();
}

/** That of the customer with whose name, or number, a notification's text begins. */
export function initialOfText(text) {
	const [name] = text.trim().split(":");
	return /^\+?\d+(?!\S)/.test(name) ? "#" : initial(name);
}
