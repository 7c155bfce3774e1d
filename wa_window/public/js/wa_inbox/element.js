import { ConsentDialog } from "../wa_chat/consent_dialog.js";
import { HandOverDialog } from "../wa_chat/hand_over_dialog.js";
import { Polling } from "../wa_chat/polling.js";
import { ServerClock } from "../wa_chat/times.js";
import { alertButton } from "./alert_button.js";
import { ChatQueue } from "./chat_queue.js";
import { InboxTimes } from "./durations.js";
import { hasDraft, lastStored, relink, sendTemplate, showNotes } from "./embedded_chat.js";
import { Keys, showKeys } from "./keys.js";
import { RecordSource } from "./record_source.js";
import { RefreshTiming } from "./refresh_timing.js";
import { Screens } from "./screens.js";
import { SelectButton } from "./select_button.js";
import { SnoozeDialog } from "./snooze_dialog.js";
import { View } from "./view.js";

const TICK_MS = 10_000;
// While an arrow key is held down, only the chat at which it is let go is opened.
const HELD_KEY_MS = 120;

/**
 * `<wa-inbox>`: all chats that a user may answer, and one of them open. Give it a `transport`, that of `<wa-chat>` and
 * beside it, all optional: `subscribeInbox(onChange)`, which calls back when a chat of this user's inbox has changed and
 * returns a function that ends it; `recordLink({doctype, name})`, the URL of a record; `canAlert`, whether the host
 * alerts to new messages (alerts.js); `loadBatches()`, where the user may send a template to many, which resolves with
 * wa_batches/index.js. It is as high as its place:
 * `--wi-height` says how high that is, else it fills the window. Its event `wa-inbox-count` has the number of chats that need
 * a reply.
 *
 * The parts: a ChatQueue knows the list, the View shows it with the chat and the record beside it, Keys are the
 * keyboard, Screens are what a narrow page shows.
 */
export class WaInbox extends HTMLElement {
	constructor() {
		super();
		this.clock = new ServerClock();
		this.keys = new Keys(this);
		// As they were when they were opened: a message may be refused when its chat is in no list any more.
		this.openedRows = new Map();
		this.record = new RecordSource({
			call: (method, args, options) => this.call(method, args, options),
			onChange: () => this.onRecord(),
		});
		this.forgetChat();
		this.screens = new Screens(this, {
			onChange: () => this.showAll(),
			onMove: (screen) => this.view.focus(screen),
		});
		this.timing = new RefreshTiming(() => this.refresh());
		this.polling = new Polling(this, {
			onRefresh: () => this.refresh(),
			onOffline: () => this.onOffline(),
		});
		this.queue = new ChatQueue({
			call: (method, args) => this.call(method, args, { post: false }),
			isHeld: () => this.view.list.isHeld,
			onChange: (now) => this.onListChange(now),
		});
	}

	set transport(transport) {
		this.host = transport;
		this.times = new InboxTimes(transport);
		if (this.isConnected) this.resume();
	}

	get transport() {
		return this.host;
	}

	get isVisible() {
		return this.getClientRects().length > 0;
	}

	// Lifecycle

	connectedCallback() {
		if (this.host) this.resume();
	}

	disconnectedCallback() {
		if (!this.running) return;
		this.running = false;
		this.queue.ignorePendingAnswers();
		this.keys.stop();
		this.screens.stop();
		this.timing.stop();
		this.polling.stop();
		this.endSubscription?.();
		this.record.forget();
		// Back in the document they would be open and not modal.
		for (const dialog of this.querySelectorAll("dialog[open]")) dialog.close();
		clearInterval(this.ticker);
		clearTimeout(this.heldKeyTimer);
	}

	resume() {
		if (this.running) return;
		if (!this.view) this.build();
		this.running = true;
		this.needsReply = null;
		this.view.chat.transport = this.host;
		this.screens.start();
		this.keys.start();
		this.polling.start();
		this.endSubscription = this.host.subscribeInbox?.(() => this.timing.onEvent());
		this.ticker = setInterval(() => this.showAll(), TICK_MS);
		this.refresh();
	}

