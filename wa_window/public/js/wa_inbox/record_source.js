// A chat that is passed with a key is not asked about.
const DELAY_MS = 150;
const FRESH_MS = 10_000;

/**
 * What the server says about the record of the chat that is open. It is asked after the chat is shown, in one call of its own,
 * and what comes when another chat is open is ignored. `answer` is null until it is there, `problem` what came instead.
 */
export class RecordSource {
	/** `call(method, args, options)` calls the server; `onChange()` is called after each answer. */
	constructor({ call, onChange }) {
		this.call = call;
		this.onChange = onChange;
		this.latestRequest = 0;
		this.forget();
	}

	/** No chat is open, or another one whose own answer is awaited. */
	forget() {
		clearTimeout(this.timer);
		this.timer = null;
		this.latestRequest++;
		this.conversation = null;
		this.answer = null;
		this.problem = null;
		this.version = null;
	}

	/** `version` is another one whenever the chat has been fetched again. */
	show(conversation, version) {
		if (conversation !== this.conversation) {
			this.forget();
			this.conversation = conversation;
			this.version = version;
			this.askAfter(DELAY_MS);
		} else if (version !== this.version) {
			this.version = version;
			this.askAfter(Math.max(DELAY_MS, this.askedAt + FRESH_MS - performance.now()));
		}
	}

	askAfter(milliseconds) {
		this.askedAt ??= performance.now();
		this.timer ??= setTimeout(() => this.refresh(), milliseconds);
	}

	async refresh() {
		clearTimeout(this.timer);
		this.timer = null;
		this.askedAt = performance.now();
		const { conversation } = this;
		const request = ++this.latestRequest;
		if (!conversation) return;
		try {
			const answer = await this.call("inbox.record", { conversation }, { post: false });
			if (request !== this.latestRequest) return;
			this.answer = answer;
			this.problem = null;
		} catch (error) {
			if (request !== this.latestRequest) return;
			this.problem = error;
		}
		this.onChange();
	}

	/** The record's fields as the server has answered after a change. */
	setFields(conversation, fields) {
		if (conversation !== this.conversation || !this.answer) return;
		// What was asked before the change may be answered after it.
		this.latestRequest++;
		this.answer = { ...this.answer, fields };
		this.onChange();
	}
}
