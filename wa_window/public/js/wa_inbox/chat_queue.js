import { isTransient } from "../wa_chat/errors.js";

const PAGE_SIZE = 30;
// A search is answered in parts, until a page is full or these many were asked for; then a person says whether it goes on.
const MOST_PARTS = 10;
const NO_FILTER = { queue: "needs_reply", state: "", sender: "", search: "" };

/**
 * The chats of one queue in the server's order, as far as they are loaded: by pages, each continued by the key that the
 * server gave with the one before.
 *
 * The first page is fetched again whenever something may have changed. Its rows' contents are shown at once; their
 * order only while nobody is pointing at the list or has scrolled it (`isHeld`). Until then the new ones are counted.
 */
export class ChatQueue {
	/** `call(method, args)` calls the server, `isHeld()` says whether rows must stay where they are. */
	constructor({ call, isHeld, onChange }) {
		this.call = call;
		this.isHeld = isHeld;
		this.onChange = onChange;
		this.filter = NO_FILTER;
		this.counts = {};
		this.senders = [];
		this.closingTonight = 0;
		this.selected = null;
		this.latestRequest = 0;
		this.clear();
	}

	clear() {
		this.rows = [];
		this.next = null;
		this.waiting = null;
		this.problem = null;
		this.isLoaded = false;
		this.loading = null;
		this.isSearchPaused = false;
	}

	// What is shown

	row(name) {
		return this.rows.find(({ conversation }) => conversation === name) ?? null;
	}

	/** Whether a search goes on by itself. */
	get isSearching() {
		return Boolean(this.filter.search && this.next) && !this.isSearchPaused;
	}

	get selectedRow() {
		return this.row(this.selected);
	}

	/** How many chats wait above the list until its order may change. */
	get newCount() {
		if (!this.waiting) return 0;
		return without(this.rows, this.waiting.chats).length;
	}

	/** The row `step` further than the selected one; the first one where none is selected. */
	neighbour(step) {
		const index = this.rows.findIndex(({ conversation }) => conversation === this.selected);
		if (index < 0) return this.rows[0] ?? null;
		return this.rows[index + step] ?? null;
	}

	/** The row to go to when the selected one is finished: the one below it, else the first that is left. */
	get following() {
		const left = this.rows.filter(({ conversation, gone }) => conversation !== this.selected && !gone);
		const index = this.rows.findIndex(({ conversation }) => conversation === this.selected);
		return left.find((row) => this.rows.indexOf(row) > index) ?? left[0] ?? null;
	}

	// Fetching

	/** Another queue, state, sender or search. */
	show(filter) {
		this.filter = { ...this.filter, ...filter };
		this.clear();
		this.onChange();
		return this.refresh();
	}

	/** Fetches the first page. */
	async refresh() {
		const request = ++this.latestRequest;
		try {
			const answer = await this.fetchPage("");
			if (request === this.latestRequest) this.apply(answer);
		} catch (error) {
			if (request === this.latestRequest) this.fail(error);
		}
	}

	/** Fetches the next page, unless there is none or the search is paused. Resolves when it is there, also when it was on its way already. */
	async loadMore() {
		if (!this.next || this.isSearchPaused) return;
		this.loading ??= this.fetchNext();
		const { loading } = this;
		await loading;
		if (this.loading === loading) this.loading = null;
	}

	async fetchNext() {
		const request = this.latestRequest;
		try {
			await this.appendPages();
		} catch (error) {
			if (request === this.latestRequest) this.fail(error);
		}
		if (this.isSearchPaused) this.onChange();
	}

	/** One page of a list; of a search as many parts as make one. */
	async appendPages() {
		const { filter } = this;
		const enough = this.rows.length + PAGE_SIZE;
		for (let part = 1; this.next; part++) {
			const { next } = this;
			const answer = await this.fetchPage(next);
			if (this.next !== next || this.filter !== filter) return;
			this.append(answer);
			if (!filter.search || this.rows.length >= enough) return;
			this.isSearchPaused = part === MOST_PARTS && Boolean(this.next);
			if (this.isSearchPaused) return;
		}
	}

