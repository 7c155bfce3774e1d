// A host that behaves, inside the page: conversations, messages and windows on a clock that a test can set.
// The rule is told here once more, in the smallest form, so that the panel is tested against answers, not against itself.

const HOUR = 3_600_000;
export const PAGE = 50;

export class FakeHost {
	constructor({ now = Date.parse("2026-11-23T08:36:00Z"), closingHours = 2 } = {}) {
		this.startedAt = performance.now();
		this.startNow = now;
		this.closingMs = closingHours * HOUR;
		this.leads = new Map();
		this.templates = [];
		this.calls = [];
		this.keys = new Map();
		this.listeners = new Set();
		this.files = [];
		this.mayReply = true;
		this.failures = {};
		this.count = 0;
	}

	now() {
		return Math.floor(this.startNow + performance.now() - this.startedAt);
	}

	// What a test arranges

	addLead(name, ...numbers) {
		const conversations = (numbers.length ? numbers : [{}]).map((number) =>
			this.newConversation(name, number),
		);
		this.leads.set(name, { name, conversations });
		return conversations[0];
	}

	newConversation(
		lead,
		{
			name,
			business = "whatsapp:+6221500100",
			label = "Sales ID",
			customer = "whatsapp:+6281234563456",
			mayRead = true,
			profile = "Budi Santoso",
		} = {},
	) {
		return {
			name: name || `${lead}-${business.slice(-4)}`,
			business,
			label,
			customer,
			mayRead,
			profile,
			messages: [],
			unread: 0,
			lastInbound: null,
			refusedAt: null,
			optedOut: false,
			blocked: false,
		};
	}

	conversation(name) {
		return [...this.leads.values()]
			.flatMap(({ conversations }) => conversations)
			.find((each) => each.name === name);
	}

	receive(name, body, { ago = 0, ...more } = {}) {
		const conversation = this.conversation(name);
		const at = this.now() - ago;
		this.store(conversation, {
			direction: "Inbound",
			body,
			sent_at_ms: at,
			delivery_status: "received",
			sent_at_source: "twilio",
			...more,
		});
		conversation.lastInbound = Math.max(conversation.lastInbound || 0, at);
		conversation.unread += 1;
		this.nudge();
	}

	send(name, body, { ago = 0, ...more } = {}) {
		return this.store(this.conversation(name), {
			direction: "Outbound",
			body,
			sent_at_ms: this.now() - ago,
			delivery_status: "delivered",
			sent_at_source: "record",
			...more,
		});
	}

	change(name, changes) {
		for (const conversation of [...this.leads.values()].flatMap((lead) => lead.conversations)) {
			const message = conversation.messages.find((each) => each.name === name);
			if (message) Object.assign(message, changes);
		}
		this.nudge();
	}

	/** The next call of `method` fails so, or all calls until `heal`. `afterwards`: it was done, only the answer is lost. */
	fail(method, failure) {
		this.failures[method] = failure;
	}

	heal() {
		this.failures = {};
	}

	nudge() {
		for (const listener of this.listeners) listener();
	}

	// The transport

	get transport() {
		return {
			locale: "en",
			timeZone: "Asia/Jakarta",
			settingsLink: null,
			call: (method, args, options) => this.call(method.replace("wa_window.api.", ""), args, options),
			upload: (file) => this.upload(file),
			subscribe: (where, onChange) => {
				this.listeners.add(onChange);
				return () => this.listeners.delete(onChange);
			},
		};
	}

	async call(method, args, { post = false } = {}) {
		this.calls.push({ method, args: structuredClone(args), post });
		const failure = this.failures[method] || this.failures["*"];
		await new Promise((answered) => setTimeout(answered, 5));
		if (failure && !failure.afterwards) throw this.broken(failure);
		const [, name] = method.split(".");
		const answer = structuredClone(this[`on_${name}`](args) ?? null);
		if (failure) throw this.broken(failure);
		return answer;
	}

	async upload({ name, type, size }) {
		this.calls.push({ method: "upload", args: { name, type, size } });
		await new Promise((answered) => setTimeout(answered, 5));
		if (this.failures.upload) throw this.broken(this.failures.upload);
		this.files.push({ name, type, size });
		return `FILE-${this.files.length}`;
	}

	broken({ status, excType = "", message = "Failed to fetch", once }) {
		if (once) this.heal();
		return refused(status, excType, message);
	}

	on_open({ lead, conversation }) {
		const chosen = this.choose(lead, conversation);
		const { conversations } = this.leads.get(lead);
		return {
			conversations: conversations.filter(({ virtual }) => !virtual).map((each) => this.shown(each)),
			conversation: chosen.virtual ? null : chosen.name,
			window: this.window(chosen),
			messages: chosen.mayRead ? sorted(chosen.messages).slice(-PAGE) : [],
			may_reply: this.mayReply && chosen.mayRead,
			sender_problem: this.senderProblem ?? null,
		};
	}

	on_older({ conversation, before }) {
		const messages = sorted(this.conversation(conversation).messages);
		const end = messages.findIndex(({ name }) => name === before);
		return messages.slice(Math.max(0, end - PAGE), end);
	}

