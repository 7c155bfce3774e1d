import { button, fill, h, icon, isFocusFree } from "./dom.js";
import { errorText } from "./errors.js";

// The hash that opens the chat of a record (record_form.js, crm.js).
const CHAT = "#wa_tab";

/**
 * The contacts of a message's cards, which the server reads; until it has, or where it cannot, `fallback` stays. `contacts`, `createLead`
 * and `recordLink` as in bubble.js.
 */
export function contactCards(message, { fallback, contacts, createLead, recordLink }) {
	const node = h("div", { class: "wa-cards" }, fallback);
	const show = ({ contacts: found, may_create: mayCreate }) => {
		if (!found.length) return;
		const host = { createLead: mayCreate ? createLead : null, recordLink };
		fill(
			node,
			found.map((contact) => card(contact, host)),
			fallback,
		);
		fallback.classList.add("wa-card-file");
	};
	contacts(message).then(show, () => {});
	return node;
}

function card(contact, host) {
	const { name, organisation, emails, numbers } = contact;
	return h(
		"div",
		{ class: "wa-card", role: "group", "aria-label": name || __("Contact card") },
		h(
			"div",
			{ class: "wa-card-name" },
			icon("contact"),
			h("strong", { dir: "auto" }, name || __("Contact card")),
		),
		organisation && h("div", { class: "wa-quiet", dir: "auto" }, organisation),
		numbers.map((number) => numberRow(contact, number, host)),
		emails.map((email) =>
			h("a", { href: `mailto:${encodeURIComponent(email)}`, class: "wa-card-email" }, email),
		),
	);
}

function numberRow({ name }, number, { createLead, recordLink }) {
	const { label, phone, is_lead: isLead } = number;
	const actions = h("div", { class: "wa-card-actions" });
	const text = [h("bdi", {}, number.number), label && h("span", { class: "wa-quiet", dir: "auto" }, label)];
	const create = async (control) => {
		control.disabled = true;
		try {
			showLead(await createLead({ lead_name: name, phone }));
			return true;
		} catch (error) {
			control.disabled = false;
			fill(problem, errorText(error));
			return false;
		}
	};
	const problem = h("div", { class: "wa-field-error", role: "alert" });
	const showLead = (lead) => {
		const href = recordLink(lead);
		const isFree = isFocusFree(actions);
		fill(problem);
		fill(
			actions,
			h(href ? "a" : "span", { href, class: "wa-link", dir: "auto" }, lead.title),
			href && h("a", { href: href + CHAT, class: "wa-link wa-card-write" }, __("Write")),
		);
		if (isFree) actions.querySelector("a")?.focus({ preventScroll: true });
	};
	if (number.lead) showLead(number.lead);
	else if (isLead) fill(actions, h("span", { class: "wa-quiet" }, __("A lead you may not read")));
	else if (phone && createLead) {
		const write = async ({ currentTarget }) => {
			if (await create(currentTarget)) actions.querySelector(".wa-card-write")?.click();
		};
		fill(
			actions,
			button(
				{ class: "wa-link", title: __("Creates a lead and opens its chat"), onclick: write },
				__("Write"),
			),
			button({ class: "wa-link", onclick: ({ currentTarget }) => create(currentTarget) }, __("Create lead")),
		);
	}
	return h("div", { class: "wa-card-number" }, h("div", {}, text), actions, problem);
}
