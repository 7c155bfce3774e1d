import { bubble } from "./bubble.js";
import { button, fill, h, icon, whileDisabled } from "./dom.js";
import { kindOf, pendingMedia } from "./media.js";
import { itemsFrom, nextItem, Pages, previousItem } from "./pages.js";

// As the server sends them at once (chat/panel.py).
const PAGE_SIZE = 50;
const NEAR_END_PX = 60;
// Heights are rounded, scroll positions are not.
const AT_END_PX = 2;

/**
 * The messages, oldest first, and other items among them, which have a `bubble(item, times)` that makes their node. Only what
 * is new or changed is rendered, each item keyed by its name.
 */
export class MessageList {
	/** `loadOlder(name, sentAt)` resolves with the items before that one; `actions` as in bubble.js. */
	constructor({ loadOlder, actions }) {
		this.fetchOlder = loadOlder;
		this.actions = { ...actions, quoted: (sid) => this.bySid.get(sid), expanded: new Set() };
		this.bySid = new Map();
		this.items = new Map();
		this.olderButton = button({ class: "wa-link wa-older", hidden: true, onclick: () => this.loadOlder() });
		this.pages = new Pages();
		this.emptyState = h("div", { class: "wa-empty" });
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
			this.olderButton,
			this.emptyState,
			this.pages.node,
		);
		this.newestLabel = h("span", {});
		this.newestButton = button(
			{ class: "wa-button wa-newest", hidden: true, onclick: () => this.onNewestClick() },
			icon("down"),
			this.newestLabel,
		);
		this.node = h("div", { class: "wa-messages" }, this.log, skeleton(), this.newestButton);
		this.resizeObserver = new ResizeObserver(() => {
			this.updatePinned();
			if (this.pinned) this.scrollToNewest();
		});
		this.resizeObserver.observe(this.pages.node);
		this.resizeObserver.observe(this.log);
		this.clear();
	}

	clear() {
		this.items.clear();
		this.bySid.clear();
		this.pages.clear();
		this.pinned = true;
		this.lastScrollTop = 0;
		this.newestButton.hidden = true;
		this.showOlderButton(false);
	}

	/** A text in place of messages; an empty one where there are messages. */
	showEmptyState(text) {
		fill(this.emptyState, text);
		this.emptyState.hidden = !text;
	}

	/** Shows the newest page as the server has it, in its order. */
	update(messages, context) {
		this.context = context;
		this.updatePinned();
		const first = messages.find(({ name }) => this.items.has(name));
		if (!first) this.replaceAll(messages);
		else this.merge(messages, this.items.get(first.name).node);
		this.updateDayNames();
		if (this.pinned) this.scrollToNewest();
	}

	/** The first page; also when so much has arrived that it does not connect to what is shown. */
	replaceAll(messages) {
		this.clear();
		this.withoutAnnouncing(() => this.pages.prepend(messages.map((message) => this.render(message))));
		this.showOlderButton(countMessages(messages) >= PAGE_SIZE);
		this.updateDays(this.pages.first);
		this.addUnreadLine(messages);
	}

	/** A line above the messages that were unread when the chat was opened. */
	addUnreadLine(messages) {
		const { unread } = this.context;
		const first = unread && messages.filter(({ direction }) => direction === "Inbound").at(-unread);
		if (!first) return;
		const line = h("div", { class: "wa-unread-line" }, h("span", {}, __("Unread")));
		this.items.get(first.name).node.lastElementChild.before(line);
	}

	merge(messages, first) {
		const names = new Set(messages.map(({ name }) => name));
		for (const node of [...itemsFrom(first)]) if (!names.has(node.waName)) this.remove(node);
		const { last } = this.pages;
		let next = null;
		// In their order: the SID of one of ours may come together with the answer that quotes it.
		const nodes = messages.map((message) => this.render(message));
		for (const node of nodes.reverse()) {
			if (!node.parentNode || nextItem(node) !== next) this.pages.insert(node, next);
			next = node;
		}
		this.updateDays(next);
		const arrived = this.pages.last !== last && messages.at(-1).direction === "Inbound";
		if (arrived && !this.pinned) this.showNewestButton(__("New messages"));
	}

	/** A message that is being sent. Returns `{confirm, withdraw}`: the server's message takes its place, or it is removed. */
	addPending(content, now) {
		const message = pendingMessage(content, now);
		this.add(message);
		this.scrollToNewest();
		return {
			confirm: (sent) => {
				this.remove(this.items.get(message.name)?.node);
				this.add(sent);
			},
			withdraw: () => this.remove(this.items.get(message.name)?.node),
		};
	}

	add(message) {
		this.updatePinned();
		const node = this.render(message);
		if (!node.parentNode) this.pages.insert(node, null);
		this.showEmptyState("");
		this.updateDays(node);
		if (this.pinned) this.scrollToNewest();
	}

	remove(node) {
		if (!node) return;
		const next = nextItem(node);
		this.items.delete(node.waName);
		this.pages.remove(node);
		if (next) this.updateDays(next);
	}

	async loadOlder() {
		const oldest = this.pages.first;
		if (!oldest || this.olderButton.disabled || this.olderButton.hidden) return;
		fill(this.olderButton, __("Loading older messages…"));
		await whileDisabled(this.olderButton, this.log, () => this.showOlder(oldest));
	}

	async showOlder(oldest) {
		try {
			const messages = await this.fetchOlder(oldest.waName, oldest.waSentAt);
			if (this.pages.first?.waName !== oldest.waName) return;
			this.prepend(messages, this.pages.first);
			this.showOlderButton(countMessages(messages) >= PAGE_SIZE);
		} catch {
			this.showOlderButton(true, __("Older messages could not be loaded. Try again"));
		}
	}

	/** What is being read keeps its place on the screen while older messages are added above it. */
	prepend(messages, oldest) {
		// Not the item itself: the name of its day, which stands in it, may be removed.
		const anchor = oldest.lastElementChild;
		const { top } = anchor.getBoundingClientRect();
		const fresh = messages.filter(({ name }) => !this.items.has(name));
		this.withoutAnnouncing(() => this.pages.prepend(fresh.map((message) => this.render(message))));
		this.updateDays(this.pages.first, oldest);
		this.updateDayNames();
		this.log.scrollTop += anchor.getBoundingClientRect().top - top;
	}

	showOlderButton(hasMore, label = __("Show older messages")) {
		this.olderButton.hidden = !hasMore;
		this.olderButton.disabled = false;
		fill(this.olderButton, label);
	}

	render(message) {
		const known = this.items.get(message.name);
		const snapshot = JSON.stringify(message);
		if (known?.snapshot === snapshot) return known.node;
		const { times } = this.context;
		if (message.message_sid) this.bySid.set(message.message_sid, message);
		const side = message.direction === "Outbound" ? "wa-item-out" : "wa-item-in";
		const content = message.bubble ?? bubble;
		const node = h("div", { class: `wa-item ${side}` }, content(message, times, this.actions));
		node.waName = message.name;
		node.waSentAt = message.sent_at_ms;
		node.waDay = times.day(message.sent_at_ms);
		if (known) this.replace(known.node, node);
		this.items.set(message.name, { node, snapshot });
		return node;
	}

	/** The focus of who is going from message to message stays where it is. */
	replace(old, node) {
		const hadFocus = old.contains(document.activeElement);
		old.replaceWith(node);
		if (hadFocus) node.querySelector(".wa-meta").focus({ preventScroll: true });
	}

	/** A day's name stands above its first message. */
	updateDays(first, last = null) {
		for (const node of itemsFrom(first)) {
			const starts = previousItem(node)?.waDay !== node.waDay;
			const day = node.querySelector(":scope > .wa-day");
			if (starts && !day) node.prepend(h("div", { class: "wa-day" }, h("span", {}, this.dayName(node))));
			if (!starts && day) day.remove();
			if (node === last) break;
		}
	}

	/** At midnight "Today" becomes "Yesterday". */
	updateDayNames() {
		const today = this.context.times.day(this.context.now());
		if (today === this.today) return;
		this.today = today;
		for (const span of this.pages.node.querySelectorAll(".wa-day > span")) {
			fill(span, this.dayName(span.parentNode.parentNode));
		}
	}

	dayName(node) {
		return this.context.times.dayName(node.waSentAt, this.context.now());
	}

	/** Makes a change that a screen reader does not read out, such as a whole page of messages. */
	withoutAnnouncing(change) {
		this.log.setAttribute("aria-busy", "true");
		change();
		requestAnimationFrame(() => this.log.removeAttribute("aria-busy"));
	}

	showNewestButton(label = this.newestLabel.textContent) {
		fill(this.newestLabel, label);
		this.newestButton.setAttribute("aria-label", label || __("Go to the newest message"));
		this.newestButton.hidden = false;
	}

	/** The button is hidden then, so the messages get the focus first. */
	onNewestClick() {
		this.log.focus({ preventScroll: true });
		this.scrollToNewest();
	}

	scrollToNewest() {
		this.pinned = true;
		this.newestButton.hidden = true;
		fill(this.newestLabel);
		this.log.scrollTop = this.log.scrollHeight;
		this.lastScrollTop = this.log.scrollTop;
	}

	/**
	 * While the list is pinned, the newest message stays visible as the list grows. Scrolling up, however little, ends that.
	 * The scroll position is compared, since the scroll event may come after the list has grown.
	 */
	updatePinned() {
		const { scrollTop, scrollHeight, clientHeight } = this.log;
		if (!clientHeight) return;
		const distanceToEnd = scrollHeight - scrollTop - clientHeight;
		const scrolledUp = scrollTop < this.lastScrollTop;
		this.lastScrollTop = scrollTop;
		if (distanceToEnd < AT_END_PX || (distanceToEnd < NEAR_END_PX && !scrolledUp)) this.pinned = true;
		else if (scrolledUp) this.pinned = false;
	}

	/** The arrow keys move from message to message; Tab does not stop at each of them. */
	onKey(event) {
		const stops = [...this.log.querySelectorAll(".wa-meta")];
		const index = stops.indexOf(event.target);
		const targets = { ArrowUp: index - 1, ArrowDown: index + 1 };
		if (event.target === this.log && event.key === "Enter") stops.at(-1)?.focus();
		else if (index >= 0 && event.key in targets) stops[Math.max(0, targets[event.key])]?.focus();
		else if (index >= 0 && event.key === "Escape") this.log.focus();
		else return;
		event.preventDefault();
	}

	onScroll() {
		this.updatePinned();
		if (this.pinned) this.newestButton.hidden = true;
		else this.showNewestButton();
		if (this.log.scrollTop < 4 * NEAR_END_PX && !this.pinned) this.loadOlder();
	}
}

/** Without items that are no messages. */
function countMessages(items) {
	return items.filter((item) => !item.bubble).length;
}

/** Shown by the stylesheet while the first answer is awaited. */
function skeleton() {
	const shapes = ["in", "in", "out", "in", "out"].map((side) => h("div", { class: `wa-ghost wa-${side}` }));
	return h("div", { class: "wa-skeleton", "aria-hidden": "true" }, shapes);
}

function pendingMessage({ body, file }, now) {
	return {
		name: `pending-${now}`,
		direction: "Outbound",
		kind: file ? kindOf(file) : "text",
		body,
		is_mine: true,
		media: file ? [pendingMedia(file)] : [],
		sent_at_ms: Math.floor(now),
		delivery_status: "queued",
	};
}
