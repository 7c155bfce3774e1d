import { Attention } from "./attention.js";
import { announcement, Banner } from "./banner.js";
import { Composer } from "./composer.js";
import { button, fill, h, icon, isFocusable, whileDisabled } from "./dom.js";
import { draftOf, keepDraft, together } from "./drafts.js";
import { Header } from "./header.js";
import { ClientKeys } from "./keys.js";
import { isCaptioned } from "./media.js";
import { MessageList } from "./message_list.js";
import { isPassing, refusal, standing } from "./standing.js";
import { TemplateDialog } from "./template_dialog.js";
import { nextChange, ServerClock, Times } from "./times.js";

let count = 0;

/**
 * `<wa-chat>`: a lead's WhatsApp chat. Give it a `transport`, then `show({doctype, name})` the lead at each refresh of
 * its form, or `show(null)` for a lead that is not saved yet.
 *
 * The transport: `call(method, args, {post})` resolves with the answer's `message` or rejects with an Error that has
 * `status` (HTTP, 0 without a connection), `excType` and the server's sentence as `message`;
 * `subscribe({doctype, lead, conversation}, onChange)` returns a function that ends it; `upload(file)` resolves with the
 * file's name at the host. Optional: `locale`, `timeZone`, `settingsLink` (opens the settings), `changeNumber(lead)` (shows where the
 * lead's number is changed), `newKey` (makes a client key).
 */
export class WaChat extends HTMLElement {
	constructor() {
		super();
		this.clock = new ServerClock();
		this.visit = newVisit(null);
		this.turn = 0;
		this.attention = new Attention(this, { onAsk: () => this.refresh(), onOffline: () => this.onOffline() });
	}

	set transport(transport) {
		this.host = transport;
		this.times = new Times(transport);
		this.keys = new ClientKeys(transport.newKey);
		if (this.isConnected) this.resume();
	}

	get transport() {
		return this.host;
	}

	/** The same lead again: everything stays, and what is new is fetched. Another lead: its chat, its draft. */
	show(lead) {
		const shown = this.visit.lead;
		const same = lead && shown && lead.doctype === shown.doctype && lead.name === shown.name;
		if (!same) this.goTo(newVisit(lead));
		this.refresh();
	}

	/** To the reply, else to the chat, which passes it on as soon as one can reply. */
	focus(options) {
		const { area } = this.composer;
		if (area.disabled) super.focus(options);
		else area.focus(options);
	}

	connectedCallback() {
		if (!this.messages) this.build();
		this.attention.start();
		this.resume();
	}

	disconnectedCallback() {
		this.running = false;
		this.turn++;
		this.attention.stop();
		clearTimeout(this.tickTimer);
	}

	resume() {
		if (!this.host) return;
		this.running = true;
		this.tick();
		this.refresh();
	}

	build() {
		const id = `wa-banner-${++count}`;
		this.classList.add("wa-chat");
		this.tabIndex = -1;
		this.header = new Header({ onChoose: (conversation) => this.choose(conversation) });
		this.banner = new Banner({
			id,
			onTemplate: () => this.openTemplates(),
			onSettings: () => this.host.settingsLink(),
			onRetry: () => this.refresh(),
		});
		this.messages = new MessageList({
			onOlder: (before) => this.older(before),
			does: {
				again: (message, control) => this.sendAgain(message, control),
				template: ({ body }) => this.openTemplates(body),
				fetch: (message, control) => this.fetchMedia(message, control),
				phone: () => phoneOf(this.visit.answer),
				changeNumber: () => this.host.changeNumber && (() => this.host.changeNumber(this.visit.lead)),
			},
		});
		this.alert = h("div", { class: "wa-alert", role: "alert" });
		this.live = h("div", { class: "wa-unseen", "aria-live": "polite" });
		this.composer = new Composer({
			describedBy: id,
			refuge: this,
			onSend: (text) => this.send(text),
			onInput: (text) => this.onInput(text),
			onTemplate: () => this.openTemplates(),
		});
		// Desk has shortcuts on plain keys; what is typed here is nobody else's.
		this.addEventListener("keydown", (event) => {
			if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
		});
		this.addEventListener("dragover", (event) => this.onDrag(event));
		this.addEventListener("drop", (event) => this.onDrop(event));
		this.append(this.header.node, this.banner.node, this.messages.node, this.alert, this.composer.node, this.live);
	}

	// What is shown

	goTo(visit) {
		this.visit = visit;
		this.turn++;
		this.attention.listenNoMore();
		if (!this.messages) return;
		this.dialog?.leave();
		this.empty();
		this.composer.text = "";
		this.composer.showFiles(visit.files);
		this.composer.setBusy(false);
		fill(this.alert, "");
		this.tick();
	}

