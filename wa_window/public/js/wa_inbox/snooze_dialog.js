import { fill, h } from "../wa_chat/dom.js";
import { FormDialog, labelled } from "../wa_chat/form_dialog.js";

/** Chooses until when a chat is snoozed. `times` are InboxTimes, `now()` the server's time; `onChosen(untilMs)`. */
export class SnoozeDialog extends FormDialog {
	constructor({ parent, times, now, onChosen }) {
		super({
			parent,
			title: __("Snooze this chat"),
			label: __("Snooze"),
			submit: async () => {
				const until = times.fromField(this.until.value);
				if (until > now()) return until;
				throw new Error(__("Choose a time in the future."));
			},
			onDone: onChosen,
		});
		this.until = h("input", { class: "wa-input", type: "datetime-local" });
		this.until.value = times.toField(times.nextMorning(now()));
		fill(this.body, ...labelled(`${this.id}-until`, __("Until"), this.until));
		this.submitButton.disabled = false;
		this.until.focus();
	}
}
