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
		description && quiet(description),
		options?.length > 0 && quiet(__("Picked from: {0}", [options.join(" · ")])),
		referral && adCard(referral, attachment),
		answers?.length > 0 && list(answers),
	);
}

function tag(text) {
	return h("span", { class: "wa-tag" }, text);
}

function quiet(text) {
	return h("div", { class: "wa-quiet", dir: "auto" }, text);
}

function list(answers) {
	return h("dl", { class: "wa-answers" }, answers.map(answer));
}

function answer({ name, value }) {
	return h("div", {}, name && h("dt", { dir: "auto" }, name), h("dd", { dir: "auto" }, value));
}

/** The picture is this site's copy, where there is one: Meta's own is only linked, as whoever loads it from there is seen there. */
function adCard(ad, attachment) {
	const { headline, body, picture } = ad;
	const label = ad.source_type === "post" ? __("From a post") : __("From an ad");
	const known = [
		{ name: __("Ad ID"), value: ad.source_id },
		{ name: __("Ad Click ID"), value: ad.click_id },
	].filter(({ value }) => value);
	return h(
		"div",
		{ class: "wa-card wa-ad", role: "group", "aria-label": label },
		tag(label),
		picture?.file && attachment(picture, {}),
		headline && h("strong", { dir: "auto" }, headline),
		body && h("div", { class: "wa-text wa-ad-body", dir: "auto" }, body),
		h(
			"div",
			{ class: "wa-card-actions" },
			link(ad.source_url, __("Show the ad")),
			link(ad.media_url, __("Show its picture")),
		),
		known.length > 0 && h("details", {}, h("summary", {}, __("Details")), list(known)),
	);
}

function link(address, label) {
	const href = /^https?:\/\//i.test(address) && safeUrl(address);
	return href && h("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, label);
}
