import { capped } from "../wa_chat/counts.js";
import { joinLists, LIST_EVENT } from "../wa_chat/realtime.js";
import { RefreshTiming } from "./refresh_timing.js";

const METHOD = "wa_window.api.cards.needs_reply";
const GAP_MS = 5_000;
// The title of a page that is not visible is still seen, in its tab.
const GAP_HIDDEN_MS = 60_000;
// A snooze that ends is no event, and there may be no socket.
const POLL_MS = 60_000;

/**
 * How many chats need a reply, on every page of the Desk: in the tab's title, and for the sidebar's style
 * (wa_window_bell.bundle.scss). `call` is a transport's, `realtime` Frappe's. It is asked for when a chat has changed, and once in
 * POLL_MS while the page is visible; a page with the inbox knows it already, until the inbox is left (`wa-inbox-left`).
 */
export class NeedsReply {
	constructor(call, realtime) {
		this.call = call;
		this.prefix = "";
		this.asked = 0;
		this.timing = new RefreshTiming(
			() => this.ask(),
			() => (document.hidden ? GAP_HIDDEN_MS : GAP_MS),
		);
		document.addEventListener("wa-inbox-count", ({ detail }) => this.show(detail.count));
		document.addEventListener("wa-inbox-left", () => this.askSoon());
		document.addEventListener("visibilitychange", () => this.onVisibilityChange());
		setInterval(() => document.hidden || this.askSoon(), POLL_MS);
		// Not by frappe.utils.set_title_prefix: going back to a page puts the prefix before a title that has it (router.js, set_title).
		const title = document.querySelector("title");
		new MutationObserver(() => this.showInTitle(this.prefix)).observe(title, { childList: true });
		this.timing.run();
		if (realtime?.socket) joinLists(realtime, () => this.askSoon(), { events: [LIST_EVENT] });
	}

	askSoon() {
		if (!isInboxShown()) this.timing.onEvent();
	}

	/** What waits for the longer gap of a hidden page does not wait any more. */
	onVisibilityChange() {
		if (document.hidden) return;
		this.timing.stop();
		this.askSoon();
	}

	async ask() {
		if (isInboxShown()) return;
		const number = ++this.asked;
		const card = await this.call(METHOD).catch(() => null);
		if (card && number === this.asked && !isInboxShown()) this.show(card.value);
	}

	show(count) {
		const text = count ? capped(count) : "";
		this.showInTitle(text && `(${text}) `);
		document.documentElement.style.setProperty("--wa-needs-reply", text ? `"${text}"` : "none");
	}

	showInTitle(prefix) {
		const { title } = document;
		const plain = title.startsWith(this.prefix) ? title.slice(this.prefix.length) : title;
		this.prefix = prefix;
		if (title !== prefix + plain) document.title = prefix + plain;
	}
}

function isInboxShown() {
	return Boolean(document.querySelector("wa-inbox"));
}
