import { moveDraft, outboxOf } from "./drafts.js";
import { isTransient } from "./errors.js";

/**
 * One lead's chat while it is shown: the server's last answer or the problem that came instead, and its `outbox`, which
 * it shares with the chat's earlier sessions. `conversation` is the one that is shown: null until the first answer, or where there is none.
 */
export class Session {
	/** `call(method, args, options)` calls the server, `onAnswer(isFirst)` and `onProblem()` are called after a refresh. */
	constructor({ lead, conversation = null, call, onAnswer, onProblem }) {
		this.lead = lead;
		this.conversation = conversation;
		this.call = call;
		this.onAnswer = onAnswer;
		this.onProblem = onProblem;
		this.answer = null;
		this.problem = null;
		// A page of messages, sent before `until` and from `since` on where they are given, as the list shows it: the inbox adds its notes.
		this.arrange = (messages, _until, _since) => messages;
		this.outbox = lead ? outboxOf(this) : { files: [], sending: false };
		this.latestRequest = 0;
	}

	get files() {
		return this.outbox.files;
	}

	/** Whether a message of this chat is on its way to the server. */
	get sending() {
		return this.outbox.sending;
	}

	/** Without a `conversation` any one of the lead's. */
	isFor(lead, conversation = null) {
		return (
			Boolean(lead && this.lead) &&
			lead.doctype === this.lead.doctype &&
			lead.name === this.lead.name &&
			(!conversation || conversation === this.conversation)
		);
	}

	/** The API's arguments that name this chat. */
	get target() {
		const { lead, conversation } = this;
		const target = { lead_doctype: lead.doctype, lead: lead.name };
		return conversation ? { ...target, conversation } : target;
	}

	/** The conversation that is shown, as the last answer has it. */
	get selected() {
		return this.answer?.conversations.find(({ name }) => name === this.answer.conversation);
	}

	/** The name of the newest message that is shown, empty where there is none. */
	get newest() {
		return this.answer?.messages.at(-1)?.name ?? "";
	}

	/** The customer's number; a customer who hides it has none. */
	get customerPhone() {
		const [, phone] = /^whatsapp:(\+\d+)$/.exec(this.answer?.window.customer_address) || [];
		return phone || null;
	}

	/** While something is being sent, the server's answer may be older than what is on the screen, if there is anything yet. */
	get canRefresh() {
		return Boolean(this.lead) && !(this.sending && this.answer);
	}

	async refresh() {
		const request = ++this.latestRequest;
		try {
			const answer = await this.call("chat.open", this.target);
			if (request === this.latestRequest) this.apply(answer);
		} catch (error) {
			if (request === this.latestRequest) this.fail(error);
		}
	}

	/** Answers that have not come yet are ignored. */
	ignorePendingAnswers() {
		this.latestRequest++;
	}

	apply(answer) {
		const isFirst = !this.answer;
		this.answer = answer;
		this.problem = null;
		this.expiryReported = false;
		this.onAnswer(isFirst);
	}

	fail(error) {
		if (this.conversation && [403, 404].includes(error.status)) {
			// Two conversations may have been merged: ask again without naming one.
			this.conversation = null;
			if (this.canRefresh) this.refresh();
			return;
		}
		this.problem = error;
		if (!isTransient(error)) this.answer = null;
		this.onProblem();
	}

	/** Stays with the conversation that was shown first: another one that becomes the latest must not replace it while one types. */
	follow(conversation, typed) {
		if (conversation === this.conversation) return;
		moveDraft(this, { conversation }, typed);
	}

	/**
	 * Up to the newest message that is shown. Also once where nothing is unread: it marks this person's notifications about the
	 * chat as read.
	 */
	async markRead() {
		const { selected } = this;
		const seen = this.answer?.messages.at(-1)?.name;
		const isDone = this.markedRead === selected?.name && !selected?.unread_count;
		if (!selected?.may_read || isDone) return;
		this.markedRead = selected.name;
		// If it fails, the next answer still counts them as unread and it is tried again.
		const target = { conversation: selected.name, ...(seen && { seen }) };
		await this.call("chat.mark_read", target, { post: true }).catch(() => {});
	}

	/** How many messages this person has not seen, in all conversations of the lead. */
	get unread() {
		const counts = this.answer?.conversations.map(({ unread_count }) => unread_count || 0) || [];
		return counts.reduce((sum, count) => sum + count, 0);
	}

	/** The messages before the one of this name, which was sent at `until`. */
	async loadOlder(before, until) {
		const messages = await this.call("chat.older", { conversation: this.conversation, before });
		return this.arrange(messages, until);
	}
}
