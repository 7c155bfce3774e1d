import { whileDisabled } from "./dom.js";
import { draftOf, saveDraft, saveSeen, seenOf } from "./drafts.js";
import { IdempotencyKeys } from "./idempotency_keys.js";
import { loadParts, setLoader } from "./on_demand.js";
import { Polling } from "./polling.js";
import { Presence } from "./presence.js";
import { Sending } from "./sending.js";
import { Session } from "./session.js";
import { nextChange, ServerClock, Times } from "./times.js";
import { View } from "./view.js";
import { viewState } from "./view_state.js";

// Who goes on to the next chat by then does not ask.
const OTHERS_MS = 1000;

/**
 * `<wa-chat>`: a lead's WhatsApp chat. Give it a `transport`, then `show({doctype, name})` the lead at each refresh of
 * its form, or `show(null)` for a lead that is not saved yet. `show(lead, conversation)` shows that one of its conversations.
 *
 * With the attribute `embedded` the page around it shows who the customer is and the window, and the chat no header. It
 * hears of both by events, each with a `detail`: `wa-chat-state` (a viewState, `now` and how many are `unread`, at every change of its text),
 * `wa-chat-sent` (`session`, `message`) and `wa-chat-send-failed` (`session`, `error`) for a chat that is no longer shown.
 *
 * The transport: `call(method, args, {post, keepalive})` (a `keepalive` call goes out although the page is being closed) resolves with
 * the answer's `message` or rejects with an Error that has `status` (HTTP, 0 without a connection), `excType` and the server's
 * sentence as `message`; `subscribe({doctype, lead, conversation}, onChange, onPresence)` returns a function that ends it;
 * `upload(file)` resolves with the file's name at the host; `loadParts()` with the module parts.js. Optional: `locale`, `timeZone`,
 * `settingsLink` (opens the settings), `changeNumber(lead)` (shows where the lead's number is changed), `recordLink({doctype, name})`
 * (a record's URL), `newKey` (makes an idempotency key).
 *
 * The parts: a Session knows one lead's chat, the View shows it, Sending posts messages, Polling says when to refresh.
 */
export class WaChat extends HTMLElement {
	constructor() {
		super();
		this.clock = new ServerClock();
		this.session = this.newSession(null);
		this.sending = new Sending(this);
		this.presence = new Presence({
			call: (writing) => this.look(writing),
			leave: (conversation) => this.call("chat.leave", { conversation }, { post: true, keepalive: true }),
			onChange: (present) => this.view?.showPresent(present),
		});
		this.polling = new Polling(this, {
			onRefresh: () => this.refresh(),
			onOffline: () => this.onOffline(),
			onPresence: () => this.presence.onServerEvent(),
			onPageHide: () => this.presence.goAway(),
		});
	}

	set transport(transport) {
		this.host = transport;
		this.times = new Times(transport);
		this.keys = new IdempotencyKeys(transport.newKey);
		setLoader(transport.loadParts);
		if (this.isConnected) this.resume();
	}

	get transport() {
		return this.host;
	}

	/** The same lead again: everything stays, and what is new is fetched. Another lead: its chat, its draft. */
	show(lead, conversation = null) {
		if (!this.session.isFor(lead, conversation)) this.startSession(lead, conversation);
		this.refresh();
	}

	/** To the reply field, else to the chat, which passes the focus on when the field is enabled. */
	focus(options) {
		const { area } = this.view.composer;
		if (area.disabled) super.focus(options);
		else area.focus(options);
	}

	/** Sends what is written. Returns whether there was something that could be sent. */
	submit() {
		const { composer } = this.view;
		const canSend = !composer.send.disabled;
		composer.submit();
		return canSend;
	}

	get canSendTemplate() {
		return viewState(this.session, this.clock.now()).template;
	}

	// Lifecycle

	connectedCallback() {
		if (!this.view) this.build();
		this.polling.start();
		this.resume();
	}

	disconnectedCallback() {
		this.running = false;
		this.session.ignorePendingAnswers();
		this.polling.stop();
		this.presence.stop();
		clearTimeout(this.tickTimer);
	}

	resume() {
		if (!this.host) return;
		this.running = true;
		this.tick();
		this.refresh();
	}

