// A host inside the page: it answers the panel's calls as the API does, or fails as a test has arranged.

import * as parts from "/public/js/wa_chat/parts.js";
import { FakeStore } from "./fake_store.js";

export const PAGE = 50;
// The person at the page.
const ANDI = { user: "andi@example.com", full_name: "Andi" };

export class FakeHost extends FakeStore {
	constructor(options) {
		super(options);
		this.calls = [];
		this.keys = new Map();
		this.files = [];
		this.mayReply = true;
		this.failures = {};
		// Colleagues who are there, as the API answers them.
		this.present = [];
		this.presenceListeners = new Set();
		this.mayAssign = false;
		this.cards = {};
		this.recordFiles = [];
		this.printable = { documents: [], formats: {}, languages: [] };
		this.createdLeads = [];
		this.quickReplies = [];
		this.owner = null;
		this.assigned = [];
		this.colleagues = [ANDI, { user: "rina@example.com", full_name: "Rina" }];
	}

	/** A colleague comes, begins or stops writing: `present` as the API answers it. */
	meet(present) {
		this.present = present;
		for (const listener of this.presenceListeners) listener();
	}

	/** All calls of `method` fail until `recover`, with `once` the next one only. `afterwards`: it was done, but its answer is lost. */
	fail(method, failure) {
		this.failures[method] = failure;
	}

	recover() {
		this.failures = {};
	}

	// The transport

	get transport() {
		return {
			locale: "en",
			timeZone: "Asia/Jakarta",
			settingsLink: null,
			loadParts: async () => parts,
			recordLink: ({ name }) => `/app/lead/${name}`,
			call: (method, args, options) => this.call(method.replace("wa_window.api.", ""), args, options),
			upload: (file) => this.upload(file),
			subscribe: (_target, onChange, onPresence) => {
				this.listeners.add(onChange);
				this.presenceListeners.add(onPresence);
				return () => {
					this.listeners.delete(onChange);
					this.presenceListeners.delete(onPresence);
				};
			},
		};
	}

	async call(method, args, { post = false } = {}) {
		this.calls.push({ method, args: structuredClone(args), post });
		const failure = this.failures[method] || this.failures["*"];
		await answerTime();
		if (failure && !failure.afterwards) throw this.nextError(failure);
		const [, name] = method.split(".");
		const answer = structuredClone(this[`on_${name}`](args) ?? null);
		if (failure) throw this.nextError(failure);
		return answer;
	}

	async upload({ name, type, size }) {
		this.calls.push({ method: "upload", args: { name, type, size } });
		await answerTime();
		if (this.failures.upload) throw this.nextError(this.failures.upload);
		this.files.push({ name, type, size });
		return `FILE-${this.files.length}`;
	}

	nextError({ status, excType = "", message = "Failed to fetch", once }) {
		if (once) this.recover();
		return apiError(status, excType, message);
	}

	on_open({ lead, conversation }) {
		const selected = this.select(lead, conversation);
		const { conversations } = this.leads.get(lead);
		return {
			conversations: conversations.filter(({ virtual }) => !virtual).map((each) => conversationAnswer(each)),
			conversation: selected.virtual ? null : selected.name,
			window: this.window(selected),
			messages: selected.mayRead ? sorted(selected.messages).slice(-PAGE) : [],
			owner: this.owner,
			assigned: this.assigned,
			present: selected.mayRead ? this.present : [],
			may_assign: this.mayAssign,
			may_take: this.mayAssign && this.assigned[0]?.user !== ANDI.user,
			may_reply: this.mayReply && selected.mayRead,
			sender_problem: this.senderProblem ?? null,
		};
	}

	on_other_leads() {
		return this.others ?? [];
	}

	on_older({ conversation, before }) {
		const messages = sorted(this.conversation(conversation).messages);
		const end = messages.findIndex(({ name }) => name === before);
		return messages.slice(Math.max(0, end - PAGE), end);
	}

	on_newer({ conversation, after }) {
		const messages = sorted(this.conversation(conversation).messages);
		const begin = messages.findIndex(({ name }) => name === after) + 1;
		return messages.slice(begin, begin + PAGE);
	}

	/** `searchedAtOnce`: how many messages are looked at. */
	on_search({ conversation, words, before }) {
		const messages = sorted(this.conversation(conversation).messages).reverse();
		const begin = messages.findIndex(({ name }) => name === before) + 1;
		const searched = messages.slice(begin, begin + (this.searchedAtOnce ?? messages.length));
		const given = words.toLowerCase().split(" ");
		const found = searched.filter(({ body }) => given.every((word) => body.toLowerCase().includes(word)));
		const page = found.slice(0, PAGE);
		const last = (found.length > PAGE ? page : searched).at(-1);
		return { messages: page, next: last && last !== messages.at(-1) ? last.name : null };
	}

	on_around({ message: name }) {
		const { messages } = this.conversations.find((each) => each.messages.some((one) => one.name === name));
		const all = sorted(messages);
		const index = all.findIndex((each) => each.name === name);
		return {
			before: all.slice(Math.max(0, index - PAGE), index),
			message: all[index],
			after: all.slice(index + 1, index + 1 + PAGE),
		};
	}

	on_reply({ lead, conversation, body, file, client_key, seen }) {
		const selected = this.select(lead, conversation);
		return this.idempotent(client_key, () => {
			const window = this.window(selected);
			if (!window.freeform_allowed) throw apiError(409, "WindowClosed", window.reason);
			this.requireUnanswered(selected, seen);
			const sent = file && this.files[Number(file.split("-")[1]) - 1];
			const media = sent ? [{ ...sent, file: `/private/files/${sent.name}`, state: "stored" }] : [];
			const kind = sent ? sent.type.split("/")[0].replace("application", "document") : "text";
			return this.queue(selected, {
				kind,
				body,
				media,
			});
		});
	}

