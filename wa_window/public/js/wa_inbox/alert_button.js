import { button } from "../wa_chat/dom.js";
import { alertsAreOn, switchAlerts } from "./alerts.js";
import { inboxIcon } from "./icons.js";

/** Switches this browser's sound and notifications. `onProblem(text)` where the browser refuses to show them. */
export function alertButton(onProblem) {
	const node = button(
		{ class: "wa-button wa-button-icon wi-alerts", "aria-label": __("Sound and notifications") },
		inboxIcon("bell"),
	);
	const show = () => {
		node.setAttribute("aria-pressed", alertsAreOn());
		node.title = alertsAreOn()
			? __("Sound and notifications are on. Click to turn off")
			: __("Get a sound and a notification for new messages");
	};
	node.addEventListener("click", async () => {
		const isShown = switchAlerts(!alertsAreOn());
		show();
		if (!(await isShown)) onProblem(__("This browser blocks notifications: sound only"));
	});
	show();
	return node;
}
