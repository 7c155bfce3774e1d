import { button, fill, h } from "../wa_chat/dom.js";
import { KINDS, rowState } from "./words.js";

const PAGE_SIZE = 50;
// What is shown is fetched anew in one call as long as it fits.
const MOST_REFRESHED = 100;

/** The recipients of a batch, of all kinds or one, each with the text that they get; further pages as one scrolls to the end. */
export class Recipients {
	/** `load(args)` resolves with a page as batches.rows answers it; `time(ms)` is a text; `recordLink(record)` the URL of a record, or null. */
	constructor({ load, time, recordLink, onError }) {
		this.load = load;
		this.time = time;
		this.recordLink = recordLink;
		this.onError = onError;
		this.kind = "";
		this.rows = [];
		this.next = null;
		this.request = 0;
		this.kinds = Object.entries(KINDS).map(([kind, label]) => {
			const badge = h("span", { class: "wa-batch-count" });
			const node = button({ class: "wa-batch-kind", onclick: () => this.choose(kind) }, label(), " ", badge);
			return { kind, node, badge };
		});
		this.list = h("ul", { class: "wa-batch-rows" });
		this.none = h("p", { class: "wa-quiet", role: "status" });
		this.more = button({ class: "wa-button wa-batch-more", onclick: () => this.loadMore() }, __("More"));
		this.node = h(
			"div",
			{ class: "wa-batch-recipients", tabindex: 0, role: "region", "aria-label": __("Recipients") },
			this.list,
			this.none,
			this.more,
		);
		this.filters = h(
			"div",
			{ class: "wa-batch-kinds", role: "group", "aria-label": __("Only show") },
			this.kinds.map(({ node }) => node),
		);
		this.observer = new IntersectionObserver((entries) => {
			if (entries.some(({ isIntersecting }) => isIntersecting)) this.loadMore();
		});
	}

	start() {
		this.observer.observe(this.more);
	}

	stop() {
		this.request++;
		this.observer.disconnect();
	}

	/** The counts by kind; what is shown is fetched anew. */
	show(counts, total) {
		for (const { kind, node, badge } of this.kinds) {
			const number = kind ? counts[kind] : total;
			node.hidden = kind !== "" && !number && kind !== this.kind;
			node.setAttribute("aria-pressed", kind === this.kind);
			fill(badge, String(number));
		}
		if (this.rows.length <= MOST_REFRESHED) this.fetch(-1, Math.max(PAGE_SIZE, this.rows.length));
	}

	choose(kind) {
		this.kind = kind;
		this.rows = [];
		for (const each of this.kinds) each.node.setAttribute("aria-pressed", each.kind === kind);
		return this.fetch(-1, PAGE_SIZE);
	}

	loadMore() {
		if (this.next !== null && !this.isLoading) this.fetch(this.next, PAGE_SIZE);
	}

	/** The rows behind a position replace those from there on. */
	async fetch(after, limit) {
		const request = ++this.request;
		this.isLoading = true;
		try {
			const page = await this.load({ kind: this.kind, after, limit });
			if (request !== this.request) return;
			this.rows = [...this.rows.filter(({ position }) => position <= after), ...page.rows];
			this.next = page.next;
			this.draw(after);
		} catch (error) {
			if (request === this.request) this.onError(error);
		} finally {
			if (request === this.request) this.isLoading = false;
		}
	}

	draw(after) {
		const fresh = this.rows.filter(({ position }) => position > after).map((row) => this.row(row));
		if (after < 0) fill(this.list, fresh);
		else this.list.append(...fresh);
		fill(this.none, this.rows.length ? "" : __("Nobody."));
		this.more.hidden = this.next === null;
	}

	row(row) {
		const { record, record_doctype: doctype, title, phone, text, answered_at_ms: answered } = row;
		const url = record && this.recordLink?.({ doctype, name: record });
		const name = title || __("You may not see this one.");
		return h(
			"li",
			{ class: "wa-batch-row", "data-state": row.state },
			h(
				"div",
				{ class: "wa-batch-who" },
				url
					? h("a", { href: url, target: "_blank", rel: "noopener", dir: "auto" }, name)
					: h("span", { dir: "auto" }, name),
				phone && phone !== title && h("span", { class: "wa-quiet", dir: "ltr" }, phone),
			),
			h("div", { class: "wa-batch-text", dir: "auto" }, text),
			h(
				"div",
				{ class: "wa-batch-state" },
				h("span", { dir: "auto" }, rowState(row)),
				answered && h("span", {}, __("Answered {0}", [this.time(answered)])),
			),
		);
	}
}
