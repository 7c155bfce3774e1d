import { h } from "/wa_chat/dom.js";

/** The customer's phone beside the page where there is room for it, else a link to it. */
export class Phone {
	constructor(node) {
		this.node = node;
		this.node.setAttribute("aria-label", __("The customer's phone"));
	}

	show({ phone_url: url }) {
		if (this.link) return;
		const { lang, dataset } = document.documentElement;
		const address = `${url}?${new URLSearchParams({ lang, theme: dataset.theme })}`;
		this.link = h("a", { href: address, target: "phone" }, __("Open the customer's phone"));
		this.node.append(h("p", {}, this.link));
		if (matchMedia("(min-width: 80rem)").matches) {
			this.node.append(h("iframe", { src: address, title: __("The customer's phone") }));
		}
	}
}
