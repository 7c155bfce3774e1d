import { button, fill, h, icon, safeUrl } from "../wa_chat/dom.js";
import { inboxIcon } from "./icons.js";
import { avatar } from "./row.js";
import { WindowPill } from "./window_pill.js";

/** Beside the chat: the record it belongs to. */
export class DetailsPane {
	/** `recordLink({doctype, name})` returns the record's URL, or null where the host has no page for it. */
	constructor({ onClose, recordLink, now }) {
		this.recordLink = recordLink;
		this.now = now;
		this.name = h("h2", { class: "wi-title", dir: "auto", tabindex: -1 });
		this.kind = h("p", { class: "wa-quiet" });
		this.picture = h("div", {});
		this.number = h("a", { class: "wi-tel", dir: "ltr" });
		this.sender = h("span", { dir: "auto" });
		this.pill = new WindowPill();
		this.windowEnd = h("div", { class: "wa-quiet" });
		this.owner = h("span", { dir: "auto" });
		this.open = h("a", { class: "wa-button wi-open", target: "_blank", rel: "noopener" }, __("Open record"));
		this.facts = h(
			"dl",
			{ class: "wi-facts" },
			fact(__("Number"), this.number),
			fact(__("Window"), this.pill.node, this.windowEnd),
			fact(__("Owner"), this.owner),
			fact(__("Your number"), this.sender),
		);
		this.node = h(
			"section",
			{ class: "wi-details", "aria-label": __("Details") },
			h(
				"header",
				{ class: "wi-details-head" },
				button(
					{ class: "wa-button wa-button-icon wi-back", "aria-label": __("Back"), onclick: onClose },
					inboxIcon("back"),
				),
				h("span", { class: "wi-details-name" }, __("Details")),
				button(
					{ class: "wa-button wa-button-icon wi-fold", "aria-label": __("Close"), onclick: onClose },
					icon("close"),
				),
			),
			h("div", { class: "wi-details-body" }, this.picture, this.name, this.kind, this.open, this.facts),
		);
	}

	show(row, { window, isHint, times }) {
		const { title, customer_phone: phone, lead_doctype: doctype, lead, owner, assigned = [] } = row;
		if (this.name.textContent !== title) fill(this.name, title);
		fill(this.picture, avatar(title, "wi-avatar-large"));
		fill(this.kind, doctype ? __(doctype) : __("No record yet"));
		this.showNumber(phone);
		fill(this.sender, row.sender_label || (row.business_address || "").replace(/^whatsapp:/, ""));
		fill(this.owner, names(owner, assigned) || __("No owner"));
		this.pill.show(window, this.now(), times, { isHint });
		fill(this.windowEnd, this.pill.node.title);
		this.showLink(lead ? this.recordLink({ doctype, name: lead }) : null);
	}

	showNumber(phone) {
		fill(this.number, phone || __("Hidden by the customer"));
		if (phone) this.number.setAttribute("href", `tel:${phone}`);
		else this.number.removeAttribute("href");
	}

	showLink(address) {
		const url = address && safeUrl(address);
		this.open.hidden = !url;
		if (url) this.open.href = url;
	}
}

/** The owner, then who else it is assigned to. */
function names(owner, assigned) {
	const users = new Map([owner, ...assigned].filter(Boolean).map((user) => [user.user, user.full_name]));
	return [...users.values()].join(", ");
}

function fact(term, ...values) {
	return h("div", {}, h("dt", {}, term), h("dd", {}, values));
}