	build() {
		this.classList.add("wa-inbox");
		this.selectButton = new SelectButton(this);
		this.view = new View(this, {
			context: () => ({ now: this.clock.now(), times: this.times }),
			settingsLink: this.host.settingsLink,
			recordLink: (lead) => this.host.recordLink?.(lead) ?? null,
			onCloseDetails: () => this.toggleDetails(),
			list: {
				onOpen: (row) => this.selectButton.take(row) || this.open(row),
				onFilter: (changes) => this.queue.show(changes),
				onNearEnd: () => this.queue.loadMore(),
				onSearchOn: () => this.queue.searchOn(),
				onRelease: () => this.queue.release(),
				onRetry: () => this.refresh(),
				onEnter: () => this.openFirst(),
			},
			header: {
				back: () => this.leave(),
				done: () => this.done(),
				take: () => this.take(),
				handOver: () => this.handOver(),
				editConsent: () => this.editConsent(),
				snooze: (until) => this.snooze(until),
				chooseSnooze: () => this.chooseSnooze(),
				searchChat: () => this.searchChat(),
				markUnread: () => this.markUnread(),
				toggleDetails: () => this.toggleDetails(),
				showKeys: () => this.showKeys(),
			},
			details: {
				setField: (...change) => this.setField(...change),
				askFirst: (...change) => this.askFirst(...change),
				keepNumber: (conversation) => this.reportFailure(conversation, numberKept()),
				choices: (conversation, field) =>
					this.call("inbox.choices", { conversation, field }, { post: false }),
				link: (candidate) => this.linkTo(candidate),
				create: () => this.createLead(),
				retry: () => this.record.refresh(),
			},
			onMode: (mode) => (mode === "note" ? this.writeNote() : this.writeReply()),
			note: {
				save: (conversation, text) => this.call("inbox.note", { conversation, text }),
				onSaved: (conversation) => this.onNoteSaved(conversation),
				onError: (conversation, error) => this.onNoteError(conversation, error),
			},
			offer: {
				load: () => this.call("templates.usable", this.view.chat.session.target, { post: false }),
				send: (template) => sendTemplate(this.view.chat, template),
				onSent: () => this.view.list.focus(),
				openAll: () => this.openTemplates(),
			},
		});
		const { list } = this.view;
		if (this.host.loadBatches) list.filters.addButton(this.selectButton.node);
		if (this.host.canAlert) {
			list.filters.addButton(alertButton((text) => list.showNotice(text)));
		}
		this.addEventListener("wa-chat-state", ({ detail }) => this.onChatState(detail));
		this.addEventListener("wa-chat-sent", ({ detail }) => this.onSent(detail));
		this.addEventListener("wa-chat-send-failed", ({ detail }) => this.onSendFailed(detail));
	}

	// Fetching

	call(method, args, { post = true } = {}) {
		return this.host.call(`wa_window.api.${method}`, args, { post });
	}

	refresh() {
		if (!this.running) return;
		this.polling.restartTimer();
		this.queue.refresh();
	}

	onOffline() {
		this.queue.ignorePendingAnswers();
		this.queue.fail({ status: 0 });
	}

	/** `now`: the server's time, after an answer of its own. */
	onListChange(now) {
		if (now) this.clock.sync(now);
		this.showAll();
		const { needs_reply: count } = this.queue.counts;
		if (count === undefined || count === this.needsReply) return;
		this.needsReply = count;
		this.dispatchEvent(new CustomEvent("wa-inbox-count", { detail: { count }, bubbles: true }));
	}

	showAll() {
		if (!this.view) return;
		const { queue, screens } = this;
		const row = queue.selectedRow ?? (queue.selected ? this.openRow : null);
		if (row) this.openRow = row;
		this.view.show(queue, {
			row,
			window: this.chatWindow,
			rights: this.rights,
			record: this.record,
			layout: screens.layout,
			screen: screens.screen,
		});
	}

	// The chat that is open

	open(row) {
		if (row.conversation !== this.queue.selected) this.forgetChat();
		this.view.isOverChat = false;
		clearTimeout(this.heldKeyTimer);
		this.openRow = row;
		this.openedRows.set(row.conversation, { ...row, unread: 0 });
		this.queue.select(row.conversation);
		this.view.list.list.reveal(row.conversation);
		this.screens.open("chat");
		this.view.chat.show(leadOf(row), row.conversation);
	}

