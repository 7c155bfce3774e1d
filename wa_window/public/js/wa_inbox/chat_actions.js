import { ConsentDialog } from "../wa_chat/consent_dialog.js";
import { HandOverDialog } from "../wa_chat/hand_over_dialog.js";
import { lastStored } from "./embedded_chat.js";
import { SnoozeDialog } from "./snooze_dialog.js";

/** What a person does with the chat that is open, besides writing in it. */
export class ChatActions {
	constructor(inbox) {
		this.inbox = inbox;
	}

	/** What the customer has written since, and nobody has seen here, still needs a reply. */
	done() {
		const { inbox } = this;
		const { openRow: row, view } = inbox;
		if (!(row?.waiting_since_ms > 0 && inbox.rights.write)) return;
		const seen = lastStored(view.chat, row.conversation) ?? row.last?.name;
		inbox.change(row.conversation, { waiting_since_ms: 0 });
		view.list.showNotice(__("Done: {0}", [row.title]));
		inbox.goOn({ focusChat: false });
		this.act("done", row, { seen });
	}

	snooze(until, row = this.inbox.openRow) {
		const { inbox } = this;
		inbox.change(row.conversation, { snoozed_until_ms: until });
		const now = inbox.clock.now();
		inbox.view.list.showNotice(
			until > now ? __("{0} is snoozed until {1}", [row.title, inbox.times.dateTime(until, now)]) : "",
		);
		if (until > now) inbox.goOn({ focusChat: false });
		this.act("snooze", row, { until_ms: Math.round(until) });
	}

	chooseSnooze() {
		const { clock, openRow: row, times } = this.inbox;
		new SnoozeDialog({
			parent: this.inbox,
			times,
			now: () => clock.now(),
			onChosen: (until) => this.snooze(until, row),
		});
	}

	take() {
		const { openRow: row, rights } = this.inbox;
		if (row && rights.take) this.act("take", row);
	}

	/** The chat is closed: what is open is read. */
	markUnread() {
		const { openRow: row } = this.inbox;
		if (!row) return;
		this.inbox.closeChat();
		this.act("mark_unread", row);
	}

	handOver() {
		const { inbox } = this;
		const { conversation } = inbox.openRow;
		new HandOverDialog({
			parent: inbox,
			load: () => inbox.call("inbox.assignable", { conversation }, { post: false }),
			assign: async (chosen) => {
				inbox.change(conversation, await inbox.call("inbox.assign", { conversation, ...chosen }));
				if (conversation === inbox.queue.selected) inbox.view.chat.refresh();
				inbox.timing.onEvent();
			},
		});
	}

	editConsent() {
		const { inbox } = this;
		const { conversation } = inbox.openRow;
		new ConsentDialog({
			parent: inbox,
			now: () => inbox.clock.now(),
			load: () => inbox.call("inbox.consent", { conversation }, { post: false }),
			save: (given) => inbox.call("inbox.set_consent", { conversation, ...given }),
		});
	}

	/** Posts an action; the answer is the chat's row. Where it fails, the row is as it was. */
	async act(method, row, args = {}) {
		const { inbox } = this;
		const { conversation } = row;
		try {
			inbox.change(conversation, await inbox.call(`inbox.${method}`, { conversation, ...args }));
		} catch (error) {
			inbox.change(conversation, row);
			inbox.reportFailure(conversation, error);
		}
		inbox.timing.onEvent();
	}
}
