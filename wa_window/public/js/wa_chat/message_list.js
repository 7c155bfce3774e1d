import { bubble } from "./bubble.js";
import { button, fill, h, icon, whileDisabled } from "./dom.js";
import { kindOf, sendingMedia } from "./media.js";
import { after, before, from, Pages } from "./pages.js";

const PAGE = 50;
const NEAR = 60;
// Heights are rounded and places are not.
const AT_END = 2;

/** The messages, oldest first. Only what is new or changed is drawn, each message keyed by its name. */
export class MessageList {
	constructor({ onOlder, does }) {
		this.onOlder = onOlder;
		this.does = { ...does, quoted: (sid) => this.sids.get(sid), detailed: new Set() };
		this.sids = new Map();
		this.items = new Map();
		this.older = button({ class: "wa-link wa-older", hidden: true, onclick: () => this.loadOlder() });
		this.pages = new Pages();
		this.empty = h("div", { class: "wa-empty" });
		this.log = h(
			"div",
			{
				class: "wa-log",
				role: "log",
				tabindex: 0,
				"aria-label": __("Messages"),
				"aria-description": __("Enter goes to the newest message, the arrow keys from one to the next"),
				onscroll: () => this.onScroll(),
				onkeydown: (event) => this.onKey(event),
			},
			this.older,
			this.empty,
			this.pages.node,
		);
		this.newestWords = h("span", {});
		this.newest = button({ class: "wa-button wa-newest", hidden: true, onclick: () => this.onNewestPress() }, icon("down"), this.newestWords);
		this.node = h("div", { class: "wa-messages" }, this.log, this.newest);
		this.keepPlace = new ResizeObserver(() => {
			this.notePlace();
			if (this.pinned) this.toNewest();
		});
		this.keepPlace.observe(this.pages.node);
		this.keepPlace.observe(this.log);
		this.clear();
	}

	clear() {
		this.items.clear();
		this.sids.clear();
		this.pages.clear();
		this.pinned = true;
		this.place = 0;
		this.newest.hidden = true;
		this.showOlder(false);
	}

	say(words) {
		fill(this.empty, words);
		this.empty.hidden = !words;
	}

	/** Show the newest page, as the server has it, in its order. */
	update(messages, context) {
		this.context = context;
		this.notePlace();
		const first = messages.find(({ name }) => this.items.has(name));
		if (!first) this.fillAnew(messages);
		else this.merge(messages, this.items.get(first.name).node);
		this.nameDays();
		if (this.pinned) this.toNewest();
	}

	/** The first page; also when so much has arrived meanwhile that it does not join what is shown. */
	fillAnew(messages) {
		this.clear();
		this.quietly(() => this.pages.prepend(messages.map((message) => this.draw(message))));
		this.showOlder(messages.length >= PAGE);
		this.markDays(this.pages.first);
		this.markUnread(messages);
	}

	/** A line above what nobody had read when the chat was opened. */
	markUnread(messages) {
		const { unread } = this.context;
		const first = unread && messages.filter(({ direction }) => direction === "Inbound").at(-unread);
		if (first) this.items.get(first.name).node.lastElementChild.before(h("div", { class: "wa-unread-line" }, h("span", {}, __("Unread"))));
	}

	merge(messages, first) {
		const names = new Set(messages.map(({ name }) => name));
		for (const node of [...from(first)]) if (!names.has(node.waName)) this.remove(node);
		const { last } = this.pages;
		let next = null;
		for (const message of [...messages].reverse()) {
			const node = this.draw(message);
			if (!node.parentNode || after(node) !== next) this.pages.insert(node, next);
			next = node;
		}
		this.markDays(next);
		const arrived = this.pages.last !== last && messages.at(-1).direction === "Inbound";
		if (arrived && !this.pinned) this.offerNewest(__("New messages"));
	}

	/** A message just sent, before the server has taken it. Returns a handle to settle or withdraw it. */
	addPending(content, now) {
		const message = pending(content, now);
		this.add(message);
		this.toNewest();
		return {
			settle: (sent) => {
				this.remove(this.items.get(message.name)?.node);
				this.add(sent);
			},
			withdraw: () => this.remove(this.items.get(message.name)?.node),
		};
	}

	add(message) {
		this.notePlace();
		const node = this.draw(message);
		if (!node.parentNode) this.pages.insert(node, null);
		this.say("");
		this.markDays(node);
		if (this.pinned) this.toNewest();
	}

	remove(node) {
		if (!node) return;
		const next = after(node);
		this.items.delete(node.waName);
		this.pages.remove(node);
		if (next) this.markDays(next);
	}

	async loadOlder() {
		const oldest = this.pages.first;
		if (!oldest || this.older.disabled || this.older.hidden) return;
		fill(this.older, __("Loading older messages…"));
		await whileDisabled(this.older, this.log, () => this.fetchOlder(oldest));
	}

	async fetchOlder(oldest) {
		try {
			const messages = await this.onOlder(oldest.waName);
			if (this.pages.first?.waName !== oldest.waName) return;
			this.prepend(messages, this.pages.first);
			this.showOlder(messages.length >= PAGE);
		} catch {
			this.showOlder(true, __("Older messages could not be loaded. Try again"));
		}
	}

