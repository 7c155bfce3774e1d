// What a host knows: leads, conversations and messages, on a clock that a test can set. The rule of the window is written
// here a second time, in its smallest form, so that the panel is tested against answers of a host and not against itself.

const HOUR = 3_600_000;

export class FakeStore {
	constructor({ now = Date.parse("2026-11-23T08:36:00Z"), closingHours = 2 } = {}) {
		this.startedAt = performance.now();
		this.startNow = now;
		this.closingMs = closingHours * HOUR;
		this.leads = new Map();
		this.templates = [];
		this.listeners = new Set();
		this.count = 0;
	}

	now() {
		return Math.floor(this.startNow + performance.now() - this.startedAt);
	}

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
			person = "",
		} = {},
	) {
		return {
			name: name || `${lead}-${business.slice(-4)}`,
			business,
			label,
			customer,
			mayRead,
			profile,
			person,
			messages: [],
			unread: 0,
			lastInbound: null,
			refusedAt: null,
			optedOut: false,
			blocked: false,
		};
	}

	get conversations() {
		return [...this.leads.values()].flatMap(({ conversations }) => conversations);
	}

	conversation(name) {
		return this.conversations.find((each) => each.name === name);
	}

	/** A message of the customer's, `ago` milliseconds ago. */
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
		this.notify();
	}

	/** A message of ours that was delivered, `ago` milliseconds ago. */
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
		for (const conversation of this.conversations) {
			const message = conversation.messages.find((each) => each.name === name);
			if (message) Object.assign(message, changes);
		}
		this.notify();
	}

	/** Tells the subscribers that something has changed. */
	notify() {
		for (const listener of this.listeners) listener();
	}

	/** Adds a message, whose other properties have their defaults. */
	store(conversation, message) {
		const stored = {
			name: `m${++this.count}`,
			stored_at_ms: this.startNow + this.count,
			conversation: conversation.name,
			kind: "text",
			message_sid: null,
			error_code: null,
			error_reason: null,
			error_text: null,
			content_template: null,
			replied_to_sid: null,
			media: [],
			author: message.direction === "Outbound" ? "Andi" : "",
			is_mine: message.direction === "Outbound",
			may_send_again: ["failed", "undelivered", "canceled"].includes(message.delivery_status),
			...message,
		};
		conversation.messages.push(stored);
		conversation.virtual = false;
		return stored;
	}

	/** The window of a conversation, as the API answers it. */
	window({ lastInbound, refusedAt, optedOut, blocked, customer, business }) {
		const now = this.now();
		const closesAt = lastInbound && lastInbound + 24 * HOUR;
		let state = "open";
		if (optedOut) state = "opted_out";
		else if (blocked) state = "blocked";
		else if (!lastInbound) state = "never";
		else if (now >= closesAt) state = "closed";
		else if (refusedAt && refusedAt >= lastInbound) state = "refused";
		else if (closesAt - now <= this.closingMs) state = "closing";
		return {
			state,
			freeform_allowed: ["open", "closing"].includes(state),
			reason: REASONS[state],
			last_inbound_at_ms: lastInbound,
			closes_at_ms: closesAt,
			now_ms: now,
			customer_address: customer,
			business_address: business,
		};
	}
}

const REASONS = {
	open: "Open.",
	closing: "Closes soon.",
	never: "No message from this customer yet. Send a template to start this chat.",
	closed: "Closed, by the messages received. Send a template to restart this chat.",
	refused: "Closed by WhatsApp: it refused the last reply. Send a template to restart this chat.",
	opted_out: "Opted out. You can message this customer again after they send START.",
	blocked: "This customer blocked your number. You can reply when they write again.",
};
