// Strings become text nodes, never markup: what customers and businesses write is shown and not interpreted.
export function el(tag, properties = {}, ...children) {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(properties)) {
		if (name.startsWith("on")) {
			element.addEventListener(name.slice(2), value);
		} else if (typeof value === "boolean") {
			element.toggleAttribute(name, value);
		} else {
			element.setAttribute(name, value);
		}
	}
	element.append(...children.filter((child) => child !== null));
	return element;
}

export function labelled(text, control) {
	return el("label", {}, el("span", {}, text), control);
}

export function chooser(choices, onchange) {
	const options = choices.map(([value, text]) => el("option", { value }, text));
	return el("select", { onchange: (event) => onchange(event.target.value) }, ...options);
}