	/** What is being read stays where it is while older messages come in above it. */
	prepend(messages, oldest) {
		// Not the item itself: the name of its day may move away from above it.
		const read = oldest.lastElementChild;
		const place = read.getBoundingClientRect().top;
		const fresh = messages.filter(({ name }) => !this.items.has(name));
		this.quietly(() => this.pages.prepend(fresh.map((message) => this.draw(message))));
		this.markDays(this.pages.first, oldest);
		this.nameDays();
		this.log.scrollTop += read.getBoundingClientRect().top - place;
	}

	showOlder(more, words = __("Show older messages")) {
		this.older.hidden = !more;
		this.older.disabled = false;
		fill(this.older, words);
	}

	draw(message) {
		const known = this.items.get(message.name);
		const seen = JSON.stringify(message);
		if (known?.seen === seen) return known.node;
		const { times } = this.context;
		if (message.message_sid) this.sids.set(message.message_sid, message);
		const side = message.direction === "Outbound" ? "wa-item-out" : "wa-item-in";
		const node = h("div", { class: `wa-item ${side}` }, bubble(message, times, this.does));
		node.waName = message.name;
		node.waSentAt = message.sent_at_ms;
		node.waDay = times.day(message.sent_at_ms);
		if (known) this.replace(known.node, node);
		this.items.set(message.name, { node, seen });
		return node;
	}

	/** The focus of who is going from message to message stays where it is. */
	replace(old, node) {
		const hadFocus = old.contains(document.activeElement);
		old.replaceWith(node);
		if (hadFocus) node.querySelector(".wa-meta").focus({ preventScroll: true });
	}

	/** A day's name stands above its first message. */
	markDays(first, last = null) {
		for (const node of from(first)) {
			const starts = before(node)?.waDay !== node.waDay;
			const mark = node.querySelector(":scope > .wa-day");
			if (starts && !mark) node.prepend(h("div", { class: "wa-day" }, h("span", {}, this.dayName(node))));
			if (!starts && mark) mark.remove();
			if (node === last) break;
		}
	}

	/** At midnight "Today" becomes "Yesterday". */
	nameDays() {
		const today = this.context.times.day(this.context.now());
		if (today === this.today) return;
		this.today = today;
		for (const span of this.pages.node.querySelectorAll(".wa-day > span")) fill(span, this.dayName(span.parentNode.parentNode));
	}

	dayName(node) {
		return this.context.times.dayName(node.waSentAt, this.context.now());
	}

	/** A page of old messages is not news: a screen reader shall not read it all out. */
	quietly(change) {
		this.log.setAttribute("aria-busy", "true");
		change();
		requestAnimationFrame(() => this.log.removeAttribute("aria-busy"));
	}

	offerNewest(words = this.newestWords.textContent) {
		fill(this.newestWords, words);
		this.newest.setAttribute("aria-label", words || __("Go to the newest message"));
		this.newest.hidden = false;
	}

	/** The button goes, so the focus goes to the messages first. */
	onNewestPress() {
		this.log.focus({ preventScroll: true });
		this.toNewest();
	}

	toNewest() {
		this.pinned = true;
		this.newest.hidden = true;
		fill(this.newestWords);
		this.log.scrollTop = this.log.scrollHeight;
		this.place = this.log.scrollTop;
	}

	/**
	 * The newest message stays in sight as the list grows, but not for whoever went up, however little. The place itself
	 * tells: the scroll event may come after what makes the list grow.
	 */
	notePlace() {
		const { scrollTop, scrollHeight, clientHeight } = this.log;
		if (!clientHeight) return;
		const below = scrollHeight - scrollTop - clientHeight;
		const wentUp = scrollTop < this.place;
		this.place = scrollTop;
		if (below < AT_END || (below < NEAR && !wentUp)) this.pinned = true;
		else if (wentUp) this.pinned = false;
	}

	/** From message to message without a stop at each for whoever only passes by. */
	onKey(event) {
		const metas = [...this.log.querySelectorAll(".wa-meta")];
		const at = metas.indexOf(event.target);
		const steps = { ArrowUp: at - 1, ArrowDown: at + 1 };
		if (event.target === this.log && event.key === "Enter") metas.at(-1)?.focus();
		else if (at >= 0 && event.key in steps) metas[Math.max(0, steps[event.key])]?.focus();
		else if (at >= 0 && event.key === "Escape") this.log.focus();
		else return;
		event.preventDefault();
	}

	onScroll() {
		this.notePlace();
		if (this.pinned) this.newest.hidden = true;
		else this.offerNewest();
		if (this.log.scrollTop < 4 * NEAR && !this.pinned) this.loadOlder();
	}
}

function pending({ body, file }, now) {
	return {
		name: `pending-${now}`,
		direction: "Outbound",
		kind: file ? kindOf(file) : "text",
		body,
		media: file ? [sendingMedia(file)] : [],
		sent_at_ms: Math.floor(now),
		delivery_status: "queued",
	};
}
