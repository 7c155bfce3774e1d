import { capped } from "../wa_chat/counts.js";
import { joinLists, LIST_EVENT } from "../wa_chat/realtime.js";

const METHOD = "wa_window.api.cards.needs_reply";
const EVERY_MS = 5_000;

/**
 * How many chats need a reply, on every page of the Desk: in the tab's title, and for the sidebar's style
 * (wa_window_bell.bundle.scss). `call` is a transport's, `realtime` Frappe's. It is asked for when a chat has changed, at most once
 * in EVERY_MS; a page with the inbox knows it already.
 */
export class NeedsReply {
	constructor(call, realtime) {
		this.call = call;
		this.prefix = "";
		this.asked = 0;
		this.timer = null;
		document.addEventListener("wa-inbox-count", ({ detail }) => this.show(detail.count));
		// Not by frappe.utils.set_title_prefix: going back to a page puts the prefix before a title that has it (router.js, set_title).
		const title = document.querySelector("title");
		new MutationObserver(() => this.showInTitle(this.prefix)).observe(title, { childList: true });
		this.ask();
		if (realtime?.socket) joinLists(realtime, () => this.askSoon(), { events: [LIST_EVENT] });
	}

	askSoon() {
		this.timer ??= setTimeout(() => this.ask(), Math.max(0, this.askedAt + EVERY_MS - Date.now()));
	}

	async ask() {
		this.timer = null;
		if (isInboxShown()) return;
		this.askedAt = Date.now();
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
