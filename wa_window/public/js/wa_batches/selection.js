import { button, fill, h } from "../wa_chat/dom.js";
import { dialogFrame } from "./frames.js";
import { SendDialog } from "./send_dialog.js";

const CHAT = "Chat Conversation";

/** Chats of the inbox are ticked, in whatever lists and searches they are found, to send them a template together. */
export class Selection {
	/** `onEnd()` is called when it ends; `openAnswers(batch)` shows who has answered. */
	constructor({ inbox, onEnd, openAnswers }) {
		this.inbox = inbox;
		this.onEnd = onEnd;
		this.openAnswers = openAnswers;
		this.pane = inbox.view.list;
		this.ticked = new Set();
		this.said = h("span", { role: "status" });
		this.send = button(
			{ class: "wa-button wa-button-primary", onclick: () => this.openDialog() },
			__("Send template…"),
		);
		this.all = button({ class: "wa-button", onclick: () => this.tickAll() }, __("Select all"));
		this.node = h(
			"div",
			{ class: "wi-selection", role: "group", "aria-label": __("Selected chats") },
			this.said,
			h(
				"div",
				{ class: "wi-selection-actions" },
				button({ class: "wa-button", onclick: () => this.end() }, __("Cancel")),
				this.all,
				this.send,
			),
		);
		this.pane.node.append(this.node);
		this.listeners = new AbortController();
		const { signal } = this.listeners;
		this.list.node.addEventListener("keydown", (event) => this.onKey(event), { signal });
		this.list.node.setAttribute("aria-multiselectable", "true");
		this.list.ticked = this.ticked;
		this.show();
	}

	get list() {
		return this.pane.list;
	}

	toggle({ conversation }) {
		if (!this.ticked.delete(conversation)) this.ticked.add(conversation);
		this.show();
	}

	/** The arrow keys go from chat to chat as ever; Space ticks the one that is open. */
	onKey(event) {
		const { selectedRow } = this.inbox.queue;
		if (event.key !== " " || !selectedRow) return;
		event.preventDefault();
		if (!event.repeat) this.toggle(selectedRow);
	}

	/** All that the list has, also what has not been loaded yet. Where that fails, or a search pauses, it says that some are missing. */
	async tickAll() {
		const { queue } = this.inbox;
		const { filter } = queue;
		this.all.disabled = true;
		let last;
		while (queue.filter === filter && queue.next && queue.next !== last) {
			last = queue.next;
			await queue.loadMore();
		}
		this.all.disabled = false;
		if (queue.filter !== filter) return;
		for (const { conversation, gone } of queue.rows) if (!gone) this.ticked.add(conversation);
		this.show();
		if (queue.next) fill(this.said, __("{0} selected, not all yet", [this.ticked.size]));
	}

	show() {
		const { size } = this.ticked;
		fill(this.said, size ? __("{0} selected", [size]) : __("Select the chats"));
		this.send.disabled = !size;
		this.list.draw();
	}

	openDialog() {
		const choice = { record_doctype: CHAT, records: [...this.ticked] };
		new SendDialog({
			frame: dialogFrame(this.inbox),
			transport: this.inbox.transport,
			whom: [{ label: "", choice }],
			openAnswers: this.openAnswers,
			onPrepared: () => this.end(),
		});
	}

	end() {
		this.listeners.abort();
		this.node.remove();
		this.list.node.removeAttribute("aria-multiselectable");
		this.list.ticked = null;
		this.list.draw();
		this.onEnd();
	}
}