	/** Opens a chat that may be in no list, such as one that a link leads to. */
	async openConversation(conversation) {
		if (conversation === this.queue.selected) return;
		try {
			const args = { queue: "all", conversations: JSON.stringify([conversation]), limit: 1 };
			const row =
				this.queue.row(conversation) ?? (await this.call("inbox.chats", args, { post: false })).chats[0];
			if (row) this.open(row);
			else this.view.list.showError(__("Chat not found, or you may not read it."));
		} catch (error) {
			this.view.list.showError(error.message);
		}
	}

	/** What the chat that was open has said about itself. Until the next one has, its row is believed, and nothing is refused. */
	forgetChat() {
		this.chatWindow = null;
		this.record.forget();
		this.view?.offer.forget();
		this.view?.note.show(null);
		this.view?.modes.show("reply");
		this.rights = { take: true, assign: true, write: true };
	}

	/** No chat is open any more. */
	closeChat() {
		this.queue.select(null);
		this.openRow = null;
		this.forgetChat();
		this.view.chat.show(null);
		this.screens.back();
		this.showAll();
		this.view.list.focus();
	}

	/** The window as the chat itself knows it. */
	onChatState({ state, window, windowState, locked, template }) {
		const isKnown = this.queue.selected && window && state !== "loading";
		const { answer } = this.view.chat.session;
		if (isKnown && answer?.conversation === this.queue.selected) {
			this.rights = { take: answer.may_take, assign: answer.may_assign, write: answer.may_reply };
			this.chatWindow = window;
			this.record.show(this.queue.selected, answer);
			const isClosed = locked && template && state === windowState;
			const isWanted = isClosed && !hasDraft(this.view.chat);
			this.view.offer.show(this.queue.selected, isWanted, answer.messages);
			if (this.openRow.unread && this.polling.visible) this.change(this.queue.selected, { unread: 0 });
			else this.showAll();
		}
	}

	onRecord() {
		const { conversation, answer } = this.record;
		if (answer) {
			const notes = (answer.notes ?? []).filter(({ doctype }) => doctype === "Comment");
			showNotes(this.view.chat, conversation, notes);
		}
		this.showAll();
	}

	/** What the server has answered about a row, or what is known without it. */
	change(name, changes) {
		if (this.openRow?.conversation === name) this.openRow = { ...this.openRow, ...changes };
		this.queue.update(name, changes);
	}

	onSent({ session, message }) {
		const last = {
			name: message.name,
			direction: "Outbound",
			text: message.body,
			kind: message.kind,
			author: "",
			is_mine: true,
			status: message.delivery_status,
			failed: false,
			at_ms: message.sent_at_ms,
		};
		this.change(session.conversation, { last, waiting_since_ms: 0 });
		this.dropFinished(session.conversation);
		this.timing.onEvent();
	}

	/** A message to a chat that was left before the server refused it. Its text is that chat's draft again. */
	onSendFailed({ session, error }) {
		const row = this.openedRows.get(session.conversation);
		this.change(row.conversation, row);
		this.view.list.showError(__("Not sent to {0}: {1}", [row.title, error.message]), {
			label: __("Show the chat"),
			onclick: () => this.open(row),
		});
		this.timing.onEvent();
	}

	/** Out of the list, unless it is open. */
	dropFinished(name) {
		const row = this.queue.row(name);
		if (!row || name === this.queue.selected || this.queue.belongs(row)) return;
		this.queue.remove(name);
		this.showAll();
	}

	// From chat to chat

	openNext(event) {
		this.move(1, event);
	}

	openPrevious(event) {
		this.move(-1, event);
	}

	move(step, event) {
		const row = this.queue.neighbour(step);
		if (!row) return;
		if (event?.repeat) this.openSoon(row);
		else this.open(row);
		if (!this.screens.isNarrow) this.view.list.focus();
	}

