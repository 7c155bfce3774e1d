import { fill, h } from "../wa_chat/dom.js";
import { withStorage } from "../wa_chat/storage.js";
import { ChatHeader } from "./chat_header.js";
import { ComposerModes } from "./composer_modes.js";
import { DetailsPane } from "./details_pane.js";
import { surroundComposer } from "./embedded_chat.js";
import { CONTROL } from "./keys.js";
import { ListPane } from "./list_pane.js";
import { NoteField } from "./note_field.js";
import { TemplateOffer } from "./template_offer.js";

const FOLDED_KEY = "wa-window-details-folded";

/** The three panes of the inbox, built into `root`. */
export class View {
	/**
	 * `list`, `header`, `note` and `offer`: handlers of ListPane, ChatHeader, NoteField and TemplateOffer; `details`: RecordActions;
	 * `onMode(mode)` is a person's choice of what to write; `context()` returns `{now, times}`.
	 */
	constructor(
		root,
		{ list, header, details, note, offer, onMode, context, onCloseDetails, recordLink, settingsLink },
	) {
		this.root = root;
		this.context = context;
		const now = () => context().now;
		this.list = new ListPane({ ...list, context, settingsLink });
		this.header = new ChatHeader({ ...header, now });
		this.details = new DetailsPane({ onClose: onCloseDetails, recordLink, now, actions: details });
		this.chat = document.createElement("wa-chat");
		this.chat.setAttribute("embedded", "");
		this.nothing = h("div", { class: "wi-nothing" });
		this.middle = h(
			"section",
			{ class: "wi-middle", "aria-label": __("Chat") },
			this.header.node,
			this.chat,
			this.nothing,
		);
		const heading = h("h1", { class: "wa-sr-only" }, __("Chats"));
		root.append(heading, this.list.node, this.middle, this.details.node);
		this.note = new NoteField(note);
		this.modes = new ComposerModes({ chat: this.chat, onChoose: onMode });
		this.offer = new TemplateOffer({ chat: this.chat, ...offer });
		surroundComposer(this.chat, this.modes.node, [this.offer.node, this.note.node]);
		this.isOverChat = false;
		this.isFolded = withStorage("localStorage", (storage) => storage.getItem(FOLDED_KEY)) === "1";
	}

	/** `window` is the chat's own; without one the row's is shown as a hint. */
	show(queue, { row, window, rights, record, layout, screen }) {
		const { times } = this.context();
		this.list.show(queue);
		for (const node of [this.header.node, this.chat]) node.hidden = !row;
		this.nothing.hidden = Boolean(row);
		if (row) {
			const state = { window: window ?? row.window, isHint: !window, rights, times };
			this.header.isNarrow = layout === "narrow";
			this.header.show(row, state);
			this.details.showRecord(record, state);
			this.details.show(row, state);
			this.modes.node.hidden = !rights.write;
		} else {
			this.showNothing(queue);
		}
		this.showDetails(Boolean(row), layout, screen);
	}

	showDetails(hasRow, layout, screen) {
		const isWanted = { narrow: screen === "details", medium: this.isOverChat, wide: !this.isFolded };
		const isOpen = hasRow && isWanted[layout];
		this.details.node.hidden = !isOpen;
		this.root.toggleAttribute("data-details", isOpen);
		this.header.showDetails(isOpen);
	}

	/** Folds the details or shows them: beside the chat also the next time, over it this once. */
	toggleDetails(layout) {
		if (layout === "medium") {
			this.isOverChat = !this.isOverChat;
			return;
		}
		this.isFolded = !this.isFolded;
		withStorage("localStorage", (storage) => storage.setItem(FOLDED_KEY, this.isFolded ? "1" : "0"));
	}

	/** The focus goes to what a narrow page shows now. */
	focus(screen) {
		if (screen === "list") this.list.focus();
		else (screen === "chat" ? this.header : this.details).name.focus({ preventScroll: true });
	}

	/** No chat is open. Where there is none to open, the list says why. */
	showNothing({ rows }) {
		fill(
			this.nothing,
			rows.length > 0 && [
				h("p", { class: "wi-empty-title" }, __("Choose a chat")),
				h(
					"p",
					{ class: "wa-quiet wi-nothing-keys" },
					h("kbd", {}, "J"),
					__("next chat"),
					h("kbd", {}, `${CONTROL} K`),
					__("search"),
					h("kbd", {}, "?"),
					__("all keys"),
				),
			],
		);
	}
}
