/** The letter that stands for somebody. A number has none. */
export function initial(name) {
	const [letter] = (name || "").match(/\p{L}/u) || ["#"];
	return letter.toUpperCase();
}