	/** As a test has arranged in `cards`, by the name of the message. */
	on_contacts({ message }) {
		return this.cards[message];
	}

	on_create_lead({ lead_name, phone }) {
		this.createdLeads.push({ lead_name, phone });
		return { doctype: "CRM Lead", name: `LEAD-OF-${phone}`, title: lead_name };
	}

	on_presence() {
		return this.present;
	}

	on_leave() {}

	on_take() {
		this.assigned = [ANDI];
	}

	on_assignable() {
		return this.colleagues;
	}

	on_assign({ user }) {
		this.assigned = this.colleagues.filter((each) => each.user === user);
	}

	on_consent() {
		const sources = ["Wrote to Us", "Told an Agent"].map((value) => ({ value, label: value }));
		return { source: "", at_ms: null, note: "", by: "", ...this.consent, sources };
	}

	on_set_consent({ conversation, ...consent }) {
		this.consent = { ...consent, by: "Andi" };
		return this.on_consent();
	}

	/** As the server: what a colleague has answered after `seen` is asked about first. */
	requireUnanswered({ messages }, seen) {
		const answer = messages
			.slice(messages.findIndex(({ name }) => name === seen) + 1)
			.findLast(({ direction, is_mine: isMine }) => direction === "Outbound" && !isMine);
		if (seen === undefined || !answer) return;
		const { name, author, kind, body, sent_at_ms: at } = answer;
		throw Object.assign(apiError(409, "AnsweredMeanwhile", `${author} already answered.`), {
			details: { message: name, author, at_ms: at, kind, text: body },
		});
	}

	on_fetch_media({ message }) {
		this.change(message, { media: [{ name: "", type: "image/png", size: 0, file: null, state: "pending" }] });
	}

	on_send_template({ lead, conversation, content_sid, variables, file, client_key, seen }) {
		const selected = this.select(lead, conversation);
		const template = this.templates.find((each) => each.content_sid === content_sid);
		return this.idempotent(client_key, () => {
			const missing = template.variables.find((each) => !(variables[each.name] || (each.file && file)));
			if (missing) throw apiError(417, "InvalidMessage", `Fill in ${missing.name}.`);
			this.requireUnanswered(selected, seen);
			const body = template.body.replace(/\{\{(\w+)\}\}/g, (_placeholder, name) => variables[name]);
			return this.queue(selected, {
				kind: "template",
				body,
				content_template: content_sid,
			});
		});
	}

	on_send_again({ message, client_key, seen }) {
		const conversation = this.conversations.find(({ messages }) =>
			messages.some(({ name }) => name === message),
		);
		const { body } = conversation.messages.find(({ name }) => name === message);
		return this.idempotent(client_key, () => {
			this.requireUnanswered(conversation, seen);
			return this.queue(conversation, { body });
		});
	}

	/** Files of the lead, and what can be printed, as a test has arranged. */
	on_files() {
		return this.recordFiles;
	}

	on_printable() {
		return this.printable;
	}

	/** The PDF is a file that was stored. */
	on_pdf({ doctype, name }) {
		const file = { name: `${doctype} ${name}.pdf`, type: "application/pdf", size: 40_000 };
		this.files.push(file);
		return { ...file, name: `FILE-${this.files.length}`, file_name: file.name };
	}

	on_mark_read({ conversation }) {
		this.conversation(conversation).unread = 0;
	}

	/** As a test has arranged in `quickReplies`. */
	on_for_lead() {
		return this.quickReplies;
	}

	on_add(reply) {
		this.quickReplies.push({ name: `q${this.quickReplies.length}`, files: [], ...reply });
		return { name: "q", warnings: reply.text.includes("{{") ? ["No lead has the field x."] : [] };
	}

	on_usable({ lead, conversation }) {
		this.select(lead, conversation);
		return this.templates;
	}

	select(lead, name) {
		const found = this.leads.get(lead);
		if (!found) throw apiError(403, "PermissionError", "You are not permitted to read this lead.");
		if (found.noNumber) {
			throw apiError(417, "NoNumber", "This lead has no valid phone number. Fill in its mobile number.");
		}
		const selected = name ? found.conversations.find((each) => each.name === name) : found.conversations[0];
		if (!selected) throw apiError(403, "PermissionError", "This conversation does not belong to the lead.");
		return selected;
	}

	/** A message of ours that is waiting to be sent. */
	queue(conversation, message) {
		return this.store(conversation, {
			direction: "Outbound",
			sent_at_ms: this.now(),
			delivery_status: "queued",
			sent_at_source: "record",
			...message,
		});
	}

	/** The same key again has the same result. */
	idempotent(key, act) {
		if (!this.keys.has(key)) this.keys.set(key, act());
		return this.keys.get(key);
	}
}

function sorted(messages) {
	return [...messages].sort((one, other) => one.sent_at_ms - other.sent_at_ms);
}

function apiError(status, excType, message) {
	return Object.assign(new Error(message), { status, excType });
}

function conversationAnswer(conversation) {
	const { name, customer, business, label, profile, person, unread, mayRead, messages } = conversation;
	return {
		name,
		customer_address: customer,
		business_address: business,
		business_label: label,
		label: `via ${label || business.replace("whatsapp:", "")}`,
		profile_name: profile,
		person: person || profile,
		unread_count: unread,
		last_message_at_ms: messages.at(-1)?.sent_at_ms ?? null,
		may_read: mayRead,
	};
}

function answerTime() {
	return new Promise((resolve) => setTimeout(resolve, 5));
}