	build() {
		this.classList.add("wa-chat");
		this.tabIndex = -1;
		this.view = new View(this, {
			onMenu: (control) => this.openPopup("ChatMenu", control),
			onSearch: () => this.openSearch(),
			onChoose: (conversation) => this.choose(conversation),
			onTemplate: () => this.openTemplates(),
			onSettings: () => this.host.settingsLink(),
			onRetry: () => this.refresh(),
			onDismiss: () => this.focus(),
			onSend: (text) => this.sending.reply(text),
			onSplit: (text, max) => this.sending.openSplit(text, max),
			onInput: (text) => this.onInput(text),
			onAttach: (control) => this.openFileSources(control),
			loadOlder: (before, until) => this.session.loadOlder(before, until),
			actions: {
				resend: (message, control) => this.sending.resend(message, control),
				sendTemplate: ({ body }) => this.openTemplates(body),
				saveReply: ({ body }) => this.openSaveReply(body),
				fetchMedia: (message, control) => this.fetchMedia(message, control),
				contacts: (message) => this.call("chat.contacts", { message }),
				createLead: (lead) => this.call("chat.create_lead", lead, { post: true }),
				recordLink: (lead) => this.host.recordLink?.(lead) ?? null,
				customerPhone: () => this.session.customerPhone,
				changeNumber: () => this.host.changeNumber && (() => this.host.changeNumber(this.session.lead)),
			},
		});
	}

	// The session

	newSession(lead, conversation = null) {
		return new Session({
			lead,
			conversation,
			call: (...request) => this.call(...request),
			onAnswer: (isFirst) => this.onAnswer(isFirst),
			onProblem: () => this.onProblem(),
		});
	}

	startSession(lead, conversation) {
		this.session.ignorePendingAnswers();
		this.session = this.newSession(lead, conversation);
		this.polling.unsubscribe();
		if (!this.view) return;
		this.dialog?.close();
		this.popup?.close();
		this.search?.close();
		this.others?.close();
		this.presence.stop();
		this.view.reset(this.session.outbox);
		this.tick();
	}

	choose(conversation) {
		this.startSession(this.session.lead, conversation);
		this.refresh();
	}

	call(method, args, options = { post: false }) {
		return this.host.call(`wa_window.api.${method}`, args, options);
	}

	refresh() {
		if (!this.running || !this.session.canRefresh) return;
		this.polling.restartTimer();
		this.session.refresh();
	}

	onAnswer(isFirst) {
		const { session, view, clock } = this;
		const { answer } = session;
		const { composer } = view;
		clock.sync(answer.window.now_ms);
		session.follow(answer.conversation, composer.text);
		if (composer.outbox !== session.outbox) composer.showOutbox(session.outbox);
		const { doctype, name } = session.lead;
		this.polling.subscribe(this.host, { doctype, lead: name, conversation: answer.conversation });
		if (isFirst) {
			this.showDraft();
			setTimeout(() => this.showOtherLeads(session), OTHERS_MS);
		}
		this.showMessages();
		this.tick();
		if (this.showsNewest) session.markRead();
		const isNewChat = this.presence.chat !== answer.conversation;
		this.presence.chat = answer.conversation;
		if (isNewChat) this.presence.ask(false);
		else this.presence.showKnown(answer.present);
	}

	/** Whether a person can see what has just come: an earlier part of the chat may stand in place of its newest messages. */
	get showsNewest() {
		return this.polling.visible && !this.view.messages.node.hidden;
	}

	showMessages() {
		const { session, view, clock, times } = this;
		const { answer, selected } = session;
		const messages = session.arrange(answer.messages);
		view.showAnswer(answer, selected, { messages, times, now: () => clock.now() });
	}

	/** Other leads with this number, for who stays: the chat is as usable without them. */
	async showOtherLeads(session) {
		if (session !== this.session) return;
		const others = await this.call("chat.other_leads", session.target).catch(() => []);
		if (others.length) (await loadParts()).showOtherLeads(others, this, session);
	}

	onProblem() {
		if (!this.session.answer) this.view.clear();
		this.tick();
	}

	onOffline() {
		const { session } = this;
		if (!session.lead) return;
		session.ignorePendingAnswers();
		session.problem = { status: 0 };
		this.tick();
	}

	// The passing of time

	/** Shows the chat's state, and runs again when its text changes. */
	tick() {
		clearTimeout(this.tickTimer);
		if (!this.running) return;
		const { session, times } = this;
		const now = this.clock.now();
		const state = viewState(session, now);
		this.view.show(state, { now, times, hasSettings: Boolean(this.host.settingsLink) });
		this.announce(state, now);
		this.emit("wa-chat-state", { ...state, now, unread: this.showsNewest ? 0 : session.unread });
		if (state.expired) this.onExpired();
		const left = state.window?.closes_at_ms - now;
		if (left > 0) this.tickTimer = setTimeout(() => this.onTick(), nextChange(left));
	}