	/** Older chats too are searched. */
	searchOn() {
		this.isSearchPaused = false;
		return this.loadMore();
	}

	/** A search looks in all chats, whatever the queue. */
	fetchPage(after) {
		const { queue, search } = this.filter;
		const args = { ...this.filter, queue: search ? "all" : queue, after, limit: PAGE_SIZE };
		return this.call("inbox.chats", args);
	}

	/** Answers that have not come yet are ignored. */
	ignorePendingAnswers() {
		this.latestRequest++;
	}

	fail(error) {
		if (!isTransient(error)) this.clear();
		this.problem = error;
		this.onChange();
	}

	apply(answer) {
		this.nowMs = answer.now_ms;
		this.counts = answer.counts ?? this.counts;
		this.senders = answer.senders ?? [];
		this.closingTonight = answer.closing_tonight ?? this.closingTonight;
		this.problem = null;
		if (this.isLoaded && this.isHeld()) this.hold(answer);
		else this.replaceRows(answer);
		this.isLoaded = true;
		this.onChange(answer.now_ms);
	}

	append(answer) {
		this.rows = [...this.rows, ...without(this.rows, answer.chats)];
		this.next = answer.next;
		this.onChange(answer.now_ms);
	}

	/**
	 * Contents change in place. A row of the first page that the server no longer has there has left the queue; the first part of a
	 * search may have none.
	 */
	hold(answer) {
		this.waiting = answer;
		const fresh = new Map(answer.chats.map((row) => [row.conversation, row]));
		const isComplete = !answer.next;
		this.rows = this.rows.map((row, index) => {
			const gone = isComplete || (!this.filter.search && index < PAGE_SIZE - this.newCount);
			return fresh.get(row.conversation) ?? { ...row, gone };
		});
	}

	/** The waiting order is shown. */
	release() {
		if (!this.waiting) return;
		this.replaceRows(this.waiting);
		this.onChange();
	}

	/** The chat that is being read stays in the list, where it was, until another one is opened. So does what a search found further on. */
	replaceRows(answer) {
		const index = this.rows.findIndex(({ conversation }) => conversation === this.selected);
		const kept = this.rows[index];
		if (this.isLoaded && this.filter.search)
			this.rows = [...answer.chats, ...without(answer.chats, this.rows)];
		else {
			this.rows = [...answer.chats];
			this.next = answer.next;
		}
		this.waiting = null;
		if (kept && !this.selectedRow) this.rows.splice(index, 0, { ...kept, isKept: true });
	}

	// What a person does

	/** Another chat is opened: the one before stays only where it still belongs. */
	select(name) {
		const before = this.selectedRow;
		this.selected = name;
		if (before && before.conversation !== name && !this.belongs(before)) this.remove(before.conversation);
		this.onChange();
	}

	/** A row as an action's answer has it, or `changes` to the row that is known. */
	update(name, changes) {
		this.rows = this.rows.map((row) => (row.conversation === name ? { ...row, ...changes } : row));
		this.onChange();
	}

	remove(name) {
		this.rows = this.rows.filter(({ conversation }) => conversation !== name);
	}

	/** Only what needs a reply is seen in the row itself; the other queues are the server's to say. */
	belongs({ waiting_since_ms: since, snoozed_until_ms: snoozed, gone, isKept }) {
		if (gone || isKept) return false;
		const { queue, search } = this.filter;
		if (queue !== "needs_reply" || search) return true;
		return since > 0 && !(snoozed > (this.nowMs ?? 0));
	}
}

/** Those of `rows` that are not `known`. */
function without(known, rows) {
	const names = new Set(known.map(({ conversation }) => conversation));
	return rows.filter(({ conversation }) => !names.has(conversation));
}
