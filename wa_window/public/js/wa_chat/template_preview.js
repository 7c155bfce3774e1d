import { h, icon } from "./dom.js";
import { formatted } from "./formatting.js";
import { iconOf, kindOf } from "./media.js";
import { tokens } from "./template_values.js";

/** A template with these values as WhatsApp shows it; templates of an older sync have the body only. */
export function templatePreview(
	{ header, media_url: media, body, footer, buttons, list_items: items },
	values,
) {
	const filled = (text) =>
		tokens(text).map((token) => (token.name ? placeholder(token, values) : token.text));
	return [
		media && fileLine("document", filled(media.split("/").pop())),
		header && h("div", { class: "wa-text wa-preview-header" }, filled(header)),
		h("div", { class: "wa-text" }, formatted(body, filled)),
		footer && h("div", { class: "wa-text wa-quiet" }, filled(footer)),
		buttons?.length > 0 &&
			h(
				"div",
				{ class: "wa-preview-buttons" },
				buttons.map((title) => h("span", {}, filled(title))),
			),
		items?.length > 0 &&
			h(
				"ul",
				{ class: "wa-cards" },
				items.map((title) => h("li", { dir: "auto" }, filled(title))),
			),
	];
}

/** A quick reply with its files, as it is put into the field. */
export function replyPreview({ text, files }) {
	return [
		files.map((file) => fileLine(iconOf(kindOf(file)), file.file_name)),
		h("div", { class: "wa-text" }, formatted(text)),
	].flat();
}

function fileLine(drawing, name) {
	return h(
		"div",
		{ class: "wa-file" },
		icon(drawing),
		h("span", { class: "wa-file-name", dir: "auto" }, name),
	);
}

function placeholder({ text, name }, values) {
	const value = values[name];
	return value?.trim() ? h("span", { class: "wa-filled" }, value) : h("span", { class: "wa-blank" }, text);
}
