import { button, fill, h, isFocusFree, srOnly } from "../wa_chat/dom.js";
import { inboxIcon } from "./icons.js";

let count = 0;

/** One field of a record: its value, and in place of it a control to change it. Enter and leaving it save, Escape does not. */
export class RecordField {
	/**
	 * `save(fieldname, value, was)` resolves when the server has stored it, or rejects with an Error that has a sentence;
	 * `askFirst(fieldname, value)` resolves with what to ask before another number is saved, or ""; `loadChoices(fieldname)` with
	 * `[{value, label}]`; `onLeft()` is called where the question is not answered before another chat is opened.
	 */
	constructor({ save, askFirst, loadChoices, onLeft }) {
		this.save = save;
		this.askFirst = askFirst;
		this.loadChoices = loadChoices;
		this.onLeft = onLeft;
		this.id = `wi-field-${++count}`;
		this.label = h("span", { id: this.id });
		this.place = h("div", { class: "wi-field-place" });
		this.alert = h("div", { class: "wi-field-error", role: "alert" });
		this.node = h("div", { class: "wi-field" }, h("dt", {}, this.label), h("dd", {}, this.place, this.alert));
	}

	/** Shows what the server has answered, unless somebody is just changing it. */
	show(field) {
		this.field = field;
		fill(this.label, field.label);
		if (!this.control) this.showValue();
	}

	showValue() {
		const { label, shown, kind } = this.field;
		const text = shown || "—";
		fill(
			this.place,
			kind
				? button(
						{ class: "wi-value", onclick: () => this.edit() },
						h("span", { dir: "auto" }, text),
						srOnly(__("Change {0}", [label])),
						inboxIcon("pencil"),
					)
				: h("div", { class: "wi-value", dir: "auto" }, text),
		);
	}

	async edit() {
		const { field } = this;
		this.was = field.value;
		fill(this.alert);
		if (field.kind === "link") await this.editLink(field);
		else this.showControl(makeControl(field));
	}

	async editLink(field) {
		try {
			const choices = await this.loadChoices(field.fieldname);
			if (this.field.fieldname === field.fieldname) this.showControl(select(field, choices));
		} catch (error) {
			fill(this.alert, error.message);
		}
	}

	showControl(control) {
		const isFree = isFocusFree(this.node);
		this.control = control;
		control.setAttribute("aria-labelledby", this.id);
		control.addEventListener("keydown", (event) => this.onKey(event));
		control.addEventListener("blur", () => this.finish());
		if (control.matches("select, [type=checkbox]")) finishOnChoice(control, () => this.finish());
		fill(this.place, control);
		if (isFree) control.focus();
	}

	onKey(event) {
		const isLineBreak = event.target.matches("textarea") && !(event.ctrlKey || event.metaKey);
		if (event.isComposing) return;
		if (event.key === "Escape") this.cancel();
		else if (event.key === "Enter" && !isLineBreak) this.finish();
		else return;
		event.preventDefault();
		event.stopPropagation();
	}

	cancel() {
		this.control = null;
		fill(this.alert);
		this.showValue();
		this.focus();
	}

	async finish() {
		const { control, field, was } = this;
		if (!control || control.disabled) return;
		const value = control.type === "checkbox" ? String(Number(control.checked)) : control.value;
		const hadFocus = document.activeElement === control;
		if (value.trim() === was.trim()) {
			this.close(hadFocus);
			return;
		}
		control.disabled = true;
		try {
			const question = field.is_number && (await this.askFirst(field.fieldname, value));
			if (question && !(await this.isConfirmed(question, hadFocus))) {
				this.cancel();
				return;
			}
			await this.save(field.fieldname, value, was);
			this.close(hadFocus);
		} catch (error) {
			this.onError(error, control);
		}
	}

	/** Resolves with the person's answer. */
	isConfirmed(question, hadFocus) {
		this.isAsking = true;
		return new Promise((resolve) => {
			const end = (is) => {
				this.isAsking = false;
				resolve(is);
			};
			const answer = (is, text, more = "") =>
				button({ class: `wa-button ${more}`, onclick: () => end(is) }, text);
			const yes = answer(true, __("Yes"), "wa-button-primary");
			const keys = { class: "wi-question", onkeydown: (event) => event.key === "Escape" && end(false) };
			fill(this.alert, h("div", keys, h("p", {}, question), answer(false, __("No")), yes));
			if (hadFocus && isFocusFree(this.node)) yes.focus();
		});
	}

	/** The field is removed, with its question. */
	leave() {
		if (this.isAsking) this.onLeft();
	}

	close(hadFocus) {
		const isFree = isFocusFree(this.node);
		this.control = null;
		this.showValue();
		fill(this.alert);
		if (hadFocus && isFree) this.focus();
	}

	/** What was typed stays, to be mended; where somebody else has changed the field, its value is shown. */
	onError(error, control) {
		if (error.status === 409) this.close(false);
		const isFree = isFocusFree(this.node);
		control.disabled = false;
		fill(this.alert, error.message);
		if (this.control && isFree) control.focus();
	}

	focus() {
		this.place.querySelector("button")?.focus({ preventScroll: true });
	}
}

function makeControl(field) {
	const { kind, value, choices } = field;
	if (kind === "choice") return select(field, choices);
	if (kind === "check") {
		const control = h("input", { type: "checkbox" });
		control.checked = value === "1";
		return control;
	}
	const control =
		kind === "long"
			? h("textarea", { class: "wa-input", rows: 3, dir: "auto" })
			: h("input", { class: "wa-input", dir: "auto", autocomplete: "off", ...INPUTS[kind] });
	control.value = value;
	return control;
}

const INPUTS = {
	text: { type: "text" },
	number: { type: "number", step: "any" },
	date: { type: "date" },
};

/** A choice by the mouse is made at once. Each arrow key changes a menu's value, so a choice by keys is made by Enter. */
function finishOnChoice(control, finish) {
	let isByKey = false;
	control.addEventListener("keydown", ({ key }) => {
		isByKey = key !== " " || control.type !== "checkbox";
	});
	control.addEventListener("pointerdown", () => {
		isByKey = false;
	});
	control.addEventListener("change", () => !isByKey && finish());
}

/** With the value that is stored, whether or not it may be chosen anew. */
function select({ value, shown, required }, choices) {
	const known = choices.some((choice) => choice.value === value);
	const empty = !required && value && !choices.some((choice) => choice.value === "");
	const control = h(
		"select",
		{ class: "wa-select" },
		[empty && { value: "", label: "" }, !known && { value, label: shown }, ...choices]
			.filter(Boolean)
			.map((choice) => h("option", { value: choice.value }, choice.label)),
	);
	control.value = value;
	return control;
}
