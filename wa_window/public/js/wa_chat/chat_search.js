import { button, fill, h, icon } from "./dom.js";
import { kindLabel } from "./media.js";

// As the server sends them at once (chat/panel.py).
const PAGE_SIZE = 50;
const DEBOUNCE_MS = 250;
const SHORTEST = 2;
const NEAR_END_PX = 240;
// Of a long text, what stands before the first word.
const BEFORE_PX = 30;
const UP = "M8 13V3.5M4 7l4-4 4 4";
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
		this.endOnSent = () => this.close();
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
		this.isSearching = true;
		try {
			do {
				const args = { conversation: this.session.conversation, words: this.words, before: this.next };
				const { messages, next } = await this.chat.call("chat.search", args);
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
			firstChild.toggleAttribute("aria-current", index === this.position);
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
		const index = this.list.childElementCount;
		const { times, clock } = this.chat;
		const open = () => {
			this.field.focus();
			this.open(this.results.indexOf(message));
		};
		return h(
			"li",
			{ "data-index": index },
			button(
				{ class: "wa-result", onclick: open },
				h(
					"span",
					{ class: "wa-quiet" },
					who(message),
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
		if (this.field.value.trim() !== this.words) this.search({ opensFirst: true });
		else this.move(step);
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
	}
}

/** A list of messages like `live`, of another time: it follows nothing, and goes on in both directions. */
function newPast(live, session, fetchNewer) {
	class Past extends live.constructor {
		updatePinned() {
			this.pinned = false;
		}

		/** The answer of chat.around. */
		showAround({ before, message, after }, context) {
			const isEnd = after.length < PAGE_SIZE;
			const until = isEnd ? undefined : after.at(-1).sent_at_ms;
			this.clear();
			this.pinned = false;
			this.update(session.arrange([...before, message, ...after], until), context);
			this.showOlderButton(before.length === PAGE_SIZE);
			this.newerButton ??= button({ class: "wa-link wa-older", onclick: () => this.loadNewer() });
			this.log.append(this.newerButton);
			this.showNewerButton(!isEnd);
			this.showNewestButton(__("Back to the newest messages"));
		}

		/** To the message, whose words are marked. */
		mark(name, words) {
			for (const mark of this.node.querySelectorAll("mark")) mark.replaceWith(mark.textContent);
			this.node.querySelector(".wa-hit")?.classList.remove("wa-hit");
			const { node } = this.items.get(name);
			node.classList.add("wa-hit");
			for (const text of node.querySelectorAll(".wa-text, .wa-file-name")) markIn(text, words);
			this.centre(node);
			// The pages on the way have their real heights only now.
			requestAnimationFrame(() => this.centre(node));
		}

		/** The page around the chat stays where it is. */
		centre(node) {
			const [box, place] = [node, this.log].map((each) => each.getBoundingClientRect());
			this.log.scrollTop += box.top - place.top - (place.height - box.height) / 2;
		}

		showNewerButton(hasMore, label = __("Show newer messages")) {
			this.newerButton.hidden = !hasMore;
			this.newerButton.disabled = false;
			fill(this.newerButton, label);
		}

		async loadNewer() {
			const { last } = this.pages;
			if (this.newerButton.hidden || this.newerButton.disabled) return;
			this.newerButton.disabled = true;
			try {
				const messages = await fetchNewer(last.waName);
				if (this.pages.last !== last) return;
				this.append(messages, last.waSentAt);
				this.showNewerButton(messages.length === PAGE_SIZE);
			} catch {
				this.showNewerButton(true, __("Newer messages could not be loaded. Try again"));
			}
		}

		append(messages, since) {
			const until = messages.length === PAGE_SIZE ? messages.at(-1).sent_at_ms : undefined;
			const fresh = session
				.arrange(messages, until)
				.filter(({ name, sent_at_ms: at }) => at >= since && !this.items.has(name));
			const nodes = fresh.map((message) => this.render(message));
			this.withoutAnnouncing(() => {
				for (const node of nodes) this.pages.insert(node, null);
			});
			if (nodes.length) this.updateDays(nodes[0]);
		}

		onNewestClick() {
			this.onLeave();
		}

		onScroll() {
			const { scrollTop, scrollHeight, clientHeight } = this.log;
			if (scrollTop < NEAR_END_PX) this.loadOlder();
			if (scrollHeight - scrollTop - clientHeight < NEAR_END_PX) this.loadNewer();
		}
	}
	return new Past({
		loadOlder: (before, until) => session.loadOlder(before, until),
		actions: live.actions,
	});
}

function who({ direction, is_mine: isMine, author, sent_outside: isOutside }) {
	if (direction === "Inbound") return __("Customer");
	if (isOutside) return __("Sent outside this app");
	return isMine ? __("You") : author || __("Us");
}

/** The text from shortly before the first of the words. */
function snippet({ body, kind }, words) {
	const text = (body || kindLabel(kind)).replace(/\s+/g, " ");
	const found = text.search(pattern(words));
	return found > BEFORE_PX ? `…${text.slice(text.lastIndexOf(" ", found - BEFORE_PX / 2) + 1)}` : text;
}

/** Text nodes and marks. */
function marked(text, words) {
	return text.split(pattern(words)).map((part, index) => (index % 2 ? h("mark", {}, part) : part));
}

function markIn(element, words) {
	const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
	const texts = [];
	while (walker.nextNode()) texts.push(walker.currentNode);
	for (const text of texts) text.replaceWith(...marked(text.data, words));
}

function pattern(words) {
	const escaped = words.split(/\s+/).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
	return new RegExp(`(${escaped.join("|")})`, "giu");
}
