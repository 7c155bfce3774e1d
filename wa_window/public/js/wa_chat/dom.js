// The only place where nodes are made. Strings become text nodes, so that a customer's text cannot become markup.

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
	clock: "M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2ZM8 5v3.2l2 1.3",
	check: "M3 8.6l3.2 3.2L13 5",
	checks: "M1 8.6l3.2 3.2L11 5M7.6 11.4l.6.4L15 5",
	alert: "M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2ZM8 5v3.6M8 10.8v.4",
	image: "M2.5 3h11v10h-11ZM2.5 11l3.2-3.4 2.6 2.6 1.9-1.7 3.3 3M10.4 5.8v.2",
	audio:
		"M8 2v7M5.8 4.2v4.6a2.2 2.2 0 0 0 4.4 0V4.2a2.2 2.2 0 0 0-4.4 0ZM3.6 8.4a4.4 4.4 0 0 0 8.8 0M8 12.8V14",
	video: "M2 4h8.5v8H2ZM10.5 7l3.5-2v6l-3.5-2",
	document: "M4 2h5l3.5 3.5V14H4ZM9 2v3.5h3.5M6 8.5h4.5M6 11h4.5",
	location:
		"M8 14s4.6-4.3 4.6-7.6a4.6 4.6 0 0 0-9.2 0C3.4 9.7 8 14 8 14ZM8 5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3Z",
	contact: "M8 2.5a2.6 2.6 0 1 0 0 5.2 2.6 2.6 0 0 0 0-5.2ZM2.8 13.5c.5-2.6 2.6-4 5.2-4s4.7 1.4 5.2 4",
	template: "M2.5 3h11v3h-11ZM2.5 8.6h4.6V13H2.5ZM9.6 8.6h3.9M9.6 10.8h3.9M9.6 13h2.4",
	attach: "M12.8 7.4 8 12.2a3 3 0 0 1-4.3-4.3l5.4-5.3a2 2 0 0 1 2.8 2.8l-5.3 5.3a1 1 0 0 1-1.4-1.4l4.8-4.8",
	send: "M2.5 8 14 2.8 10.4 13.4 7.6 9ZM7.6 9 14 2.8",
	down: "M3.5 6l4.5 4.5L12.5 6",
	close: "M4 4l8 8M12 4l-8 8",
	search: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9ZM10.4 10.4l3.1 3.1",
};

/** An element. Attributes that are null, undefined or false are left out, `on…` are event listeners; so are children left out. */
export function h(tag, attributes = {}, ...children) {
	const node = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes)) {
		if (value === null || value === undefined || value === false) continue;
		if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
		else node.setAttribute(name, value === true ? "" : value);
	}
	node.append(...present(children));
	return node;
}

/** A button that does not submit the form that Desk puts around every field. */
export function button(attributes, ...children) {
	return h("button", { type: "button", ...attributes }, ...children);
}

/** Whether an element can have the focus: it is visible and not disabled. */
export function isFocusable(element) {
	return !element.disabled && element.getClientRects().length > 0;
}

/** Whether nothing outside `node` has the focus: it may be taken without disturbing somebody who has gone elsewhere meanwhile. */
export function isFocusFree(node) {
	const { activeElement: focused } = document;
	return focused === document.body || node.contains(focused);
}

/**
 * Disables a button while `act` runs. It loses the focus by that and gets it back, or `fallback` does if the button is gone by
 * then, unless the focus has been moved elsewhere.
 */
export async function whileDisabled(control, fallback, act) {
	const hadFocus = document.activeElement === control;
	control.disabled = true;
	try {
		return await act();
	} finally {
		control.disabled = false;
		const isLost = hadFocus && [control, document.body].includes(document.activeElement);
		if (isLost) (isFocusable(control) ? control : fallback).focus({ preventScroll: true });
	}
}

/** After a dialog has closed. The opener may be removed, hidden or disabled by now; where a click gives no focus, it is outside. */
export function returnFocus(parent, opener) {
	const target = parent.contains(opener) && isFocusable(opener) ? opener : parent;
	// Chromium returns the focus by itself, but without the caret.
	target.blur();
	target.focus();
}

/** Text for screen readers only. */
export function srOnly(text) {
	return h("span", { class: "wa-sr-only" }, text);
}

/** Replaces what is in `node`. */
export function fill(node, ...children) {
	node.replaceChildren(...present(children));
}

/** `drawing`: an SVG path in a square of 16, that of the name where none is given. */
export function icon(name, drawing = ICONS[name]) {
	const svg = document.createElementNS(SVG, "svg");
	svg.setAttribute("viewBox", "0 0 16 16");
	svg.setAttribute("class", "wa-icon");
	svg.setAttribute("aria-hidden", "true");
	const path = document.createElementNS(SVG, "path");
	path.setAttribute("d", drawing);
	svg.append(path);
	return svg;
}

/** The absolute URL of an address if it is http(s), else null. */
export function safeUrl(address) {
	try {
		const url = new URL(address, document.baseURI);
		return ["http:", "https:"].includes(url.protocol) ? url.href : null;
	} catch {
		return null;
	}
}

function present(children) {
	return children
		.flat()
		.filter((child) => child !== null && child !== undefined && child !== false && child !== "");
}
