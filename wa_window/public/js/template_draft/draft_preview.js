import { fill, h } from "../wa_chat/dom.js";
import { templatePreview } from "../wa_chat/template_preview.js";

const WITH_BUTTONS = ["Quick Replies", "Call to Action"];

/** Shows a draft in `node` as WhatsApp does, filled with its samples, and below it the `problems`, which are sentences. */
export function showDraft(node, { kind, body, media_url: media, buttons, samples }, problems) {
	const values = Object.fromEntries((samples || []).map(({ variable, sample }) => [variable, sample]));
	const template = {
		body: body || "",
		media_url: kind === "Picture or File" ? media : "",
		buttons: WITH_BUTTONS.includes(kind) ? (buttons || []).map(({ title }) => title).filter(Boolean) : [],
	};
	const bubble = h(
		"div",
		{ class: "wa-bubble wa-out wa-preview", dir: "auto" },
		templatePreview(template, values),
	);
	fill(
		node,
		// The chat's colours, at the height of what is in it.
		h(
			"div",
			{ class: "wa-chat", style: "--wa-height: auto" },
			h("div", { class: "wa-preview-area", role: "group", "aria-label": __("Preview") }, bubble),
		),
		h(
			"div",
			{ class: "wa-draft-problems", role: "status" },
			h(
				"ul",
				{ style: "margin: 12px 0; padding-inline-start: 20px" },
				problems.map((problem) => h("li", {}, problem)),
			),
		),
	);
}
