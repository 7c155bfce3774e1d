import { authorName } from "./author_name.js";
import { button, fill, h, icon } from "./dom.js";
import { marked, pattern } from "./marked_words.js";
import { kindLabel } from "./media.js";
import { newPast } from "./past_messages.js";

// As the server sends them at once (chat/panel.py).
const PAGE_SIZE = 50;
const DEBOUNCE_MS = 250;
const SHORTEST = 2;
const NEAR_END_PX = 240;
// Of a long text, so many characters stand before the first word at most.
const MOST_BEFORE = 30;
const UP = "M3.5 10L8 5.5l4.5 4.5";
const LIST = "M3 4h10M3 8h10M3 12h10";

/**
 * Searches one chat. What is found is listed; the message that is opened is shown with those around it, in place of the chat's
 * newest ones. Enter goes to the next older one, Shift and Enter to the newer one, Escape back to the chat.
 */
export class ChatSearch {
	constructor(chat) {
		this.chat = chat;
		this.session = chat.session;
		this.live = chat.view.messages;
		this.results = [];
		this.position = -1;
		this.latest = 0;
		this.build();
		this.live.node.before(this.node);
		this.endOnSent = ({ detail }) => detail.session === this.session && this.close();
		chat.addEventListener("wa-chat-sent", this.endOnSent);
		this.focus();
	}

	build() {
		const action = (label, drawing, onclick) =>
			button({ class: "wa-button wa-button-icon", "aria-label": label, title: label, onclick }, drawing);
		this.field = h("input", {
			type: "search",
			class: "wa-input",
			dir: "auto",
			maxlength: 100,
			placeholder: __("Search in this chat"),
			"aria-label": __("Search in this chat"),
			oninput: () => this.onInput(),
		});
		this.status = h("span", { class: "wa-quiet wa-found", role: "status", dir: "auto" });
		this.older = action(__("Older result"), icon("", UP), () => this.move(1));
		this.newer = action(__("Newer result"), icon("down"), () => this.move(-1));
		this.toggle = action(__("All results"), icon("", LIST), () => this.showList(this.list.hidden));
		this.list = h("ol", {
			class: "wa-results",
			"aria-label": __("All results"),
			hidden: true,
			onscroll: () => this.onListScroll(),
		});
		this.node = h(
			"div",
			{ class: "wa-search", role: "search", onkeydown: (event) => this.onKey(event) },
			h(
				"div",
				{ class: "wa-search-bar" },
				this.field,
				this.status,
				this.older,
				this.newer,
				this.toggle,
				action(__("Close"), icon("close"), () => this.close()),
			),
			this.list,
		);
		this.show();
	}

	focus() {
		this.field.focus();
		this.field.select();
	}

	close() {
		if (!this.node.isConnected) return;
		this.latest++;
		clearTimeout(this.timer);
		this.chat.removeEventListener("wa-chat-sent", this.endOnSent);
		const hadFocus =
			this.node.contains(document.activeElement) || this.past?.node.contains(document.activeElement);
		this.closePast();
		this.node.remove();
		if (hadFocus) this.chat.focus();
	}

	// Searching

	onInput() {
		clearTimeout(this.timer);
		this.timer = setTimeout(() => this.search(), DEBOUNCE_MS);
	}

	/** `opensFirst`: the newest one that is found, as soon as it is. */
	search({ opensFirst = false } = {}) {
		clearTimeout(this.timer);
		this.opensFirst = opensFirst;
		this.words = this.field.value.trim();
		this.results = [];
		this.position = -1;
		this.next = null;
		this.problem = null;
		const request = ++this.latest;
		this.isSearching = this.words.length >= SHORTEST;
		this.showList(this.isSearching);
		if (this.isSearching) this.load(request);
	}

	/** A long chat is searched in parts: on until there is a page more. */
	async load(request = this.latest) {
		const wanted = this.results.length + PAGE_SIZE;
		this.problem = null;
		this.isSearching = true;
		try {
			do {
				const args = { conversation: this.session.conversation, words: this.words, before: this.next };
				const { messages, next } = await this.chat.call("chat.search", args, { post: true });
				if (request !== this.latest) return;
				this.next = next;
				this.results.push(...messages);
				this.isSearching = Boolean(next) && this.results.length < wanted;
				this.show(messages);
				if (this.opensFirst && this.results.length) {
					this.opensFirst = false;
					this.open(0);
				}
			} while (this.isSearching);
		} catch (error) {
			if (request !== this.latest) return;
			this.problem = error;
			this.isSearching = false;
			this.show();
		}
	}