	choose(conversation) {
		this.goTo(newVisit(this.visit.lead, conversation));
		this.refresh();
	}

	empty() {
		this.keepFocus(() => {
			this.messages.clear();
			this.messages.say("");
			this.header.show(null);
		});
	}

	/** Shows where the chat stands now, and comes again when that reads differently. */
	tick() {
		clearTimeout(this.tickTimer);
		if (!this.running) return;
		const now = this.clock.now();
		const view = standing(this.visit, now);
		this.dataset.state = view.state;
		this.toggleAttribute("data-locked", view.locked);
		this.toggleAttribute("data-read-only", view.mayReply === false);
		this.keepFocus(() => {
			this.banner.show(view, { now, times: this.times, hasSettings: Boolean(this.host.settingsLink) });
			this.composer.show(view);
		});
		this.announce(view, now);
		if (view.lapsed) this.onLapse();
		const left = view.window?.closes_at_ms - now;
		if (left > 0) this.tickTimer = setTimeout(() => this.onTick(), nextChange(left));
	}

	/** What `change` removes, hides or disables loses the focus: it waits at the chat, one Tab before the banner's buttons. */
	keepFocus(change) {
		const focused = document.activeElement;
		const isOurs = this.contains(focused);
		change();
		if (isOurs && !isFocusable(focused)) super.focus({ preventScroll: true });
	}

	onTick() {
		if (this.clock.mayHaveSlept) this.refresh();
		this.tick();
	}

	/** The window has ended on this page; the server is asked once whether it sees it so too. */
	onLapse() {
		if (this.visit.lapseSeen) return;
		this.visit.lapseSeen = true;
		this.refresh();
	}

	announce(view, now) {
		if (view.state === "loading" || view.state === "unsaved") return;
		const { visit } = this;
		if (visit.announced && visit.announced !== view.state) fill(this.live, announcement(view, now, this.times));
		visit.announced = view.state;
	}

	// What the server says

	call(method, args, options = { post: false }) {
		return this.host.call(`wa_window.api.${method}`, args, options);
	}

	get where() {
		const { lead, conversation } = this.visit;
		const where = { lead_doctype: lead.doctype, lead: lead.name };
		return conversation ? { ...where, conversation } : where;
	}

	async refresh() {
		const { visit } = this;
		if (!this.running || !visit.lead || visit.sending) return;
		const turn = ++this.turn;
		this.attention.asked();
		try {
			const answer = await this.call("chat.open", this.where);
			if (turn === this.turn) this.apply(answer);
		} catch (error) {
			if (turn === this.turn) this.fail(error);
		}
	}

	apply(answer) {
		const { visit } = this;
		const first = !visit.answer;
		visit.answer = answer;
		visit.problem = null;
		visit.lapseSeen = false;
		this.clock.hear(answer.window.now_ms);
		this.follow(answer.conversation);
		if (first) this.showDraft();
		this.header.show(answer);
		this.showMessages(answer);
		this.tick();
		this.markRead(answer);
	}

	/** Stay with the conversation first shown: another one becoming the latest must not swap it under a typing hand. */
	follow(conversation) {
		const { visit } = this;
		if (conversation !== visit.conversation) {
			const { text } = this.composer;
			keepDraft(visit, "");
			visit.conversation = conversation;
			if (text) keepDraft(visit, text);
		}
		const { doctype, name } = visit.lead;
		this.attention.listen(this.host, { doctype, lead: name, conversation });
	}

	showMessages(answer) {
		const forbidden = chosenIn(answer)?.may_read === false;
		this.messages.update(forbidden ? [] : answer.messages, { times: this.times, now: () => this.clock.now(), unread: chosenIn(answer)?.unread_count || 0 });
		if (forbidden) this.messages.say(__("These messages belong to a lead you may not read."));
		else this.messages.say(answer.messages.length ? "" : __("No messages yet."));
	}

	fail(error) {
		const { visit } = this;
		if (visit.conversation && [403, 404].includes(error.status)) {
			// Two conversations may have become one: ask again without naming it.
			visit.conversation = null;
			this.refresh();
			return;
		}
		visit.problem = error;
		if (!isPassing(error)) {
			visit.answer = null;
			this.empty();
		}
		this.tick();
	}

	onOffline() {
		if (!this.visit.lead) return;
		this.turn++;
		this.visit.problem = { status: 0 };
		this.tick();
	}

	/** Also once where a colleague has read it: what the bell tells this person of the chat is read now. */
	async markRead(answer) {
		const { visit } = this;
		const chosen = chosenIn(answer);
		const seen = visit.seen === chosen?.name && !chosen?.unread_count;
		if (!this.attention.visible || !chosen?.may_read || seen) return;
		visit.seen = chosen.name;
		// Should it fail, the next answer still counts them and it is tried again.
		await this.call("chat.mark_read", { conversation: chosen.name }, { post: true }).catch(() => {});
	}

