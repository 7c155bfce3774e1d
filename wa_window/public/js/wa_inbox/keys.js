import { button, h, icon } from "../wa_chat/dom.js";

/** The key for shortcuts, as its keyboard names it. */
export const CONTROL = /^(Mac|iP)/.test(navigator.platform) ? "⌘" : "Ctrl";

const NEXT = ["j", "ArrowDown"];
const PREVIOUS = ["k", "ArrowUp"];

/** `keys` as `event.key`, letters in lower case; `shown` as people read them; `act(event)` is called for them. */
const shortcuts = (inbox) => [
	{ keys: NEXT, shown: ["J", "↓"], label: __("Next chat"), act: (event) => inbox.move(1, event) },
	{ keys: PREVIOUS, shown: ["K", "↑"], label: __("Previous chat"), act: (event) => inbox.move(-1, event) },
	{ keys: ["Enter"], shown: ["Enter"], label: __("Write, or choose a template"), act: () => inbox.write() },
	{ shown: [`${CONTROL} Enter`], label: __("Send, and go to the next chat") },
	{ keys: ["e"], shown: ["E"], label: __("Done, and go to the next chat"), act: () => inbox.actions.done() },
	{ keys: ["a"], shown: ["A"], label: __("Take: assign it to me"), act: () => inbox.actions.take() },
	{ keys: ["u"], shown: ["U"], label: __("Mark as unread"), act: () => inbox.actions.markUnread() },
	{ keys: ["n"], shown: ["N"], label: __("Internal note, not sent"), act: () => inbox.writeNote() },
	{ keys: ["/"], shown: ["/"], label: __("Quick replies and templates"), act: () => inbox.openTemplates() },
	// Control and F stay the browser's.
	{ keys: ["f"], shown: ["F"], label: __("Search in this chat"), act: () => inbox.searchChat() },
	{ shown: [`${CONTROL} K`], label: __("Search") },
	{ keys: ["Escape"], shown: ["Esc"], label: __("Back to the list"), act: () => inbox.leave() },
	{ keys: ["?"], shown: ["?"], label: __("Show these keys"), act: () => inbox.showKeys() },
];

const TYPING = "input, textarea, select, [contenteditable]";
// What has a use of its own for Enter, Space and the arrow keys.
const CONTROLS = "button, a, [role=menu], .wa-log";

// Within which a letter goes on with the text before it.
const TYPING_MS = 1000;

// The chat's dialogs, and the Desk's own unless it is minimized (frappe/public/js/frappe/ui/dialog.js).
const MODALS = "dialog[open], .modal.show:not(.modal-minimize)";

/** The keys of the whole screen. They are never taken from somebody who is typing, but for Ctrl+Enter, Ctrl+K and Escape. */
export class Keys {
	constructor(inbox) {
		this.inbox = inbox;
		this.typedAt = Number.NEGATIVE_INFINITY;
		this.actions = new Map(shortcuts(inbox).flatMap(({ keys = [], act }) => keys.map((key) => [key, act])));
	}

	start() {
		this.listeners = new AbortController();
		const { signal } = this.listeners;
		// In the capturing phase: the chat stops the propagation of plain keys.
		document.addEventListener("keydown", (event) => this.onKey(event), { capture: true, signal });
	}

	stop() {
		this.listeners.abort();
	}

	onKey(event) {
		if (event.isComposing || event.defaultPrevented || !this.isOurs(event.target)) return;
		if (this.isTyped(event)) return;
		const act = this.actionOf(event);
		if (!act) return;
		event.preventDefault();
		event.stopPropagation();
		// A key that is held down goes on from chat to chat; anything else it would do to chats that nobody has seen yet.
		if (!event.repeat || [...NEXT, ...PREVIOUS].includes(letterOf(event))) act(event);
	}

	/** Not in a dialog, also where nothing in it has the focus, and not in what else is on the page. */
	isOurs(target) {
		const isInside = this.inbox.contains(target) || target === document.body;
		return isInside && this.inbox.isVisible && !document.querySelector(MODALS);
	}

	/**
	 * Whether a letter is meant for the field for a reply, in place of which the chat itself has the focus: the field is not there yet, as
	 * the chat is being loaded, or has been locked while somebody was typing in it.
	 */
	isTyped({ target, key, ctrlKey, metaKey }) {
		const { chat } = this.inbox.view;
		const now = performance.now();
		const goesOn = chat.dataset.state === "loading" || now - this.typedAt < TYPING_MS;
		const isTyped = target === chat && key.length === 1 && !ctrlKey && !metaKey && goesOn;
		// Enter ends a text.
		if (isTyped || target === chat.view.composer.area) {
			this.typedAt = key === "Enter" ? Number.NEGATIVE_INFINITY : now;
		}
		return isTyped;
	}

	actionOf(event) {
		const { inbox } = this;
		if (event.altKey) return null;
		if (event.ctrlKey || event.metaKey) {
			if (event.key === "Enter" && isInComposer(event.target)) return () => inbox.sendAndNext();
			return letterOf(event) === "k" ? () => inbox.search() : null;
		}
		return this.plainAction(event);
	}

	plainAction(event) {
		const { target } = event;
		if (target.closest(TYPING)) {
			const isField = isInComposer(target) || target.closest(".wi-note");
			return event.key === "Escape" && isField ? this.actions.get("Escape") : null;
		}
		const isTaken = target.closest(CONTROLS) && (event.key === "Enter" || event.key.startsWith("Arrow"));
		// The question stands in place of a dialog, and the search in a chat has keys of its own.
		const hasOwnKeys = target.closest("[role=menu], .wi-question, .wa-search");
		return isTaken || hasOwnKeys ? null : this.actions.get(letterOf(event));
	}
}

/** On a keyboard without Latin letters the key's place counts. */
function letterOf({ key, code }) {
	if (key.length > 1 || key.charCodeAt(0) < 128) return key.length > 1 ? key : key.toLowerCase();
	return code.startsWith("Key") ? code.slice(3).toLowerCase() : key;
}

function isInComposer(target) {
	return Boolean(target.closest(".wa-composer"));
}

/** The dialog that shows the keys. */
export function showKeys(inbox) {
	const dialog = h(
		"dialog",
		{ class: "wa-dialog wi-keys", "aria-labelledby": "wi-keys-title", onclose: () => dialog.remove() },
		h(
			"div",
			{ class: "wa-dialog-head" },
			h("h2", { id: "wi-keys-title" }, __("Keyboard shortcuts")),
			button(
				{ class: "wa-button wa-button-icon", "aria-label": __("Close"), onclick: () => dialog.close() },
				icon("close"),
			),
		),
		h(
			"dl",
			{ class: "wi-keys-list", tabindex: -1, autofocus: true },
			shortcuts(inbox).map(({ shown, label }) =>
				h(
					"div",
					{},
					h("dt", {}, label),
					h(
						"dd",
						{},
						shown.map((key) => h("kbd", {}, key)),
					),
				),
			),
		),
	);
	inbox.append(dialog);
	dialog.showModal();
}