	onTick() {
		if (this.clock.mayHaveSlept) this.refresh();
		this.tick();
	}

	/** The window has ended by the clock of this page: the server is asked once whether it agrees. */
	onExpired() {
		if (this.session.expiryReported) return;
		this.session.expiryReported = true;
		this.refresh();
	}

	/** Changes of the state are announced, the state at the beginning is not. */
	announce(state, now) {
		if (state.state === "loading" || state.state === "unsaved") return;
		const { session } = this;
		const hasChanged = session.announced && session.announced !== state.state;
		if (hasChanged) this.view.announce(state, now, this.times);
		session.announced = state.state;
	}

	onSent(session, message) {
		this.presence.onSent();
		this.emit("wa-chat-sent", { session, message });
	}

	emit(name, detail) {
		this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
	}

	// What a person does

	onInput(text) {
		saveDraft(this.session, text);
		if (text) {
			if (seenOf(this.session) === null) saveSeen(this.session, this.session.newest);
			this.presence.onInput();
		}
		this.view.clearError();
	}

	showDraft() {
		const { composer } = this.view;
		const text = this.session.lead ? draftOf(this.session) : "";
		if (composer.text !== text) composer.text = text;
	}

	openTemplates(draft = this.view.composer.text) {
		this.sending.openTemplates(draft);
	}

	/** Says that this person is looking, or writing; null while nobody looks at a chat. */
	look(writing) {
		const { session } = this;
		const { selected } = session;
		if (!this.running || !this.polling.visible || !selected?.may_read) return null;
		return this.call(
			"chat.presence",
			{ conversation: selected.name, writing: Number(writing) },
			{ post: true },
		);
	}

	async takeChat(control) {
		const { session } = this;
		const args = { conversation: session.conversation };
		try {
			await whileDisabled(control, this.view.messages.log, () =>
				this.call("inbox.take", args, { post: true }),
			);
			this.refresh();
		} catch (error) {
			if (session === this.session) this.view.showError(error);
		}
	}

	openHandOver() {
		const { conversation } = this.session;
		this.openDialog("HandOverDialog", {
			load: () => this.call("inbox.assignable", { conversation }),
			assign: async (chosen) => {
				await this.call("inbox.assign", { conversation, ...chosen }, { post: true });
				this.refresh();
			},
		});
	}

	openSaveReply(text) {
		const save = async (reply) => {
			const { warnings } = await this.call("quick_replies.add", reply, { post: true });
			if (warnings.length) this.view.showError({ status: 417, message: warnings.join(" ") });
		};
		this.openDialog("SaveReplyDialog", { text, save });
	}

	/** One of the dialogs of parts.js, once it is loaded, unless another chat is shown or another dialog open by then. */
	async openDialog(name, options) {
		const { session } = this;
		const parts = await this.loadParts();
		if (!parts || session !== this.session || this.dialog?.node.isConnected) return;
		this.dialog = new parts[name]({ parent: this, ...options });
	}

	/** One of the menus of parts.js beside a button, which closes it again. */
	async openPopup(name, anchor, options) {
		const { session } = this;
		const parts = await this.loadParts();
		if (!parts || session !== this.session) return;
		if (this.popup?.isOpen) this.popup.closeMenu();
		else this.popup = new parts[name]({ parent: this, anchor, ...options });
	}

	openFileSources(anchor) {
		const { session, view } = this;
		this.openPopup("FileSources", anchor, {
			call: (...request) => this.call(...request),
			target: session.target,
			pick: () => view.composer.fileInput.click(),
			onChoose: (files) => view.composer.addStored(files),
		});
	}

	async openSearch() {
		const { session } = this;
		const parts = await this.loadParts();
		if (!parts || session !== this.session || !session.selected?.may_read) return;
		if (this.search?.node.isConnected) this.search.focus();
		else this.search = new parts.ChatSearch(this);
	}

	/** The parts that are loaded on demand; null where they cannot be loaded, which the chat says then. */
	async loadParts() {
		try {
			return await loadParts();
		} catch {
			const message = __("This could not be loaded. Reload the page and try again.");
			this.view.showError({ status: 404, message });
			return null;
		}
	}

	async fetchMedia(message, control) {
		const args = { message: message.name };
		try {
			await whileDisabled(control, this.view.messages.log, () =>
				this.call("chat.fetch_media", args, { post: true }),
			);
			this.refresh();
		} catch (error) {
			this.view.showError(error);
		}
	}
}