	older(before) {
		return this.call("chat.older", { conversation: this.visit.conversation, before });
	}

	// What a person does

	onInput(text) {
		keepDraft(this.visit, text);
		fill(this.alert, "");
	}

	/** A file without a caption is a message of its own; the text goes last, so that it can be answered. */
	async send(body) {
		const { visit, where } = this;
		const files = [...visit.files];
		const caption = files.length === 1 && isCaptioned(files[0].file);
		this.composer.text = "";
		fill(this.alert, "");
		for (const attached of files) {
			if (!(await this.sendOne(visit, where, { body: caption ? body : "", attached, draft: body }))) return;
		}
		if (body.trim() && !caption) await this.sendOne(visit, where, { body, draft: body });
	}

	/** Text and file are kept until the server has taken them, so that nothing can lose them. */
	async sendOne(visit, where, { body, attached, draft }) {
		const pending = this.messages.addPending({ body, file: attached?.file }, this.clock.now());
		try {
			const sent = await this.deliver("chat.reply", { ...where, body }, attached);
			if (attached) visit.files.splice(visit.files.indexOf(attached), 1);
			if (draftOf(visit) === draft && body === draft) keepDraft(visit, "");
			if (visit === this.visit) pending.settle(sent);
			return true;
		} catch (error) {
			keepDraft(visit, together(draft, draftOf(visit)));
			if (visit === this.visit) {
				pending.withdraw();
				this.complain(error);
			}
			return false;
		} finally {
			if (visit === this.visit) this.composer.showFiles(visit.files);
			this.showDraft();
		}
	}

	onDrag(event) {
		if ([...event.dataTransfer.types].includes("Files")) event.preventDefault();
	}

	onDrop(event) {
		const { files } = event.dataTransfer;
		if (!files.length) return;
		event.preventDefault();
		this.composer.take(files);
	}

	async fetchMedia(message, control) {
		try {
			await whileDisabled(control, this.messages.log, () => this.call("chat.fetch_media", { message: message.name }, { post: true }));
			this.refresh();
		} catch (error) {
			this.complain(error);
		}
	}

	showDraft() {
		const text = this.visit.lead ? draftOf(this.visit) : "";
		if (this.composer.text !== text) this.composer.text = text;
	}

	/** One at a time; whatever comes of it, the state is asked for again afterwards. */
	async deliver(method, given, attached) {
		const { visit } = this;
		let args = given;
		visit.sending = true;
		this.turn++;
		this.composer.setBusy(true);
		try {
			if (attached) args = { ...given, file: (attached.uploaded ||= await this.host.upload(attached.file)) };
			const sent = await this.call(method, { ...args, client_key: this.keys.keyOf([method, args]) }, { post: true });
			this.keys.settle([method, args]);
			return sent;
		} catch (error) {
			if (!isPassing(error)) this.keys.settle([method, args]);
			throw error;
		} finally {
			visit.sending = false;
			if (visit === this.visit) {
				this.composer.setBusy(false);
				this.refresh();
			}
		}
	}

	complain(error) {
		const dismiss = button({ class: "wa-button wa-button-icon", "aria-label": __("Dismiss"), onclick: () => this.dismiss() }, icon("close"));
		fill(this.alert, refusal(error), dismiss);
	}

	dismiss() {
		fill(this.alert, "");
		this.focus();
	}

	async sendAgain(message, control) {
		const { visit } = this;
		if (visit.sending) return;
		try {
			const sent = await whileDisabled(control, this.messages.log, () => this.deliver("chat.send_again", { message: message.name }));
			if (visit === this.visit) this.messages.add(sent);
		} catch (error) {
			if (visit === this.visit) this.complain(error);
		}
	}

	openTemplates(draft = this.composer.text) {
		const { visit, where } = this;
		this.dialog = new TemplateDialog({
			parent: this,
			draft,
			settingsLink: this.host.settingsLink,
			load: () => this.call("templates.usable", where),
			send: async (filled) => {
				const sent = await this.deliver("chat.send_template", { ...where, ...filled });
				if (visit === this.visit) this.messages.add(sent);
			},
		});
	}
}

function newVisit(lead, conversation = null) {
	return { lead, conversation, answer: null, problem: null, sending: false, files: [] };
}

function chosenIn({ conversations, conversation }) {
	return conversations.find(({ name }) => name === conversation);
}

/** The customer's number; a customer who hides it has none. */
function phoneOf(answer) {
	const [, number] = /^whatsapp:(\+\d+)$/.exec(answer?.window.customer_address) || [];
	return number || null;
}
