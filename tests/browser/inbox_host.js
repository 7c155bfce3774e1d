// The fake host with the inbox's own calls (wa_window.api.inbox), which it answers as the API does.

import { FakeHost } from "./host.js";

const CAP = 100;
const PREVIEW = 80;
const FAILED = ["failed", "undelivered", "canceled"];

export const ME = { user: "rina@example.com", full_name: "Rina Wijaya" };
export const ANDI = { user: "andi@example.com", full_name: "Andi Pratama" };

export class FakeInboxHost extends FakeHost {
	constructor(options) {
		super(options);
		this.inboxListeners = new Set();
		this.users = [ME, ANDI];
	}

	get transport() {
		return {
			...super.transport,
			subscribeInbox: (onChange) => {
				this.inboxListeners.add(onChange);
				return () => this.inboxListeners.delete(onChange);
			},
			recordLink: ({ name }) => `/app/lead/${name}`,
		};
	}

	/** A customer with one chat (`unlinked`: without a lead, opened by its own name), who wrote `ago` milliseconds ago. Returns the conversation. */
	addChat(name, { body = "Halo", ago = 0, lead = `LEAD-${name}`, ...more } = {}) {
		const number = `whatsapp:+62812${String(1_000_000 + this.leads.size)}`;
		const conversation = this.addLead(more.unlinked ? `C-${name}` : lead, {
			name: `C-${name}`,
			profile: name,
			customer: number,
			...more,
		});
		conversation.owner = more.owner ?? null;
		conversation.unlinked = more.unlinked ?? false;
		if (body) this.receive(conversation.name, body, { ago });
		return conversation;
	}

	/** With an `author` a colleague's. */
	send(name, body, more = {}) {
		return super.send(name, body, { ...more, is_mine: !more.author });
	}

	notify() {
		super.notify();
		for (const listener of this.inboxListeners ?? []) listener();
	}

	on_chats({ queue, state, sender, search, after, limit }) {
		const now = this.now();
		const rows = this.conversations.map((each) => this.row(each));
		const inQueue = (name) => rows.filter((row) => QUEUES[name](row, now));
		const found = inQueue(queue)
			.filter((row) => matches(row, { state, sender, search }))
			.sort((one, other) => compare(one, other, now));
		const start = after ? Number(after) : 0;
		const names = Object.keys(QUEUES).map((name) => [name, Math.min(CAP, inQueue(name).length)]);
		const senders = new Map(rows.map((row) => [row.business_address, row.sender_label]));
		return {
			chats: found.slice(start, start + limit),
			...(search || after
				? {}
				: { counts: Object.fromEntries(names), closing_tonight: this.closingTonight ?? 0 }),
			senders: [...senders].map(([address, label]) => ({ address, label })),
			next: start + limit < found.length ? String(start + limit) : null,
			now_ms: now,
		};
	}

	row(conversation) {
		const { name, profile, customer, business, label, unread, owner } = conversation;
		const lead = [...this.leads.values()].find(({ conversations }) => conversations.includes(conversation));
		const last = conversation.messages.at(-1);
		const phone = customer.replace("whatsapp:", "");
		return {
			conversation: name,
			lead_doctype: conversation.unlinked ? null : "CRM Lead",
			lead: conversation.unlinked ? null : lead.name,
			title: profile || phone,
			profile_name: profile,
			customer_phone: phone,
			business_address: business,
			sender_label: label,
			window: this.window(conversation),
			waiting_since_ms: waitingSince(conversation),
			snoozed_until_ms: conversation.snoozedUntil ?? 0,
			unread: Math.min(CAP, unread),
			earlier_number: conversation.earlier ?? false,
			owner,
			assigned: conversation.assigned ?? [],
			last: last ? lastMessage(last) : null,
		};
	}

	/** What is beside a chat: the host's `records`, by conversation, over what every record has. */
	on_record({ conversation }) {
		const chat = this.conversation(conversation);
		const row = this.row(chat);
		const own = this.records?.[conversation] ?? {};
		return {
			conversation,
			...(row.lead && {
				record: { doctype: row.lead_doctype, name: row.lead, label: "Lead" },
				fields: this.fields(chat),
				tasks: [],
				event: null,
				related: [],
			}),
			notes: [...(chat.notes ?? [])].reverse(),
			files: [],
			...own,
		};
	}

	fields({ values = {}, profile, customer }) {
		const field = (fieldname, label, kind, value, more) => ({
			fieldname,
			label,
			kind: this.mayReply ? kind : "",
			value: values[fieldname] ?? value,
			shown: values[fieldname] ?? value,
			required: false,
			...more,
		});
		const choices = ["Open", "Replied", "Interested"].map((value) => ({ value, label: value }));
		return [
			field("status", "Status", "choice", "Open", { choices }),
			field("lead_owner", "Lead Owner", "link", ANDI.user, { is_owner: true, shown: ANDI.full_name }),
			field("phone", "Phone", "text", customer.replace("whatsapp:", ""), { is_number: true }),
			field("email", "Email", "text", `${profile.toLowerCase()}@example.com`),
		];
	}

	/** `question`: what to ask before another number is saved. */
	on_number_change() {
		return this.question ?? "";
	}

