import { button, fill, h } from "./dom.js";

/** What is known of one message beyond its bubble: its times, its statuses, and its text to take away. */
export function details(message, times, statusWords) {
	const rows = [
		[written(message), `${times.full.format(message.sent_at_ms)}${source(message.sent_at_source)}`],
	];
	for (const [status, at] of reached(message)) rows.push([statusWords(status), times.exact.format(at)]);
	return h(
		"div",
		{ class: "wa-details" },
		h(
			"dl",
			{},
			rows.flatMap(([term, words]) => [h("dt", {}, term), h("dd", { dir: "auto" }, words)]),
		),
		message.body && copying(message.body),
	);
}

function written({ direction }) {
	return direction === "Outbound" ? __("Written") : __("Sent");
}

/** Where a time comes from, said behind it. */
export function source(known) {
	const sources = {
		twilio: __("by Twilio's clock"),
		receipt: __("when it was received here"),
		record: __("from our own record"),
	};
	return sources[known] ? `, ${sources[known]}` : "";
}

function reached({ status_times: known }) {
	return Object.entries(known || {}).sort(([, a], [, b]) => a - b);
}

function copying(text) {
	const said = h("span", { role: "status" });
	const copy = async ({ currentTarget }) => {
		const done = await copied(text, said);
		currentTarget.focus();
		fill(said, " ", done ? __("Copied") : __("Not copied: select the text instead."));
	};
	return [button({ class: "wa-link", onclick: copy }, __("Copy the text")), said];
}

/** Over plain http there is no clipboard, only the command; it copies what is selected in the page, here at `place`. */
async function copied(text, place) {
	try {
		await navigator.clipboard.writeText(text);
		return true;
	} catch {
		const area = h("textarea", { class: "wa-unseen" });
		area.value = text;
		fill(place, area);
		area.select();
		return document.execCommand("copy");
	}
}
