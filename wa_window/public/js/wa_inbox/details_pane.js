import { button, fill, h, icon, safeUrl } from "../wa_chat/dom.js";
import { inboxIcon } from "./icons.js";
import { RecordField } from "./record_field.js";
import { candidatesSection, recordSections } from "./record_sections.js";
import { avatar } from "./row.js";
import { WindowPill } from "./window_pill.js";

/** Beside the chat: the record it belongs to. What is in the chat's row is there at once, the rest when the server has answered. */
export class DetailsPane {
	/**
	 * `recordLink({doctype, name})` returns the record's URL, or null where the host has no page for it; `actions` are RecordActions.
	 */
	constructor({ onClose, recordLink, now, actions }) {
		this.recordLink = recordLink;
		this.now = now;
		this.actions = actions;
		this.fields = new Map();
		this.name = h("h2", { class: "wi-title", dir: "auto", tabindex: -1 });
		this.kind = h("p", { class: "wa-quiet" });
		this.picture = h("div", {});
		this.numberTerm = h("span", {});
		this.number = h("a", { class: "wi-tel", dir: "ltr" });
		this.sender = h("span", { dir: "auto" });
		this.pill = new WindowPill();
		this.windowEnd = h("div", { class: "wa-quiet" });
		this.owner = h("span", { dir: "auto" });
		this.fieldList = h("dl", { class: "wi-facts wi-fields", hidden: true });
		this.sections = h("div", { class: "wi-sections" });
		this.ownerTerm = h("span", {});
		this.ownerFact = fact(this.ownerTerm, this.owner);
		this.open = h("a", { class: "wa-button wi-open", target: "_blank", rel: "noopener" }, __("Open record"));
		this.facts = h(
			"dl",
			{ class: "wi-facts" },
			fact(this.numberTerm, this.number),
			fact(__("Window"), this.pill.node, this.windowEnd),
			this.ownerFact,
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
			h(
				"div",
				{ class: "wi-details-body" },
				this.picture,
				this.name,
				this.kind,
				this.open,
				this.fieldList,
				this.facts,
				this.sections,
			),
		);
	}

	show(row, { window, isHint, times }) {
		const { title, customer_phone: phone, lead_doctype: doctype, lead, owner, assigned = [] } = row;
		if (this.name.textContent !== title) fill(this.name, title);
		fill(this.picture, avatar(title, "wi-avatar-large"));
		fill(this.kind, doctype ? __(doctype) : __("No record yet"));
		fill(this.numberTerm, row.earlier_number ? __("Earlier number") : __("Number"));
		this.showNumber(phone);
		fill(this.sender, row.sender_label || (row.business_address || "").replace(/^whatsapp:/, ""));
		this.showOwner(owner, assigned);
		this.pill.show(window, this.now(), times, { isHint });
		fill(this.windowEnd, this.pill.node.title);
		this.showLink(lead ? this.recordLink({ doctype, name: lead }) : null);
	}

	/** Where the owner is among the record's fields, only whom it is assigned to. */
	showOwner(owner, assigned) {
		const { hasOwnerField } = this;
		const shown = names(hasOwnerField ? null : owner, assigned);
		fill(this.ownerTerm, hasOwnerField ? __("Assigned to") : __("Owner"));
		fill(this.owner, shown || __("No owner"));
		this.ownerFact.hidden = Boolean(hasOwnerField && !shown);
	}

	/** `source` is the RecordSource of the chat that is open. */
	showRecord({ conversation, answer, problem }, { times }) {
		if (conversation !== this.conversation) this.forgetRecord(conversation);
		if (answer) this.record = answer.record;
		this.showFields(answer);
		const snapshot = JSON.stringify([conversation, answer, problem?.message, times.day(this.now())]);
		if (snapshot === this.snapshot) return;
		this.snapshot = snapshot;
		this.keepFocus(() => fill(this.sections, this.sectionsOf(answer, problem, times)));
	}

	forgetRecord(conversation) {
		for (const field of this.fields.values()) field.leave();
		this.conversation = conversation;
		this.fields.clear();
		fill(this.fieldList);
	}

	sectionsOf(answer, problem, times) {
		if (problem && !answer) return this.problem(problem);
		if (!answer) return this.conversation ? skeleton() : null;
		const context = { now: this.now(), times, recordLink: this.recordLink };
		const { actions } = this;
		return [
			answer.candidates && candidatesSection(answer, { recordLink: this.recordLink, actions }),
			...recordSections(answer, context),
		];
	}

	problem({ message }) {
		return h(
			"div",
			{ class: "wi-record-problem", role: "status" },
			h("p", {}, message),
			button({ class: "wa-button", onclick: () => this.actions.retry() }, __("Try again")),
		);
	}

	showFields(answer) {
		const fields = answer?.fields ?? [];
		for (const field of fields) this.fieldOf(field.fieldname).show(field);
		const nodes = fields.map(({ fieldname }) => this.fieldOf(fieldname).node);
		const shown = [...this.fieldList.children];
		const isSame = nodes.length === shown.length && nodes.every((node, index) => node === shown[index]);
		if (!isSame) fill(this.fieldList, nodes);
		this.fieldList.hidden = !nodes.length;
		this.hasOwnerField = fields.some(({ is_owner: isOwner }) => isOwner);
	}

	fieldOf(fieldname) {
		if (!this.fields.has(fieldname)) {
			const { conversation, actions } = this;
			const field = new RecordField({
				save: (...change) => actions.setField(conversation, ...change),
				askFirst: (name, value) => actions.askFirst(conversation, this.record, { [name]: value }),
				loadChoices: (name) => actions.choices(conversation, name),
				onLeft: () => actions.keepNumber(conversation),
			});
			this.fields.set(fieldname, field);
		}
		return this.fields.get(fieldname);
	}

	/** What is removed loses the focus: the name has it then. */
	keepFocus(change) {
		const hadFocus = this.sections.contains(document.activeElement);
		change();
		if (hadFocus) this.name.focus({ preventScroll: true });
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

function skeleton() {
	return h(
		"div",
		{ class: "wi-record-skeleton", "aria-hidden": "true" },
		[60, 85, 40].map((width) => h("div", { style: `inline-size: ${width}%` })),
	);
}

/** The owner, then who else it is assigned to. */
function names(owner, assigned) {
	const users = new Map([owner, ...assigned].filter(Boolean).map((user) => [user.user, user.full_name]));
	return [...users.values()].join(", ");
}

function fact(term, ...values) {
	return h("div", {}, h("dt", {}, term), h("dd", {}, values));
}
