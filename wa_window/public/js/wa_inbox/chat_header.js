import { copyText } from "../wa_chat/details.js";
import { button, fill, h, icon, srOnly } from "../wa_chat/dom.js";
import { ignoreHeldEnter } from "../wa_chat/form_dialog.js";
import { inboxIcon } from "./icons.js";
import { Menu } from "./menu.js";
import { avatar, earlierNumber } from "./row.js";
import { WindowPill } from "./window_pill.js";

const HOUR = 3_600_000;

/** One line above the chat: who, their number, the window, whose it is, and what can be done with it. */
export class ChatHeader {
	/**
	 * `actions` are ChatActions; `onBack()`, `onSearch()`, `onDetails()` and `onKeys()` show what is asked for; `now()` is the server's
	 * time.
	 */
	constructor({ actions, onBack, onSearch, onDetails, onKeys, now }) {
		this.actions = actions;
		this.handlers = { onSearch, onDetails, onKeys };
		this.now = now;
		this.name = h("h2", { class: "wi-title", dir: "auto", tabindex: -1 });
		this.number = h("span", { dir: "ltr" });
		this.copied = h("span", { role: "status" });
		this.tags = h("span", {});
		this.copy = button(
			{ class: "wi-number", title: __("Copy the number"), onclick: () => this.copyNumber() },
			this.number,
			srOnly(__("Copy the number")),
			inboxIcon("copy"),
		);
		this.pill = new WindowPill();
		this.ownerContent = h("span", { class: "wi-owner-name" });
		this.owner = new Menu({
			name: __("Owner"),
			content: this.ownerContent,
			more: "wi-owner-button",
			items: () => this.ownerItems(),
		});
		this.done = button(
			{
				class: "wa-button wi-done",
				title: __("Done (E)"),
				"aria-keyshortcuts": "E",
				onclick: () => actions.done(),
			},
			icon("check"),
			h("span", { class: "wi-button-text" }, __("Done")),
		);
		this.more = new Menu({
			name: __("More"),
			content: inboxIcon("more"),
			more: "wa-button-icon wi-more",
			items: () => this.moreItems(),
		});
		this.details = button(
			{
				class: "wa-button wa-button-icon wi-details-button",
				title: __("Details"),
				"aria-label": __("Details"),
				onclick: onDetails,
			},
			inboxIcon("panel"),
		);
		this.node = h(
			"header",
			{ class: "wi-chat-head", onkeydown: ignoreHeldEnter },
			button(
				{ class: "wa-button wa-button-icon wi-back", "aria-label": __("Back"), onclick: onBack },
				inboxIcon("back"),
			),
			h(
				"div",
				{ class: "wi-who" },
				this.name,
				h("div", { class: "wi-contact" }, this.copy, this.copied),
				this.tags,
			),
			this.pill.node,
			this.owner.node,
			this.done,
			this.more.node,
			this.details,
		);
	}

	/** `window` is the chat's own, or the row's as a hint while the chat is loading; `rights`: what this user may do. */
	show(row, { window, isHint, rights, times }) {
		this.rights = rights;
		this.row = row;
		this.times = times;
		if (this.name.textContent !== row.title) fill(this.name, row.title);
		if (this.number.textContent !== row.customer_phone) {
			fill(this.number, row.customer_phone);
			fill(this.copied);
		}
		fill(this.tags, earlierNumber(row));
		this.copy.hidden = !row.customer_phone || row.customer_phone === row.title;
		this.pill.show(window, this.now(), times, { isHint });
		this.showOwner(row);
		this.owner.control.disabled = !this.ownerItems().length;
		this.done.disabled = !(row.waiting_since_ms > 0 && rights.write);
	}

	showOwner({ owner, assigned = [] }) {
		const shown = owner ?? assigned[0];
		const name = shown?.full_name ?? __("No owner");
		if (this.ownerName === name) return;
		this.ownerName = name;
		this.owner.control.setAttribute("aria-label", shown ? __("Owner: {0}", [name]) : name);
		this.owner.control.title = shown ? __("Owner: {0}", [name]) : name;
		fill(this.ownerContent, shown && avatar(name, "wi-avatar-small"), h("span", {}, name), icon("down"));
	}

	showDetails(isOpen) {
		this.details.setAttribute("aria-expanded", isOpen);
	}

	ownerItems() {
		const { actions, rights } = this;
		return [
			rights.take && { label: __("Take"), key: "A", act: () => actions.take() },
			rights.assign && { label: __("Hand over…"), act: () => actions.handOver() },
		].filter(Boolean);
	}

	moreItems() {
		const { actions, handlers } = this;
		return [
			...(this.isNarrow ? this.narrowItems() : []),
			...(this.rights.write ? this.snoozeItems() : []),
			{ label: __("Search in this chat"), key: "F", act: handlers.onSearch },
			{ label: __("Mark as unread"), key: "U", act: () => actions.markUnread() },
			...(this.rights.write ? [{ label: __("Consent…"), act: () => actions.editConsent() }] : []),
			{ label: __("Keyboard shortcuts"), key: "?", act: handlers.onKeys },
		];
	}

	snoozeItems() {
		const { row, times, actions } = this;
		const now = this.now();
		const until = (ms) => () => actions.snooze(ms);
		const morning = times.nextMorning(now);
		if (row.snoozed_until_ms > now) return [{ label: __("End the snooze"), act: until(0) }];
		return [
			{ label: __("Snooze for 1 hour"), act: until(now + HOUR) },
			{ label: __("Snooze until {0}", [times.dateTime(morning, now)]), act: until(morning) },
			{ label: __("Snooze until…"), act: () => actions.chooseSnooze() },
		];
	}

	/** What has no place in the narrow line. */
	narrowItems() {
		return [
			{ label: __("Details"), act: this.handlers.onDetails },
			{ label: __("Copy the number"), act: () => this.copyNumber() },
			...this.ownerItems(),
		];
	}

	async copyNumber() {
		const copied = await copyText(this.row.customer_phone, this.copied);
		if (!this.isNarrow) this.copy.focus();
		fill(this.copied, copied ? __("Copied") : __("Not copied"));
	}
}