	/** `added`: results that are not in the list yet. */
	show(added = []) {
		if (!this.results.length) fill(this.list);
		this.list.append(...added.map((message) => this.result(message)));
		fill(this.status, this.statusText());
		const isEmpty = !this.results.length;
		for (const control of [this.older, this.newer, this.toggle]) control.hidden = isEmpty;
		this.toggle.setAttribute("aria-expanded", !this.list.hidden);
		for (const [index, { firstChild }] of [...this.list.children].entries()) {
			firstChild.setAttribute("aria-current", index === this.position);
		}
	}

	statusText() {
		const { length } = this.results;
		if (this.problem) return this.problem.message;
		const count = this.next ? `${length}+` : length;
		if (this.position >= 0) return __("{0} of {1}", [this.position + 1, count]);
		if (this.isSearching && !length) return __("Searching…");
		if (length) return __("{0} found", [count]);
		return this.words?.length >= SHORTEST ? __("Nothing found.") : "";
	}

	result(message) {
		const { times, clock } = this.chat;
		const open = () => {
			this.field.focus();
			this.open(this.results.indexOf(message));
		};
		return h(
			"li",
			{},
			button(
				{ class: "wa-result", onclick: open },
				h(
					"span",
					{ class: "wa-quiet" },
					message.direction === "Inbound" ? __("Customer") : authorName(message) || __("Us"),
					" · ",
					times.dateTime(message.sent_at_ms, clock.now()),
				),
				h("span", { class: "wa-result-text", dir: "auto" }, marked(snippet(message, this.words), this.words)),
			),
		);
	}

	showList(isOpen) {
		this.list.hidden = !isOpen;
		this.show();
	}

	onListScroll() {
		const { scrollTop, scrollHeight, clientHeight } = this.list;
		if (scrollHeight - scrollTop - clientHeight < NEAR_END_PX) this.loadMore();
	}

	async loadMore() {
		if (this.next && !this.isSearching) await this.load();
	}

	// From one to the next

	onKey(event) {
		const { key, target, shiftKey } = event;
		const isEnter = key === "Enter" && target === this.field;
		const act = {
			Escape: () => this.close(),
			Enter: isEnter && (() => this.onEnter(shiftKey ? -1 : 1)),
			ArrowDown: () => this.moveFocus(1),
			ArrowUp: () => this.moveFocus(-1),
		}[key];
		if (!act || event.isComposing) return;
		act();
		event.preventDefault();
		event.stopPropagation();
	}

	onEnter(step) {
		const hasFailed = this.problem && !this.results.length;
		if (hasFailed || this.field.value.trim() !== this.words) this.search({ opensFirst: true });
		else if (this.results.length) this.move(step);
		else this.opensFirst = this.isSearching;
	}

	/** Among the field and the results. */
	moveFocus(step) {
		if (this.list.hidden) return;
		const stops = [this.field, ...this.list.querySelectorAll("button")];
		stops[stops.indexOf(document.activeElement) + step]?.focus();
	}

	async move(step) {
		const position = this.position + step;
		if (position >= this.results.length) await this.loadMore();
		if (this.results[position]) await this.open(position);
	}

	async open(position) {
		this.position = position;
		this.problem = null;
		this.showList(false);
		const request = this.latest;
		const { name } = this.results[position];
		try {
			if (!this.past?.items.has(name)) {
				const around = await this.chat.call("chat.around", { message: name });
				if (request !== this.latest || position !== this.position) return;
				this.showPast(around);
			}
			this.past.mark(name, this.words);
		} catch (error) {
			if (request !== this.latest) return;
			this.problem = error;
			this.show();
		}
	}

	// The messages around it

	showPast(around) {
		const { chat, live } = this;
		if (!this.past) {
			this.past = newPast(live, this.session, (after) =>
				chat.call("chat.newer", { conversation: this.session.conversation, after }),
			);
			this.past.onLeave = () => this.close();
			this.liveTop = live.log.scrollTop;
			live.node.before(this.past.node);
			live.node.hidden = true;
		}
		this.past.showAround(around, { times: chat.times, now: () => chat.clock.now() });
	}

	closePast() {
		if (!this.past) return;
		this.past.resizeObserver.disconnect();
		this.past.node.remove();
		this.past = null;
		this.live.node.hidden = false;
		if (this.live.pinned) this.live.scrollToNewest();
		else this.live.log.scrollTop = this.liveTop;
		// What came meanwhile is read now.
		if (this.session === this.chat.session) this.chat.refresh();
	}
}

/** The text from shortly before the first of the words. */
function snippet({ body, kind }, words) {
	const text = (body || kindLabel(kind)).replace(/\s+/g, " ");
	const found = text.search(pattern(words));
	return found > MOST_BEFORE ? `…${text.slice(text.lastIndexOf(" ", found - MOST_BEFORE / 2) + 1)}` : text;
}
