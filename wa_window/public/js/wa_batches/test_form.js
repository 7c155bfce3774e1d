import { button, fill, h } from "../wa_chat/dom.js";

const SEARCH_DELAY_MS = 200;

/** The template to one chat first, which is found by its name or number. None is chosen until a person chooses it: each may be a customer's. */
export class TestForm {
	/** `find(words)` resolves with rows of the inbox, `send(conversation)` with the message's `{text}`. */
	constructor({ id, find, send }) {
		this.find = find;
		this.send = send;
		this.search = h("input", {
			class: "wa-input",
			type: "search",
			id: `${id}-search`,
			autocomplete: "off",
			placeholder: __("Search"),
			oninput: () => {
				clearTimeout(this.timer);
				this.timer = setTimeout(() => this.load(), SEARCH_DELAY_MS);
			},
		});
		this.chat = h("select", {
			class: "wa-select",
			"aria-label": __("Chat"),
			onchange: () => this.refresh(),
		});
		this.button = button(
			{ class: "wa-button", disabled: true, onclick: () => this.submit() },
			__("Send the test"),
		);
		this.said = h("div", { role: "status", dir: "auto" });
		this.node = h(
			"div",
			{ class: "wa-batch-test", hidden: true },
			h("label", { for: `${id}-search` }, __("Send it to one chat first, such as your own:")),
			h("div", { class: "wa-batch-value" }, this.search, this.chat, this.button),
			this.said,
		);
	}

	toggle() {
		this.node.hidden = !this.node.hidden;
		if (this.node.hidden) return;
		this.load();
		this.search.focus();
	}

	async load() {
		const words = this.search.value.trim();
		try {
			const { chats } = await this.find(words);
			if (words !== this.search.value.trim()) return;
			fill(
				this.chat,
				h("option", { value: "" }, __("Choose a chat")),
				chats.map(({ conversation, title, customer_phone: phone }) =>
					h("option", { value: conversation }, title === phone ? title : `${title} ${phone ?? ""}`),
				),
			);
			fill(
				this.said,
				chats.length ? "" : __("No chat found. To test on your phone, first send a message from it."),
			);
		} catch (error) {
			fill(this.chat);
			fill(this.said, error.message);
		}
		this.refresh();
		// On a phone it is below what is in view.
		this.node.scrollIntoView({ block: "nearest" });
	}

	refresh() {
		this.button.disabled = !this.chat.value;
	}

	async submit() {
		this.button.disabled = true;
		const [chosen] = this.chat.selectedOptions;
		fill(this.said, __("Sending"));
		try {
			const { text } = await this.send(chosen.value);
			fill(this.said, __("Sent to {0}: “{1}”", [chosen.textContent, text]));
		} catch (error) {
			fill(this.said, error.message);
		}
		this.refresh();
	}
}
