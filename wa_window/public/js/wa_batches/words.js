import { deliveryStatus } from "../wa_chat/bubble.js";

/** A batch's status in words, and its colour. */
export const STATUSES = {
	Preparing: { label: () => __("Preparing…"), colour: "gray" },
	Draft: { label: () => __("Draft: nothing is sent yet"), colour: "orange" },
	Sending: { label: () => __("Being sent…"), colour: "green" },
	Paused: { label: () => __("Paused"), colour: "orange" },
	Stopped: { label: () => __("Stopped"), colour: "red" },
	Done: { label: () => __("Done"), colour: "gray" },
};

/** The lists of recipients, by kind. */
export const KINDS = {
	"": () => __("All recipients"),
	to_send: () => __("To be sent"),
	skipped: () => __("Skipped"),
	handed_over: () => __("Handed over"),
	put_aside: () => __("Put aside"),
	delivered: () => __("Delivered"),
	read: () => __("Read"),
	answered: () => __("Answered"),
	failed: () => __("Failed"),
	unconfirmed: () => __("Not confirmed"),
};

/** What became of a row. */
export function rowState({ state, words, delivery_status: delivery, error_text: error }) {
	if (state === "skipped") return __("Skipped: {0}", [words]);
	if (state !== "handed_over") return KINDS[state]();
	return error || deliveryStatus(delivery).label;
}