	on_set_field({ conversation, field, value, was }) {
		const chat = this.conversation(conversation);
		const stored = this.fields(chat).find(({ fieldname }) => fieldname === field);
		if (was !== undefined && was !== stored.value) {
			throw Object.assign(new Error(`${stored.label} was changed meanwhile.`), {
				status: 409,
				excType: "ChangedMeanwhile",
			});
		}
		chat.values = { ...chat.values, [field]: value };
		if (field === "phone") chat.earlier = true;
		return { fields: this.fields(chat) };
	}

	on_choices() {
		return this.users.map(({ user, full_name: name }) => ({ value: user, label: name }));
	}

	/** A comment, which is no message. */
	on_note({ conversation, text }) {
		return this.changeRow(conversation, (chat) => {
			chat.notes ??= [];
			chat.notes.push({
				doctype: "Comment",
				name: `n${++this.count}`,
				author: ME.full_name,
				is_mine: true,
				at_ms: this.now(),
				text,
			});
		});
	}

	on_link({ conversation, lead_doctype, lead }) {
		return this.linkChat(conversation, { lead_doctype, lead });
	}

	on_create_lead({ conversation }) {
		return this.linkChat(conversation, { lead_doctype: "CRM Lead", lead: "LEAD-NEW" });
	}

	linkChat(name, { lead_doctype, lead }) {
		const conversation = this.conversation(name);
		const [place] = [...this.leads].find(([, { conversations }]) => conversations.includes(conversation));
		this.leads.delete(place);
		this.leads.set(lead, { name: lead, conversations: [conversation] });
		conversation.unlinked = false;
		return { ...this.row(conversation), lead_doctype };
	}

	on_open(target) {
		const answer = super.on_open(target);
		const { owner, assigned = [] } = this.conversation(answer.conversation);
		return {
			...answer,
			owner,
			assigned,
			may_assign: this.mayReply,
			may_take: this.mayReply && owner?.user !== ME.user,
		};
	}

	on_done({ conversation, seen }) {
		return this.changeRow(conversation, (row) => {
			row.doneUntil = row.messages.find(({ name }) => name === seen).stored_at_ms;
		});
	}

	on_snooze({ conversation, until_ms }) {
		return this.changeRow(conversation, (row) => {
			row.snoozedUntil = until_ms;
		});
	}

	on_consent({ conversation }) {
		const sources = ["Wrote to Us", "Told an Agent"].map((value) => ({ value, label: value }));
		return {
			...{ source: "", at_ms: null, note: "", by: "" },
			...this.conversation(conversation).consent,
			sources,
		};
	}

	on_set_consent({ conversation, ...consent }) {
		this.conversation(conversation).consent = { ...consent, by: ME.full_name };
		return this.on_consent({ conversation });
	}

	on_mark_unread({ conversation }) {
		return this.changeRow(conversation, (row) => {
			row.unread = 1;
		});
	}

	on_take({ conversation }) {
		return this.changeRow(conversation, (row) => {
			row.owner = ME;
		});
	}

	on_assignable() {
		return this.users;
	}

	on_assign({ conversation, user }) {
		return this.changeRow(conversation, (row) => {
			row.owner = this.users.find((each) => each.user === user);
		});
	}

	changeRow(name, change) {
		const conversation = this.conversation(name);
		change(conversation);
		return this.row(conversation);
	}
}

const QUEUES = {
	needs_reply: ({ waiting_since_ms: since, snoozed_until_ms: snoozed, window }, now) =>
		since > 0 && snoozed <= now && !["opted_out", "blocked"].includes(window.state),
	mine: ({ owner }) => owner?.user === ME.user,
	unassigned: ({ owner, assigned }) => !owner && !assigned.length,
	all: () => true,
};

function matches(row, { state, sender, search }) {
	const isFailed = row.last?.failed;
	const text = `${row.title} ${row.customer_phone} ${row.last?.text}`.toLowerCase();
	return (
		(!state || (state === "failed" ? isFailed : row.window.state === state)) &&
		(!sender || row.business_address === sender) &&
		text.includes((search ?? "").toLowerCase())
	);
}

/** Open windows by their end, then the closed ones, newest first. */
function compare(one, other) {
	const open = ({ window }) => (window.freeform_allowed ? 1 : 0);
	const byState = open(other) - open(one);
	const byEnd = one.window.last_inbound_at_ms - other.window.last_inbound_at_ms;
	return byState || (open(one) ? byEnd : -byEnd);
}

function waitingSince({ messages, doneUntil = 0 }) {
	const ordered = [...messages].sort((one, other) => one.sent_at_ms - other.sent_at_ms);
	const isAnswer = ({ direction, delivery_status: status }) =>
		direction === "Outbound" && !FAILED.includes(status);
	const answered = ordered.findLast(isAnswer)?.sent_at_ms ?? 0;
	const first = ordered.find(
		({ direction, sent_at_ms: at, stored_at_ms: storedAt }) =>
			direction === "Inbound" && at > answered && storedAt > doneUntil,
	);
	return first?.sent_at_ms ?? 0;
}

function lastMessage(message) {
	const { name, direction, body, kind, author, is_mine, delivery_status: status, sent_at_ms: at } = message;
	return {
		name,
		direction,
		text: body.slice(0, PREVIEW),
		kind,
		author,
		is_mine,
		status,
		failed: FAILED.includes(status),
		at_ms: at,
	};
}
