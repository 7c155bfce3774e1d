// The form of a Content Template Draft: while it is written it shows the message as WhatsApp does, and what would be refused.

import { showDraft } from "./draft_preview.js";

const TYPED = ["template_name", "language", "body", "media_url"];
const CHOSEN = ["category", "kind"];
const ROWS = { buttons: ["title", "action", "target"], samples: ["variable", "sample"] };
const CALL_TO_ACTION = "Call to Action";
const PAUSE_MS = 400;

const forms = new WeakMap();

/** Desk uses one form for all drafts; it is called at each refresh. */
export function refreshDraft(frm) {
	if (!forms.has(frm)) forms.set(frm, new DraftForm(frm));
	forms.get(frm).refresh();
}

class DraftForm {
	constructor(frm) {
		this.frm = frm;
		this.problems = [];
		this.isSubmitting = false;
		this.checkSoon = frappe.utils.debounce(() => this.check(), PAUSE_MS);
		$(frm.wrapper).on("input change", () => this.onChange());
		frappe.ui.form.on(frm.doctype, "kind", () => this.onChange());
	}

	get isOpen() {
		return this.frm.doc.status === "Draft";
	}

	/** What is in the form at this moment: Frappe takes a text over only when its field is left. */
	get values() {
		const { doc, fields_dict: fields } = this.frm;
		const typed = (field) => (this.isOpen ? fields[field].$input?.val() : null) ?? doc[field];
		return {
			...Object.fromEntries(TYPED.map((field) => [field, typed(field)])),
			...pick(doc, CHOSEN),
			buttons: (doc.buttons || []).map((row) => pick(row, ROWS.buttons)),
			samples: (doc.samples || []).map((row) => pick(row, ROWS.samples)),
		};
	}

	refresh() {
		const { frm } = this;
		frm.fields_dict.samples.grid.cannot_add_rows = true;
		this.addActions();
		this.shownKind = null;
		this.problems = [];
		this.onChange();
	}

	onChange() {
		this.showButtons();
		this.show();
		if (this.isOpen) this.checkSoon();
	}

	show() {
		showDraft(this.frm.fields_dict.preview.$wrapper.get(0), this.values, this.problems);
	}

	/** A quick reply has its text alone. */
	showButtons() {
		const { frm } = this;
		if (this.shownKind === frm.doc.kind) return;
		this.shownKind = frm.doc.kind;
		const { grid } = frm.fields_dict.buttons;
		for (const field of ["action", "target"]) {
			grid.update_docfield_property(field, "hidden", frm.doc.kind === CALL_TO_ACTION ? 0 : 1);
		}
		grid.reset_grid();
	}

	/** Nothing is wrong with a form that one has only opened. */
	async check() {
		if (!this.isOpen) return;
		if (!this.values.body) {
			this.problems = [];
			this.show();
			return;
		}
		const asked = JSON.stringify(this.values);
		const answer = await call("check", { template: asked });
		if (!answer || !this.isOpen || asked !== JSON.stringify(this.values)) return;
		this.problems = answer.problems;
		this.addSamples(answer.variables);
		this.show();
	}

	/** A row for each variable; the samples that are there stay. */
	addSamples(variables) {
		const { frm } = this;
		const rows = frm.doc.samples || [];
		if (rows.map(({ variable }) => variable).join() === variables.join()) return;
		const given = new Map(rows.map(({ variable, sample }) => [variable, sample]));
		frm.clear_table("samples");
		for (const variable of variables) frm.add_child("samples", { variable, sample: given.get(variable) });
		frm.refresh_field("samples");
		frm.layout.refresh_dependency();
	}

	// What one can do with it

	addActions() {
		const { frm } = this;
		if (frm.is_new()) return;
		const actions = {
			Draft: [__("Create and Submit"), () => this.submit()],
			Created: [__("Submit for Approval"), () => this.submit()],
		};
		const [label, act] = actions[frm.doc.status] || [];
		if (label) frm.add_custom_button(label, act).addClass("btn-primary").prop("disabled", this.isSubmitting);
		if (!frm.doc.content_template) return;
		const copy = frm.add_custom_button(__("Copy and Change"), () => this.copy());
		copy.toggleClass("btn-primary", frm.doc.status === "Rejected");
	}

	async submit() {
		const { frm } = this;
		if (this.isSubmitting) return;
		if (frm.is_dirty()) await frm.save();
		// Frappe has shown why it is not saved; its promise resolves also then, or never settles (form.js, validate_and_save).
		if (this.isSubmitting || frm.is_dirty()) return;
		this.isSubmitting = true;
		this.addActions();
		await call("submit", { draft: frm.docname });
		this.isSubmitting = false;
		await frm.reload_doc();
	}

	copy() {
		const source_name = this.frm.doc.content_template;
		frappe.model.open_mapped_doc({ method: "wa_window.api.templates.copy", source_name });
	}
}

/** Resolves with null after an error, which Frappe has shown. */
function call(method, args) {
	return frappe.xcall(`wa_window.api.templates.${method}`, args).catch(() => null);
}

function pick(row, fields) {
	return Object.fromEntries(fields.map((field) => [field, row[field]]));
}
