import { announcement, Banner } from "./banner.js";
import { Composer } from "./composer.js";
import { button, fill, h, icon, isFocusable } from "./dom.js";
import { errorText } from "./errors.js";
import { Header } from "./header.js";
import { MessageList } from "./message_list.js";
import { whenLoaded } from "./on_demand.js";
import { presenceText } from "./presence.js";

let count = 0;

/** What is on the screen: header, banner, messages, error and composer, and what a screen reader says. */
export class View {
	/**
	 * Built into `root`. The handlers: `onChoose(conversation)`, `onMenu(control)`, `onSearch()`, `onTemplate()`, `onSettings()`,
	 * `onRetry()`, `onDismiss()` (of an error), `onSend(text)`, `onSplit(text, max)`, `onInput(text)`, `onAttach(control)`; `loadOlder` and
	 * `actions` are those of the messages.
	 */
	constructor(
		root,
		{
			onChoose,
			onMenu,
			onSearch,
			onTemplate,
			onSettings,
			onRetry,
			onDismiss,
			onSend,
			onSplit,
			onInput,
			onAttach,
			loadOlder,
			actions,
		},
	) {
		const id = `wa-banner-${++count}`;
		this.root = root;
		this.onDismiss = onDismiss;
		this.header = new Header({ onChoose, onMenu, onSearch });
		this.banner = new Banner({ id, onTemplate, onSettings, onRetry });
		this.messages = new MessageList({ loadOlder, actions });
		this.alert = h("div", { class: "wa-alert", role: "alert" });
		this.presence = h("div", { class: "wa-presence", role: "status", dir: "auto" });
		this.liveRegion = h("div", { class: "wa-sr-only", "aria-live": "polite" });
		this.composer = new Composer({
			describedBy: id,
			focusFallback: root,
			onSend,
			onSplit,
			onInput,
			onTemplate,
			onAttach,
		});
		root.addEventListener("keydown", keepPlainKeys);
		root.addEventListener("dragover", onDragOver);
		root.addEventListener("drop", (event) => this.onDrop(event));
		root.append(
			this.header.node,
			this.banner.node,
			this.messages.node,
			this.presence,
			this.alert,
			this.composer.node,
			this.liveRegion,
		);
	}

	/** An empty chat, for another session with its `outbox`. */
	reset(outbox) {
		this.clear();
		this.composer.text = "";
		this.composer.showOutbox(outbox);
		this.clearError();
	}

	clear() {
		this.keepFocus(() => {
			this.messages.clear();
			this.messages.showEmptyState("");
			this.header.show(null);
		});
	}

	/** `state` is a viewState, `now` the server's time in epoch ms. */
	show(state, { now, times, hasSettings }) {
		this.root.dataset.state = state.state;
		this.root.toggleAttribute("data-locked", state.locked);
		this.root.toggleAttribute("data-read-only", state.mayReply === false);
		this.keepFocus(() => {
			this.banner.show(state, { now, times, hasSettings });
			this.composer.show(state);
		});
	}

	/** What `change` removes, hides or disables loses the focus: the chat itself has it then, one Tab before the banner's buttons. */
	keepFocus(change) {
		const focused = document.activeElement;
		const isOurs = this.root.contains(focused);
		change();
		if (!isOurs || isFocusable(focused)) return;
		// Not the element's own method, which prefers the reply field.
		HTMLElement.prototype.focus.call(this.root, { preventScroll: true });
	}

	/** The server's answer, the conversation in it that is `selected`, and the `messages` as they are arranged. */
	showAnswer(answer, selected, { messages: all, times, now }) {
		this.header.show(answer);
		const isForbidden = selected?.may_read === false;
		const messages = isForbidden ? [] : all;
		this.messages.update(messages, { times, now, unread: selected?.unread_count || 0 });
		if (isForbidden) {
			this.messages.showEmptyState(__("You don't have permission to read this chat."));
		} else {
			this.messages.showEmptyState(messages.length ? "" : __("No messages yet."));
		}
	}

	announce(state, now, times) {
		fill(this.liveRegion, announcement(state, now, times));
	}

	showError(error) {
		const dismiss = button(
			{
				class: "wa-button wa-button-icon",
				"aria-label": __("Dismiss"),
				onclick: () => this.dismissError(),
			},
			icon("close"),
		);
		fill(this.alert, errorText(error), dismiss);
	}

	/** Somebody has answered meanwhile: `onConfirm` sends all the same. `now` is the server's time in epoch ms. */
	showQuestion(error, { now, onConfirm }) {
		const confirm = () => {
			this.clearError();
			onConfirm();
		};
		const asked = { now, onConfirm: confirm, onCancel: () => this.dismissError() };
		fill(
			this.alert,
			whenLoaded(h("p", {}, errorText(error)), ({ question }) => question(error, asked)),
		);
	}

	/** The colleagues who are looking at the chat or writing in it. */
	showPresent(present) {
		const text = presenceText(present);
		if (this.presence.textContent !== text) fill(this.presence, text);
	}

	dismissError() {
		this.clearError();
		this.onDismiss();
	}

	clearError() {
		fill(this.alert, "");
	}

	onDrop(event) {
		const { files } = event.dataTransfer;
		if (!files.length) return;
		event.preventDefault();
		this.composer.addFiles(files);
	}
}

/** Desk has shortcuts on plain keys, which must not react to what is typed here. */
function keepPlainKeys(event) {
	if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
}

function onDragOver(event) {
	if ([...event.dataTransfer.types].includes("Files")) event.preventDefault();
}
