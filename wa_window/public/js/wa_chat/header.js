import { fill, h } from "./dom.js";

/** Who is written to, and from which of our numbers. */
export class Header {
	constructor({ onChoose }) {
		this.who = h("span", { class: "wa-who", dir: "auto" });
		this.address = h("span", { class: "wa-address", dir: "ltr" });
		this.label = h("span", { class: "wa-label" });
		this.menu = h("select", {
			class: "wa-select",
			"aria-label": __("Business number"),
			onchange: () => onChoose(this.menu.value),
		});
		this.node = h(
			"div",
			{ class: "wa-head" },
			h("span", { class: "wa-title" }, "WhatsApp"),
			this.who,
			this.address,
			this.label,
			this.menu,
		);
		this.show(null);
	}

	show(answer) {
		const conversations = answer ? answer.conversations : [];
		const chosen = conversations.find(({ name }) => name === answer.conversation);
		fill(this.who, chosen?.profile_name || "");
		fill(this.address, answer ? bare(answer.window.customer_address) : "");
		const label = answer && (chosen?.business_label || bare(answer.window.business_address));
		fill(this.label, label && conversations.length < 2 ? __("to {0}", [label]) : "");
		this.menu.hidden = conversations.length < 2;
		this.fillMenu(conversations, answer?.conversation);
	}

	/** Left alone when nothing changed: it may be open under somebody's hand. */
	fillMenu(conversations, chosen) {
		const options = conversations.map(({ name, business_label, business_address, unread_count }) => {
			const label = __("to {0}", [business_label || bare(business_address)]);
			return [name, unread_count && name !== chosen ? __("{0} ({1} unread)", [label, unread_count]) : label];
		});
		const seen = JSON.stringify(options);
		if (seen !== this.seen)
			fill(
				this.menu,
				options.map(([value, words]) => h("option", { value }, words)),
			);
		this.seen = seen;
		this.menu.value = chosen || "";
	}
}

function bare(address) {
	return (address || "").replace(/^whatsapp:/, "");
}