	/** Unless another row is chosen first. */
	openSoon(row) {
		clearTimeout(this.heldKeyTimer);
		this.forgetChat();
		this.openRow = row;
		this.queue.select(row.conversation);
		this.view.list.list.reveal(row.conversation);
		this.heldKeyTimer = setTimeout(() => this.open(row), HELD_KEY_MS);
	}

	openFirst() {
		const [row] = this.queue.rows;
		if (row) this.open(row);
	}

	/** To the chat that follows; where there is none, all that was in the list is finished. */
	goOn({ focusChat }) {
		const { following } = this.queue;
		if (!following) {
			this.closeChat();
			return;
		}
		this.open(following);
		if (focusChat) this.view.chat.focus();
		else if (!this.screens.isNarrow) this.view.list.focus();
	}

	// What a person does

	/** To the field for a reply, else to the template that may be sent instead. */
	write() {
		if (!this.ensureOpen()) return;
		const { chat, offer } = this.view;
		this.writeReply();
		if (!offer.isShown && chat.canSendTemplate && chat.hasAttribute("data-locked")) chat.openTemplates();
	}

	writeReply() {
		const { chat, modes, offer } = this.view;
		modes.show("reply");
		if (offer.isShown) offer.focus();
		else chat.focus();
	}

	writeNote() {
		if (!this.ensureOpen() || !this.rights.write) return;
		const { modes, note } = this.view;
		note.show(this.openRow.conversation);
		modes.show("note");
		note.focus();
	}

	/** Opens the first chat where none is open; the one that is may still be one that a held key has passed. */
	ensureOpen() {
		const { chat } = this.view;
		if (!this.openRow) this.openFirst();
		if (!this.openRow) return false;
		if (!chat.session.isFor(leadOf(this.openRow), this.openRow.conversation)) this.open(this.openRow);
		return true;
	}

	onNoteSaved(conversation) {
		if (conversation === this.record.conversation) this.record.refresh();
	}

	onNoteError(conversation, error) {
		const row = this.openedRows.get(conversation);
		this.view.list.showError(__("Note about {0} not saved: {1}", [row.title, error.message]), {
			label: __("Show the chat"),
			onclick: () => {
				this.open(row);
				this.writeNote();
			},
		});
	}

	/** Of a chat that was left meanwhile. */
	reportFailure(conversation, error) {
		const row = this.openedRows.get(conversation);
		this.view.list.showError(`${row.title}: ${error.message}`, {
			label: __("Show the chat"),
			onclick: () => this.open(row),
		});
	}

	/** What the record's form asks too: how many messages belong to the number that it has. A chat that was left meanwhile keeps it. */
	async askFirst(conversation, { doctype, name }, values) {
		const isLeft = () => conversation !== this.queue.selected;
		try {
			const question = await this.call("chat.number_change", { lead_doctype: doctype, lead: name, values });
			if (question && isLeft()) throw numberKept();
			return question;
		} catch (error) {
			if (isLeft()) this.reportFailure(conversation, error);
			throw error;
		}
	}

	/** Resolves when the record has been saved, and rejects with why it was not. */
	async setField(conversation, field, value, was) {
		try {
			const { fields } = await this.call("inbox.set_field", { conversation, field, value, was });
			this.record.setFields(conversation, fields);
			this.timing.onEvent();
		} catch (error) {
			if (error.status === 409) this.record.refresh();
			if (conversation !== this.queue.selected) this.reportFailure(conversation, error);
			throw error;
		}
	}

	linkTo({ doctype, name }) {
		return this.link("inbox.link", { lead_doctype: doctype, lead: name });
	}

	createLead() {
		return this.link("inbox.create_lead");
	}

	/** The chat belongs to a record then; what has been typed stays. */
	async link(method, args = {}) {
		const row = this.openRow;
		const { conversation } = row;
		try {
			const { lead_doctype: doctype, lead, ...more } = await this.call(method, { conversation, ...args });
			this.change(conversation, { ...more, lead_doctype: doctype, lead });
			if (this.openRow?.conversation === conversation) relink(this.view.chat, leadOf(this.openRow));
		} catch (error) {
			this.view.list.showError(`${row.title}: ${error.message}`);
		}
		this.record.refresh();
		this.timing.onEvent();
	}

