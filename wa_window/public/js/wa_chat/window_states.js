/**
 * How each state of a window is shown: in the banner, in the lists, on a lead and in Frappe CRM. Which state it is, the
 * server decides (chat/window.py).
 *
 * `colour` is one of Frappe's indicators: green and orange let a person write, gray takes only a template, red means that
 * WhatsApp or the customer refuses. `freeform` and `template`: what may be sent. `expires`: it turns into "closed" at its end.
 * `label` names the state in the list of chats, which shows the time left where there is none. `leadLabel` names it on
 * a lead; the state comes first, since an end that does not fit is cut. Without one, a lead gets no badge.
 */
export const WINDOW_STATES = {
	open: {
		colour: "green",
		freeform: true,
		template: true,
		expires: true,
		leadLabel: () => __("Open on WhatsApp"),
	},
	closing: {
		colour: "orange",
		freeform: true,
		template: true,
		expires: true,
		leadLabel: () => __("Closes soon on WhatsApp"),
	},
	closed: {
		colour: "gray",
		template: true,
		label: () => __("Closed"),
		leadLabel: () => __("Closed on WhatsApp"),
	},
	refused: {
		colour: "red",
		template: true,
		expires: true,
		label: () => __("Closed by WhatsApp"),
		leadLabel: () => __("Closed by WhatsApp"),
	},
	never: {
		colour: "gray",
		template: true,
		label: () => __("No messages yet"),
	},
	opted_out: {
		colour: "red",
		label: () => __("Opted out"),
		leadLabel: () => __("Opted out on WhatsApp"),
	},
	blocked: {
		colour: "red",
		label: () => __("Blocked"),
		leadLabel: () => __("Blocked on WhatsApp"),
	},
};

/** The window's state at `now` (epoch ms): whatever it was, it is closed once its end has come. */
export function stateAt(window, now) {
	const { expires } = WINDOW_STATES[window.state];
	return expires && window.closes_at_ms !== null && now >= window.closes_at_ms ? "closed" : window.state;
}
