import { Polling } from "../wa_chat/polling.js";
import { ServerClock } from "../wa_chat/times.js";
import { alertButton } from "./alert_button.js";
import { ChatActions } from "./chat_actions.js";
import { ChatQueue } from "./chat_queue.js";
import { InboxTimes } from "./durations.js";
import { hasDraft, leadOf, sendTemplate, showNotes } from "./embedded_chat.js";
import { Keys, showKeys } from "./keys.js";
import { RecordActions } from "./record_actions.js";
import { RecordSource } from "./record_source.js";
import { RefreshTiming } from "./refresh_timing.js";
import { Screens } from "./screens.js";
import { SelectButton } from "./select_button.js";
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
		this.actions = new ChatActions(this);
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
				actions: this.actions,
				onBack: () => this.leave(),
				onSearch: () => this.searchChat(),
				onDetails: () => this.toggleDetails(),
				onKeys: () => this.showKeys(),
			},
			details: new RecordActions(this),
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
		this.report(row, __("Not sent to {0}: {1}", [row.title, error.message]));
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
		this.report(row, __("Note about {0} not saved: {1}", [row.title, error.message]), () => this.writeNote());
	}

	/** Of a chat that was left meanwhile. */
	reportFailure(conversation, error) {
		const row = this.openedRows.get(conversation);
		this.report(row, `${row.title}: ${error.message}`);
	}

	/** With the way back to the chat, and there to what was being done. */
	report(row, text, goOn) {
		const onclick = () => {
			this.open(row);
			goOn?.();
		};
		this.view.list.showError(text, { label: __("Show the chat"), onclick });
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
