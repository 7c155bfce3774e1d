import { Assignment } from "./assignment.js";
import { button, fill, h, icon } from "./dom.js";

/** The customer, which of our numbers the conversation is with, and whose chat it is. */
export class Header {
	constructor({ onChoose, onMenu, onSearch }) {
		this.assignment = new Assignment({ onMenu });
		this.customer = h("span", { class: "wa-customer", dir: "auto" });
		this.address = h("span", { class: "wa-address", dir: "ltr" });
		this.sender = h("span", { class: "wa-sender" });
		this.senders = h("select", {
			class: "wa-select",
			"aria-label": __("Chat"),
			onchange: () => onChoose(this.senders.value),
		});
		this.search = button(
			{
				class: "wa-button wa-button-icon",
				"aria-label": __("Search in this chat"),
				title: __("Search in this chat"),
				onclick: onSearch,
			},
			icon("search"),
		);
		this.node = h(
			"div",
			{ class: "wa-head" },
			h("span", { class: "wa-title" }, "WhatsApp"),
			this.customer,
			this.address,
			this.sender,
			this.senders,
			this.assignment.node,
			this.search,
		);
		this.show(null);
	}

	/** The server's answer about a chat, or null while there is none. */
	show(answer) {
		this.assignment.show(answer);
		const conversations = answer ? answer.conversations : [];
		const selected = conversations.find(({ name }) => name === (answer.conversation || ""));
		this.search.hidden = !selected?.may_read;
		fill(this.customer, selected?.person || "");
		fill(this.address, answer ? withoutPrefix(answer.window.customer_address) : "");
		const label =
			answer && (selected?.label || __("via {0}", [withoutPrefix(answer.window.business_address)]));
		this.senders.hidden = conversations.length < 2;
		fill(this.sender, this.senders.hidden && label);
		this.showSenders(conversations, selected?.name || "");
	}

	/** Options that have not changed are left alone: the menu may be open. */
	showSenders(conversations, selected) {
		const [first] = conversations;
		const hasPeople = conversations.some((each) => each.customer_address !== first.customer_address);
		const options = conversations.map((each) => {
			const { name, person, customer_address, unread_count } = each;
			const who = hasPeople && (name || person) ? `${person || withoutPrefix(customer_address)} · ` : "";
			const label = who + each.label;
			return [
				name,
				unread_count && name !== selected ? __("{0} ({1} unread)", [label, unread_count]) : label,
			];
		});
		const snapshot = JSON.stringify(options);
		if (snapshot !== this.snapshot) {
			fill(
				this.senders,
				options.map(([value, label]) => h("option", { value }, label)),
			);
		}
		this.snapshot = snapshot;
		this.senders.value = selected;
	}
}
function withoutPrefix(address) {
	return (address || "").replace(/^whatsapp:/, "");
}
