import { h, safeUrl } from "./dom.js";

/**
 * What a message brought besides text and files: the ad it began at, who forwarded it, what was picked, the answers of a form.
 * `attachment` shows a file (media.js).
 */
export function receivedParts({ received, options }, attachment) {
	const { referral, forwarded, picked, description, answers, number_before: before } = received ?? {};
	return h(
		"div",
		{ class: "wa-cards" },
		before && tag(__("Changed number. Before: {0}", [before])),
		forwarded && tag(forwarded === "often" ? __("Forwarded many times") : __("Forwarded")),
		picked && !options?.length && tag(__("Picked from a list")),
		description && h("div", { class: "wa-quiet", dir: "auto" }, description),
		options?.length > 0 && h("div", { class: "wa-quiet", dir: "auto" }, pickedFrom(options)),
		referral && adCard(referral, attachment),
		answers?.length > 0 && h("dl", { class: "wa-answers" }, answers.map(answer)),
	);
}

function tag(text) {
	return h("span", { class: "wa-tag" }, text);
}

function pickedFrom(options) {
	return __("Picked from: {0}", [options.join(" · ")]);
}

function answer({ name, value }) {
	return h("div", {}, name && h("dt", { dir: "auto" }, name), h("dd", { dir: "auto" }, value));
}

/** The picture is this site's copy, where there is one: Meta's own is only linked, as whoever loads it from there is seen there. */
function adCard(
	{
		headline,
		body,
		source_type: type,
		source_id: id,
		source_url: url,
		media_url: media,
		click_id: click,
		picture,
	},
	attachment,
) {
	const label = type === "post" ? __("From a post") : __("From an ad");
	const known = [
		[__("Ad ID"), id],
		[__("Ad Click ID"), click],
	].filter(([, value]) => value);
	return h(
		"div",
		{ class: "wa-card wa-ad", role: "group", "aria-label": label },
		tag(label),
		picture?.file && attachment(picture, {}),
		headline && h("strong", { dir: "auto" }, headline),
		body && h("div", { class: "wa-text wa-ad-body", dir: "auto" }, body),
		h("div", { class: "wa-card-actions" }, link(url, __("Show the ad")), link(media, __("Show its picture"))),
		known.length > 0 &&
			h(
				"details",
				{},
				h("summary", {}, __("Details")),
				h(
					"dl",
					{ class: "wa-answers" },
					known.map(([name, value]) => answer({ name, value })),
				),
			),
	);
}

function link(address, label) {
	const href = /^https?:\/\//i.test(address) && safeUrl(address);
	return href && h("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, label);
}
