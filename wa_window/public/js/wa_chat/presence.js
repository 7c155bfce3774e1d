// Who else is looking at the chat and writing in it, and the same of this person for the others (chat/presence.py).

// Each is shorter than what the server counts with.
const LOOKING_EVERY_MS = 10_000;
const WRITING_EVERY_MS = 3_000;
// The server's events come in bursts.
const DEBOUNCE_MS = 150;

export class Presence {
	/**
	 * `call(writing)` resolves with the colleagues who are there, or is null while there is no chat to look at; `leave(chat)` says that
	 * this person has gone; `onChange(present)`.
	 */
	constructor({ call, leave, onChange }) {
		this.call = call;
		this.leave = leave;
		this.onChange = onChange;
		this.chat = null;
		this.wroteAt = Number.NEGATIVE_INFINITY;
	}

	/** As the server has just said: who writes counts as writing for `writing_ms` from now. */
	show(present) {
		this.onChange(present);
		const ends = present.map(({ writing_ms: left }) => left).filter(Boolean);
		this.schedule(Math.min(LOOKING_EVERY_MS, ...ends));
	}

	/** What came with the chat itself, which says nothing about this person. */
	showKnown(present) {
		this.onChange(present);
	}

	/** The person types. */
	onInput() {
		if (performance.now() - this.wroteAt < WRITING_EVERY_MS) return;
		this.wroteAt = performance.now();
		this.ask(true);
	}

	/** What was typed has been sent: the next character is news again. */
	onSent() {
		this.wroteAt = Number.NEGATIVE_INFINITY;
	}

	onServerEvent() {
		this.schedule(DEBOUNCE_MS);
	}

	schedule(wait) {
		clearTimeout(this.timer);
		this.timer = setTimeout(() => this.ask(false), wait);
	}

	stop() {
		clearTimeout(this.timer);
		this.latest = null;
		this.goAway();
		this.chat = null;
		this.onChange([]);
	}

	/** The chat, or the page that shows it, is closed or hidden. */
	goAway() {
		if (this.lookedAt) this.leave(this.lookedAt).catch(() => {});
		this.lookedAt = null;
	}

	/** It is a hint: a call that fails leaves nobody there, and is made again in time. */
	async ask(writing) {
		this.schedule(LOOKING_EVERY_MS);
		const call = this.call(writing);
		this.latest = call;
		if (!call) {
			this.goAway();
			return;
		}
		this.lookedAt = this.chat;
		const present = await call.catch(() => []);
		if (call === this.latest) this.show(present);
	}
}

/** One line of text; empty while nobody else is there. */
export function presenceText(present) {
	const writing = present.filter(({ writing_ms: left }) => left).map(nameOf);
	if (writing.length === 1) return __("{0} is writing…", writing);
	if (writing.length) return __("{0} are writing…", [writing.join(", ")]);
	const looking = present.map(nameOf);
	if (looking.length === 1) return __("{0} is viewing this chat.", looking);
	return looking.length ? __("{0} are viewing this chat.", [looking.join(", ")]) : "";
}

function nameOf({ full_name: name, user }) {
	return name || user;
}
