import { Assignment } from "./assignment.js";
import { button, fill, h, icon } from "./dom.js";

/** The customer, which of our numbers the conversation is with, and whose chat it is. */
export class Header {
	constructor({ onChoose, onTake, onHandOver, onSearch }) {
		this.assignment = new Assignment({ onTake, onHandOver });
		this.customer = h("span", { class: "wa-customer", dir: "auto" });
		this.address = h("span", { class: "wa-address", dir: "ltr" });
		this.sender = h("span", { class: "wa-sender" });
		this.senders = h("select", {
			class: "wa-select",
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
		const selected = conversations.find(({ name }) => name === answer.conversation);
		this.search.hidden = !selected?.may_read;
		fill(this.customer, selected ? nameOf(selected) : "");
		fill(this.address, answer ? withoutPrefix(answer.window.customer_address) : "");
		const label = answer && (selected?.business_label || withoutPrefix(answer.window.business_address));
		fill(this.sender, label && conversations.length < 2 ? __("via {0}", [label]) : "");
		this.senders.hidden = conversations.length < 2;
		this.showSenders(conversations, answer?.conversation);
	}

	/** Options that have not changed are left alone: the menu may be open. */
	showSenders(conversations, selected) {
		const hasPeople = new Set(conversations.map(({ customer_address }) => customer_address)).size > 1;
		this.senders.setAttribute("aria-label", hasPeople ? __("Chat") : __("Your number"));
		const options = conversations.map((conversation) => {
			const { name, customer_address, business_label, business_address, unread_count } = conversation;
			const via = __("via {0}", [business_label || withoutPrefix(business_address)]);
			const who = nameOf(conversation) || withoutPrefix(customer_address);
			const label = hasPeople ? `${who} · ${via}` : via;
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
		this.senders.value = selected || "";
	}
}

/** Who writes: of the chats of a record with several people, the contact's name there. */
function nameOf({ person, profile_name }) {
	return person || profile_name || "";
}

function withoutPrefix(address) {
	return (address || "").replace(/^whatsapp:/, "");
}
