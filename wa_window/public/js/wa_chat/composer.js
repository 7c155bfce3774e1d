import { button, fill, h, icon } from "./dom.js";

const MAX_LENGTH = 1600;
const COUNTED_FROM = 1500;

export class Composer {
	constructor({ describedBy, refuge, onSend, onInput, onTemplate }) {
		this.refuge = refuge;
		this.onSend = onSend;
		this.busy = false;
		this.hint = h("div", { class: "wa-hint", id: `${describedBy}-hint` });
		this.area = h("textarea", {
			class: "wa-input wa-area",
			rows: 1,
			dir: "auto",
			"aria-label": __("Reply"),
			"aria-describedby": `${describedBy} ${describedBy}-hint`,
			onkeydown: (event) => this.onKey(event),
			oninput: () => {
				this.refresh();
				onInput(this.text);
			},
		});
		this.template = button({ class: "wa-button wa-button-icon", title: __("Send template…"), "aria-label": __("Send template…"), onclick: onTemplate }, icon("template"));
		this.send = button({ class: "wa-button wa-button-primary wa-send", onclick: () => this.submit() }, icon("send"), __("Send"));
		this.node = h("div", { class: "wa-composer" }, h("div", { class: "wa-composer-row" }, this.template, this.area, this.send), this.hint);
		this.show({ locked: true, template: false });
	}

	get text() {
		return this.area.value;
	}

	set text(text) {
		this.area.value = text;
		this.refresh();
	}

	show({ locked, template, mayReply, state }) {
		this.template.hidden = !template || locked;
		this.readOnly = mayReply === false;
		this.area.placeholder = placeholder({ locked, state, readOnly: this.readOnly });
		if (this.area.disabled !== locked) this.lock(locked);
		this.refresh();
	}

	/** A disabled field loses the focus: it waits at the chat, and comes back if nobody took it elsewhere. */
	lock(locked) {
		const hadFocus = document.activeElement === this.area;
		this.area.disabled = locked;
		if (locked && hadFocus) this.refuge.focus({ preventScroll: true });
		if (!locked && this.lostFocus && document.activeElement === this.refuge) this.area.focus({ preventScroll: true });
		this.lostFocus = locked && hadFocus;
	}

	setBusy(busy) {
		this.busy = busy;
		this.refresh();
	}

	submit() {
		if (!this.send.disabled) this.onSend(this.text);
	}

	onKey(event) {
		if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
		event.preventDefault();
		this.submit();
	}

	refresh() {
		// Python counts code points; `length` would count an emoji twice.
		const length = [...this.text].length;
		const over = length > MAX_LENGTH;
		this.send.disabled = this.area.disabled || this.busy || over || !this.text.trim();
		this.area.setAttribute("aria-invalid", over);
		this.hint.classList.toggle("wa-hint-over", over);
		fill(this.hint, this.hintWords(length));
		this.area.style.height = "auto";
		if (this.area.scrollHeight) this.area.style.height = `${this.area.scrollHeight + 2}px`;
	}

	hintWords(length) {
		if (this.readOnly) return __("You may read this chat but not reply: that needs write permission on the lead.");
		if (length > MAX_LENGTH) return __("{0} of {1} characters: shorten the text to send it.", [length, MAX_LENGTH]);
		return length >= COUNTED_FROM ? __("{0} of {1} characters", [length, MAX_LENGTH]) : "";
	}
}

function placeholder({ locked, state, readOnly }) {
	if (!locked) return __("Write a reply…");
	if (readOnly) return __("You cannot reply here.");
	if (state === "opted_out") return __("Nothing can be sent.");
	if (["never", "closed", "refused"].includes(state)) return __("Only a template can be sent now.");
	return "";
}
