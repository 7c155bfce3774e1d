import { button, fill, h } from "./dom.js";

/** What is known of one message beyond its bubble: its times, its statuses, and its text to copy or, if ours, to keep. */
export function details(message, times, statusLabel, saveReply) {
	const sent = `${times.full.format(message.sent_at_ms)}${timeSource(message.sent_at_source)}`;
	const rows = [[sentLabel(message), sent]];
	for (const [status, at] of inOrder(message.status_times)) {
		rows.push([statusLabel(status), times.exact.format(at)]);
	}
	return h(
		"div",
		{ class: "wa-details" },
		h(
			"dl",
			{},
			rows.flatMap(([term, text]) => [h("dt", {}, term), h("dd", { dir: "auto" }, text)]),
		),
		message.body && copyButton(message.body),
		message.body &&
			message.direction === "Outbound" && [
				" · ",
				button({ class: "wa-link", onclick: () => saveReply(message) }, __("Save as quick reply")),
			],
	);
}

function sentLabel({ direction }) {
	return direction === "Outbound" ? __("Written") : __("Sent");
}

/** Where a time comes from, to stand after it. */
export function timeSource(source) {
	const labels = {
		twilio: __("by Twilio's clock"),
		receipt: __("when it was received here"),
		record: __("from our own record"),
		import: __("imported"),
	};
	return labels[source] ? `, ${labels[source]}` : "";
}

function inOrder(statusTimes) {
	return Object.entries(statusTimes || {}).sort(([, a], [, b]) => a - b);
}

function copyButton(text) {
	const result = h("span", { role: "status" });
	const onclick = async ({ currentTarget }) => {
		const copied = await copyText(text, result);
		currentTarget.focus();
		fill(result, " ", copied ? __("Copied") : __("Not copied: select the text instead."));
	};
	return [button({ class: "wa-link", onclick }, __("Copy the text")), result];
}

/** Over plain http there is no clipboard, only the command, which copies what is selected: here a field inside `container`. */
export async function copyText(text, container) {
	try {
		await navigator.clipboard.writeText(text);
		return true;
	} catch {
		const area = h("textarea", { class: "wa-sr-only" });
		area.value = text;
		fill(container, area);
		area.select();
		return document.execCommand("copy");
	}
}
