import { button, fill, h, icon } from "../wa_chat/dom.js";
import { Filters } from "./filters.js";
import { inboxIcon } from "./icons.js";
import { listState, staleText } from "./list_state.js";
import { chatRow, timeText } from "./row.js";
import { VirtualList } from "./virtual_list.js";

/** The left pane: filters, the list or what stands in its place, and what waits to be added to it. */
export class ListPane {
	/** `context()` returns `{now, times}`; `onOpen(row)`, `onFilter(changes)`, `onNearEnd()`, `onSearchOn()`, `onRelease()`, `onRetry()`. */
	constructor({
		context,
		onOpen,
		onFilter,
		onNearEnd,
		onSearchOn,
		onRelease,
		onRetry,
		onEnter,
		settingsLink,
	}) {
		this.onRelease = onRelease;
		this.stateActions = { onRetry, settingsLink };
		this.filters = new Filters({
			onFilter: (changes) => {
				this.list.toTop();
				return onFilter(changes);
			},
			onEnter,
			onDown: () => this.focus(),
			onLeave: () => this.focus(),
		});
		this.list = new VirtualList({
			label: __("Chats"),
			render: (row) => chatRow(row, context()),
			snapshot: (row) => JSON.stringify([row, timeText(row, context())]),
			onOpen,
			onNearEnd,
			onScroll: () => this.releaseAtTop(),
		});
		this.isPointedAt = false;
		this.newButton = button(
			{ class: "wa-button wi-new", hidden: true, onclick: () => this.onNewClick() },
			h("span", {}),
			inboxIcon("up"),
		);
		this.stale = h("div", { class: "wi-stale", role: "status" });
		this.state = h("div", { class: "wi-state", tabindex: -1 });
		this.further = h(
			"div",
			{ class: "wi-further", role: "status", hidden: true },
			h("span", { class: "wa-quiet" }, __("Older chats are not searched yet.")),
			button({ class: "wa-button", onclick: onSearchOn }, __("Search older chats")),
		);
		this.notice = h("div", { class: "wi-notice", role: "status" });
		this.alert = h("div", { class: "wa-alert", role: "alert" });
		this.node = h(
			"section",
			{ class: "wi-left", "aria-label": __("List of chats") },
			this.filters.node,
			this.stale,
			h(
				"div",
				{
					class: "wi-list-area",
					onpointerenter: () => this.onPointer(true),
					onpointerleave: () => this.onPointer(false),
				},
				this.newButton,
				this.list.wrapper,
				this.state,
			),
			this.further,
			this.alert,
			this.notice,
		);
	}

	/** Rows stay where they are while they are pointed at, scrolled through or ticked. */
	get isHeld() {
		return this.isPointedAt || this.list.isScrolled || Boolean(this.list.ticked);
	}

	/** Takes a ChatQueue. */
	show(queue) {
		this.filters.show(queue);
		this.list.update(queue.rows, queue.selected);
		fill(this.stale, staleText(queue));
		fill(this.state, listState(queue, this.stateActions));
		this.further.hidden = !queue.isSearchPaused;
		const { newCount } = queue;
		this.newButton.hidden = !newCount;
		fill(this.newButton.firstElementChild, newCount ? __("{0} new", [newCount]) : "");
	}

	onPointer(isInside) {
		this.isPointedAt = isInside;
		this.releaseAtTop();
	}

	releaseAtTop() {
		if (!this.isHeld) this.onRelease();
	}

	onNewClick() {
		this.list.toTop();
		this.onRelease();
		this.list.node.focus({ preventScroll: true });
	}

	/** To the rows, or to what stands in their place. */
	focus() {
		(this.list.node.hidden ? this.state : this.list.node).focus({ preventScroll: true });
	}

	/** What has been done, for a moment. */
	showNotice(text) {
		fill(this.alert);
		fill(this.notice, text);
	}

	/** `action`: `{label, onclick}`. */
	showError(text, action = null) {
		fill(this.notice);
		const dismiss = button(
			{ class: "wa-button wa-button-icon", "aria-label": __("Dismiss"), onclick: () => fill(this.alert) },
			icon("close"),
		);
		const act =
			action &&
			button(
				{
					class: "wa-link wi-alert-action",
					onclick: () => {
						fill(this.alert);
						action.onclick();
					},
				},
				action.label,
			);
		fill(this.alert, h("span", { class: "wi-alert-text", dir: "auto" }, text), act, dismiss);
	}
}