	sendAndNext() {
		const { openRow } = this;
		if (!this.view.chat.submit()) return;
		this.change(openRow.conversation, { waiting_since_ms: 0 });
		this.goOn({ focusChat: true });
	}

	openTemplates() {
		const { chat } = this.view;
		if (this.queue.selected && chat.canSendTemplate) chat.openTemplates();
	}

	search() {
		const { search } = this.view.list.filters;
		this.screens.show("list");
		search.focus();
		search.select();
	}

	searchChat() {
		if (this.ensureOpen()) this.view.chat.openSearch();
	}

	/** Escape and Back: from the chat's field to the list, on a narrow page to the screen before. */
	leave() {
		if (this.screens.isNarrow) this.screens.back();
		else if (this.view.isOverChat) this.toggleDetails();
		else this.view.list.focus();
	}

	/** What the customer has written since, and nobody has seen here, still needs a reply. */
	done() {
		if (!(this.openRow?.waiting_since_ms > 0 && this.rights.write)) return;
		const row = this.openRow;
		const seen = lastStored(this.view.chat, row.conversation) ?? row.last?.name;
		this.change(row.conversation, { waiting_since_ms: 0 });
		this.view.list.showNotice(__("Done: {0}", [row.title]));
		this.goOn({ focusChat: false });
		this.act("done", row, { seen });
	}

	snooze(until, row = this.openRow) {
		this.change(row.conversation, { snoozed_until_ms: until });
		const now = this.clock.now();
		this.view.list.showNotice(
			until > now ? __("{0} is snoozed until {1}", [row.title, this.times.dateTime(until, now)]) : "",
		);
		if (until > now) this.goOn({ focusChat: false });
		this.act("snooze", row, { until_ms: Math.round(until) });
	}

	chooseSnooze() {
		const row = this.openRow;
		new SnoozeDialog({
			parent: this,
			times: this.times,
			now: () => this.clock.now(),
			onChosen: (until) => this.snooze(until, row),
		});
	}

	take() {
		if (this.openRow && this.rights.take) this.act("take", this.openRow);
	}

	/** The chat is closed: what is open is read. */
	markUnread() {
		if (!this.openRow) return;
		const row = this.openRow;
		this.closeChat();
		this.act("mark_unread", row);
	}

	handOver() {
		const { conversation } = this.openRow;
		new HandOverDialog({
			parent: this,
			load: () => this.call("inbox.assignable", { conversation }, { post: false }),
			assign: async (chosen) => {
				this.change(conversation, await this.call("inbox.assign", { conversation, ...chosen }));
				if (conversation === this.queue.selected) this.view.chat.refresh();
				this.timing.onEvent();
			},
		});
	}

	editConsent() {
		const { conversation } = this.openRow;
		new ConsentDialog({
			parent: this,
			now: () => this.clock.now(),
			load: () => this.call("inbox.consent", { conversation }, { post: false }),
			save: (given) => this.call("inbox.set_consent", { conversation, ...given }),
		});
	}

	/** Posts an action; the answer is the chat's row. Where it fails, the row is as it was. */
	async act(method, row, args = {}) {
		const { conversation } = row;
		try {
			this.change(conversation, await this.call(`inbox.${method}`, { conversation, ...args }));
		} catch (error) {
			this.change(conversation, row);
			this.reportFailure(conversation, error);
		}
		this.timing.onEvent();
	}

	toggleDetails() {
		if (this.screens.isNarrow) {
			if (this.screens.screen === "details") this.screens.back();
			else this.screens.open("details");
			return;
		}
		const hadFocus = this.view.details.node.contains(document.activeElement);
		this.view.toggleDetails(this.screens.layout);
		this.showAll();
		if (hadFocus) this.view.header.details.focus();
	}

	showKeys() {
		showKeys(this);
	}
}

function numberKept() {
	return new Error(__("Number not changed."));
}

/** A chat without a lead is opened by itself. */
function leadOf({ lead_doctype: doctype, lead: name, conversation }) {
	return name ? { doctype, name } : { doctype: "Chat Conversation", name: conversation };
}