	on_reply({ lead, conversation, body, file, client_key }) {
		const chosen = this.choose(lead, conversation);
		return this.once(client_key, () => {
			const window = this.window(chosen);
			if (!window.freeform_allowed) throw refused(409, "WindowClosed", window.reason);
			const sent = file && this.files[Number(file.split("-")[1]) - 1];
			const media = sent ? [{ ...sent, file: `/private/files/${sent.name}`, state: "stored" }] : [];
			const kind = sent ? sent.type.split("/")[0].replace("application", "document") : "text";
			return this.store(chosen, {
				direction: "Outbound",
				kind,
				body,
				media,
				sent_at_ms: this.now(),
				delivery_status: "queued",
				sent_at_source: "record",
			});
		});
	}

	on_fetch_media({ message }) {
		this.change(message, { media: [{ name: "", type: "image/png", size: 0, file: null, state: "pending" }] });
	}

	on_send_template({ lead, conversation, content_sid, variables, client_key }) {
		const chosen = this.choose(lead, conversation);
		const template = this.templates.find((each) => each.content_sid === content_sid);
		return this.once(client_key, () => {
			const missing = template.variables.find(({ name }) => !variables[name]);
			if (missing) throw refused(417, "InvalidMessage", `Fill in ${missing.name}.`);
			const body = template.body.replace(/\{\{(\w+)\}\}/g, (blank, name) => variables[name]);
			return this.store(chosen, {
				direction: "Outbound",
				kind: "template",
				body,
				content_template: content_sid,
				sent_at_ms: this.now(),
				delivery_status: "queued",
				sent_at_source: "record",
			});
		});
	}

	on_send_again({ message, client_key }) {
		const conversation = [...this.leads.values()]
			.flatMap((lead) => lead.conversations)
			.find(({ messages }) => messages.some(({ name }) => name === message));
		const { body } = conversation.messages.find(({ name }) => name === message);
		return this.once(client_key, () =>
			this.store(conversation, {
				direction: "Outbound",
				body,
				sent_at_ms: this.now(),
				delivery_status: "queued",
				sent_at_source: "record",
			}),
		);
	}

	on_mark_read({ conversation }) {
		this.conversation(conversation).unread = 0;
	}

	on_usable({ lead, conversation }) {
		this.choose(lead, conversation);
		return this.templates;
	}

	// The rule

	window({ lastInbound, refusedAt, optedOut, blocked, customer, business }) {
		const now = this.now();
		const ends = lastInbound && lastInbound + 24 * HOUR;
		let state = "open";
		if (optedOut) state = "opted_out";
		else if (blocked) state = "blocked";
		else if (!lastInbound) state = "never";
		else if (now >= ends) state = "closed";
		else if (refusedAt && refusedAt >= lastInbound) state = "refused";
		else if (ends - now <= this.closingMs) state = "closing";
		return {
			state,
			freeform_allowed: ["open", "closing"].includes(state),
			reason: REASONS[state],
			last_inbound_at_ms: lastInbound,
			closes_at_ms: ends,
			now_ms: now,
			customer_address: customer,
			business_address: business,
		};
	}

	choose(lead, name) {
		const found = this.leads.get(lead);
		if (!found) throw refused(403, "PermissionError", "You are not permitted to read this lead.");
		if (found.noNumber)
			throw refused(
				417,
				"NoNumber",
				"This lead has no valid phone number: fill in its mobile number, then reload.",
			);
		const chosen = name ? found.conversations.find((each) => each.name === name) : found.conversations[0];
		if (!chosen) throw refused(403, "PermissionError", "This conversation does not belong to the lead.");
		return chosen;
	}

	shown({ name, customer, business, label, profile, unread, mayRead, messages }) {
		return {
			name,
			customer_address: customer,
			business_address: business,
			business_label: label,
			profile_name: profile,
			unread_count: unread,
			last_message_at_ms: messages.at(-1)?.sent_at_ms ?? null,
			may_read: mayRead,
		};
	}

	once(key, act) {
		if (!this.keys.has(key)) this.keys.set(key, act());
		return this.keys.get(key);
	}

	store(conversation, message) {
		const stored = {
			name: `m${++this.count}`,
			conversation: conversation.name,
			kind: "text",
			message_sid: null,
			error_code: null,
			error_text: null,
			content_template: null,
			replied_to_sid: null,
			media: [],
			may_send_again: ["failed", "undelivered", "canceled"].includes(message.delivery_status),
			...message,
		};
		conversation.messages.push(stored);
		conversation.virtual = false;
		return stored;
	}
}

const REASONS = {
	open: "Open.",
	closing: "Closes soon.",
	never: "This customer has not written to this number yet: only an approved template can be sent.",
	closed:
		"Closed, by the messages received: only an approved template can be sent until the customer writes again.",
	refused:
		"WhatsApp refused the last reply as outside the window: only an approved template can be sent until the customer writes again.",
	opted_out: "This customer has opted out: nothing can be sent until they write START.",
	blocked: "This customer has blocked this number: nothing can be sent until they write again.",
};

function sorted(messages) {
	return [...messages].sort((one, other) => one.sent_at_ms - other.sent_at_ms);
}

function refused(status, excType, message) {
	return Object.assign(new Error(message), { status, excType });
}
